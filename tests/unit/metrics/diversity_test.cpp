#include "engine/metrics/diversity.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "engine/core/random.h"
#include "engine/metrics/class_classifier.h"
#include "engine/metrics/diversity_monitor.h"
#include "tests/unit/metrics/sets.h"

using namespace ganvas;
using ganvas::testing::formula_features;
using ganvas::testing::LabelledDataset;
using ganvas::testing::OwnCache;
using ganvas::testing::rows;

namespace {

FeatureMatrix gaussian_rows(std::int64_t count, int dimension, std::uint64_t seed, float scale = 1) {
    FeatureMatrix made{count, dimension, std::vector<float>(static_cast<std::size_t>(count) * dimension)};
    fill_normal(seed, made.values);
    for (float& value : made.values) value *= scale;
    return made;
}

/// Logits that name class `classes[k]` for picture k.
FeatureMatrix sure(const std::vector<int>& classes, int count) {
    FeatureMatrix made{static_cast<std::int64_t>(classes.size()), count, {}};
    for (const int one : classes)
        for (int c = 0; c < count; ++c) made.values.push_back(c == one ? 9.0f : 0.0f);
    return made;
}

} // namespace

TEST_CASE("the distance between two batches of samples falls when the samples become alike") {
    const auto healthy = gaussian_rows(512, 32, 1), collapsed = gaussian_rows(512, 32, 1, 0.1f);
    auto a = distance_between_batches(healthy, 64), b = distance_between_batches(collapsed, 64);
    REQUIRE(a.ok());
    REQUIRE(b.ok());
    CHECK(a->pairs == 4);
    CHECK(a->distance.deviation > 0);
    CHECK(b->distance.value == doctest::Approx(a->distance.value * 0.01).epsilon(1e-3));
    // One pair, by the distance of the two halves.
    auto one = distance_between_batches(healthy, 256);
    CHECK(one->pairs == 1);
    CHECK(one->distance.value
          == doctest::Approx(*frechet_distance(healthy.part(0, 256), healthy.part(256, 256))));
    CHECK(distance_between_batches(gaussian_rows(100, 4, 1), 64).error().code == ErrorCode::usage);
}

TEST_CASE("modes: found, effective and missing classes") {
    std::vector<int> even, two, one;
    for (int k = 0; k < 100; ++k) {
        even.push_back(k % 10);
        two.push_back(k % 2);
        one.push_back(3);
    }
    const auto data = sure(even, 10);
    auto all = count_modes(sure(even, 10), &data);
    REQUIRE(all.ok());
    CHECK(all->found == 10);
    CHECK(all->effective == doctest::Approx(10));
    CHECK(all->divergence == doctest::Approx(0));
    CHECK(all->effective_deviation > 0);
    auto half = count_modes(sure(two, 10), &data);
    CHECK(half->found == 2);
    CHECK(half->effective == doctest::Approx(2));
    // p = 51/110 twice and 1/110 eight times against 1/10 each.
    CHECK(half->divergence
          == doctest::Approx(2 * 51.0 / 110 * std::log(510.0 / 110) + 8.0 / 110 * std::log(10.0 / 110)));
    auto single = count_modes(sure(one, 10), nullptr);
    CHECK(single->found == 1);
    CHECK(single->effective == doctest::Approx(1));
    CHECK(single->found_deviation == 0);
    CHECK(single->divergence == -1);
    CHECK_FALSE(count_modes(FeatureMatrix{0, 10, {}}, nullptr).ok());
}

TEST_CASE("the spread of the distance by batch size: table 1 of the second report") {
    const auto data = gaussian_rows(640, 16, 1), generated = gaussian_rows(640, 16, 2);
    auto table = spread_by_batch(data, generated, {4, 64, 256}, 10, 5);
    REQUIRE(table.ok());
    REQUIRE(table->size() == 3);
    for (const auto& row : *table) {
        CHECK(row.repeats == 10);
        CHECK(row.mean > 0);
        CHECK(row.relative == doctest::Approx(100 * row.deviation / row.mean));
        CHECK(
            row.relative_error
            == doctest::Approx(row.relative * std::sqrt(1.0 / 18 + row.relative * row.relative / 1e4 / 10)));
    }
    CHECK((*table)[0].disjoint);
    CHECK((*table)[1].disjoint);
    CHECK_FALSE((*table)[2].disjoint);
    CHECK((*table)[0].relative > (*table)[1].relative); // small batches vary most
    CHECK((*table)[0].mean > (*table)[1].mean);         // and are further apart by chance
    CHECK(spread_by_batch(data, generated, {4}, 10, 5)->front().mean == (*table)[0].mean);
    CHECK(spread_by_batch(data, generated, {641}, 10, 5).error().code == ErrorCode::usage);
}

TEST_CASE("the error bar of a relative deviation is what repeating the measurement shows") {
    // Forty tables of ten batches each, of pictures of their own.
    std::vector<double> found;
    double claimed = 0;
    constexpr int tables = 40;
    const auto data = gaussian_rows(tables * 160, 8, 3), generated = gaussian_rows(tables * 160, 8, 4);
    for (int k = 0; k < tables; ++k) {
        auto row = batch_spread(data.part(k * 160, 160), generated.part(k * 160, 160), 16, 10, 1);
        REQUIRE(row.ok());
        CHECK(row->disjoint);
        found.push_back(row->relative);
        claimed += row->relative_error / tables;
    }
    double mean = 0, squares = 0;
    for (const double value : found) mean += value / tables;
    for (const double value : found) squares += (value - mean) * (value - mean);
    const double seen = std::sqrt(squares / (tables - 1));
    MESSAGE("relative deviation " << mean << " %, error claimed " << claimed << ", seen " << seen);
    CHECK(claimed > 0.6 * seen);
    CHECK(claimed < 1.7 * seen);
    const FeatureMatrix constant{20, 2, std::vector<float>(40, 1)};
    CHECK(batch_spread(constant, constant, 4, 5)->relative == 0);
    CHECK(batch_spread(constant, constant, 4, 5)->relative_error == 0);
}

TEST_CASE("a classifier learns the data's classes and is kept") {
    const OwnCache cache("class-classifier");
    auto data = std::make_shared<LabelledDataset>(240);
    ClassifierPlan plan;
    plan.fewest_steps = 60;
    auto first = make_classifier(data, plan, true, {});
    REQUIRE_MESSAGE(first.ok(), (first ? "" : first.error().line()));
    const auto details = (*first)->details();
    CHECK(details.at("classes") == 3);
    CHECK(details.at("held_out") == 24);
    CHECK(details.at("held_out_accuracy") > 0.9);
    FeatureMatrix features, logits, again, again_logits;
    const auto images = dataset_images(data, 3).images(0, 30);
    REQUIRE((*first)->extract(*images, features, &logits).ok());
    CHECK(features.dimension == (*first)->dimension());
    CHECK(logits.dimension == 3);
    auto kept = make_classifier(data, plan, true, {});
    REQUIRE((*kept)->extract(*images, again, &again_logits).ok());
    CHECK(again_logits.values == logits.values);
    CHECK((*kept)->details() == details);
    CHECK((*kept)->identity() == (*first)->identity());
    // A damaged file is trained anew, to the same network.
    for (const auto& entry : std::filesystem::directory_iterator(cache.folder / "classifiers"))
        std::filesystem::resize_file(entry.path(), 100);
    FeatureMatrix unused, made_anew;
    REQUIRE((*make_classifier(data, plan, true, {}))->extract(*images, unused, &made_anew).ok());
    CHECK(made_anew.values == logits.values);
}

TEST_CASE("a small data set is learned for more epochs, but not for ever") {
    CHECK(epochs_to_learn(281, 5, 400) == 5); // 18,000 pictures
    CHECK(epochs_to_learn(50, 5, 400) == 8);
    CHECK(epochs_to_learn(3, 5, 400) == 40);
    CHECK(epochs_to_learn(1, 60, 400) == 60); // as many as asked for
}

TEST_CASE("a classifier without labels, or with too few, says so") {
    const OwnCache cache("class-classifier-none");
    auto unlabelled = std::make_shared<ganvas::testing::FormulaDataset>(100, 0);
    CHECK(make_classifier(unlabelled, {}, false, {}).error().code == ErrorCode::usage);
    CHECK(make_classifier(nullptr, {}, false, {}).error().code == ErrorCode::usage);
    CHECK(make_classifier(std::make_shared<LabelledDataset>(20), {}, false, {}).error().code
          == ErrorCode::bad_data);
    std::stop_source stop;
    stop.request_stop();
    CHECK(
        make_classifier(std::make_shared<LabelledDataset>(90), {}, false, {{}, stop.get_token()}).error().code
        == ErrorCode::interrupted);
}

TEST_CASE("the live point of diversity has its badge, and the distance since the last one") {
    const OwnCache cache("diversity-monitor");
    cache.share_classifiers();
    auto data = std::make_shared<LabelledDataset>(300, 3);
    DiversityOptions options;
    options.extractor = "pixels";
    options.count = 128;
    options.batch = 32;
    options.split = "test";
    DiversityMonitor monitor(options, data);
    CHECK(monitor.due(0));
    auto first = monitor.measure(dataset_images(data, 1), {10, 640, 2.5, 0.5}, {});
    REQUIRE_MESSAGE(first.ok(), (first ? "" : first.error().line()));
    CHECK(first->since_last == -1);
    CHECK(first->modes == 3);
    CHECK(first->classes == 3);
    CHECK(first->effective_modes == doctest::Approx(3).epsilon(0.05));
    CHECK(first->pairwise == doctest::Approx(first->data_pairwise).epsilon(0.1));
    CHECK(first->between_batches > 0);
    CHECK(first->batch == 32);
    CHECK(first->step == 10);
    CHECK(first->resize.ends_with(" to 16x16 means")); // from the size of the pictures
    CHECK(first->split == "test");
    CHECK(first->data_pairwise_deviation > 0);
    CHECK(first->effective_modes_deviation > 0);
    CHECK(first->since_last_deviation == 0);
    CHECK_FALSE(monitor.due(2.6));
    // Collapsed: the same picture for every latent.
    ImageSource same = dataset_images(data, 1);
    same.images = [source = same](std::int64_t, int count) {
        auto batch = *source.images(0, 1);
        const auto picture = batch.pixels;
        for (int k = 1; k < count; ++k)
            batch.pixels.insert(batch.pixels.end(), picture.begin(), picture.end());
        batch.count = count;
        return Result<ImageBatch>(batch);
    };
    auto second = monitor.measure(same, {20, 1280, 60, 1}, {});
    REQUIRE(second.ok());
    CHECK(second->modes == 1);
    CHECK(second->pairwise < 0.01 * first->pairwise);
    CHECK(second->between_batches < 0.01 * first->between_batches);
    CHECK(second->since_last > first->between_batches);
    CHECK(second->modes_deviation == 0);
    DiversityPoint other = *first;
    CHECK(same_badge(*first, *second));
    other.split = "train";
    CHECK_FALSE(same_badge(*first, other));
}

namespace {

/// The bars without classes, with an attribute for each of the first two kinds: as drawn faces and CelebA have them.
class AttributeDataset final : public LabelledDataset {
public:
    explicit AttributeDataset(std::int64_t size) : LabelledDataset(size, 3) {}
    std::span<const std::int8_t> attributes(std::int64_t index) const override {
        return values_[static_cast<std::size_t>(index % 3)];
    }
    const std::vector<std::string>& attribute_names() const override { return names_; }
    int class_label(std::int64_t) const override { return -1; }
    const std::vector<std::string>& class_names() const override { return no_classes_; }
    const std::string& fingerprint() const override { return fingerprint_; }

private:
    std::vector<std::string> names_ = {"Across", "Down"}, no_classes_;
    std::string fingerprint_ = "attributes";
    std::array<std::vector<std::int8_t>, 3> values_ = {std::vector<std::int8_t>{1, -1}, {-1, 1}, {-1, -1}};
};

} // namespace

TEST_CASE("modes of data with attributes are their combinations, and data without labels have none") {
    const OwnCache cache("diversity-attributes");
    auto data = std::make_shared<AttributeDataset>(300);
    DiversityOptions options;
    options.extractor = "pixels";
    options.count = 90;
    DiversityMonitor monitor(options, data);
    auto point = monitor.measure(dataset_images(data, 1), {1, 64, 1, 0.1}, {});
    REQUIRE_MESSAGE(point.ok(), (point ? "" : point.error().line()));
    CHECK(point->classes == 4); // of two attributes; no picture has both
    CHECK(point->modes == 3);
    auto unlabelled = std::make_shared<ganvas::testing::FormulaDataset>(100, 0);
    DiversityMonitor plain(options, unlabelled);
    auto without = plain.measure(dataset_images(unlabelled, 1), {1, 64, 1, 0.1}, {});
    REQUIRE_MESSAGE(without.ok(), (without ? "" : without.error().line()));
    CHECK(without->modes == -1);
    auto few = std::make_shared<LabelledDataset>(20);
    options.count = 16;
    DiversityMonitor scarce(options, few);
    auto still = scarce.measure(dataset_images(few, 1), {1, 64, 1, 0.1}, {});
    REQUIRE_MESSAGE(still.ok(),
                    (still ? "" : still.error().line())); // too few to learn on: the rest is measured
    CHECK(still->modes == -1);
    CHECK(still->pairwise > 0);
}
