#include <doctest/doctest.h>
#include <torch/nn.h>

#include <set>

#include "models/discriminator.h"
#include "models/generator.h"
#include "models/initialisation.h"

using namespace ganvas;

namespace {

std::int64_t parameters(const torch::nn::Module& module) {
    std::int64_t count = 0;
    for (const auto& parameter : module.parameters()) count += parameter.numel();
    return count;
}

template <class Row>
std::int64_t described(const std::vector<Row>& rows) {
    std::int64_t count = 0;
    for (const auto& row : rows) count += row.parameters;
    return count;
}

} // namespace

TEST_CASE("every size, upsampling, kernel and channel count makes pictures of the right shape") {
    torch::NoGradGuard no_gradients;
    for (const int size : {28, 32, 64, 128})
        for (const int channels : {1, 3})
            for (const auto upsampling :
                 {Upsampling::deconvolution, Upsampling::nearest, Upsampling::bilinear})
                for (int kernel = 3; kernel <= 7; ++kernel) {
                    CAPTURE(size);
                    CAPTURE(channels);
                    CAPTURE(kernel);
                    GeneratorSpec spec;
                    spec.image_size = size;
                    spec.channels = channels;
                    spec.latent_size = 7;
                    spec.width = 4;
                    spec.kernel = kernel;
                    spec.upsampling = upsampling;
                    Generator generator(spec);
                    initialise(generator, spec.initialisation, 0.02, make_random_generator(1));
                    lay_out_channels_last(generator);
                    const auto pictures = generator.forward(torch::randn({2, 7}));
                    CHECK(pictures.sizes() == torch::IntArrayRef({2, channels, size, size}));
                    CHECK(pictures.abs().max().item<float>() <= 1);
                    CHECK(described(describe(spec)) == parameters(generator));
                    CHECK(describe(spec).back().height == size);
                }
}

TEST_CASE("every size, downsampling and kernel makes one logit a picture") {
    torch::NoGradGuard no_gradients;
    for (const int size : {28, 32, 64, 128})
        for (const int channels : {1, 3})
            for (const auto downsampling :
                 {Downsampling::strided, Downsampling::max_pool, Downsampling::average_pool})
                for (int kernel = 3; kernel <= 7; ++kernel) {
                    DiscriminatorSpec spec;
                    spec.image_size = size;
                    spec.channels = channels;
                    spec.width = 4;
                    spec.kernel = kernel;
                    spec.downsampling = downsampling;
                    spec.minibatch_deviation = kernel == 4;
                    spec.dropout = kernel == 5 ? 0.3 : 0;
                    Discriminator discriminator(spec);
                    initialise(discriminator, spec.initialisation, 0.02, make_random_generator(1));
                    lay_out_channels_last(discriminator);
                    CAPTURE(size);
                    CAPTURE(kernel);
                    CHECK(discriminator.forward(torch::randn({4, channels, size, size}), 2).sizes()
                          == torch::IntArrayRef({4}));
                    CHECK(described(describe(spec)) == parameters(discriminator));
                }
}

TEST_CASE("the stock DCGAN has the paper's parameters") {
    // pytorch/examples dcgan at 64 channels: 3,576,704 and 2,765,568 parameters.
    CHECK(parameters(Generator(GeneratorSpec{})) == 3576704);
    CHECK(parameters(Discriminator(DiscriminatorSpec{})) == 2765568);
    CHECK(described(describe(GeneratorSpec{})) == 3576704);
    CHECK(described(describe(DiscriminatorSpec{})) == 2765568);
}

TEST_CASE("the fully connected ends are the convolutions of the paper") {
    torch::NoGradGuard no_gradients;
    LatentProjection projection(5, 6, 4, false, WeightNormalisation::none);
    projection.weight.normal_();
    const auto z = torch::randn({3, 5});
    const auto as_transposed =
        at::conv_transpose2d(z.view({3, 5, 1, 1}), projection.weight.permute({0, 3, 1, 2}).contiguous());
    CHECK(torch::allclose(projection.forward(z), as_transposed, 1e-4, 1e-5));

    Readout readout(6, 4, true, WeightNormalisation::none);
    readout.weight.normal_();
    readout.bias.fill_(0.5);
    const auto maps = torch::randn({3, 6, 4, 4});
    const auto as_convolution =
        at::conv2d(maps, readout.weight.permute({0, 3, 1, 2}).contiguous(), readout.bias).view({3});
    CHECK(torch::allclose(readout.forward(maps), as_convolution, 1e-4, 1e-4));
}

TEST_CASE("spectral normalisation finds the largest singular value and makes it one") {
    auto random = make_random_generator(3);
    for (const bool transposed : {false, true}) {
        Convolution layer({6, 10, 4, transposed ? Resampling::double_size : Resampling::halve, false,
                           WeightNormalisation::spectral});
        torch::NoGradGuard no_gradients;
        layer.weight.normal_(0, 0.5, random);
        layer.u.normal_(0, 1, random);
        layer.u.div_(layer.u.norm());
        const auto matrix = weight_matrix(layer.weight, transposed);
        CHECK(matrix.size(0) == 10);
        const double largest = at::linalg_svdvals(matrix)[0].item<double>();
        const double estimate = spectral_norm(matrix, layer.u, 200).item<double>();
        CHECK(estimate == doctest::Approx(largest).epsilon(1e-4));
        CHECK(at::linalg_svdvals(matrix / estimate)[0].item<double>() == doctest::Approx(1).epsilon(1e-4));
    }
}

TEST_CASE("the gradient through the estimated norm is that of the largest singular value") {
    auto matrix = torch::randn({5, 8}, torch::kDouble).requires_grad_(true);
    auto u = torch::randn({5}, torch::kDouble);
    spectral_norm(matrix, u, 500).backward();
    auto [left, values, right] = at::linalg_svd(matrix.detach(), false);
    CHECK(torch::allclose(matrix.grad(), at::outer(left.select(1, 0), right.select(0, 0)), 1e-4, 1e-6));
}

TEST_CASE("a forward pass in training refines u, one in evaluation does not") {
    Convolution layer({3, 8, 3, Resampling::same, false, WeightNormalisation::spectral});
    initialise(layer, WeightInitialisation::normal, 0.02, make_random_generator(1));
    const auto x = torch::randn({1, 3, 8, 8});
    const auto before = layer.u.clone();
    layer.eval();
    (void)layer.forward(x);
    CHECK(torch::equal(layer.u, before));
    layer.train();
    (void)layer.forward(x);
    CHECK_FALSE(torch::equal(layer.u, before));
    CHECK(layer.u.norm().item<double>() == doctest::Approx(1));
}

TEST_CASE("first weights follow the paper, and the seed") {
    GeneratorSpec spec;
    spec.width = 16;
    Generator one(spec), same(spec), other(spec);
    initialise(one, WeightInitialisation::normal, 0.02, make_random_generator(1));
    initialise(same, WeightInitialisation::normal, 0.02, make_random_generator(1));
    initialise(other, WeightInitialisation::normal, 0.02, make_random_generator(2));
    for (const auto& item : one.named_parameters()) {
        CAPTURE(item.key());
        CHECK(torch::equal(item.value(), same.named_parameters()[item.key()]));
        const auto& value = item.value();
        if (value.dim() == 4) {
            CHECK_FALSE(torch::equal(value, other.named_parameters()[item.key()]));
            CHECK(value.std().item<double>() == doctest::Approx(0.02).epsilon(0.1));
            CHECK(std::abs(value.mean().item<double>()) < 0.002);
        } else if (item.key().ends_with(".weight")) {
            CHECK(value.mean().item<double>() == doctest::Approx(1).epsilon(0.02));
            CHECK(value.std().item<double>() < 0.04);
        } else {
            CHECK(value.abs().max().item<double>() == 0);
        }
    }
    DiscriminatorSpec judge;
    judge.width = 8;
    judge.normalisation = Normalisation::none;
    Discriminator discriminator(judge);
    initialise(discriminator, WeightInitialisation::orthogonal, 0, make_random_generator(1));
    const auto matrix = weight_matrix(discriminator.named_parameters()["down2.weight"], false).detach();
    CHECK(torch::allclose(at::matmul(matrix, matrix.t()), torch::eye(matrix.size(0)), 1e-4, 1e-5));
}

TEST_CASE("normalisation layers do what their names say") {
    torch::NoGradGuard no_gradients;
    const auto x = torch::randn({4, 6, 5, 5}) * 3 + 2;
    NormalisationLayer batch(Normalisation::batch, 6), layer(Normalisation::layer, 6),
        instance(Normalisation::instance, 6), pixel(Normalisation::pixel, 6);
    CHECK(batch.forward(x).mean({0, 2, 3}).abs().max().item<float>() < 1e-4f);
    CHECK(batch.running_mean.mean().item<float>() == doctest::Approx(0.2).epsilon(0.2));
    CHECK(layer.forward(x).mean({1, 2, 3}).abs().max().item<float>() < 1e-4f);
    CHECK(instance.forward(x).mean({2, 3}).abs().max().item<float>() < 1e-4f);
    CHECK(torch::allclose(at::square(pixel.forward(x)).mean(1), torch::ones({4, 5, 5}), 1e-4, 1e-4));
}

TEST_CASE("minibatch deviation tells a collapsed batch from a varied one, group by group") {
    const auto same = torch::ones({4, 3, 2, 2}), varied = torch::randn({4, 3, 2, 2});
    const auto both = append_minibatch_deviation(torch::cat({same, varied}), 2);
    CHECK(both.sizes() == torch::IntArrayRef({8, 4, 2, 2}));
    CHECK(both.select(1, 3).slice(0, 0, 4).max().item<float>() < 1e-3f);
    const double expected = at::var(varied, at::IntArrayRef{0}, false).add(1e-8).sqrt().mean().item<double>();
    CHECK(both.select(1, 3)[5][0][0].item<double>() == doctest::Approx(expected).epsilon(1e-5));
    CHECK_THROWS((void)append_minibatch_deviation(same, 3));
}

TEST_CASE("what cannot be built says why") {
    const auto generator = [](auto&& change, const char* why) {
        GeneratorSpec spec;
        change(spec);
        CHECK_MESSAGE(problem(spec).find(why) != std::string::npos, problem(spec));
        CHECK_THROWS_AS(Generator{spec}, std::invalid_argument);
        CHECK(describe(spec).empty());
    };
    generator([](auto& spec) { spec.image_size = 48; }, "image size");
    generator([](auto& spec) { spec.attention_after = {5}; }, "layers 1 to 4, not after layer 5");
    generator([](auto& spec) { spec.attention_after = {3, 3}; }, "twice");
    generator([](auto& spec) { spec.condition = GeneratorCondition::one_hot; }, "needs classes");
    generator([](auto& spec) { spec.conditional_normalisation = true; }, "needs classes");
    generator([](auto& spec) { spec.depth = 0; }, "depth");
    const auto discriminator = [](auto&& change, const char* why) {
        DiscriminatorSpec spec;
        change(spec);
        CHECK_MESSAGE(problem(spec).find(why) != std::string::npos, problem(spec));
        CHECK_THROWS_AS(Discriminator{spec}, std::invalid_argument);
        CHECK(describe(spec).empty());
    };
    discriminator([](auto& spec) { spec.kernel = 9; }, "kernel");
    discriminator([](auto& spec) { spec.attention_after = {0}; }, "layers 1 to 4");
    discriminator([](auto& spec) { spec.extra_layers = 1; }, "discriminator.features");
    discriminator([](auto& spec) { spec.feature_normalisation = Normalisation::batch; }, "feature vector");
    discriminator([](auto& spec) { spec.condition = DiscriminatorCondition::projection; }, "needs classes");
    CHECK(problem(GeneratorSpec{}).empty());
    CHECK(problem(DiscriminatorSpec{}).empty());
}

TEST_CASE("lists of layers are read strictly") {
    std::vector<int> layers{9};
    CHECK(parse_layer_list(" 3, 4 ", layers));
    CHECK(layers == std::vector<int>{3, 4});
    CHECK(parse_layer_list("", layers));
    CHECK(layers.empty());
    for (const char* bad : {"3,", ",3", "3;4", "three", "0", "-1", "3 4", "3,,4"})
        CHECK_FALSE(parse_layer_list(bad, layers));
}

TEST_CASE("dropout follows its seed") {
    DiscriminatorSpec spec;
    spec.width = 4;
    spec.image_size = 32;
    spec.dropout = 0.5;
    Discriminator discriminator(spec);
    initialise(discriminator, spec.initialisation, 0.2, make_random_generator(1));
    const auto x = torch::randn({2, 3, 32, 32});
    const auto run = [&](std::uint64_t seed) {
        discriminator.seed_dropout(seed);
        return discriminator.forward(x).detach();
    };
    CHECK(torch::equal(run(1), run(1)));
    CHECK_FALSE(torch::equal(run(1), run(2)));
}
