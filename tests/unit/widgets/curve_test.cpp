#include <algorithm>
#include <cmath>
#include <random>

#include <doctest/doctest.h>

#include "app/gui/widgets/curve.h"

namespace ganvas {
namespace {

ValueRange brute_force(const std::vector<float>& values, std::size_t first, std::size_t last) {
    ValueRange range;
    for (std::size_t index = first; index < last; ++index) range.include(values[index]);
    return range;
}

TEST_CASE("the range of any stretch is exact at every length") {
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    Curve curve;
    std::vector<float> values;
    for (std::size_t length = 1; length <= 1200; ++length) {
        values.push_back(length % 97 == 0 ? std::nanf("") : normal(random));
        curve.append(values.back());
        REQUIRE(curve.size() == length);
        for (int turn = 0; turn < 6; ++turn) {
            std::size_t first = random() % (length + 1), last = random() % (length + 1);
            if (first > last) std::swap(first, last);
            const ValueRange expected = brute_force(values, first, last), found = curve.range(first, last);
            REQUIRE(found.empty() == expected.empty());
            if (expected.empty()) continue;
            REQUIRE(found.minimum == expected.minimum);
            REQUIRE(found.maximum == expected.maximum);
        }
    }
    CHECK(curve.range(5, 5).empty());
    CHECK(curve.range(0, 100000).maximum == brute_force(values, 0, values.size()).maximum);
}

TEST_CASE("a million points are drawn from few, and no spike is lost") {
    constexpr std::size_t count = 1'000'000;
    constexpr int columns = 800;
    Curve curve;
    std::vector<double> x;
    for (std::size_t index = 0; index < count; ++index) {
        x.push_back(static_cast<double>(index) * 10);
        curve.append(index == 654'321   ? 50.0f
                     : index == 123'456 ? -50.0f
                                        : std::sin(static_cast<float>(index) * 1e-4f));
    }
    DrawnPoints drawn;
    curve.thin(x, 0, 1e7, columns, drawn);
    CHECK(drawn.x.size() <= 2 * columns + 6);
    CHECK(std::is_sorted(drawn.x.begin(), drawn.x.end()));
    const auto spike = std::max_element(drawn.y.begin(), drawn.y.end());
    CHECK(*spike == 50.0);
    const double spike_x = drawn.x[static_cast<std::size_t>(spike - drawn.y.begin())];
    CHECK(std::fabs(spike_x - 6'543'210) <= 1e7 / columns);
    CHECK(*std::min_element(drawn.y.begin(), drawn.y.end()) == -50.0);

    SUBCASE("every pixel column has the extremes of its points") {
        const double width = 1e7 / columns;
        for (int column = 10; column < columns - 10; column += 37) {
            const std::size_t first = first_at_or_after(x, column * width),
                              last = first_at_or_after(x, (column + 1) * width);
            const ValueRange expected = curve.range(first, last);
            ValueRange found;
            for (std::size_t index = 0; index < drawn.x.size(); ++index)
                if (drawn.x[index] >= column * width && drawn.x[index] < (column + 1) * width)
                    found.include(static_cast<float>(drawn.y[index]));
            CHECK(found.minimum == expected.minimum);
            CHECK(found.maximum == expected.maximum);
        }
    }
    SUBCASE("zoomed in, the points themselves are drawn, with a neighbour beyond each edge") {
        curve.thin(x, 1'000'005, 1'000'995, columns, drawn);
        REQUIRE(drawn.x.size() == 101);
        CHECK(drawn.x.front() == 1'000'000);
        CHECK(drawn.x.back() == 1'001'000);
    }
    SUBCASE("beside the data there is at most the nearest point") {
        curve.thin(x, 2e7, 3e7, columns, drawn);
        CHECK(drawn.x.size() <= 1);
        curve.thin(x, -3e7, -2e7, columns, drawn);
        CHECK(drawn.x.size() <= 1);
    }
}

TEST_CASE("gaps, equal x and empty curves") {
    DrawnPoints drawn;
    Curve curve;
    curve.thin({}, 0, 1, 100, drawn);
    CHECK(drawn.x.empty());
    std::vector<double> x;
    for (int index = 0; index < 5000; ++index) {
        x.push_back(3);
        curve.append(index % 2 ? std::numeric_limits<float>::infinity() : static_cast<float>(index));
    }
    curve.thin(x, 0, 10, 100, drawn);
    REQUIRE(!drawn.y.empty());
    CHECK(drawn.y.size() <= 206);
    for (double y : drawn.y) CHECK(std::isfinite(y));
    CHECK(*std::max_element(drawn.y.begin(), drawn.y.end()) == 4998);
    curve.clear();
    CHECK(curve.size() == 0);
    curve.append(2);
    CHECK(curve.range(0, 1).minimum == 2);
}

TEST_CASE("smoothing starts unbiased and settles on a constant") {
    Smoother none(1), wide(100);
    CHECK(none.next(4) == 4);
    CHECK(none.next(-1) == -1);
    CHECK(wide.next(8) == doctest::Approx(8));
    CHECK(std::isnan(wide.next(std::nanf(""))));
    CHECK(wide.next(8) == doctest::Approx(8));
    float last = 8;
    for (int index = 0; index < 50; ++index) {
        const float now = wide.next(0);
        CHECK(now < last);
        last = now;
    }
    CHECK(last > 0);
}

TEST_CASE("nearest index, epoch marks and margins") {
    const std::vector<double> x = {0, 10, 20, 40};
    CHECK(nearest_index(x, -5) == 0);
    CHECK(nearest_index(x, 14) == 1);
    CHECK(nearest_index(x, 16) == 2);
    CHECK(nearest_index(x, 99) == 3);
    CHECK(epoch_stride(0, 7, 10) == 1);
    CHECK(epoch_stride(0, 19, 10) == 2);
    CHECK(epoch_stride(0, 45, 10) == 5);
    CHECK(epoch_stride(0, 90, 10) == 10);
    CHECK(epoch_stride(0, 1000, 10) == 100);
    CHECK(epoch_stride(3, 3, 0) == 1);
    const ValueRange flat = with_margin({2, 2}, false);
    CHECK(flat.minimum < 2);
    CHECK(flat.maximum > 2);
    CHECK(with_margin({0.01f, 1}, true).minimum > 0);
    CHECK(with_margin({}, false).maximum == 1);
}

} // namespace
} // namespace ganvas
