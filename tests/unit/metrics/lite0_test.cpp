// Needs the EfficientNet-Lite0 weights that the set-up fetched (assets: features/efficientnet_lite0.safetensors).
#include "engine/metrics/lite0.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>

#include "engine/runs/tensor_file.h"
#include "tests/support/worst_difference.h"
#include "tests/unit/metrics/pictures.h"
#include "tests/unit/metrics/sets.h"

using namespace ganvas;

TEST_CASE("lite0 features equal those of an independent implementation") {
    auto golden = read_tensor_file(Path(GANVAS_SOURCE_DIR) / "tests/golden/lite0_features.safetensors");
    REQUIRE(golden.ok());
    const auto corner = *golden->floats("corner", {4, 3});
    const auto expected_logits = *golden->floats("logits", {4, 1000});
    for (const std::string name : {"lite0", "lite0-96"}) {
        CAPTURE(name);
        const auto expected = *golden->floats(name, {4, 1280});
        auto extractor = make_extractor(name);
        REQUIRE_MESSAGE(extractor.ok(), (extractor ? "" : extractor.error().line()));
        FeatureMatrix features, logits;
        for (int k = 0; k < 4; ++k) {
            const auto image = ganvas::testing::golden_picture(k);
            for (int c = 0; c < 3; ++c) // the same picture was drawn
                REQUIRE(image.pixels[static_cast<std::size_t>((5 * image.width + 9) * 3 + c)]
                        == corner[k * 3 + c]);
            REQUIRE((*extractor)->extract(image, features, &logits).ok());
        }
        CHECK(features.count == 4);
        CHECK(*std::max_element(expected.begin(), expected.end())
              > 1); // so that the bound below says something
        CHECK(ganvas::testing::worst_difference(features.values, expected) < 1e-4);
        if (name == "lite0") CHECK(ganvas::testing::worst_difference(logits.values, expected_logits) < 1e-3);
    }
}

TEST_CASE("grey pictures count as RGB and alpha is dropped") {
    auto extractor = make_extractor("lite0-96");
    REQUIRE(extractor.ok());
    ImageBatch grey{1, 28, 28, 1, {}}, rgb{1, 28, 28, 3, {}}, rgba{1, 28, 28, 4, {}};
    for (int k = 0; k < 28 * 28; ++k) {
        const auto v = static_cast<std::uint8_t>(k * 37 % 251);
        grey.pixels.push_back(v);
        rgb.pixels.insert(rgb.pixels.end(), {v, v, v});
        rgba.pixels.insert(rgba.pixels.end(), {v, v, v, static_cast<std::uint8_t>(k)});
    }
    FeatureMatrix a, b, c;
    REQUIRE((*extractor)->extract(grey, a).ok());
    REQUIRE((*extractor)->extract(rgb, b).ok());
    REQUIRE((*extractor)->extract(rgba, c).ok());
    CHECK(a.values == b.values);
    CHECK(a.values == c.values);
}

TEST_CASE("missing and wrong weights are clear errors") {
    CHECK(make_lite0(224, "/nowhere/weights.safetensors").error().code == ErrorCode::not_found);
    const ganvas::testing::OwnCache cache("lite0-weights");
    TensorFile wrong;
    wrong.add_floats("_conv_stem.weight", {1}, {1.0f});
    REQUIRE(write_tensor_file(cache.folder / "w.safetensors", wrong).ok());
    CHECK(make_lite0(224, cache.folder / "w.safetensors").error().code == ErrorCode::bad_checkpoint);
    CHECK(make_extractor("inception").error().code == ErrorCode::usage);
}
