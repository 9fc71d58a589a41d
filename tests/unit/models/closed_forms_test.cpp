// Every layer against its formula, written out in loops or in other operations than the layer's own.
#include <doctest/doctest.h>

#include "models/discriminator.h"
#include "models/generator.h"
#include "models/initialisation.h"
#include "models/layers/activation.h"
#include "models/layers/dense.h"
#include "models/layers/feature_head.h"
#include "models/layers/projection.h"
#include "models/layers/refinement.h"
#include "models/layers/upsampling.h"
#include "tests/unit/models/gradient_check.h"

using namespace ganvas;
using namespace ganvas::test;

namespace {

constexpr double epsilon = 1e-5;

/// (x − mean) / sqrt(var + eps) · scale + shift with the statistics over `over`.
torch::Tensor normalised(const torch::Tensor& x, at::IntArrayRef over, const torch::Tensor& scale,
                         const torch::Tensor& shift) {
    const auto mean = x.mean(over, true), variance = (x - mean).square().mean(over, true);
    return (x - mean) / (variance + epsilon).sqrt() * scale.view({1, -1, 1, 1}) + shift.view({1, -1, 1, 1});
}

/// Output place (y, x) is the sum over the kernel; `step` and `low` as the layer's header has them.
torch::Tensor convolved(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                        int step, int low, std::int64_t size) {
    const auto kernel = weight.size(2), inputs = weight.size(1);
    auto y = torch::zeros({x.size(0), weight.size(0), size, size}, torch::kDouble);
    const auto in = x.accessor<double, 4>(), w = weight.accessor<double, 4>();
    auto out = y.accessor<double, 4>();
    for (std::int64_t n = 0; n < x.size(0); ++n)
        for (std::int64_t o = 0; o < weight.size(0); ++o)
            for (std::int64_t place = 0; place < size * size; ++place) {
                const auto row = place / size, column = place % size;
                double sum = bias[o].item<double>();
                for (std::int64_t at = 0; at < inputs * kernel * kernel; ++at) {
                    const auto i = at / (kernel * kernel), ky = at / kernel % kernel, kx = at % kernel;
                    const auto iy = row * step + ky - low, ix = column * step + kx - low;
                    if (iy >= 0 && ix >= 0 && iy < x.size(2) && ix < x.size(3))
                        sum += in[n][i][iy][ix] * w[o][i][ky][kx];
                }
                out[n][o][row][column] = sum;
            }
    return y;
}

/// Transposed by 2: each input place adds its kernel, moved by −low, to the output.
torch::Tensor spread_out(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                         int low) {
    const auto kernel = weight.size(2), outputs = weight.size(1), size = 2 * x.size(2);
    auto y = torch::zeros({x.size(0), outputs, size, size}, torch::kDouble) + bias.view({1, -1, 1, 1});
    const auto in = x.accessor<double, 4>(), w = weight.accessor<double, 4>();
    auto out = y.accessor<double, 4>();
    for (std::int64_t n = 0; n < x.size(0); ++n)
        for (std::int64_t i = 0; i < x.size(1); ++i)
            for (std::int64_t place = 0; place < x.size(2) * x.size(3); ++place)
                for (std::int64_t at = 0; at < outputs * kernel * kernel; ++at) {
                    const auto iy = place / x.size(3), ix = place % x.size(3);
                    const auto o = at / (kernel * kernel), ky = at / kernel % kernel, kx = at % kernel;
                    const auto oy = 2 * iy + ky - low, ox = 2 * ix + kx - low;
                    if (oy >= 0 && ox >= 0 && oy < size && ox < size)
                        out[n][o][oy][ox] += in[n][i][iy][ix] * w[i][o][ky][kx];
                }
    return y;
}

} // namespace

TEST_CASE("normalisations are (x - mean) / sqrt(var + eps), scaled and shifted") {
    torch::manual_seed(5);
    torch::NoGradGuard no_gradients;
    const auto x = torch::randn({4, 6, 5, 3}, torch::kDouble) * 3 + 2;
    struct Case {
        Normalisation kind;
        std::vector<std::int64_t> over;
    };
    for (const Case& one : {Case{Normalisation::batch, {0, 2, 3}}, Case{Normalisation::layer, {1, 2, 3}},
                            Case{Normalisation::instance, {2, 3}}}) {
        CAPTURE(int(one.kind));
        NormalisationLayer layer(one.kind, 6);
        randomise(layer, 1);
        const auto y = layer.forward(x);
        CHECK(torch::allclose(y, normalised(x, one.over, layer.weight, layer.bias), 1e-9, 1e-10));
    }
    NormalisationLayer pixel(Normalisation::pixel, 6), none(Normalisation::none, 6);
    const auto lengths = (x.square().sum(1, true) / 6 + 1e-8).sqrt();
    CHECK(torch::allclose(pixel.forward(x), x / lengths, 1e-9, 1e-10));
    CHECK(torch::equal(none.forward(x), x));
    // Virtual batch normalisation has its own tests; here its scale and shift.
    NormalisationLayer with_reference(Normalisation::virtual_batch, 6), bare(Normalisation::virtual_batch, 6);
    randomise(with_reference, 1);
    bare.to(torch::kDouble);
    CHECK(torch::allclose(with_reference.forward(x),
                          bare.forward(x) * with_reference.weight.view({-1, 1, 1})
                              + with_reference.bias.view({-1, 1, 1}),
                          1e-9, 1e-10));
}

TEST_CASE("batch normalisation keeps running statistics for evaluation") {
    torch::manual_seed(6);
    torch::NoGradGuard no_gradients;
    NormalisationLayer layer(Normalisation::batch, 3);
    randomise(layer, 1);
    auto mean = torch::zeros({3}, torch::kDouble), variance = torch::ones({3}, torch::kDouble);
    for (int step = 0; step < 3; ++step) {
        const auto x = torch::randn({4, 3, 2, 5}, torch::kDouble) * (step + 1) + step;
        (void)layer.forward(x);
        mean = 0.9 * mean + 0.1 * x.mean({0, 2, 3});
        const auto away = (x - x.mean({0, 2, 3}, true)).square();
        variance = 0.9 * variance + 0.1 * away.sum({0, 2, 3}) / 39; // of 40 values, without bias
    }
    CHECK(torch::allclose(layer.running_mean, mean, 1e-9, 1e-10));
    CHECK(torch::allclose(layer.running_var, variance, 1e-9, 1e-10));
    layer.eval();
    const auto x = torch::randn({2, 3, 4, 4}, torch::kDouble);
    const auto column = [](const torch::Tensor& values) { return values.view({1, 3, 1, 1}); };
    const auto expected =
        (x - column(mean)) / (column(variance) + epsilon).sqrt() * column(layer.weight) + column(layer.bias);
    CHECK(torch::allclose(layer.forward(x), expected, 1e-9, 1e-10));
    // On feature vectors too.
    layer.train();
    const auto rows = torch::randn({7, 3}, torch::kDouble);
    CHECK(torch::allclose(
        layer.forward(rows),
        normalised(rows.view({7, 3, 1, 1}), {0, 2, 3}, layer.weight, layer.bias).view({7, 3}), 1e-9, 1e-10));
}

TEST_CASE("gradients of the normalisations are right") {
    torch::manual_seed(7);
    for (const auto kind :
         {Normalisation::batch, Normalisation::layer, Normalisation::instance, Normalisation::pixel}) {
        CAPTURE(int(kind));
        NormalisationLayer layer(kind, 2);
        randomise(layer, 1);
        const auto x = torch::randn({3, 2, 2, 2}, torch::kDouble),
                   weights = torch::randn({3, 2, 2, 2}, torch::kDouble);
        auto leaves = layer.parameters();
        leaves.push_back(x);
        check_gradients(leaves, [&] { return (layer.forward(x) * weights).sum(); });
    }
}

TEST_CASE("upsampling two by two places, by hand") {
    const auto x = torch::tensor({1.0, 2.0, 3.0, 5.0}, torch::kDouble).view({1, 1, 2, 2});
    const auto nearest = torch::tensor({1.0, 1.0, 2.0, 2.0, //
                                        1.0, 1.0, 2.0, 2.0, //
                                        3.0, 3.0, 5.0, 5.0, //
                                        3.0, 3.0, 5.0, 5.0},
                                       torch::kDouble)
                             .view({1, 1, 4, 4});
    // Places 0, 1/4, 3/4, 1 between the two of each axis.
    const auto bilinear = torch::tensor({1.0, 1.25, 1.75, 2.0,      //
                                         1.5, 1.8125, 2.4375, 2.75, //
                                         2.5, 2.9375, 3.8125, 4.25, //
                                         3.0, 3.5, 4.5, 5.0},
                                        torch::kDouble)
                              .view({1, 1, 4, 4});
    CHECK(torch::equal(upsample(x, Upsampling::nearest), nearest));
    CHECK(torch::allclose(upsample(x, Upsampling::bilinear), bilinear, 1e-12, 1e-12));
    CHECK(torch::equal(upsample(x, Upsampling::deconvolution), x));
}

TEST_CASE("convolutions are the sums over their kernels, for every kernel") {
    torch::manual_seed(8);
    torch::NoGradGuard no_gradients;
    for (int kernel = 3; kernel <= 7; ++kernel) {
        CAPTURE(kernel);
        const int low = (kernel - 1) / 2;
        const auto x = torch::randn({2, 3, 6, 6}, torch::kDouble);
        Convolution same({3, 2, kernel, Resampling::same, true, WeightNormalisation::none}),
            halve({3, 2, kernel, Resampling::halve, true, WeightNormalisation::none}),
            twice({3, 2, kernel, Resampling::double_size, true, WeightNormalisation::none});
        for (auto* layer : {&same, &halve, &twice}) randomise(*layer, 0.5);
        CHECK(torch::allclose(same.forward(x), convolved(x, same.weight, same.bias, 1, low, 6), 1e-9, 1e-10));
        CHECK(torch::allclose(halve.forward(x), convolved(x, halve.weight, halve.bias, 2, low, 3), 1e-9,
                              1e-10));
        CHECK(torch::allclose(twice.forward(x), spread_out(x, twice.weight, twice.bias, low), 1e-9, 1e-10));
    }
}

TEST_CASE("activations, fully connected layers and refinements are their formulas") {
    torch::manual_seed(9);
    torch::NoGradGuard no_gradients;
    const auto x = torch::tensor({-2.0, -0.5, 0.0, 3.0}, torch::kDouble);
    CHECK(torch::equal(activate(x.clone(), Activation::relu, 0.2),
                       torch::tensor({0.0, 0.0, 0.0, 3.0}, torch::kDouble)));
    CHECK(torch::allclose(activate(x.clone(), Activation::leaky_relu, 0.2),
                          torch::tensor({-0.4, -0.1, 0.0, 3.0}, torch::kDouble)));
    Dense dense(4, 3, true, WeightNormalisation::none);
    randomise(dense, 1);
    const auto answer = dense.forward(x.view({1, 4}))[0];
    for (int o = 0; o < 3; ++o)
        CHECK(answer[o].item<double>()
              == doctest::Approx((dense.weight[o] * x).sum().item<double>() + dense.bias[o].item<double>()));

    Refinement refinement(
        {2, 2, 3, true, Normalisation::instance, 0, WeightNormalisation::none, Activation::leaky_relu, 0.1});
    randomise(refinement, 0.7);
    const auto maps = torch::randn({2, 2, 5, 5}, torch::kDouble);
    const auto p = refinement.named_parameters();
    auto expected = maps;
    for (const std::string number : {"1", "2"}) {
        expected = convolved(expected, p["convolution" + number + ".weight"],
                             p["convolution" + number + ".bias"], 1, 1, 5);
        expected = normalised(expected, {2, 3}, p["normalise" + number + ".weight"],
                              p["normalise" + number + ".bias"]);
        expected = at::where(expected > 0, expected, expected * 0.1);
    }
    CHECK(torch::allclose(refinement.forward(maps), expected, 1e-9, 1e-10));
}

TEST_CASE("spectral normalisation of the two ends divides by the largest singular value") {
    torch::manual_seed(10);
    torch::NoGradGuard no_gradients;
    LatentProjection projection(4, 3, 2, true, WeightNormalisation::spectral);
    randomise(projection, 0.8);
    projection.u.normal_().div_(projection.u.norm());
    const auto z = torch::randn({5, 4}, torch::kDouble);
    for (int i = 0; i < 300; ++i) (void)projection.forward(z); // u settles
    const auto matrix = projection.weight.flatten(1);
    const auto norm = at::linalg_svdvals(matrix)[0];
    const auto maps = at::matmul(z, matrix / norm).view({5, 2, 2, 3}) + projection.bias;
    CHECK(torch::allclose(projection.forward(z), maps.permute({0, 3, 1, 2}), 1e-6, 1e-7));

    Readout readout(3, 2, true, WeightNormalisation::spectral);
    randomise(readout, 0.8);
    const auto x = torch::randn({4, 3, 2, 2}, torch::kDouble);
    const auto row = readout.weight.view({-1});
    const auto logits =
        at::mv(x.permute({0, 2, 3, 1}).flatten(1), row / row.square().sum().sqrt()) + readout.bias;
    CHECK(torch::allclose(readout.forward(x).to(torch::kDouble), logits, 1e-5, 1e-6));
}

TEST_CASE("the feature vector's head is what the fifth report draws, part by part") {
    torch::manual_seed(11);
    torch::NoGradGuard no_gradients;
    for (const auto condition :
         {DiscriminatorCondition::concatenate, DiscriminatorCondition::embedding,
          DiscriminatorCondition::embedding_sigmoid, DiscriminatorCondition::projection}) {
        CAPTURE(int(condition));
        DiscriminatorSpec spec;
        spec.features = 5;
        spec.feature_normalisation = Normalisation::batch;
        spec.extra_layers = 1;
        spec.minibatch_discrimination = 2;
        spec.minibatch_dimensions = 3;
        spec.classes = 3;
        spec.condition = condition;
        spec.class_embedding = 4;
        FeatureHead head(spec, 2, 2);
        randomise(head, 0.6);
        const auto maps = torch::randn({6, 2, 2, 2}, torch::kDouble);
        const auto classes = one_hot_rows({0, 1, 2, 2, 1, 0}, 3).to(torch::kDouble);
        const auto p = head.named_parameters();
        const auto leaky = [&](const torch::Tensor& v) { return at::where(v > 0, v, v * spec.leaky_slope); };
        auto vectors = at::matmul(maps.permute({0, 2, 3, 1}).reshape({6, 8}), p["features.weight"].t());
        vectors =
            normalised(vectors.view({6, 5, 1, 1}), {0, 2, 3}, p["normalise.weight"], p["normalise.bias"])
                .view({6, 5});
        vectors = leaky(vectors);
        const auto features = vectors;
        const auto m = at::matmul(vectors, p["minibatch.weight"]).view({6, 2, 3});
        auto nearness = torch::zeros({6, 2}, torch::kDouble);
        for (int i = 0; i < 6; ++i)
            for (int j = i < 3 ? 0 : 3; j < (i < 3 ? 3 : 6); ++j)
                nearness[i] += at::exp(-(m[i] - m[j]).abs().sum(1));
        std::vector<torch::Tensor> parts{vectors, nearness};
        if (condition == DiscriminatorCondition::concatenate)
            parts.push_back(classes);
        else if (condition == DiscriminatorCondition::embedding)
            parts.push_back(at::matmul(classes, p["embedding.weight"]));
        else if (condition == DiscriminatorCondition::embedding_sigmoid)
            parts.push_back(1 / (1 + at::exp(-at::matmul(classes, p["embedding.weight"]))));
        vectors = at::cat(parts, 1);
        vectors = leaky(at::matmul(vectors, p["extra1.weight"].t()) + p["extra1.bias"]);
        auto expected = (at::matmul(vectors, p["answer.weight"].t()) + p["answer.bias"]).view({6});
        if (condition == DiscriminatorCondition::projection)
            expected = expected + (at::matmul(classes, p["projection.weight"]) * features).sum(1);
        CHECK(torch::allclose(head.forward(maps, 2, classes), expected, 1e-8, 1e-9));
    }
}

TEST_CASE(
    "a generator that is told a class is one with a longer latent, whose end is the class or its embedding") {
    torch::manual_seed(13);
    torch::NoGradGuard no_gradients;
    for (const auto condition : {GeneratorCondition::one_hot, GeneratorCondition::embedding}) {
        CAPTURE(int(condition));
        GeneratorSpec told;
        told.image_size = 28;
        told.width = 4;
        told.latent_size = 5;
        told.classes = 3;
        told.condition = condition;
        told.class_embedding = 4;
        GeneratorSpec longer = told;
        longer.latent_size = condition == GeneratorCondition::one_hot ? 8 : 9;
        longer.classes = 0;
        longer.condition = GeneratorCondition::none;
        Generator one(told), other(longer);
        randomise(one, 0.4);
        auto values = one.named_parameters();
        std::size_t copied = 0;
        for (auto& item : other.named_parameters()) {
            REQUIRE(values.contains(item.key()));
            item.value().copy_(values[item.key()]);
            ++copied;
        }
        CHECK(copied + (condition == GeneratorCondition::embedding) == values.size());
        one.eval();
        other.eval();
        one.to(torch::kDouble);
        other.to(torch::kDouble);
        const auto latents = torch::randn({4, 5}, torch::kDouble);
        const auto classes = torch::tensor(
            {{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}, {0.0, 0.0, 1.0}, {0.5, 0.25, 0.25}}, torch::kDouble);
        const auto joined = condition == GeneratorCondition::one_hot
                                ? classes
                                : at::matmul(classes, values["embedding.weight"].to(torch::kDouble));
        const auto pictures = one.forward(latents, classes);
        CHECK(pictures.std().item<double>() > 1e-3);
        CHECK(torch::allclose(pictures, other.forward(at::cat({latents, joined}, 1)), 1e-6, 1e-6));
    }
}

TEST_CASE("pooling and dropout in a discriminator") {
    torch::manual_seed(12);
    torch::NoGradGuard no_gradients;
    const auto x = torch::randn({2, 3, 28, 28});
    for (const auto downsampling : {Downsampling::max_pool, Downsampling::average_pool}) {
        DiscriminatorSpec spec;
        spec.image_size = 28;
        spec.width = 4;
        spec.kernel = 3;
        spec.downsampling = downsampling;
        Discriminator discriminator(spec);
        initialise(discriminator, spec.initialisation, 0.3, make_random_generator(1));
        const auto p = discriminator.named_parameters();
        const auto full = at::conv2d(x, p["down1.weight"], {}, 1, 1);
        // Two by two places: [N, C, H/2, 2, W/2, 2].
        const auto squares = full.view({2, full.size(1), 14, 2, 14, 2});
        const auto pooled =
            downsampling == Downsampling::max_pool ? squares.amax({3, 5}) : squares.mean({3, 5});
        const auto expected = at::where(pooled > 0, pooled, pooled * spec.leaky_slope);
        CHECK(torch::allclose(discriminator.layer_maps(x)[0], expected, 1e-4, 1e-5));
    }
    // What is kept is louder by what was dropped.
    DiscriminatorSpec spec;
    spec.image_size = 28;
    spec.width = 16;
    spec.normalisation = Normalisation::none;
    Discriminator plain(spec);
    spec.dropout = 0.25;
    Discriminator dropping(spec);
    for (auto* network : {&plain, &dropping})
        initialise(*network, spec.initialisation, 0.3, make_random_generator(1));
    const auto before = plain.layer_maps(x)[0], after = dropping.layer_maps(x)[0];
    const auto kept = after != 0;
    CHECK(kept.to(torch::kDouble).mean().item<double>() == doctest::Approx(0.75).epsilon(0.03));
    CHECK(torch::allclose(after.index({kept}), before.index({kept}) / 0.75, 1e-4, 1e-5));
    dropping.eval();
    CHECK(torch::equal(dropping.layer_maps(x)[0], before));
}
