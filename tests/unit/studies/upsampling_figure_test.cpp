#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "engine/studies/upsampling_figure.h"

using namespace ganvas;

namespace {

/// How far values that should be alike are apart.
double largest_step(const std::vector<std::vector<double>>& map, int apart) {
    double most = 0;
    for (std::size_t y = 0; y < map.size(); ++y)
        for (std::size_t x = 0; x + static_cast<std::size_t>(apart) < map[y].size(); ++x)
            most = std::max(most, std::fabs(map[y][x] - map[y][x + static_cast<std::size_t>(apart)]));
    return most;
}

} // namespace

TEST_CASE("a flat map gets a pattern of two pixels from a transposed convolution, and none from the others") {
    const auto transposed = enlarged_flat_map(MapUpsampling::transposed_convolution);
    CHECK(largest_step(transposed, 1) > 0.5);
    CHECK(largest_step(transposed, 2) < 1e-9); // it repeats with the stride
    for (const MapUpsampling flat :
         {MapUpsampling::nearest_convolution, MapUpsampling::bilinear_convolution}) {
        const auto map = enlarged_flat_map(flat);
        CHECK(largest_step(map, 1) < 1e-9);
        CHECK(std::fabs(map[0][0]) > 1e-3);
    }
    const std::string drawing = upsampling_drawing();
    CHECK(drawing.find("transposed convolution") != drawing.npos);
    CHECK(drawing.find("everywhere") != drawing.npos);
}
