// Layers on vectors: fully connected, minibatch discrimination, embeddings, spectral normalisation of them.
#include <doctest/doctest.h>

#include "models/initialisation.h"
#include "models/layers/class_embedding.h"
#include "models/layers/dense.h"
#include "models/layers/minibatch_discrimination.h"
#include "models/layers/normalisation.h"
#include "models/layers/refinement.h"
#include "tests/unit/models/gradient_check.h"

using namespace ganvas;
using namespace ganvas::test;

TEST_CASE("minibatch discrimination sums nearness over the group, as the paper writes it") {
    torch::manual_seed(1);
    torch::NoGradGuard no_gradients;
    MinibatchDiscrimination layer(5, 3, 2);
    randomise(layer, 0.6);
    const auto x = torch::randn({6, 5}, torch::kDouble);
    const auto y = layer.forward(x, 2);
    CHECK(y.sizes() == torch::IntArrayRef({6, 8}));
    CHECK(torch::equal(y.slice(1, 0, 5), x));
    const auto m = at::matmul(x, layer.weight).view({6, 3, 2});
    for (int i = 0; i < 6; ++i)
        for (int b = 0; b < 3; ++b) {
            double sum = 0;
            for (int j = i < 3 ? 0 : 3; j < (i < 3 ? 3 : 6); ++j)
                sum += std::exp(-(m[i][b] - m[j][b]).abs().sum().item<double>());
            CHECK(y[i][5 + b].item<double>() == doctest::Approx(sum));
        }
    // A collapsed batch: every picture is as near as can be.
    const auto same = layer.forward(torch::ones({4, 5}, torch::kDouble), 1);
    CHECK(same.slice(1, 5).sub(4).abs().max().item<double>() < 1e-12);
    CHECK_THROWS((void)layer.forward(x, 4));
}

TEST_CASE("gradients of minibatch discrimination are right") {
    torch::manual_seed(2);
    MinibatchDiscrimination layer(4, 3, 2);
    randomise(layer, 0.6);
    const auto x = torch::randn({6, 4}, torch::kDouble), weights = torch::randn({6, 7}, torch::kDouble);
    check_gradients({x, layer.weight}, [&] { return (layer.forward(x, 2) * weights).sum(); });
}

TEST_CASE("gradients of spectral normalisation are right in convolutions and fully connected layers") {
    torch::manual_seed(3);
    for (const auto resampling : {Resampling::same, Resampling::halve, Resampling::double_size}) {
        Convolution layer({2, 3, 3, resampling, true, WeightNormalisation::spectral});
        randomise(layer, 0.5);
        layer.u.normal_().div_(layer.u.norm());
        layer.eval();
        const auto x = torch::randn({2, 2, 4, 4}, torch::kDouble);
        check_gradients({layer.weight, layer.bias, x}, [&] { return at::tanh(layer.forward(x)).sum(); });
    }
    Dense dense(4, 3, true, WeightNormalisation::spectral);
    randomise(dense, 0.5);
    dense.u.normal_().div_(dense.u.norm());
    dense.eval();
    const auto x = torch::randn({5, 4}, torch::kDouble);
    check_gradients({dense.weight, dense.bias, x}, [&] { return at::tanh(dense.forward(x)).sum(); });
}

TEST_CASE("spectral normalisation makes a fully connected layer and an embedding of norm one") {
    torch::NoGradGuard no_gradients;
    Dense dense(20, 12, false, WeightNormalisation::spectral);
    ClassEmbedding embedding(10, 7, false, WeightNormalisation::spectral);
    initialise(dense, WeightInitialisation::normal, 0.3, make_random_generator(1));
    initialise(embedding, WeightInitialisation::normal, 0.3, make_random_generator(1));
    for (int i = 0; i < 100; ++i) {
        (void)dense.forward(torch::zeros({1, 20}));
        (void)embedding.forward(torch::zeros({1, 10}));
    }
    const auto of_dense = dense.forward(torch::eye(20)).t(), of_embedding = embedding.forward(torch::eye(10));
    CHECK(at::linalg_svdvals(of_dense)[0].item<double>() == doctest::Approx(1).epsilon(1e-3));
    CHECK(at::linalg_svdvals(of_embedding)[0].item<double>() == doctest::Approx(1).epsilon(1e-3));
}

TEST_CASE("an embedding is linear in the class: one row for one class, a mean for a mixture") {
    ClassEmbedding embedding(4, 3, true, WeightNormalisation::none);
    initialise(embedding, WeightInitialisation::normal, 0.02, make_random_generator(1));
    torch::NoGradGuard no_gradients;
    CHECK(torch::equal(embedding.forward(one_hot_rows({2}, 4))[0], embedding.weight[2]));
    const auto mixture = (one_hot_rows({1}, 4) + one_hot_rows({3}, 4)) / 2;
    CHECK(torch::allclose(embedding.forward(mixture)[0], (embedding.weight[1] + embedding.weight[3]) / 2));
    CHECK(embedding.weight.std().item<double>() > 0.4); // as loud as a latent
    CHECK_THROWS((void)one_hot_rows({4}, 4));
    CHECK_THROWS((void)one_hot_rows({-1}, 4));
}

TEST_CASE("conditional normalisation scales and shifts by the class") {
    torch::manual_seed(4);
    torch::NoGradGuard no_gradients;
    const auto x = torch::randn({3, 2, 4, 4});
    const auto rows = one_hot_rows({1, 0, 1}, 2);
    for (const auto kind : {Normalisation::batch, Normalisation::instance, Normalisation::layer,
                            Normalisation::pixel, Normalisation::virtual_batch}) {
        NormalisationLayer conditional(kind, 2, 2), plain(kind, 2);
        conditional.weight.normal_();
        conditional.bias.normal_();
        const auto base = plain.forward(x), answer = conditional.forward(x, rows);
        for (int n = 0; n < 3; ++n) {
            const auto scale = conditional.weight[n == 1 ? 0 : 1].view({2, 1, 1});
            const auto shift = conditional.bias[n == 1 ? 0 : 1].view({2, 1, 1});
            CHECK(torch::allclose(answer[n], base[n] * scale + shift, 1e-4, 1e-5));
        }
        CHECK_THROWS((void)conditional.forward(x));
    }
}

TEST_CASE("Xavier weights keep within Glorot's bound and fill it") {
    Convolution layer({8, 16, 5, Resampling::halve, true, WeightNormalisation::none});
    initialise(layer, WeightInitialisation::xavier, 0, make_random_generator(1));
    const double bound = std::sqrt(6.0 / (25 * (8 + 16)));
    CHECK(layer.weight.abs().max().item<double>() <= bound);
    CHECK(layer.weight.abs().max().item<double>() > 0.99 * bound);
    CHECK(layer.weight.std().item<double>() == doctest::Approx(bound / std::sqrt(3)).epsilon(0.05));
    CHECK(layer.bias.abs().max().item<double>() == 0);
}
