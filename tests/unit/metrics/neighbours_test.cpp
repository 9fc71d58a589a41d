// Golden values: tests/peers/distances_golden.py (scikit-learn).
#include <doctest/doctest.h>

#include <cmath>

#include "engine/metrics/frechet.h"
#include "engine/metrics/set_distances.h"
#include "tests/unit/metrics/sets.h"

using namespace ganvas;
using ganvas::testing::formula_features;
using ganvas::testing::rows;

TEST_CASE("density and coverage agree with an independent computation and see what is missing") {
    const auto a = formula_features(200, 12, 0), b = formula_features(180, 12, 3);
    auto both = density_coverage(a, b, 5);
    REQUIRE(both.ok());
    CHECK(both->density == doctest::Approx(0.9744444444444443));
    CHECK(both->coverage == doctest::Approx(0.885));
    CHECK(both->coverage_deviation == doctest::Approx(std::sqrt(0.885 * 0.115 / 200)));
    // Two clusters, of which the generator makes one.
    const auto real = rows(1, {0, 1, 2, 3, 4, 100, 101, 102, 103, 104}), one = rows(1, {0, 1, 2, 3, 4});
    auto collapsed = density_coverage(real, one, 1);
    CHECK(collapsed->coverage == doctest::Approx(0.5));
    CHECK(collapsed->density > 1);
    CHECK(density_coverage(real, rows(1, {1000, 2000}), 1)->density == 0);
}

TEST_CASE("nearest rows agree with scikit-learn, and a picture is not its own neighbour") {
    const auto a = formula_features(200, 12, 0), b = formula_features(180, 12, 3);
    auto found = nearest_rows(b, a);
    REQUIRE(found.ok());
    const std::int64_t expected[] = {9, 4, 5, 6, 2, 16, 3, 4};
    for (std::size_t k = 0; k < std::size(expected); ++k) CHECK((*found)[k].index == expected[k]);
    double sum = 0;
    for (const auto& row : *found) sum += row.distance;
    CHECK(sum == doctest::Approx(46.83650424797237).epsilon(1e-6));
    auto own = nearest_others(rows(1, {0, 10, 11, 30}));
    CHECK((*own)[0].index == 1);
    CHECK((*own)[1].index == 2);
    CHECK((*own)[3].distance == 19);
    for (std::size_t k = 0; k < 4; ++k) CHECK((*own)[k].index != static_cast<std::int64_t>(k));
}

TEST_CASE("mean pairwise distance agrees with an independent computation") {
    auto value = mean_pairwise_distance(formula_features(200, 12, 0));
    CHECK(value->value == doctest::Approx(1.6246610272650537).epsilon(1e-6));
    CHECK(value->deviation > 0);
    CHECK(mean_pairwise_distance(rows(2, {0, 0, 3, 4}))->value == doctest::Approx(5));
    CHECK(mean_pairwise_distance(rows(2, {0, 0, 3, 4}))->deviation == 0);
}

TEST_CASE("Fréchet distance of small batches comes without covariances") {
    const auto a = formula_features(200, 12, 0), b = formula_features(180, 12, 3);
    CHECK(*frechet_distance(a.part(0, 8), b.part(0, 8)) == doctest::Approx(0.7653626669384961).epsilon(1e-6));
    CHECK(*frechet_distance(a, b) == doctest::Approx(0.11033482010335582).epsilon(1e-6));
    CHECK(*frechet_distance(a.part(0, 8), a.part(0, 8)) == doctest::Approx(0).epsilon(1e-9));
    CHECK_FALSE(frechet_distance(a.part(0, 1), b).ok());
    // Features too long for a covariance of theirs: 6,000 numbers, five pictures against more.
    const auto many = formula_features(9, 6000, 1), few = formula_features(5, 6000, 2);
    auto value = frechet_distance(many, few);
    REQUIRE(value.ok());
    CHECK(*value > 0);
    CHECK(*value == doctest::Approx(*frechet_distance(few, many)).epsilon(1e-9));
    auto spread = frechet_spread(many, few, 4, 1);
    REQUIRE(spread.ok());
    CHECK(spread->deviation > 0);
}

TEST_CASE("constant, tiny and enormous sets give numbers or a refusal") {
    const auto constant = rows(2, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
    auto both = density_coverage(constant, constant, 5);
    REQUIRE(both.ok());
    CHECK(std::isfinite(both->density));
    CHECK(both->coverage == 1);
    CHECK(mean_pairwise_distance(constant)->value == 0);
    CHECK((*nearest_rows(constant, constant))[0].distance == 0);
    CHECK_FALSE(density_coverage(rows(2, {1, 1}), constant, 5).ok());
    CHECK_FALSE(mean_pairwise_distance(rows(2, {1, 1})).ok());
    CHECK_FALSE(nearest_others(rows(2, {1, 1})).ok());
    const auto enormous = rows(2, {1e30f, -1e30f, 2e30f, 1e30f, 3e30f, 1e30f, -1e30f, 5e30f});
    for (const auto* measure : {"kernel", "quadratic", "pairwise"}) {
        CAPTURE(measure);
        auto value = measure[0] == 'k'   ? kernel_distance(enormous, enormous, 2, 4)
                     : measure[0] == 'q' ? quadratic_discrepancy(enormous, enormous, 1)
                                         : mean_pairwise_distance(enormous);
        CHECK((!value.ok() || std::isfinite(value->value)));
    }
}
