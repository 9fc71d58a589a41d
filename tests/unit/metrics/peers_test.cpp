// FID, KID, Inception Score, precision and recall beside torch-fidelity 0.4.0 and pytorch-fid 0.3.0 on the same features;
// values: tests/peers/fidelity_golden.py.
#include <doctest/doctest.h>

#include "engine/metrics/frechet.h"
#include "engine/metrics/set_distances.h"
#include "tests/unit/metrics/sets.h"

using namespace ganvas;
using ganvas::testing::formula_features;

namespace {

/// What the two programs found for `count` rows of `dimension` numbers, salts 0 and 3.
struct Golden {
    std::int64_t count;
    int dimension;
    double fidelity_fid, pytorch_fid, kid;
    double score, score_of_six, score_of_six_deviation; ///< of four times the first set as logits
    double precision, recall;
};
constexpr Golden golden[] = {
    {600, 64, 0.590668722262226, 0.5906687222622082, 0.033684400263640946, 1.8903975944782827,
     1.8786220928663109, 0.04089859862152418, 0.8849999904632568, 0.8849999904632568},
    {180, 12, 0.10461714336453554, 0.1046171433645342, 0.03866354126891203, 1.7764292321560107,
     1.7486259991339488, 0.09673288209531702, 0.9777777791023254, 0.9777777791023254},
};

} // namespace

TEST_CASE("FID, KID, Inception Score, precision and recall are those of torch-fidelity and pytorch-fid") {
    for (const Golden& expected : golden) {
        CAPTURE(expected.count);
        const auto a = formula_features(expected.count, expected.dimension, 0),
                   b = formula_features(expected.count, expected.dimension, 3);
        const auto fid = frechet_distance(a, b);
        REQUIRE(fid.ok());
        CHECK(*fid == doctest::Approx(expected.fidelity_fid).epsilon(1e-5));
        CHECK(*fid == doctest::Approx(expected.pytorch_fid).epsilon(1e-5));
        const auto reference = FrechetReference::from(*gaussian_statistics(a));
        CHECK(*reference.distance(b) == doctest::Approx(expected.fidelity_fid).epsilon(1e-5));
        const auto kid = kernel_distance(a, b, 1, static_cast<int>(expected.count));
        REQUIRE(kid.ok());
        CHECK(kid->value == doctest::Approx(expected.kid).epsilon(1e-3));
        auto logits = a;
        for (float& value : logits.values) value *= 4;
        CHECK(classifier_score(logits, 1)->value == doctest::Approx(expected.score).epsilon(1e-5));
        const auto splits = classifier_score(logits, 6);
        CHECK(splits->value == doctest::Approx(expected.score_of_six).epsilon(1e-5));
        CHECK(splits->deviation == doctest::Approx(expected.score_of_six_deviation).epsilon(1e-4));
        const auto both = precision_recall(a, b, 3);
        CHECK(both->precision == doctest::Approx(expected.precision).epsilon(1e-5));
        CHECK(both->recall == doctest::Approx(expected.recall).epsilon(1e-5));
    }
}
