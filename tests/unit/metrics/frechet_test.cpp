#include "engine/metrics/frechet.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <limits>

#include "engine/core/random.h"
#include "tests/unit/metrics/sets.h"

using namespace ganvas;
using ganvas::testing::formula_features;
using ganvas::testing::rows;

namespace {

double distance(const FeatureMatrix& a, const FeatureMatrix& b) {
    auto first = gaussian_statistics(a), second = gaussian_statistics(b);
    REQUIRE(first.ok());
    REQUIRE(second.ok());
    auto value = frechet_distance(*first, *second);
    REQUIRE(value.ok());
    return *value;
}

/// Four rows (±a, ±b) around (x, y): mean (x, y), covariance diag(4a²/3, 4b²/3).
FeatureMatrix cross(float x, float y, float a, float b) {
    return rows(2, {x + a, y + b, x + a, y - b, x - a, y + b, x - a, y - b});
}

FeatureMatrix noise(std::int64_t count, int dimension, std::uint64_t seed) {
    FeatureMatrix made{count, dimension, std::vector<float>(static_cast<std::size_t>(count) * dimension)};
    fill_normal(seed, made.values);
    return made;
}

} // namespace

TEST_CASE("Fréchet distance of Gaussians follows the closed form") {
    // One number: (m1 − m2)² + (s1 − s2)².
    CHECK(distance(rows(1, {-1, 1}), rows(1, {2, 6}))
          == doctest::Approx(16 + std::pow(std::sqrt(2) - std::sqrt(8), 2)));
    // Diagonal covariances: the sum over the axes.
    const double unit = std::sqrt(4.0 / 3);
    CHECK(distance(cross(0, 0, 1, 2), cross(3, -1, 2, 5)) == doctest::Approx(9 + 1 + unit * unit * (1 + 9)));
    // Covariances that do not share their axes, against S1 = 4/3 I: tr of the root is sqrt(4/3) tr S2^½.
    const auto tilted =
        rows(2, {3, 3, -3, -3, 1, -1, -1, 1}); // covariance (20, 16; 16, 20) / 3: eigenvalues 12, 4/3
    const double expected = 8.0 / 3 + 40.0 / 3 - 2 * unit * (std::sqrt(12.0) + unit);
    CHECK(distance(cross(0, 0, 1, 1), tilted) == doctest::Approx(expected));
}

TEST_CASE("Fréchet distance agrees with scipy") { // values: tests/peers/distances_golden.py
    const auto a = formula_features(200, 12, 0);
    CHECK(distance(a, formula_features(180, 12, 3)) == doctest::Approx(0.11033482010335582).epsilon(1e-6));
    CHECK(distance(a, formula_features(9, 12, 5)) == doctest::Approx(1.0505231757402949).epsilon(1e-6));
}

TEST_CASE("Fréchet distance is symmetric, and zero only for the same set") {
    const auto a = formula_features(50, 6, 1), b = formula_features(60, 6, 2);
    CHECK(distance(a, b) == doctest::Approx(distance(b, a)));
    CHECK(distance(a, a) == doctest::Approx(0).epsilon(1e-9));
    CHECK(distance(a, b) > 1e-3);
}

TEST_CASE("rank-deficient, tiny and constant sets give finite distances") {
    const auto constant = rows(3, {1, 2, 3, 1, 2, 3, 1, 2, 3}), other = rows(3, {1, 2, 5, 1, 2, 5});
    CHECK(distance(constant, other) == doctest::Approx(4));
    CHECK(distance(constant, constant) == doctest::Approx(0));
    const auto two = noise(2, 64, 1), many = noise(300, 64, 2);
    CHECK(std::isfinite(distance(two, many)));
    CHECK(distance(two, noise(2, 64, 3)) > 0);
    auto scaled = noise(40, 64, 4);
    for (auto& value : scaled.values) value *= 1e-18f;
    CHECK(std::isfinite(distance(scaled, scaled)));
}

TEST_CASE("what cannot be measured is refused, not NaN") {
    CHECK_FALSE(gaussian_statistics(rows(3, {1, 2, 3})).ok());
    CHECK_FALSE(gaussian_statistics(FeatureMatrix{0, 3, {}}).ok());
    auto broken = rows(1, {1, std::numeric_limits<float>::quiet_NaN(), 2});
    REQUIRE_FALSE(gaussian_statistics(broken).ok());
    CHECK(gaussian_statistics(broken).error().code == ErrorCode::bad_data);
    auto a = gaussian_statistics(rows(1, {1, 2})), b = gaussian_statistics(rows(2, {1, 2, 3, 4}));
    CHECK_FALSE(frechet_distance(*a, *b).ok());
    CHECK_FALSE(FrechetReference::from(*a).distance(rows(2, {1, 2, 3, 4})).ok());
}

TEST_CASE("the kept reference gives the same distance by either Gram matrix") {
    const auto data = formula_features(200, 12, 0);
    const auto reference = FrechetReference::from(*gaussian_statistics(data));
    for (const std::int64_t count : {5, 11, 12, 180}) {
        const auto generated = formula_features(count, 12, 4);
        auto quick = reference.distance(generated);
        REQUIRE(quick.ok());
        CHECK(*quick == doctest::Approx(distance(data, generated)).epsilon(1e-6));
    }
    auto picked = reference.distance(formula_features(40, 12, 4), {0, 1, 2, 3, 4});
    CHECK(*picked == doctest::Approx(*reference.distance(formula_features(5, 12, 4))).epsilon(1e-6));
}

TEST_CASE("a reference survives its file, and a wrong file is refused") {
    const ganvas::testing::OwnCache cache("frechet-reference");
    const auto reference = FrechetReference::from(*gaussian_statistics(formula_features(100, 12, 0)));
    REQUIRE(reference.save(cache.folder / "r.safetensors").ok());
    auto again = FrechetReference::load(cache.folder / "r.safetensors", 12, 100);
    REQUIRE(again.ok());
    const auto generated = formula_features(30, 12, 2);
    CHECK(*again->distance(generated) == *reference.distance(generated));
    CHECK_FALSE(FrechetReference::load(cache.folder / "r.safetensors", 13, 100).ok());
    CHECK_FALSE(FrechetReference::load(cache.folder / "r.safetensors", 12, 99).ok());
}

TEST_CASE("the spread shrinks as the set grows and repeats with its seed") {
    const auto reference = FrechetReference::from(*gaussian_statistics(noise(4000, 8, 1)));
    const auto small = noise(60, 8, 2), large = noise(3000, 8, 2);
    auto few = frechet_spread(reference, small, 16, 7), many = frechet_spread(reference, large, 16, 7);
    REQUIRE(few.ok());
    REQUIRE(many.ok());
    CHECK(few->resamples == 16);
    CHECK(few->deviation > 3 * many->deviation);
    CHECK(many->deviation > 0);
    CHECK(frechet_spread(reference, small, 16, 7)->deviation == few->deviation);
    CHECK(frechet_spread(reference, small, 4, 8)->deviation != few->deviation);
}

TEST_CASE("the distance of 10,000 pictures at 1280 numbers is quick enough to wait for") {
    const auto reference = FrechetReference::from(*gaussian_statistics(noise(1500, 1280, 1)));
    const auto generated = noise(10000, 1280, 2);
    const auto start = std::chrono::steady_clock::now();
    auto value = reference.distance(generated);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    REQUIRE(value.ok());
    MESSAGE("1280-d, N = 10,000: " << seconds << " s");
    CHECK(seconds < 8); // 1.5 s on an idle machine of two cores; tests share theirs
}
