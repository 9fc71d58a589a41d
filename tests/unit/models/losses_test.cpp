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
    const auto d = [&](LossKind kind, double smoothing = 0, double fake_smoothing = 0) {
        return discriminator_loss(kind, real, fake, {smoothing, fake_smoothing, {}, {}}).item<double>();
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
    CHECK(d(LossKind::saturating, 0.1, 0.2) == close(mean([](double r, double f) {
              return -0.9 * std::log(sigmoid(r)) - 0.1 * std::log(1 - sigmoid(r))
                     - 0.8 * std::log(1 - sigmoid(f)) - 0.2 * std::log(sigmoid(f));
          })));
    CHECK(d(LossKind::least_squares, 0.1, 0.2) == close(mean([](double r, double f) {
              return ((r - 0.9) * (r - 0.9) + (f - 0.2) * (f - 0.2)) / 2;
          })));
    CHECK(d(LossKind::hinge, 0.1, 0.2) == d(LossKind::hinge)); // no targets to smooth
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

TEST_CASE("a flipped picture is judged as one of the other kind") {
    const auto real = torch::tensor(real_values), fake = torch::tensor(fake_values);
    const auto some = torch::tensor({true, false, false}), none = torch::zeros({3}, torch::kBool),
               all = torch::ones({3}, torch::kBool);
    for (const auto kind : {LossKind::nonsaturating, LossKind::saturating, LossKind::least_squares,
                            LossKind::hinge, LossKind::wasserstein, LossKind::relativistic}) {
        CAPTURE(int(kind));
        const double plain = discriminator_loss(kind, real, fake).item<double>();
        const double turned = discriminator_loss(kind, fake, real).item<double>();
        CHECK(discriminator_loss(kind, real, fake, {0, 0, none, none}).item<double>()
              == doctest::Approx(plain));
        CHECK(discriminator_loss(kind, real, fake, {0, 0, all, all}).item<double>()
              == doctest::Approx(turned));
    }
    const double by_hand = mean([](double r, double f) {
        const bool turned = r == double(real_values[0]);
        return turned ? -std::log(1 - sigmoid(r)) - std::log(sigmoid(f))
                      : -std::log(sigmoid(r)) - std::log(1 - sigmoid(f));
    });
    CHECK(discriminator_loss(LossKind::nonsaturating, real, fake, {0, 0, some, some}).item<double>()
          == doctest::Approx(by_hand).epsilon(1e-5));
    const double pairs = mean(
        [](double r, double f) { return std::log1p(std::exp(r == double(real_values[0]) ? r - f : f - r)); });
    CHECK(discriminator_loss(LossKind::relativistic, real, fake, {0, 0, some, some}).item<double>()
          == doctest::Approx(pairs).epsilon(1e-5));
}

TEST_CASE("the penalty on interpolates wants a slope of one") {
    torch::manual_seed(4);
    const auto real = torch::randn({4, 3, 2, 2}), fake = torch::randn({4, 3, 2, 2});
    const auto share = torch::tensor({0.0f, 1.0f, 0.25f, 0.5f});
    const auto between = interpolate_pictures(real, fake, share);
    CHECK(torch::allclose(between[0], fake[0]));
    CHECK(torch::allclose(between[1], real[1]));
    CHECK(torch::allclose(between[2], 0.25 * real[2] + 0.75 * fake[2], 1e-5, 1e-6));
    // A linear critic has its own length as slope, everywhere.
    auto weight = torch::randn({1, 3, 2, 2}).requires_grad_(true);
    const auto leaf = between.clone().requires_grad_(true);
    const auto penalty = unit_gradient_penalty((leaf * weight).sum({1, 2, 3}), leaf);
    const double length = weight.norm().item<double>();
    CHECK(penalty.item<double>() == doctest::Approx((length - 1) * (length - 1)).epsilon(1e-4));
    penalty.backward();
    CHECK(torch::allclose(weight.grad(), (2 * (length - 1) / length * weight).detach(), 1e-3, 1e-4));
    const auto flat = torch::zeros({4, 3, 2, 2}).requires_grad_(true);
    CHECK(unit_gradient_penalty((flat * 0).sum({1, 2, 3}), flat).item<double>()
          == doctest::Approx(1).epsilon(1e-4));
}

TEST_CASE("a sigmoid on the answer is a logit to the losses, a probability is the linear answer") {
    // D as a probability p with plain cross-entropy is the linear answer: -log p = softplus(-x).
    const auto x = torch::tensor(real_values), y = torch::tensor(fake_values);
    const double probability =
        (-(at::sigmoid(x).log().mean()) - ((1 - at::sigmoid(y)).log().mean())).item<double>();
    CHECK(discriminator_loss(LossKind::nonsaturating, x, y).item<double>()
          == doctest::Approx(probability).epsilon(1e-5));
    // The second report's models 3 and 4: a sigmoid, then a loss on logits. It is bounded from below.
    const double bounded =
        discriminator_loss(LossKind::nonsaturating, at::sigmoid(x * 1000), at::sigmoid(-at::abs(y) * 1000))
            .item<double>();
    CHECK(bounded > std::log(1 + std::exp(-1.0)) + std::log(2.0) - 1e-6);
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
