// Looking into a picture: the pixel below the pointer stays there, pixels are whole, and the picture is never left.
#include <cmath>

#include <doctest/doctest.h>

#include "app/gui/widgets/zoom_tile.h"

namespace ganvas {
namespace {

/// Which place of the picture (0 … 1) lies below a place of the tile.
double below(double middle, double factor, double pointer) { return middle + (pointer - 0.5) / factor; }

TEST_CASE("the wheel zooms at the pointer, to whole pixels, as far as one pixel can be read and no further") {
    ZoomView view;
    const std::array<double, 2> pointer = {0.3, 0.8};
    constexpr double tile_pixel = 5;
    double last = 1;
    for (int notch = 0; notch < 20; ++notch) {
        const double x = below(view.x, view.factor, pointer[0]), y = below(view.y, view.factor, pointer[1]);
        view = zoomed(view, 1, pointer, tile_pixel, largest_pixel);
        CHECK(below(view.x, view.factor, pointer[0]) == doctest::Approx(x));
        CHECK(below(view.y, view.factor, pointer[1]) == doctest::Approx(y));
        CHECK(view.factor >= last);
        const double pixel = view.factor * tile_pixel;
        CHECK(pixel == doctest::Approx(std::round(pixel)));
        last = view.factor;
    }
    CHECK(view.factor * tile_pixel == doctest::Approx(largest_pixel));
    for (int notch = 0; notch < 20; ++notch) view = zoomed(view, -1, pointer, tile_pixel, largest_pixel);
    CHECK_FALSE(view.zoomed());
    CHECK(view.x == 0.5);
    CHECK(view.y == 0.5);
}

TEST_CASE("a corner stays inside the picture, and a tile that is large already does not zoom") {
    ZoomView view = zoomed({}, 3, {0, 0}, 4, largest_pixel);
    CHECK(view.x - 0.5 / view.factor == doctest::Approx(0));
    view = zoomed(view, -1, {1, 1}, 4, largest_pixel);
    CHECK(view.x - 0.5 / view.factor >= -1e-9);
    CHECK(view.x + 0.5 / view.factor <= 1 + 1e-9);
    CHECK_FALSE(zoomed({}, 5, {0.5, 0.5}, 200, largest_pixel).zoomed());
}

} // namespace
} // namespace ganvas
