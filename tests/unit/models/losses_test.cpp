#include <doctest/doctest.h>
#include <torch/autograd.h>
#include <torch/types.h>

#include <cmath>

#include "models/losses.h"

using namespace ganvas;

namespace {

const std::vector<float> real_values{2.0f, -0.5f, 0.3f}, fake_values{-1.0f, 0.7f, 0.1f};

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// Mean over the three pairs.
template <class Formula>
double mean(Formula&& formula) {
    double sum = 0;
    for (std::size_t i = 0; i < 3; ++i) sum += formula(double(real_values[i]), double(fake_values[i]));
    return sum / 3;
}

} // namespace

TEST_CASE("losses agree with their closed forms") {
    const auto real = torch::tensor(real_values), fake = torch::tensor(fake_values);
    const auto d = [&](LossKind kind, double smoothing = 0) {
        return discriminator_loss(kind, real, fake, smoothing).item<double>();
    };
    const auto g = [&](LossKind kind) { return generator_loss(kind, fake, real).item<double>(); };
    const auto close = [](double value) { return doctest::Approx(value).epsilon(1e-5); };

    const double cross =
        mean([](double r, double f) { return -std::log(sigmoid(r)) - std::log(1 - sigmoid(f)); });
    CHECK(d(LossKind::nonsaturating) == close(cross));
    CHECK(d(LossKind::saturating) == close(cross));
    CHECK(d(LossKind::nonsaturating, 0.1) == close(mean([](double r, double f) {
              return -0.9 * std::log(sigmoid(r)) - 0.1 * std::log(1 - sigmoid(r)) - std::log(1 - sigmoid(f));
          })));
    CHECK(g(LossKind::nonsaturating) == close(mean([](double, double f) { return -std::log(sigmoid(f)); })));
    CHECK(g(LossKind::saturating) == close(mean([](double, double f) { return std::log(1 - sigmoid(f)); })));
    CHECK(d(LossKind::least_squares)
          == close(mean([](double r, double f) { return ((r - 1) * (r - 1) + f * f) / 2; })));
    CHECK(g(LossKind::least_squares) == close(mean([](double, double f) { return (f - 1) * (f - 1) / 2; })));
    CHECK(d(LossKind::hinge)
          == close(mean([](double r, double f) { return std::max(0.0, 1 - r) + std::max(0.0, 1 + f); })));
    CHECK(g(LossKind::hinge) == close(mean([](double, double f) { return -f; })));
    CHECK(d(LossKind::wasserstein) == close(mean([](double r, double f) { return f - r; })));
    CHECK(g(LossKind::wasserstein) == close(mean([](double, double f) { return -f; })));
    CHECK(d(LossKind::relativistic)
          == close(mean([](double r, double f) { return -std::log(sigmoid(r - f)); })));
    CHECK(g(LossKind::relativistic)
          == close(mean([](double r, double f) { return -std::log(sigmoid(f - r)); })));
}

TEST_CASE("cross-entropy stays finite on logits that a sigmoid would round away") {
    const auto real = torch::tensor({-200.0f}), fake = torch::tensor({200.0f});
    CHECK(discriminator_loss(LossKind::nonsaturating, real, fake).item<double>() == doctest::Approx(400));
    CHECK(generator_loss(LossKind::nonsaturating, real).item<double>() == doctest::Approx(200));
}

TEST_CASE("the penalty is the squared gradient, and can be trained on") {
    auto weight = torch::randn({1, 3, 2, 2}).requires_grad_(true);
    const auto pictures = torch::randn({5, 3, 2, 2}).requires_grad_(true);
    const auto logits = (pictures * pictures * weight).sum({1, 2, 3});
    const auto penalty = squared_gradient(logits, pictures);
    const auto expected = at::square(2 * pictures * weight).sum({1, 2, 3}).detach();
    CHECK(torch::allclose(penalty, expected, 1e-4, 1e-5));
    penalty.mean().backward();
    const auto by_hand = (8 * at::square(pictures) * weight).detach().mean(0, true);
    CHECK(torch::allclose(weight.grad(), by_hand, 1e-4, 1e-5));
}
