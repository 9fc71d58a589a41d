#include "engine/metrics/set_distances.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/unit/metrics/sets.h"

using namespace ganvas;
using ganvas::testing::formula_features;
using ganvas::testing::rows;

// Golden values: tests/peers/distances_golden.py.

TEST_CASE("kernel distance agrees with an independent computation and is near zero within one set") {
    const auto a = formula_features(180, 12, 0), b = formula_features(180, 12, 3);
    auto whole = kernel_distance(a, b, 3, 180);
    REQUIRE(whole.ok());
    CHECK(whole->value == doctest::Approx(0.038663541268913804).epsilon(1e-3));
    CHECK(whole->deviation == doctest::Approx(0).epsilon(1e-5));
    auto parts = kernel_distance(a, b, 50, 90);
    CHECK(parts->deviation > 0);
    CHECK(std::abs(parts->value - whole->value) < 3 * parts->deviation);
    auto same = kernel_distance(a, a, 50, 90);
    CHECK(std::abs(same->value) < 3 * same->deviation);
    CHECK(std::abs(same->value) < 0.3 * whole->value);
}

TEST_CASE("squared discrepancies agree with an independent computation") {
    const auto a = formula_features(200, 12, 0), b = formula_features(180, 12, 3);
    CHECK(quadratic_discrepancy(a, b, 1)->value == doctest::Approx(0.01750011450170097).epsilon(1e-4));
    auto linear = linear_discrepancy(a, b, 1);
    CHECK(linear->value == doctest::Approx(0.05770795069228025).epsilon(1e-4));
    CHECK(linear->deviation == doctest::Approx(0.098312106075559).epsilon(1e-4));
    CHECK(median_bandwidth(a) == doctest::Approx(1.6514881501537357).epsilon(1e-4));
    // Six parts of fifteen pairs: their mean is that of all, and their spread is the other kind of spread.
    auto parts = linear_discrepancy_by_splits(a, b, 1, 6);
    REQUIRE(parts.ok());
    CHECK(parts->value == doctest::Approx(0.05770795069228032).epsilon(1e-4));
    CHECK(parts->deviation == doctest::Approx(0.8376814920565523).epsilon(1e-4));
    CHECK(linear_discrepancy_by_splits(a, b, 1, 1)->deviation == 0);
    CHECK(linear_discrepancy_by_splits(a, b, 1, 1000).ok()); // as many parts as four rows each allow
    CHECK_FALSE(linear_discrepancy_by_splits(a.part(0, 3), b, 1, 2).ok());
}

TEST_CASE("precision and recall agree with an independent computation and see what is missing") {
    const auto a = formula_features(200, 12, 0), b = formula_features(180, 12, 3);
    auto both = precision_recall(a, b, 3);
    REQUIRE(both.ok());
    CHECK(both->precision == doctest::Approx(0.9888888888888889));
    CHECK(both->recall == doctest::Approx(0.965));
    // Two clusters, of which the generator makes one: everything it makes is real, half of the real is missing.
    const auto real = rows(1, {0, 1, 2, 3, 4, 100, 101, 102, 103, 104}),
               one = rows(1, {0.5, 1.5, 2.5, 3.5, 2});
    auto collapsed = precision_recall(real, one, 3);
    CHECK(collapsed->precision == doctest::Approx(1));
    CHECK(collapsed->recall == doctest::Approx(0.5));
}

TEST_CASE("classifier score is one for indifference and the number of classes for certainty") {
    CHECK(classifier_score(rows(4, std::vector<float>(80, 1.5f)), 2)->value == doctest::Approx(1));
    std::vector<float> sure;
    for (int k = 0; k < 40; ++k)
        for (int c = 0; c < 4; ++c) sure.push_back(c == k % 4 ? 60 : 0);
    auto score = classifier_score(rows(4, sure), 5);
    CHECK(score->value == doctest::Approx(4));
    CHECK(score->deviation == doctest::Approx(0));
    CHECK(classifier_score(formula_features(200, 12, 0), 1)->value
          == doctest::Approx(1.0548183201522023).epsilon(1e-5));
    auto whole = resampled_score(formula_features(200, 12, 0), 20, 1);
    CHECK(whole->value == doctest::Approx(1.0548183201522023).epsilon(1e-5));
    CHECK(whole->deviation > 0);
    CHECK_FALSE(resampled_score(rows(4, {1, 2, 3, 4}), 20, 1).ok());
}

TEST_CASE("constant and tiny sets give numbers or a refusal") {
    const auto constant = rows(2, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
    CHECK(std::isfinite(kernel_distance(constant, constant, 4, 5)->value));
    CHECK(median_bandwidth(constant) == 1);
    CHECK(std::isfinite(quadratic_discrepancy(constant, constant, 1)->value));
    CHECK(precision_recall(constant, constant, 3)->precision == 1);
    const auto one = rows(2, {1, 1});
    CHECK(median_bandwidth(one) == 1);
    CHECK_FALSE(kernel_distance(one, constant).ok());
    CHECK_FALSE(linear_discrepancy(one, constant, 1).ok());
    CHECK_FALSE(precision_recall(one, constant, 3).ok());
    CHECK_FALSE(classifier_score(one).ok());
    CHECK_FALSE(kernel_distance(rows(1, {1, 2, 3}), constant).ok());
}
