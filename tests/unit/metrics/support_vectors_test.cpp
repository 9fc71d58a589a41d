#include "engine/metrics/support_vectors.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "engine/metrics/feature_classification.h"
#include "tests/unit/metrics/sets.h"

using namespace ganvas;
using ganvas::testing::formula_features;
using ganvas::testing::rows;

namespace {

/// tests/peers/distances_golden.py: the k-th column lifted for class k.
FeatureMatrix lifted(std::int64_t count, std::int64_t salt, std::vector<int>& labels) {
    auto made = formula_features(count, 6, salt);
    for (std::int64_t k = 0; k < count; ++k) {
        labels.push_back(static_cast<int>(k % 3));
        made.values[static_cast<std::size_t>(k * 6 + k % 3)] += 0.35f;
    }
    return made;
}

double share_right(const std::vector<int>& found, const std::vector<int>& labels) {
    std::size_t right = 0;
    for (std::size_t k = 0; k < found.size(); ++k) right += found[k] == labels[k];
    return static_cast<double>(right) / static_cast<double>(found.size());
}

} // namespace

TEST_CASE("support vectors agree with scikit-learn's") { // values: tests/peers/distances_golden.py
    struct Golden {
        bool standardise;
        double weights[3][7];
        double train_accuracy, accuracy;
    };
    const Golden golden[] = {
        {false,
         {{1.5322286330192125, -0.4055292746895101, -0.8562439525256319, -0.3031264460158403,
           0.41501660905414045, 0.6417550616047581, -0.8546560750231158},
          {0.14229303972865326, 1.1370351544437391, -0.3172957620836667, -0.7533357759913051,
           -0.40912170803989534, 0.19098703190835448, -0.21009830673859783},
          {-1.8844586198912654, -0.8679100698327314, 1.5256662078173144, 0.9934208402202752,
           -0.015912953594840188, -0.9160152641118015, -0.0398717988919964}},
         0.65,
         0.6833333333333333},
        {true, // as the program takes features unless it is told otherwise
         {{1.3041954723336269, -0.31603263654228897, -0.7117675763103327, -0.29113667569565693,
           0.4386791591954906, 0.49948150379143014, -0.3864136391035557},
          {0.12510324579617652, 1.0095244734985873, -0.26060645522870934, -0.706078248845173,
           -0.38488431826124353, 0.14017792536518217, -0.3367165467644145},
          {-1.5854370398298807, -0.7769122387862459, 1.3656111310773715, 0.9872071791582571,
           -0.02436710469398495, -0.695766797127942, -0.41718592835170376}},
         0.65,
         0.65}};
    std::vector<int> labels, test_labels;
    const auto train = lifted(120, 0, labels), test = lifted(60, 9, test_labels);
    for (const Golden& expected : golden) {
        CAPTURE(expected.standardise);
        SupportVectorOptions options;
        CHECK(options.standardise);
        options.standardise = expected.standardise;
        options.tolerance = 1e-8;
        SupportVectors machine(6, options);
        REQUIRE(machine.add(train.part(0, 50), std::span(labels).first(50)).ok());
        REQUIRE(machine.add(train.part(50, 70), std::span(labels).subspan(50)).ok());
        REQUIRE(machine.train().ok());
        REQUIRE(machine.classes().size() == 3);
        for (std::size_t c = 0; c < 3; ++c)
            for (std::size_t k = 0; k < 7; ++k)
                CHECK(machine.weights()[c * 7 + k]
                      == doctest::Approx(expected.weights[machine.classes()[c]][k]).epsilon(1e-4));
        CHECK(machine.train_accuracy() == doctest::Approx(expected.train_accuracy));
        CHECK(share_right(*machine.predict(test), test_labels) == doctest::Approx(expected.accuracy));
    }
    // With the tolerance that is used, the answers are these answers still.
    SupportVectors machine(6, {});
    REQUIRE(machine.add(train, labels).ok());
    REQUIRE(machine.train().ok());
    CHECK(share_right(*machine.predict(test), test_labels)
          == doctest::Approx(golden[1].accuracy).epsilon(0.05));
}

TEST_CASE("two classes, standardised features and features that never change") {
    // The second number tells the classes apart but is a thousand times smaller; the third is constant.
    std::vector<float> values;
    std::vector<int> labels;
    for (int k = 0; k < 40; ++k) {
        values.insert(values.end(), {static_cast<float>(k * 37 % 11), k % 2 ? 0.001f : 0.002f, 5.0f});
        labels.push_back(k % 2 ? 7 : 3);
    }
    SupportVectors machine(3, {});
    REQUIRE(machine.add(rows(3, values), labels).ok());
    REQUIRE(machine.train().ok());
    CHECK(machine.train_accuracy() == 1);
    CHECK(share_right(*machine.predict(rows(3, values)), labels) == 1);
    SupportVectors again(3, {});
    REQUIRE(again.add(rows(3, values), labels).ok());
    REQUIRE(again.train().ok());
    CHECK(again.weights() == machine.weights());
}

TEST_CASE("the memory allowed bounds the rows, and the report shows how many there were") {
    // The third report's 28,672 features: 4 GB would be 9,362 rows.
    CHECK(SupportVectors::most_rows(28672, std::int64_t(4) << 30) * (28674 * 16) <= std::int64_t(4) << 30);
    CHECK(SupportVectors::most_rows(28672, SupportVectorOptions{}.memory) > 6500);
    SupportVectorOptions small;
    small.memory = 10 * 8 * 16; // ten rows of six numbers
    SupportVectors machine(6, small);
    std::vector<int> labels;
    const auto features = lifted(11, 0, labels);
    CHECK(machine.add(features, labels).error().code == ErrorCode::usage);
    REQUIRE(machine.add(features.part(0, 10), std::span(labels).first(10)).ok());
    CHECK(machine.bytes() <= small.memory);

    auto data = std::make_shared<ganvas::testing::LabelledDataset>(120);
    auto extractor = make_extractor("pixels");
    auto train = labelled_pictures(data, 1, 0, 0.8), test = labelled_pictures(data, 1, 0.8, 1);
    REQUIRE(train.ok());
    REQUIRE(test.ok());
    CHECK(train->images.size == 96);
    CHECK(test->images.size == 24);
    small.memory = 50 * 770 * 16;
    auto found = classify_features(**extractor, *train, *test, 1000, small, {});
    REQUIRE_MESSAGE(found.ok(), (found ? "" : found.error().line()));
    CHECK(found->train_count == 50);
    CHECK(found->train_available == 96);
    CHECK(found->test_count == 24);
    CHECK(found->dimension == 768);
    CHECK(found->train_accuracy == 1);
    CHECK(found->test_accuracy > 0.9); // bars of three directions are easy
}

TEST_CASE("what cannot be learnt is refused") {
    SupportVectors machine(2, {});
    CHECK(machine.add(rows(3, {1, 2, 3}), std::vector<int>{1}).error().code == ErrorCode::usage);
    CHECK(machine.add(rows(2, {1, std::numeric_limits<float>::infinity()}), std::vector<int>{1}).error().code
          == ErrorCode::bad_data);
    SupportVectors one_class(2, {});
    REQUIRE(one_class.add(rows(2, {1, 2, 3, 4}), std::vector<int>{1, 1}).ok());
    CHECK(one_class.train().error().code == ErrorCode::usage);
    CHECK(one_class.predict(rows(2, {1, 2})).error().code == ErrorCode::usage);
}
