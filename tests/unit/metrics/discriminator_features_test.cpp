#include "engine/metrics/discriminator_features.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "engine/metrics/guided_backpropagation.h"
#include "engine/metrics/tensors.h"
#include "models/discriminator.h"
#include "models/initialisation.h"
#include "tests/unit/metrics/pictures.h"
#include "tests/unit/metrics/sets.h"

using namespace ganvas;

namespace {

std::shared_ptr<Discriminator> discriminator(int size, int channels, int width, double deviation = 0.05,
                                             DiscriminatorSpec spec = {}) {
    spec.image_size = size;
    spec.channels = channels;
    spec.width = width;
    auto made = std::make_shared<Discriminator>(spec);
    initialise(*made, WeightInitialisation::normal, deviation, make_random_generator(3));
    made->eval();
    return made;
}

} // namespace

TEST_CASE("the third report's discriminator gives 28,672 features") {
    auto extractor = make_discriminator_extractor(discriminator(32, 3, 256), "key");
    REQUIRE(extractor.ok());
    CHECK((*extractor)->dimension() == 28672);
    CHECK((*extractor)->dimension() == 16 * (256 + 512 + 1024));
    CHECK((*extractor)->identity() == "discriminator-key");
}

TEST_CASE("each layer's maps are pooled by maximum to 4x4, in order, and pictures do not mix") {
    auto network = discriminator(32, 3, 8);
    auto extractor = make_discriminator_extractor(network, "");
    const auto picture = ganvas::testing::golden_picture(1); // 28×28: it is brought to 32
    ImageBatch two = picture;
    two.count = 2;
    for (const auto value : picture.pixels) two.pixels.push_back(static_cast<std::uint8_t>(255 - value));
    FeatureMatrix alone, together;
    REQUIRE((*extractor)->extract(picture, alone).ok());
    REQUIRE((*extractor)->extract(two, together).ok());
    REQUIRE(alone.dimension == 16 * (8 + 16 + 32));
    for (int k = 0; k < alone.dimension; ++k)
        CHECK(together.values[static_cast<std::size_t>(k)]
              == doctest::Approx(alone.values[static_cast<std::size_t>(k)]).epsilon(1e-4));
    // The last layer is 4×4 already: its features are the maps themselves.
    torch::NoGradGuard no_gradients;
    auto x = torch::zeros({1, 3, 32, 32});
    ImageBatch grey{1, 32, 32, 3, std::vector<std::uint8_t>(32 * 32 * 3, 128)};
    x.fill_(128 / 127.5 - 1);
    FeatureMatrix of_grey;
    REQUIRE((*extractor)->extract(grey, of_grey).ok());
    const auto maps = network->layer_maps(x);
    const auto last = maps.back().contiguous();
    REQUIRE(last.numel() == 16 * 32);
    for (std::int64_t k = 0; k < last.numel(); ++k)
        CHECK(of_grey.values[static_cast<std::size_t>(16 * (8 + 16) + k)]
              == doctest::Approx(last.data_ptr<float>()[k]).epsilon(1e-4));
    // The first layer is 16×16: a feature is the largest of a 4×4 block.
    const auto first = maps.front().contiguous();
    CHECK(of_grey.values[0]
          == doctest::Approx(first[0][0].slice(0, 0, 4).slice(1, 0, 4).max().item<float>()).epsilon(1e-4));
}

TEST_CASE("grey and colour fit either discriminator") {
    for (const int channels : {1, 3}) {
        auto extractor = make_discriminator_extractor(discriminator(28, channels, 8), "");
        FeatureMatrix features;
        ImageBatch grey{1, 28, 28, 1, std::vector<std::uint8_t>(28 * 28, 77)};
        ImageBatch colour{1, 28, 28, 3, std::vector<std::uint8_t>(28 * 28 * 3, 77)};
        REQUIRE((*extractor)->extract(grey, features).ok());
        REQUIRE((*extractor)->extract(colour, features).ok());
        for (int k = 0; k < features.dimension; ++k)
            CHECK(features.row(0)[static_cast<std::size_t>(k)]
                  == doctest::Approx(features.row(1)[static_cast<std::size_t>(k)]).epsilon(1e-3));
    }
    CHECK(make_discriminator_extractor(nullptr, "").error().code == ErrorCode::usage);
}

TEST_CASE("guided backpropagation shows where a filter looks") {
    auto network = discriminator(32, 3, 8);
    ImageBatch images{2, 32, 32, 3, std::vector<std::uint8_t>(2 * 32 * 32 * 3, 128)};
    for (std::size_t k = 0; k < images.image_bytes(); ++k) // the first picture has something in a corner
        images.pixels[k] = static_cast<std::uint8_t>(k / 3 % 32 < 10 && k / 96 < 10 ? k * 89 % 255 : 128);
    auto pictures = guided_backpropagation(*network, images, 6);
    REQUIRE_MESSAGE(pictures.ok(), (pictures ? "" : pictures.error().line()));
    CHECK(pictures->count == 12);
    CHECK(pictures->width == 32);
    CHECK(pictures->channels == 3);
    for (int k = 0; k < 12; ++k) {
        const auto pixels = pictures->image(k);
        const auto [low, high] = std::minmax_element(pixels.begin(), pixels.end());
        CHECK((*low == 0 || *high == 255)); // scaled by the largest gradient
        CHECK(std::count(pixels.begin(), pixels.end(), 128) > 0);
    }
    CHECK(guided_backpropagation(*network, images, 33).error().code == ErrorCode::usage);
    auto sheet = filter_sheet(*network, *discriminator(32, 3, 8), images, 6);
    REQUIRE(sheet.ok());
    CHECK(sheet->count == 2 * 13);
    // The same weights on both sides: the same pictures.
    for (int f = 0; f < 6; ++f) {
        const auto left = sheet->image(1 + f), right = sheet->image(7 + f);
        CHECK(std::equal(left.begin(), left.end(), right.begin()));
    }
}

TEST_CASE(
    "guided backpropagation is the backward pass with negative gradients and idle units cut, written out") {
    DiscriminatorSpec spec;
    spec.kernel = 4;
    spec.normalisation = Normalisation::none;
    SUBCASE("one convolution a size") {}
    SUBCASE("two, with an activation between them") { spec.depth = 2; }
    const auto network = discriminator(32, 3, 4, 0.2, spec);
    ImageBatch images{2, 32, 32, 3, {}};
    for (int k = 0; k < 2 * 32 * 32 * 3; ++k)
        images.pixels.push_back(static_cast<std::uint8_t>((k * 7919 + k / 96 * 131) % 251));
    const auto guided = guided_backpropagation(*network, images, 3);
    REQUIRE(guided.ok());

    at::NoGradGuard no_gradients;
    std::vector<at::Tensor> weights, maps;
    std::vector<std::int64_t> strides;
    at::Tensor x = network_pictures(images, 32, 3);
    const auto parameters = network->named_parameters();
    const auto pass = [&](const std::string& name, std::int64_t stride) {
        const auto *weight = parameters.find(name + ".weight"), *bias = parameters.find(name + ".bias");
        REQUIRE(weight != nullptr);
        x = at::leaky_relu(
            at::conv2d(x, *weight, bias ? *bias : at::Tensor(), stride, (weight->size(2) - 1) / 2),
            spec.leaky_slope);
        weights.push_back(*weight);
        strides.push_back(stride);
        maps.push_back(x);
    };
    for (int layer = 1; layer <= 3; ++layer) {
        pass("down" + std::to_string(layer), 2);
        if (spec.depth > 1) pass("refine" + std::to_string(layer) + ".convolution1", 1);
    }
    std::int64_t cut = 0;
    for (int n = 0; n < 2; ++n)
        for (int filter = 0; filter < 3; ++filter) {
            const at::Tensor answers = maps.back()[n][filter];
            const auto place = answers.argmax().item<std::int64_t>();
            at::Tensor gradient = at::zeros_like(maps.back()[n]).unsqueeze(0);
            // A filter that nothing excites shows nothing.
            gradient[0][filter].view(-1)[place] = answers.reshape(-1)[place].item<float>() > 0 ? 1.0 : 0.0;
            for (std::size_t layer = weights.size(); layer-- > 0;) {
                gradient = at::conv_transpose2d(gradient, weights[layer], {}, strides[layer],
                                                (weights[layer].size(2) - 1) / 2);
                if (layer == 0) break;
                cut += (gradient < 0).sum().item<std::int64_t>();
                gradient = gradient.clamp_min(0) * (maps[layer - 1][n] > 0);
            }
            const at::Tensor expected = (gradient[0] / gradient.abs().max().clamp_min(1e-20) * 127.5 + 127.5)
                                            .permute({1, 2, 0})
                                            .contiguous();
            const auto shown = guided->image(n * 3 + filter);
            float furthest = 0;
            for (std::size_t k = 0; k < shown.size(); ++k)
                furthest = std::max(furthest,
                                    std::abs(expected.data_ptr<float>()[k] - static_cast<float>(shown[k])));
            CHECK(furthest <= 0.51f);
        }
    CHECK(cut > 100); // a plain backward pass would be another one
}
