#include "models/losses.h"

#include <torch/autograd.h>

#include <stdexcept>

namespace ganvas {

using torch::Tensor;

bool pairs_real_and_fake(LossKind kind) { return kind == LossKind::relativistic; }

namespace {

/// Each picture's part in D's loss when it counts as `target` (1 is real). [N] → [N].
Tensor parts(LossKind kind, const Tensor& answers, bool real, double smoothing) {
    switch (kind) {
    case LossKind::nonsaturating:
    case LossKind::saturating: {
        // -(t log D + (1 - t) log(1 - D)), log D = -softplus(-x), log(1 - D) = -softplus(x)
        const auto right = at::softplus(real ? -answers : answers);
        if (smoothing == 0) return right;
        return right * (1 - smoothing) + at::softplus(real ? answers : -answers) * smoothing;
    }
    case LossKind::least_squares: return 0.5 * at::square(answers - (real ? 1 - smoothing : smoothing));
    case LossKind::hinge: return at::relu(real ? 1 - answers : 1 + answers);
    case LossKind::wasserstein: return real ? -answers : answers;
    case LossKind::relativistic: break; // has pairs, not parts
    }
    throw std::invalid_argument("unknown loss");
}

} // namespace

Tensor discriminator_loss(LossKind kind, const Tensor& real, const Tensor& fake, const Labels& labels) {
    const bool flips = labels.flip_real.defined();
    if (pairs_real_and_fake(kind)) {
        const auto ahead = fake - real;
        return at::softplus(flips ? at::where(labels.flip_real, -ahead, ahead) : ahead).mean();
    }
    auto of_real = parts(kind, real, true, labels.real_smoothing);
    auto of_fake = parts(kind, fake, false, labels.fake_smoothing);
    if (flips) {
        of_real = at::where(labels.flip_real, parts(kind, real, false, labels.fake_smoothing), of_real);
        of_fake = at::where(labels.flip_fake, parts(kind, fake, true, labels.real_smoothing), of_fake);
    }
    return of_real.mean() + of_fake.mean();
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

Tensor interpolate_pictures(const Tensor& real, const Tensor& fake, const Tensor& share) {
    return at::lerp(fake, real, share.view({-1, 1, 1, 1}));
}

Tensor unit_gradient_penalty(const Tensor& logits, const Tensor& pictures) {
    // The root has no slope at 0: a D that is flat there gets a tiny one.
    return at::square(at::sqrt(squared_gradient(logits, pictures) + 1e-12) - 1).mean();
}

} // namespace ganvas
