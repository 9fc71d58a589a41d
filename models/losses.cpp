#include "models/losses.h"

#include <torch/autograd.h>

#include <stdexcept>

namespace ganvas {

using torch::Tensor;

bool pairs_real_and_fake(LossKind kind) { return kind == LossKind::relativistic; }

Tensor discriminator_loss(LossKind kind, const Tensor& real, const Tensor& fake, double smoothing) {
    switch (kind) {
    case LossKind::nonsaturating:
    case LossKind::saturating: {
        // -(t log D + (1 - t) log(1 - D)) with t = 1 - smoothing, log D = -softplus(-x), log(1 - D) = -softplus(x)
        auto answer = at::softplus(-real).mean() * (1 - smoothing);
        if (smoothing > 0) answer = answer + at::softplus(real).mean() * smoothing;
        return answer + at::softplus(fake).mean();
    }
    case LossKind::least_squares: return 0.5 * (at::square(real - 1).mean() + at::square(fake).mean());
    case LossKind::hinge: return at::relu(1 - real).mean() + at::relu(1 + fake).mean();
    case LossKind::wasserstein: return fake.mean() - real.mean();
    case LossKind::relativistic: return at::softplus(fake - real).mean();
    }
    throw std::invalid_argument("unknown loss");
}

Tensor generator_loss(LossKind kind, const Tensor& fake, const Tensor& real) {
    switch (kind) {
    case LossKind::nonsaturating: return at::softplus(-fake).mean();
    case LossKind::saturating: return -at::softplus(fake).mean();
    case LossKind::least_squares: return 0.5 * at::square(fake - 1).mean();
    case LossKind::hinge:
    case LossKind::wasserstein: return -fake.mean();
    case LossKind::relativistic: return at::softplus(real - fake).mean();
    }
    throw std::invalid_argument("unknown loss");
}

Tensor squared_gradient(const Tensor& logits, const Tensor& pictures) {
    const auto gradient = torch::autograd::grad({logits.sum()}, {pictures}, {}, /*retain_graph=*/true,
                                                /*create_graph=*/true)[0];
    return at::square(gradient).sum({1, 2, 3});
}

} // namespace ganvas
