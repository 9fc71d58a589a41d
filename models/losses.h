/// Losses of the adversarial game, on logits.
///
/// Pure functions of tensors, any device; scalars out, differentiable. `real` and `fake` are logits [N], float32.
#pragma once

#include <torch/types.h>

namespace ganvas {

enum class LossKind {
    nonsaturating, ///< cross-entropy; G maximises log D(G(z)) (Goodfellow et al. 2014, section 3)
    saturating,    ///< cross-entropy; G minimises log(1 - D(G(z)))
    least_squares, ///< Mao et al. 2017, targets 0 and 1
    hinge,         ///< Lim and Ye 2017
    wasserstein,   ///< Arjovsky et al. 2017; needs a D that is held Lipschitz by other means
    relativistic,  ///< pairs, softplus(-(D(x) - D(G(z)))) (Jolicoeur-Martineau 2018; Huang et al. 2024)
};

/// `smoothing`: one-sided label smoothing, real targets are 1 - smoothing (cross-entropy losses only).
[[nodiscard]] torch::Tensor discriminator_loss(LossKind kind, const torch::Tensor& real,
                                               const torch::Tensor& fake, double smoothing = 0);
/// `real` is read by the relativistic losses only and may be undefined for the others.
[[nodiscard]] torch::Tensor generator_loss(LossKind kind, const torch::Tensor& fake,
                                           const torch::Tensor& real = {});
[[nodiscard]] bool pairs_real_and_fake(LossKind kind);

/// Squared length of each picture's gradient: d(sum of logits)/d(pictures), [N], differentiable in D's weights.
/// `pictures` must require gradients and `logits` must come from them. R1 = gamma/2 * mean of this over real pictures
/// (Mescheder et al. 2018), R2 the same over generated ones.
[[nodiscard]] torch::Tensor squared_gradient(const torch::Tensor& logits, const torch::Tensor& pictures);

} // namespace ganvas
