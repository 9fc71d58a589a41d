// Golden values: tests/peers/inception_golden.py. The weights come from a formula: the real ones are the user's.
#include "engine/metrics/inception.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/metrics/evaluate.h"
#include "engine/runs/tensor_file.h"
#include "tests/support/worst_difference.h"
#include "tests/unit/metrics/pictures.h"
#include "tests/unit/metrics/sets.h"

using namespace ganvas;

namespace {

/// 24 bits of a whole-number hash, as tests/peers/inception_formula.py has it.
double uniform(std::uint64_t index, std::uint64_t salt) {
    std::uint64_t h = (index * 2654435761u + salt * 2654435769u) & 0xFFFFFFFFu;
    h ^= h >> 15;
    h = (h * 0x85EBCA6Bu) & 0xFFFFFFFFu;
    h ^= h >> 13;
    h = (h * 0xC2B2AE35u) & 0xFFFFFFFFu;
    h ^= h >> 16;
    return static_cast<double>(h >> 8) / (1 << 24);
}

bool ends_with(const std::string& text, const std::string& ending) { return text.ends_with(ending); }

TensorFile formula_weights(const nlohmann::json& shapes) {
    TensorFile file;
    std::uint64_t salt = 0;
    for (const auto& [name, sizes] : shapes.items()) { // sorted by name, as the formula counts them
        const auto shape = sizes.get<std::vector<std::int64_t>>();
        std::int64_t count = 1, fan = 1;
        for (std::size_t k = 0; k < shape.size(); ++k) {
            count *= shape[k];
            if (k > 0) fan *= shape[k];
        }
        std::vector<float> values(static_cast<std::size_t>(count));
        const double bound = std::sqrt(6.0 / static_cast<double>(fan));
        for (std::size_t k = 0; k < values.size(); ++k) {
            const double u = uniform(k, salt);
            values[k] = static_cast<float>(ends_with(name, ".running_var") ? 0.5 + u
                                           : ends_with(name, ".bn.weight") ? 0.8 + 0.4 * u
                                           : ends_with(name, ".weight")    ? (2 * u - 1) * bound
                                                                           : (u - 0.5) * 0.2);
        }
        file.add_floats(name, shape, values);
        ++salt;
    }
    return file;
}

} // namespace

TEST_CASE("Inception's features equal those of torch-fidelity and of pytorch-fid") {
    auto golden = read_tensor_file(Path(GANVAS_SOURCE_DIR) / "tests/golden/inception_features.safetensors");
    REQUIRE(golden.ok());
    const ganvas::testing::OwnCache cache("inception-weights");
    const Path weights = cache.folder / "weights.safetensors";
    REQUIRE(write_tensor_file(weights, formula_weights(nlohmann::json::parse(golden->text("shapes")))).ok());
    const auto logits_expected = *golden->floats("logits", {4, 1008});
    for (const std::string name : {"inception", "inception-pytorch"}) {
        CAPTURE(name);
        const auto expected = *golden->floats(name, {4, 2048});
        ExtractorRequest request;
        request.name = name;
        request.weights = weights;
        auto extractor = make_extractor(request);
        REQUIRE_MESSAGE(extractor.ok(), (extractor ? "" : extractor.error().line()));
        FeatureMatrix features, logits;
        for (int k = 0; k < 4; ++k)
            REQUIRE((*extractor)->extract(ganvas::testing::golden_picture(k), features, &logits).ok());
        const float largest = *std::max_element(expected.begin(), expected.end());
        MESSAGE(name << ": largest feature " << largest << ", worst difference "
                     << ganvas::testing::worst_difference(features.values, expected));
        CHECK(largest > 0.5); // so that the bound below says something
        CHECK(ganvas::testing::worst_difference(features.values, expected) < 1e-4 * std::max(largest, 1.0f));
        if (name == "inception")
            CHECK(ganvas::testing::worst_difference(logits.values, logits_expected) < 1e-3);
    }
    CHECK(ganvas::testing::worst_difference(*golden->floats("inception", {4, 2048}),
                                            *golden->floats("inception-pytorch", {4, 2048}))
          > 1e-3); // two ways to resize, two sets of features
}

TEST_CASE("TensorFlow 1's resize puts corner on corner") {
    // 2 → 4: places 0, 0.5, 1, 1.5; the last one has no right neighbour.
    const ImageBatch two{1, 1, 2, 1, {10, 30}};
    const auto row = resize_like_tensorflow(two, 4);
    for (int y = 0; y < 4; ++y) {
        CHECK(row[static_cast<std::size_t>(y * 4)] == 10);
        CHECK(row[static_cast<std::size_t>(y * 4 + 1)] == 20);
        CHECK(row[static_cast<std::size_t>(y * 4 + 2)] == 30);
        CHECK(row[static_cast<std::size_t>(y * 4 + 3)] == 30);
    }
    // Shrinking takes single pixels: no antialias.
    ImageBatch eight{1, 8, 8, 3, std::vector<std::uint8_t>(192, 0)};
    eight.pixels[0] = 200;
    CHECK(resize_like_tensorflow(eight, 4)[0] == 200);
    CHECK(resize_like_tensorflow(eight, 8)[0] == 200);
}

TEST_CASE("Inception without good weights says what to do") {
    ExtractorRequest request;
    request.name = "inception";
    auto none = make_extractor(request);
    REQUIRE_FALSE(none.ok());
    CHECK(none.error().code == ErrorCode::usage);
    CHECK(none.error().line().find("convert_inception.py") != std::string::npos);
    request.weights = "/nowhere/weights.safetensors";
    CHECK(make_extractor(request).error().code == ErrorCode::not_found);
    const ganvas::testing::OwnCache cache("inception-wrong");
    TensorFile wrong;
    wrong.add_floats("Conv2d_1a_3x3.conv.weight", {1}, {1.0f});
    request.weights = cache.folder / "w.safetensors";
    REQUIRE(write_tensor_file(request.weights, wrong).ok());
    CHECK(make_extractor(request).error().code == ErrorCode::bad_checkpoint);
}

TEST_CASE("the names FID, KID and Inception Score belong to Inception") {
    for (const auto& name : extractor_names()) {
        CAPTURE(name);
        const bool inception = name.rfind("inception", 0) == 0;
        CHECK((metric_title("fd", name) == "FID") == inception);
        CHECK((metric_title("kid", name) == "KID") == inception);
        CHECK((metric_title("is", name) == "Inception Score") == inception);
        if (!inception)
            for (const auto& metric : metric_names()) {
                CHECK(metric_title(metric, name).find("FID") == std::string::npos);
                CHECK(metric_title(metric, name).find("Inception") == std::string::npos);
            }
    }
}
