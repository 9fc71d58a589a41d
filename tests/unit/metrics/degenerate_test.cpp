// Every measure on sets that have no proper distribution: a finite number or a refusal that says why, never NaN.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "engine/metrics/checkerboard.h"
#include "engine/metrics/evaluate.h"
#include "engine/metrics/feature_classification.h"
#include "tests/unit/metrics/sets.h"

using namespace ganvas;
using ganvas::testing::LabelledDataset;
using ganvas::testing::OwnCache;

namespace {

/// Pictures first … of the bars; from `different` on they repeat.
ImageSource repeating(std::shared_ptr<LabelledDataset> data, std::int64_t size, std::int64_t different) {
    ImageSource source{"pictures", size, {}};
    source.images = [data, different](std::int64_t first, int count) -> Result<ImageBatch> {
        ImageBatch batch{count, data->height(), data->width(), data->channels(), {}};
        for (int k = 0; k < count; ++k)
            std::ranges::copy(data->image((first + k) % different), std::back_inserter(batch.pixels));
        return batch;
    };
    return source;
}

struct DegenerateSet {
    const char* what;
    std::int64_t size, different;
    bool measurable; ///< large enough for every measure
};
constexpr DegenerateSet degenerate_sets[] = {{"constant", 32, 1, true},     {"rank 3", 32, 4, true},
                                             {"two pictures", 2, 2, false}, {"three pictures", 3, 3, false},
                                             {"four alike", 4, 1, false},   {"varied", 32, 32, true}};

void check_finite(const MetricValue& value) {
    CHECK(std::isfinite(value.value));
    CHECK(std::isfinite(value.deviation));
    CHECK(value.deviation >= 0);
    for (const auto& [name, detail] : value.details) {
        CAPTURE(name);
        CHECK(std::isfinite(detail));
    }
}

} // namespace

TEST_CASE("every measure of constant, rank-deficient and tiny sets is finite or refused") {
    const OwnCache cache("degenerate");
    cache.share_classifiers();
    auto data = std::make_shared<LabelledDataset>(120, 3);
    for (const DegenerateSet& real : degenerate_sets)
        for (const DegenerateSet& made : degenerate_sets)
            for (const std::string& metric : metric_names()) {
                CAPTURE(real.what);
                CAPTURE(made.what);
                CAPTURE(metric);
                EvaluationRequest request;
                request.metrics = {metric};
                request.count = std::min(real.size, made.size);
                request.extractor = metric == "is" ? "classifier" : "pixels";
                request.sample_batch = 8;
                request.spread_batches = {4, 16};
                ReferencePictures reference;
                reference.images = repeating(data, real.size, real.different);
                reference.name = real.what;
                if (metric == "is" || metric == "modes") reference.labelled = data;
                auto result = evaluate(repeating(data, made.size, made.different), reference, request, {});
                if (real.measurable && made.measurable)
                    REQUIRE_MESSAGE(result.ok(), (result ? "" : result.error().line()));
                if (result) {
                    check_finite(result->metrics.at(metric));
                } else {
                    CHECK((result.error().code == ErrorCode::usage
                           || result.error().code == ErrorCode::bad_data));
                    CHECK_FALSE(result.error().what.empty());
                    CHECK_FALSE(result.error().hint.empty());
                }
            }
}

TEST_CASE("support vectors and checkerboards of constant and tiny sets are finite or refused") {
    auto data = std::make_shared<LabelledDataset>(120, 3);
    auto extractor = make_extractor("pixels");
    REQUIRE(extractor.ok());
    // All alike: no better than a guess among three, but a share with its error.
    LabelledPictures alike{repeating(data, 30, 1), {}};
    for (int k = 0; k < 30; ++k) alike.labels.push_back(k % 3);
    auto guessed = classify_features(**extractor, alike, alike, 30, {}, {});
    REQUIRE_MESSAGE(guessed.ok(), (guessed ? "" : guessed.error().line()));
    CHECK(guessed->test_accuracy == doctest::Approx(1.0 / 3));
    CHECK(guessed->test_deviation == doctest::Approx(std::sqrt(2.0 / 9 / 30)));
    CHECK(guessed->train_deviation == doctest::Approx(std::sqrt(2.0 / 9 / 30)));
    LabelledPictures one{repeating(data, 1, 1), {0}};
    CHECK(classify_features(**extractor, one, one, 30, {}, {}).error().code == ErrorCode::usage);

    const auto constant = *repeating(data, 3, 1).images(0, 3), none = ImageBatch{0, 16, 16, 3, {}};
    ImageBatch grey{2, 16, 16, 1, std::vector<std::uint8_t>(2 * 16 * 16, 90)};
    auto share = checkerboard_ratio(constant, grey);
    REQUIRE(share.ok());
    CHECK(std::isfinite(share->ratio));
    CHECK(std::isfinite(share->error));
    CHECK(checkerboard_ratio(none, grey).error().code == ErrorCode::usage);
}
