#include "engine/metrics/evaluate.h"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/metrics/distance_monitor.h"
#include "engine/runs/tensor_file.h"
#include "tests/unit/metrics/sets.h"

using namespace ganvas;
using ganvas::testing::FormulaDataset;
using ganvas::testing::OwnCache;

namespace {

EvaluationRequest request_for(std::vector<std::string> metrics, std::int64_t count) {
    EvaluationRequest request;
    request.metrics = std::move(metrics);
    request.count = count;
    request.extractor = "pixels";
    return request;
}

} // namespace

TEST_CASE("every metric comes with its badge, and the contract's JSON") {
    const OwnCache cache("evaluate");
    auto data = std::make_shared<FormulaDataset>(300, 0);
    auto other = std::make_shared<FormulaDataset>(250, 40, "brighter");
    auto result = evaluate(dataset_images(other), data, request_for({"fd", "kid", "mmd", "pr"}, 200), {});
    REQUIRE_MESSAGE(result.ok(), (result ? "" : result.error().line()));
    const auto json = nlohmann::json::parse(to_json(*result));
    for (const char* name : {"fd", "kid", "mmd", "pr"}) {
        CAPTURE(name);
        const auto& metric = json["metrics"][name];
        CHECK(std::isfinite(metric["value"].get<double>()));
        CHECK(metric["std"].get<double>() >= 0);
        CHECK(metric["count"] == 200);
        CHECK(metric["extractor"] == "pixels");
        CHECK(metric["data"] == "formula");
    }
    CHECK(json["metrics"]["fd"]["resamples"] == 4);
    CHECK(json["metrics"]["fd"]["std"].get<double>() > 0);
    CHECK(json["metrics"]["pr"].contains("precision"));
    // 40 levels brighter in each of 768 numbers.
    CHECK(json["metrics"]["fd"]["value"].get<double>() >= 768 * std::pow(40.0 / 255, 2) * 0.95);
}

TEST_CASE("every metric there is gives a finite number with its badge on a small labelled set") {
    const OwnCache cache("evaluate-all");
    cache.share_classifiers();
    auto data = std::make_shared<ganvas::testing::LabelledDataset>(120, 3);
    auto request = request_for(metric_names(), 80);
    request.extractor = "classifier";
    request.sample_batch = 16;
    auto result = evaluate(dataset_images(data, 7), reference_pictures(data, 0, "train"), request, {});
    REQUIRE_MESSAGE(result.ok(), (result ? "" : result.error().line()));
    CHECK(result->metrics.size() == metric_names().size());
    for (const auto& [name, value] : result->metrics) {
        CAPTURE(name);
        CHECK(std::isfinite(value.value));
        CHECK(std::isfinite(value.deviation));
        CHECK(value.count == 80);
        CHECK(value.extractor == "classifier");
        CHECK_FALSE(value.title.empty());
        CHECK_FALSE(value.resize.empty());
        CHECK_FALSE(value.spread.empty());
        CHECK(value.data == "bars");
        CHECK(value.split == "train");
        CHECK(value.details.at("held_out_accuracy") > 0.8);
        for (const auto& [key, detail] : value.details) CHECK(std::isfinite(detail));
    }
    CHECK(result->metrics.at("modes").value == 3);
    CHECK(result->metrics.at("is").value > 2); // three classes, told apart
    CHECK(result->metrics.at("spread").details.contains("relative_std_percent_64"));
    CHECK_FALSE(result->metrics.at("spread").details.contains("mean_256")); // more than there are
    CHECK(result->metrics.at("nn").details.at("relative") < 1.5);
}

TEST_CASE(
    "the kernel's bandwidth is the data's own: the same for every model, seed and N, and in the badge") {
    const OwnCache cache("evaluate-bandwidth");
    auto data = std::make_shared<FormulaDataset>(300, 0);
    const auto measure = [&](int lift, std::uint64_t seed, std::int64_t count) {
        auto request = request_for({"mmd"}, count);
        request.seed = seed;
        auto result = evaluate(dataset_images(std::make_shared<FormulaDataset>(250, lift)),
                               reference_pictures(data, seed), request, {});
        REQUIRE_MESSAGE(result.ok(), (result ? "" : result.error().line()));
        return result->metrics.at("mmd");
    };
    const MetricValue first = measure(0, 0, 200);
    CHECK(first.details.at("bandwidth") > 0);
    CHECK(first.parameters.rfind("σ ", 0) == 0);
    for (const MetricValue& other : {measure(90, 0, 200), measure(0, 5, 200), measure(30, 2, 40)}) {
        CHECK(other.details.at("bandwidth") == doctest::Approx(first.details.at("bandwidth")).epsilon(1e-6));
        CHECK(other.parameters == first.parameters);
    }
    // Other data, another kernel.
    auto flat = evaluate(dataset_images(data), std::make_shared<ganvas::testing::LabelledDataset>(60, 3),
                         request_for({"mmd"}, 40), {});
    CHECK(flat->metrics.at("mmd").parameters != first.parameters);
}

TEST_CASE("score and discrepancy have one kind of error bar, and the spread over splits beside it") {
    const OwnCache cache("evaluate-splits");
    cache.share_classifiers();
    auto data = std::make_shared<ganvas::testing::LabelledDataset>(120, 3);
    auto request = request_for({"is", "mmd"}, 64);
    request.extractor = "classifier";
    auto open = evaluate(dataset_images(data, 7), data, request, {});
    REQUIRE_MESSAGE(open.ok(), (open ? "" : open.error().line()));
    for (const char* name : {"is", "mmd"}) {
        const MetricValue& value = open->metrics.at(name);
        CHECK(value.spread.rfind("standard error", 0) == 0);
        CHECK(value.details.at("standard_error") == value.deviation);
        CHECK(value.deviation > 0);
        CHECK_FALSE(value.details.contains("std_over_splits")); // 64 pictures are one split
    }
    CHECK(open->metrics.at("is").details.at("splits") == 1);
    CHECK(open->metrics.at("is").parameters == "1 split");
    request.splits = 4;
    auto four = evaluate(dataset_images(data, 7), data, request, {});
    REQUIRE(four.ok());
    const MetricValue& score = four->metrics.at("is");
    CHECK(score.details.at("splits") == 4);
    CHECK(score.parameters == "4 splits");
    CHECK(score.deviation == doctest::Approx(score.details.at("std_over_splits") / 2));
    CHECK(four->metrics.at("mmd").details.at("splits") == 4);
    CHECK(four->metrics.at("mmd").details.at("std_over_splits") > 0);
    CHECK(splits_for(0, 999) == 1);
    CHECK(splits_for(0, 1000) == 10);
    CHECK(splits_for(7, 1000) == 7);
    CHECK(splits_for(7, 6) == 3);
    CHECK(splits_for(7, 1) == 1);
}

TEST_CASE("modes are counted by the data's classifier whatever the features are") {
    const OwnCache cache("evaluate-modes");
    cache.share_classifiers();
    auto data = std::make_shared<ganvas::testing::LabelledDataset>(120, 3);
    auto result = evaluate(dataset_images(data), data, request_for({"fd", "modes"}, 60), {});
    REQUIRE_MESSAGE(result.ok(), (result ? "" : result.error().line()));
    CHECK(result->metrics.at("fd").extractor == "pixels");
    CHECK(result->metrics.at("modes").extractor == "classifier");
    auto unlabelled = std::make_shared<FormulaDataset>(50, 0);
    CHECK(evaluate(dataset_images(unlabelled), unlabelled, request_for({"modes"}, 30), {}).error().code
          == ErrorCode::usage);
}

TEST_CASE("one model against another needs no data set") {
    auto a = std::make_shared<FormulaDataset>(80, 0), b = std::make_shared<FormulaDataset>(80, 30);
    ReferencePictures other;
    other.images = dataset_images(b);
    other.name = "the epoch before";
    auto result = evaluate(dataset_images(a), other, request_for({"fd"}, 64), {});
    REQUIRE(result.ok());
    CHECK(result->metrics.at("fd").value > 1);
    CHECK(result->metrics.at("fd").data == "the epoch before");
}

TEST_CASE("features of both sides can be kept in a file") {
    const OwnCache cache("evaluate-features");
    auto data = std::make_shared<FormulaDataset>(60, 0);
    auto request = request_for({"fd"}, 40);
    request.save_features = cache.folder / "features.safetensors";
    REQUIRE(evaluate(dataset_images(data, 1), data, request, {}).ok());
    auto file = read_tensor_file(request.save_features);
    REQUIRE(file.ok());
    CHECK(file->floats("generated", {40, 768}).ok());
    CHECK(file->floats("data", {40, 768}).ok());
    CHECK(file->text("extractor") == "pixels");
}

TEST_CASE("a set is at distance zero from itself and a different one is not") {
    const OwnCache cache("evaluate-same");
    auto data = std::make_shared<FormulaDataset>(120, 0);
    auto same = evaluate(dataset_images(data), data, request_for({"fd"}, 120), {});
    REQUIRE(same.ok());
    CHECK(same->metrics.at("fd").value < 1e-6);
}

TEST_CASE("statistics of the data are kept, and a damaged file is made anew") {
    const OwnCache cache("evaluate-cache");
    auto data = std::make_shared<FormulaDataset>(150, 0);
    auto other = std::make_shared<FormulaDataset>(150, 10);
    const auto measure = [&] {
        return evaluate(dataset_images(other), data, request_for({"fd"}, 100), {})->metrics.at("fd").value;
    };
    const double first = measure();
    std::vector<Path> files;
    for (const auto& entry : std::filesystem::directory_iterator(cache.folder / "statistics"))
        files.push_back(entry.path());
    REQUIRE(files.size() == 1);
    const auto written = std::filesystem::last_write_time(files[0]);
    CHECK(measure() == first);
    CHECK(std::filesystem::last_write_time(files[0]) == written);
    std::filesystem::resize_file(files[0], std::filesystem::file_size(files[0]) / 2);
    CHECK(measure() == first);
    CHECK(FrechetReference::load(files[0], 768, 100).ok());
}

TEST_CASE("batches give their mean and spread") {
    const OwnCache cache("evaluate-batches");
    auto data = std::make_shared<FormulaDataset>(300, 0), other = std::make_shared<FormulaDataset>(300, 10);
    auto request = request_for({"fd"}, 50);
    request.batches = 4;
    auto result = evaluate(dataset_images(other), data, request, {});
    REQUIRE(result.ok());
    CHECK(result->metrics.at("fd").resamples == 4);
    CHECK(result->metrics.at("fd").count == 50);
    CHECK(result->metrics.at("fd").deviation > 0);
    request.batches = 7;
    CHECK(evaluate(dataset_images(other), data, request, {}).error().code == ErrorCode::usage);
}

TEST_CASE("what cannot be measured says so") {
    auto data = std::make_shared<FormulaDataset>(10, 0);
    CHECK(evaluate(dataset_images(data), data, request_for({"fd"}, 1), {}).error().code == ErrorCode::usage);
    CHECK(evaluate(dataset_images(data), data, request_for({"fid"}, 5), {}).error().code == ErrorCode::usage);
    CHECK(evaluate(dataset_images(data), data, request_for({"is"}, 5), {}).error().code == ErrorCode::usage);
    CHECK(parse_metrics("fd,kid,fd")->size() == 2);
    CHECK(parse_metrics("fd,,kid").error().code == ErrorCode::usage);
    std::stop_source stop;
    stop.request_stop();
    CHECK(evaluate(dataset_images(data), data, request_for({"kid"}, 5), {{}, stop.get_token()}).error().code
          == ErrorCode::interrupted);
}

TEST_CASE("live measuring keeps its share of training whatever a measurement costs") {
    for (const double cost : {0.5, 4.0, 30.0}) {
        DistanceCadence cadence(0.1);
        double training = 0, spent = 0;
        int measured = 0;
        while (training < 3600) {
            training += 0.25;
            if (!cadence.due(training)) continue;
            cadence.measured(training, cost);
            spent += cost;
            ++measured;
        }
        CAPTURE(cost);
        CHECK(measured >= 3600 / (10 * cost) - 1);
        CHECK(spent - cost <= 0.1 * training); // the last one is being paid back
    }
}

TEST_CASE("a live point carries where training was and its badge") {
    const OwnCache cache("monitor");
    auto data = std::make_shared<FormulaDataset>(200, 0), other = std::make_shared<FormulaDataset>(200, 20);
    MonitorOptions options;
    options.extractor = "pixels";
    options.count = 128;
    options.split = "train";
    DistanceMonitor monitor(options, data);
    CHECK(monitor.due(0));
    auto point = monitor.measure(dataset_images(other), {70, 4480, 12.5, 1.25}, {});
    REQUIRE(point.ok());
    CHECK(point->step == 70);
    CHECK(point->seconds == 12.5);
    CHECK(point->count == 128);
    CHECK(point->resamples == 4);
    CHECK(point->extractor == "pixels");
    CHECK(point->resize.ends_with(" to 16x16 means")); // from the size of the pictures
    CHECK(point->split == "train");
    CHECK(point->data == "formula");
    CHECK(point->value > 0);
    CHECK(point->deviation > 0);
    CHECK_FALSE(monitor.due(12.6));
    CHECK(monitor.due(1e6));
}
