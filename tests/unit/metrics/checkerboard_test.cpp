#include <doctest/doctest.h>

#include <cmath>

#include "engine/core/random.h"
#include "engine/metrics/checkerboard.h"

using namespace ganvas;

namespace {

/// Grey pictures of `value(n, y, x)`.
template <class Value>
ImageBatch pictures(int count, int size, Value&& value, int channels = 1) {
    ImageBatch batch{count, size, size, channels, {}};
    for (int n = 0; n < count; ++n)
        for (int y = 0; y < size; ++y)
            for (int x = 0; x < size; ++x)
                for (int c = 0; c < channels; ++c)
                    batch.pixels.push_back(
                        std::uint8_t(std::lround(std::fmin(std::fmax(value(n, y, x), 0), 255))));
    return batch;
}

double noise(int n, int y, int x, double deviation) {
    return deviation * random_normal(std::uint64_t(n) + 5, std::uint64_t(y * 1000 + x));
}

double share(const ImageBatch& batch, int stride = 2) {
    const auto answer = checkerboard_share(batch, stride);
    REQUIRE(answer.ok());
    return answer->share;
}

} // namespace

TEST_CASE("a pure checkerboard has nearly all of its energy at the stride, white noise its equal part") {
    // One frequency, spread by the Hann window over its neighbours: the middle bin keeps 4/9 of the energy.
    const auto board = pictures(1, 64, [](int, int y, int x) { return (x + y) % 2 ? 200.0 : 50.0; });
    CHECK(share(board) == doctest::Approx(4.0 / 9).epsilon(0.01));
    const auto stripes = pictures(1, 64, [](int, int, int x) { return x % 2 ? 200.0 : 50.0; });
    CHECK(share(stripes) == doctest::Approx(4.0 / 9).epsilon(0.01));
    // White noise: every one of the 64 x 64 frequencies alike, three of them counted (stride 2), 15 (stride 4).
    const auto white = pictures(200, 64, [](int n, int y, int x) { return 128 + noise(n, y, x, 30); });
    const auto measured = checkerboard_share(white, 2);
    CHECK(measured->share == doctest::Approx(3.0 / 4096).epsilon(0.25));
    CHECK(std::abs(measured->share - 3.0 / 4096) < 5 * measured->error);
    CHECK(share(white, 4) == doctest::Approx(15.0 / 4096).epsilon(0.15));
}

TEST_CASE("smooth pictures have next to none, whatever their edges") {
    const auto ramp = pictures(1, 64, [](int, int y, int x) { return 4.0 * x * 0.9 + y * 0.2; });
    CHECK(share(ramp) < 1e-6);
    const auto flat = pictures(1, 64, [](int, int, int) { return 77.0; });
    CHECK(share(flat) == 0);
}

TEST_CASE("the ratio grows with the pattern, in its own stride, and tells its error") {
    const auto scene = [](int n, int y, int x) {
        return 128 + 60 * std::sin(0.1 * (x + 3 * n)) * std::cos(0.13 * y) + noise(n, y, x, 4);
    };
    const auto data = pictures(60, 64, scene, 3);
    const auto with = [&](double amplitude, int period) {
        return pictures(
            60, 64,
            [&](int n, int y, int x) {
                return scene(n + 100, y, x) + (x % period < period / 2 ? amplitude : -amplitude);
            },
            3);
    };
    const auto none = checkerboard_ratio(with(0, 2), data);
    REQUIRE(none.ok());
    CHECK(none->ratio == doctest::Approx(1).epsilon(0.5));
    CHECK(std::abs(none->ratio - 1) < 4 * none->error);
    const auto weak = checkerboard_ratio(with(3, 2), data), strong = checkerboard_ratio(with(9, 2), data);
    CHECK(weak->ratio > 10);
    CHECK(strong->ratio > 5 * weak->ratio); // energy: nine times
    CHECK(strong->ratio < 12 * weak->ratio);
    // A pattern of period four is seen at stride four, hardly at two.
    CHECK(checkerboard_ratio(with(9, 4), data, 4)->ratio
          > 20 * checkerboard_ratio(with(9, 4), data, 2)->ratio);
}

TEST_CASE("what cannot be measured is refused, what is extreme stays finite") {
    const auto flat = pictures(2, 28, [](int, int, int) { return 3.0; });
    CHECK(checkerboard_share(flat, 1).error().code == ErrorCode::usage);
    CHECK(checkerboard_share(flat, 8).error().code == ErrorCode::usage);
    CHECK(checkerboard_share(ImageBatch{}, 2).error().code == ErrorCode::usage);
    const auto board = pictures(2, 28, [](int, int y, int x) { return (x + y) % 2 ? 255.0 : 0.0; });
    const auto ratio = checkerboard_ratio(board, flat);
    REQUIRE(ratio.ok());
    CHECK(std::isfinite(ratio->ratio));
    CHECK(ratio->ratio > 1000);
}
