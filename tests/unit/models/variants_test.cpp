// Whole networks of the reports: what the model table says of them, what the class does in them.
#include <doctest/doctest.h>
#include <torch/nn.h>

#include "models/discriminator.h"
#include "models/generator.h"
#include "models/initialisation.h"
#include "models/layers/class_embedding.h"

using namespace ganvas;

namespace {

template <class Network>
std::int64_t built(const Network& network) {
    std::int64_t count = 0;
    for (const auto& parameter : network.parameters()) count += parameter.numel();
    return count;
}

template <class Spec>
std::int64_t described(const Spec& spec) {
    std::int64_t count = 0;
    for (const auto& row : describe(spec)) count += row.parameters;
    return count;
}

template <class Network, class Spec>
std::unique_ptr<Network> make(const Spec& spec) {
    auto network = std::make_unique<Network>(spec);
    initialise(*network, spec.initialisation, 0.1, make_random_generator(5));
    lay_out_channels_last(*network);
    return network;
}

DiscriminatorSpec tutorial() { // the second report's model #1
    DiscriminatorSpec spec;
    spec.image_size = 28;
    spec.channels = 1;
    spec.width = 64;
    spec.kernel = 5;
    spec.normalisation = Normalisation::none;
    spec.dropout = 0.3;
    return spec;
}

} // namespace

TEST_CASE("the second report's discriminators have their 200,000 and 1,900,000 parameters") {
    auto spec = tutorial();
    CHECK(described(spec) == 212865); // the TensorFlow tutorial's own count
    CHECK(built(Discriminator(spec)) == 212865);
    spec.width = 104;
    spec.depth = 2;
    spec.normalisation = Normalisation::batch;
    CHECK(described(spec) == built(Discriminator(spec)));
    CHECK(double(described(spec)) == doctest::Approx(1.9e6).epsilon(0.01));
}

TEST_CASE("depth and width change a network independently") {
    for (const int depth : {1, 2, 3})
        for (const int width : {4, 6}) {
            GeneratorSpec generator;
            generator.depth = depth;
            generator.width = width;
            DiscriminatorSpec discriminator;
            discriminator.depth = depth;
            discriminator.width = width;
            const auto convolutions = [](const auto& network) {
                int count = 0;
                for (const auto& item : network.named_parameters()) count += item.value().dim() == 4;
                return count;
            };
            Generator g(generator);
            Discriminator d(discriminator);
            CHECK(convolutions(g) == 5 + 4 * (depth - 1));
            CHECK(convolutions(d) == 5 + 4 * (depth - 1));
            CHECK(built(g) == described(generator));
            CHECK(built(d) == described(discriminator));
        }
}

TEST_CASE("every part of a generator is in the table and makes pictures") {
    torch::NoGradGuard no_gradients;
    for (const auto normalisation :
         {Normalisation::none, Normalisation::batch, Normalisation::layer, Normalisation::pixel,
          Normalisation::instance, Normalisation::virtual_batch})
        for (const auto weights : {WeightNormalisation::none, WeightNormalisation::spectral})
            for (const auto condition :
                 {GeneratorCondition::none, GeneratorCondition::one_hot, GeneratorCondition::embedding})
                for (const bool conditional : {false, true}) {
                    GeneratorSpec spec;
                    spec.image_size = 32;
                    spec.latent_size = 7;
                    spec.width = 8;
                    spec.normalisation = normalisation;
                    spec.weight_normalisation = weights;
                    spec.attention_after = {2};
                    spec.depth = 2;
                    spec.fully_connected = 12;
                    spec.classes = conditional || condition != GeneratorCondition::none ? 4 : 0;
                    spec.condition = condition;
                    spec.class_embedding = 5;
                    spec.conditional_normalisation = conditional && normalisation != Normalisation::none;
                    CAPTURE(int(normalisation));
                    CAPTURE(int(condition));
                    const auto generator = make<Generator>(spec);
                    CHECK(built(*generator) == described(spec));
                    const auto rows = spec.classes > 0 ? one_hot_rows({1, 3}, 4) : torch::Tensor();
                    const auto pictures = generator->forward(torch::randn({2, 7}), rows);
                    CHECK(pictures.sizes() == torch::IntArrayRef({2, 3, 32, 32}));
                    CHECK(pictures.isfinite().all().item<bool>());
                }
}

TEST_CASE("every part of a discriminator is in the table and answers") {
    torch::NoGradGuard no_gradients;
    for (const auto condition : {DiscriminatorCondition::none, DiscriminatorCondition::concatenate,
                                 DiscriminatorCondition::embedding_sigmoid, DiscriminatorCondition::embedding,
                                 DiscriminatorCondition::projection})
        for (const int features : {0, 9})
            for (const int kernels : {0, 6})
                for (const auto weights : {WeightNormalisation::none, WeightNormalisation::spectral})
                    for (const bool batch : {false, true}) {
                        DiscriminatorSpec spec;
                        spec.image_size = 32;
                        spec.width = 8;
                        spec.weight_normalisation = weights;
                        spec.normalisation = batch ? Normalisation::batch : Normalisation::none;
                        spec.attention_after = {1, 3};
                        spec.depth = 2;
                        spec.features = features;
                        spec.feature_normalisation =
                            batch && features > 0 ? Normalisation::batch : Normalisation::none;
                        spec.extra_layers = features > 0 ? 2 : 0;
                        spec.minibatch_discrimination = kernels;
                        spec.minibatch_deviation = kernels > 0;
                        spec.output = batch ? AnswerOutput::sigmoid : AnswerOutput::linear;
                        spec.classes = condition != DiscriminatorCondition::none ? 4 : 0;
                        spec.condition = condition;
                        spec.class_embedding = 5;
                        CAPTURE(int(condition));
                        CAPTURE(features);
                        const auto discriminator = make<Discriminator>(spec);
                        CHECK(built(*discriminator) == described(spec));
                        CHECK(discriminator->mixes_pictures() == batch);
                        const auto rows = spec.classes > 0 ? one_hot_rows({0, 1, 2, 3}, 4) : torch::Tensor();
                        const auto answers = discriminator->forward(torch::randn({4, 3, 32, 32}), 2, rows);
                        CHECK(answers.sizes() == torch::IntArrayRef({4}));
                        CHECK(answers.isfinite().all().item<bool>());
                        if (batch) CHECK(answers.min().item<float>() >= 0);
                        if (batch) CHECK(answers.max().item<float>() <= 1);
                        CHECK(torch::equal(discriminator->scores(answers),
                                           batch ? answers : answers.sigmoid()));
                    }
}

TEST_CASE("the class changes the picture and the answer, and a missing one is refused") {
    torch::NoGradGuard no_gradients;
    GeneratorSpec spec;
    spec.image_size = 28;
    spec.width = 4;
    spec.latent_size = 6;
    spec.classes = 3;
    spec.condition = GeneratorCondition::one_hot;
    const auto generator = make<Generator>(spec);
    generator->eval();
    const auto z = torch::randn({1, 6});
    const auto of = [&](int label) { return generator->forward(z, one_hot_rows({label}, 3)); };
    CHECK((of(0) - of(1)).abs().max().item<float>() > 1e-3f);
    CHECK(torch::equal(of(2), of(2)));
    CHECK_THROWS_AS((void)generator->forward(z), std::invalid_argument);

    for (const auto condition :
         {DiscriminatorCondition::concatenate, DiscriminatorCondition::embedding_sigmoid,
          DiscriminatorCondition::embedding, DiscriminatorCondition::projection}) {
        DiscriminatorSpec judge;
        judge.image_size = 28;
        judge.width = 4;
        judge.classes = 3;
        judge.condition = condition;
        const auto discriminator = make<Discriminator>(judge);
        discriminator->eval();
        const auto x = torch::randn({1, 3, 28, 28});
        const auto answer = [&](int label) {
            return discriminator->forward(x, 1, one_hot_rows({label}, 3)).item<float>();
        };
        CHECK(answer(0) != answer(1));
        CHECK_THROWS_AS((void)discriminator->forward(x), std::invalid_argument);
    }
}

TEST_CASE(
    "a class that one layer alone reads shifts every answer alike: why the fifth report's obeyed so little") {
    torch::NoGradGuard no_gradients;
    for (const int extra : {0, 1}) {
        DiscriminatorSpec spec;
        spec.image_size = 28;
        spec.width = 4;
        spec.normalisation = Normalisation::none;
        spec.features = 12;
        spec.extra_layers = extra;
        spec.classes = 3;
        spec.condition = DiscriminatorCondition::concatenate;
        const auto discriminator = make<Discriminator>(spec);
        const auto x = torch::randn({6, 3, 28, 28}) * 3;
        const auto shift = discriminator->forward(x, 1, one_hot_rows({1, 1, 1, 1, 1, 1}, 3))
                           - discriminator->forward(x, 1, one_hot_rows({0, 0, 0, 0, 0, 0}, 3));
        CHECK(shift.abs().max().item<float>() > 1e-3f);
        const float spread = (shift.max() - shift.min()).item<float>();
        if (extra == 0)
            CHECK(spread < 1e-5f);
        else
            CHECK(spread > 1e-4f);
    }
}

TEST_CASE("the projection adds the inner product of class and features") {
    torch::NoGradGuard no_gradients;
    DiscriminatorSpec spec;
    spec.image_size = 28;
    spec.width = 4;
    spec.normalisation = Normalisation::none;
    spec.classes = 3;
    spec.condition = DiscriminatorCondition::projection;
    const auto discriminator = make<Discriminator>(spec);
    const auto x = torch::randn({2, 3, 28, 28});
    const auto pooled = discriminator->features(x).sum({2, 3}); // [2, 8]
    const auto table = discriminator->named_parameters()["head.projection.weight"];
    const auto difference = discriminator->forward(x, 1, one_hot_rows({2, 1}, 3))
                            - discriminator->forward(x, 1, one_hot_rows({0, 0}, 3));
    for (int n = 0; n < 2; ++n)
        CHECK(difference[n].item<double>()
              == doctest::Approx(at::dot(table[n == 0 ? 2 : 1] - table[0], pooled[n]).item<double>())
                     .epsilon(1e-3));
}

TEST_CASE("outputs of a generator keep to their ranges") {
    torch::NoGradGuard no_gradients;
    const auto range = [](OutputActivation output) {
        GeneratorSpec spec;
        spec.image_size = 28;
        spec.width = 4;
        spec.output = output;
        spec.initialisation_std = 0.5;
        Generator generator(spec);
        initialise(generator, spec.initialisation, 0.5, make_random_generator(1));
        const auto pictures = generator.forward(torch::randn({8, 100}));
        return std::pair(pictures.min().item<float>(), pictures.max().item<float>());
    };
    CHECK(range(OutputActivation::tanh).first < -0.5f);
    CHECK(range(OutputActivation::sigmoid).first < -0.5f);
    CHECK(range(OutputActivation::sigmoid).first >= -1);
    CHECK(range(OutputActivation::sigmoid_unscaled).first >= 0);
    CHECK(range(OutputActivation::sigmoid_unscaled).second <= 1);
    CHECK(range(OutputActivation::relu).first == -1);
    CHECK(range(OutputActivation::relu_unscaled).first == 0);
    CHECK(range(OutputActivation::linear).first < -1);
}
