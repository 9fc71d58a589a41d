#include <doctest/doctest.h>

#include "models/discriminator.h"
#include "models/generator.h"
#include "models/initialisation.h"
#include "models/layers/attention.h"
#include "tests/unit/models/gradient_check.h"

using namespace ganvas;
using namespace ganvas::test;

TEST_CASE("self-attention is the formula of the paper, place by place") {
    torch::manual_seed(1);
    torch::NoGradGuard no_gradients;
    SelfAttention layer(16, WeightNormalisation::none);
    randomise(layer, 0.5);
    const auto x = torch::randn({2, 16, 3, 4}, torch::kDouble);
    torch::Tensor attention;
    const auto y = layer.forward(x, &attention);
    CHECK(y.sizes() == x.sizes());
    CHECK(attention.sizes() == torch::IntArrayRef({2, 12, 12}));
    CHECK(torch::allclose(attention.sum(2), torch::ones({2, 12}), 1e-5, 1e-6));

    const auto parameters = layer.named_parameters();
    const auto matrix = [&](const char* name) { return parameters[name].flatten(1); }; // [outputs, inputs]
    CHECK(matrix("f.weight").sizes() == torch::IntArrayRef({2, 16}));
    CHECK(matrix("v.weight").sizes() == torch::IntArrayRef({16, 2}));
    const double gamma = parameters["gamma"].item<double>();
    for (int n = 0; n < 2; ++n) {
        const auto places = x[n].flatten(1); // [C, N]
        for (int j = 0; j < 12; ++j) {
            std::vector<double> weights;
            double sum = 0;
            for (int i = 0; i < 12; ++i) {
                const auto key = at::mv(matrix("f.weight"), places.select(1, i));
                const auto query = at::mv(matrix("g.weight"), places.select(1, j));
                weights.push_back(std::exp(at::dot(key, query).item<double>()));
                sum += weights.back();
            }
            auto seen = torch::zeros({2}, torch::kDouble);
            for (int i = 0; i < 12; ++i) {
                seen += weights[std::size_t(i)] / sum * at::mv(matrix("h.weight"), places.select(1, i));
                CHECK(attention[n][j][i].item<double>()
                      == doctest::Approx(weights[std::size_t(i)] / sum).epsilon(1e-4));
            }
            const auto expected = gamma * at::mv(matrix("v.weight"), seen) + places.select(1, j);
            CHECK(torch::allclose(y[n].flatten(1).select(1, j), expected, 1e-9, 1e-12));
        }
    }
}

TEST_CASE("self-attention begins as the identity and learns") {
    SelfAttention layer(8, WeightNormalisation::spectral);
    initialise(layer, WeightInitialisation::normal, 0.02, make_random_generator(1));
    const auto x = torch::randn({2, 8, 4, 4});
    const auto y = layer.forward(x);
    CHECK(torch::equal(y, x));
    y.square().sum().backward();
    CHECK(layer.gamma.grad().abs().item<double>() > 0);
}

TEST_CASE("gradients of self-attention are right, with and without spectral normalisation") {
    torch::manual_seed(2);
    for (const auto kind : {WeightNormalisation::none, WeightNormalisation::spectral}) {
        SelfAttention layer(8, kind);
        randomise(layer, 0.7);
        layer.eval(); // spectral: u stays
        const auto x = torch::randn({2, 8, 2, 3}, torch::kDouble);
        const auto weights = torch::randn({2, 8, 2, 3}, torch::kDouble);
        auto leaves = layer.parameters();
        leaves.push_back(x);
        check_gradients(leaves, [&] { return (layer.forward(x) * weights).sum(); });
    }
}

TEST_CASE("attention sits where the spec says, and its maps can be looked at") {
    GeneratorSpec spec;
    spec.width = 8;
    spec.image_size = 32;
    spec.attention_after = {2, 3};
    Generator generator(spec);
    initialise(generator, spec.initialisation, 0.02, make_random_generator(1));
    generator.eval();
    torch::NoGradGuard no_gradients;
    const auto maps = generator.attention_maps(torch::randn({2, 100}));
    REQUIRE(maps.size() == 2);
    CHECK(maps[0].layer == 2);
    CHECK(maps[0].height == 8);
    CHECK(maps[1].width == 16);
    CHECK(maps[1].weights.sizes() == torch::IntArrayRef({2, 256, 256}));
    CHECK(torch::allclose(maps[1].weights.sum(2), torch::ones({2, 256}), 1e-4, 1e-5));

    DiscriminatorSpec judge;
    judge.width = 8;
    judge.attention_after = {3, 4};
    Discriminator discriminator(judge);
    initialise(discriminator, judge.initialisation, 0.02, make_random_generator(1));
    const auto pictures = torch::randn({2, 3, 64, 64});
    const auto seen = discriminator.attention_maps(pictures);
    REQUIRE(seen.size() == 2);
    CHECK(seen[0].height == 8); // after the third of 32, 16, 8, 4
    CHECK(seen[1].weights.sizes() == torch::IntArrayRef({2, 16, 16}));
    discriminator.eval();
    const auto layers = discriminator.layer_maps(pictures);
    REQUIRE(layers.size() == 4);
    CHECK(layers[1].sizes() == torch::IntArrayRef({2, 16, 16, 16}));
    CHECK(torch::equal(layers[3], discriminator.features(pictures)));
    CHECK(Generator(GeneratorSpec{}).attention_maps(torch::randn({2, 100})).empty());
}
