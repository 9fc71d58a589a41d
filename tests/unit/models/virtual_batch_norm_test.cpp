#include <doctest/doctest.h>

#include "models/discriminator.h"
#include "models/generator.h"
#include "models/initialisation.h"
#include "models/layers/virtual_batch_norm.h"
#include "tests/unit/models/gradient_check.h"

using namespace ganvas;
using namespace ganvas::test;

namespace {

/// The statistics of Salimans et al. 2016 written out: R reference examples and the example itself, each with one vote.
torch::Tensor by_hand(const torch::Tensor& x, const torch::Tensor& reference) {
    std::vector<torch::Tensor> all;
    for (std::int64_t n = 0; n < x.size(0); ++n) {
        const auto virtual_batch = torch::cat({reference, x.slice(0, n, n + 1)});
        const auto mean = virtual_batch.mean({0, 2, 3}, true);
        const auto variance = virtual_batch.var({0, 2, 3}, false, true);
        all.push_back((x.slice(0, n, n + 1) - mean) / (variance + 1e-5).sqrt());
    }
    return torch::cat(all);
}

void record(VirtualBatchNorm& layer, const torch::Tensor& reference) {
    layer.set_recording(true);
    (void)layer.forward(reference);
    layer.set_recording(false);
}

} // namespace

TEST_CASE("each example is normalised with the reference batch and itself") {
    torch::manual_seed(1);
    torch::NoGradGuard no_gradients;
    VirtualBatchNorm layer(3);
    layer.to(torch::kDouble);
    const auto reference = torch::randn({7, 3, 4, 5}, torch::kDouble) * 2 + 1;
    const auto x = torch::randn({4, 3, 4, 5}, torch::kDouble) * 3 - 2;
    layer.set_recording(true);
    const auto own = layer.forward(reference);
    layer.set_recording(false);
    CHECK(own.mean({0, 2, 3}).abs().max().item<double>() < 1e-9);
    CHECK(own.square().mean({0, 2, 3}).sub(1).abs().max().item<double>() < 1e-4);
    CHECK(layer.size.item<double>() == 7);
    CHECK(torch::allclose(layer.forward(x), by_hand(x, reference), 1e-9, 1e-10));
    // What else is in the batch does not matter.
    CHECK(torch::allclose(layer.forward(x)[2], layer.forward(x.slice(0, 2, 3))[0], 1e-12, 1e-12));
}

TEST_CASE("gradients of virtual batch normalisation are right, through the reference batch too") {
    torch::manual_seed(2);
    VirtualBatchNorm layer(2);
    layer.to(torch::kDouble);
    const auto reference = torch::randn({3, 2, 2, 2}, torch::kDouble);
    const auto x = torch::randn({2, 2, 2, 2}, torch::kDouble);
    const auto weights = torch::randn({2, 2, 2, 2}, torch::kDouble);
    check_gradients({x, reference}, [&] {
        record(layer, reference);
        return (layer.forward(x) * weights).sum();
    });
}

TEST_CASE("a layer under it learns through both passes: gradients of a small network") {
    torch::manual_seed(3);
    NormalisationLayer normalise(Normalisation::virtual_batch, 3);
    randomise(normalise, 0.5);
    const auto weight = torch::randn({3, 2, 3, 3}, torch::kDouble);
    const auto reference = torch::randn({4, 2, 4, 4}, torch::kDouble),
               x = torch::randn({2, 2, 4, 4}, torch::kDouble);
    auto leaves = normalise.parameters();
    leaves.push_back(weight);
    check_gradients(leaves, [&] {
        set_recording(normalise, true);
        (void)normalise.forward(at::conv2d(reference, weight));
        set_recording(normalise, false);
        return at::tanh(normalise.forward(at::conv2d(x, weight))).sum();
    });
}

TEST_CASE("a network keeps its reference statistics for evaluation") {
    GeneratorSpec spec;
    spec.width = 4;
    spec.image_size = 28;
    spec.latent_size = 6;
    spec.normalisation = Normalisation::virtual_batch;
    Generator generator(spec), copy(spec);
    initialise(generator, spec.initialisation, 0.2, make_random_generator(1));
    CHECK(generator.needs_reference());
    const auto z = torch::randn({5, 6});
    const auto before = generator.forward(z).detach();
    generator.take_reference(torch::randn({9, 6}));
    const auto after = generator.forward(z).detach();
    CHECK_FALSE(torch::allclose(before, after, 1e-3, 1e-3));
    // Buffers alone carry it over.
    torch::NoGradGuard no_gradients;
    for (auto& item : copy.named_parameters()) item.value().copy_(generator.named_parameters()[item.key()]);
    for (auto& item : copy.named_buffers()) item.value().copy_(generator.named_buffers()[item.key()]);
    copy.eval();
    CHECK(torch::allclose(copy.forward(z), after, 1e-5, 1e-6));
    CHECK(torch::allclose(copy.forward(z.slice(0, 3, 4))[0], after[3], 1e-5, 1e-6));

    DiscriminatorSpec judge;
    judge.width = 4;
    judge.image_size = 28;
    judge.normalisation = Normalisation::virtual_batch;
    Discriminator discriminator(judge);
    initialise(discriminator, judge.initialisation, 0.2, make_random_generator(1));
    CHECK_FALSE(discriminator.mixes_pictures());
    discriminator.take_reference(torch::randn({6, 3, 28, 28}));
    const auto x = torch::randn({4, 3, 28, 28});
    CHECK(
        torch::allclose(discriminator.forward(x)[1], discriminator.forward(x.slice(0, 1, 2))[0], 1e-4, 1e-5));
}
