#include <doctest/doctest.h>
#include <torch/nn.h>

#include "models/discriminator.h"
#include "models/generator.h"
#include "models/initialisation.h"
#include "models/layers/winograd.h"

using namespace ganvas;
using torch::Tensor;

namespace {

struct Layer {
    std::int64_t pictures, small_channels, large_channels, height, width; ///< of the small side
};
// Tiles of 4 and of 2, one tile and several, sides that differ.
constexpr Layer layers[] = {{3, 32, 16, 4, 4}, {2, 16, 48, 8, 12}, {5, 16, 16, 2, 2}, {2, 48, 16, 6, 10}};

Tensor drawn(at::IntArrayRef sizes, at::Generator& random) {
    return at::empty(sizes, at::kFloat, at::MemoryFormat::ChannelsLast).normal_(0, 1, random);
}

/// The largest difference, in units of the largest value that there should be.
double distance(const Tensor& found, const Tensor& exact) {
    REQUIRE(found.sizes() == exact.sizes());
    return (found.to(at::kDouble) - exact).abs().max().item<double>() / exact.abs().max().item<double>();
}

} // namespace

TEST_CASE("Winograd's convolution of stride 2 is LibTorch's, with its gradients and theirs") {
    at::Generator random = make_random_generator(5);
    for (const Layer& layer : layers)
        for (const bool halves : {true, false}) {
            CAPTURE(layer.height);
            CAPTURE(halves);
            const Tensor large =
                drawn({layer.pictures, layer.large_channels, 2 * layer.height, 2 * layer.width}, random);
            const Tensor small =
                drawn({layer.pictures, layer.small_channels, layer.height, layer.width}, random);
            const Tensor weight = drawn({layer.small_channels, layer.large_channels, 4, 4}, random);
            const Tensor& input = halves ? large : small;
            const Tensor& output = halves ? small : large;

            // the values, their gradients, and the gradients of a penalty on the input's gradient
            const auto all = [&](at::ScalarType type, const auto& convolve) {
                const Tensor x = input.to(type).detach().requires_grad_(true);
                const Tensor w = weight.to(type).detach().requires_grad_(true);
                const Tensor y = convolve(x, w);
                const Tensor g = output.to(type).detach().requires_grad_(true);
                const auto once = torch::autograd::grad({y}, {x, w}, {g}, true, true);
                const auto twice = torch::autograd::grad({once[0].square().sum() + once[1].square().sum()},
                                                         {g, x, w}, {}, true);
                return std::vector<Tensor>{y, once[0], once[1], twice[0], twice[1], twice[2]};
            };
            const auto exact = all(at::kDouble, [&](const Tensor& x, const Tensor& w) {
                return halves ? at::conv2d(x, w, {}, 2, 1) : at::conv_transpose2d(x, w, {}, 2, 1);
            });
            const auto found = all(at::kFloat, [&](const Tensor& x, const Tensor& w) {
                return halves ? winograd_halve(x, w) : winograd_double(x, w);
            });
            for (std::size_t i = 0; i < exact.size(); ++i) {
                CAPTURE(i);
                CHECK(distance(found[i], exact[i]) < 2e-5);
            }
            CHECK(found[0].is_contiguous(at::MemoryFormat::ChannelsLast));

            // without a second differentiation the gradients come from what the first pass kept
            const Tensor x = input.detach().requires_grad_(true), w = weight.detach().requires_grad_(true);
            const auto kept = torch::autograd::grad({halves ? winograd_halve(x, w) : winograd_double(x, w)},
                                                    {x, w}, {output});
            CHECK(distance(kept[0], exact[1]) < 2e-5);
            CHECK(distance(kept[1], exact[2]) < 2e-5);
            // … and only those that are wanted
            const auto frozen = halves ? winograd_halve(x, weight) : winograd_double(x, weight);
            CHECK(distance(torch::autograd::grad({frozen}, {x}, {output})[0], exact[1]) < 2e-5);
            const auto leaf = halves ? winograd_halve(input, w) : winograd_double(input, w);
            CHECK(distance(torch::autograd::grad({leaf}, {w}, {output})[0], exact[2]) < 2e-5);
        }
}

TEST_CASE("networks use it in its scope only, with the same answers and the same bits each time") {
    GeneratorSpec generator_spec;
    generator_spec.width = 64;
    Generator generator(generator_spec);
    initialise(generator, generator_spec.initialisation, 0.02, make_random_generator(1));
    lay_out_channels_last(generator);
    DiscriminatorSpec discriminator_spec;
    discriminator_spec.width = 64;
    discriminator_spec.normalisation = Normalisation::none; // so that its layers have biases
    Discriminator discriminator(discriminator_spec);
    initialise(discriminator, discriminator_spec.initialisation, 0.02, make_random_generator(2));
    lay_out_channels_last(discriminator);
    {
        torch::NoGradGuard no_gradients;
        for (auto& item : discriminator.named_parameters())
            if (item.key().ends_with("bias")) item.value().fill_(0.1);
    }
    at::Generator random = make_random_generator(3);
    const Tensor latents = at::empty({4, generator_spec.latent_size}).normal_(0, 1, random);

    const auto answers = [&](bool on) {
        const WinogradScope scope(on);
        for (auto& parameter : generator.parameters()) parameter.mutable_grad().reset();
        discriminator.forward(generator.forward(latents)).sum().backward();
        return std::vector<Tensor>{discriminator.forward(generator.forward(latents)).detach(),
                                   generator.parameters().front().grad().clone()};
    };
    const auto direct = answers(false), fast = answers(true), again = answers(true);
    for (std::size_t i = 0; i < direct.size(); ++i) {
        CHECK_FALSE(torch::equal(fast[i], direct[i])); // it was used
        CHECK(distance(fast[i], direct[i].to(at::kDouble)) < 2e-4);
        CHECK(torch::equal(again[i], fast[i]));
    }
    CHECK_FALSE(WinogradScope::on());
}
