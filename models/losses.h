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
    wasserstein, ///< Arjovsky et al. 2017; D is held Lipschitz by clipping, a penalty or spectral normalisation
    relativistic, ///< pairs, softplus(-(D(x) - D(G(z)))) (Jolicoeur-Martineau 2018; Huang et al. 2024)
};

/// What D's update does to its targets.
struct Labels {
    double real_smoothing = 0; ///< real pictures count as 1 - this
    double fake_smoothing = 0; ///< generated pictures count as this
    torch::Tensor flip_real;   ///< [N] bool: pictures whose label is turned round; undefined for none
    torch::Tensor flip_fake;   ///< [N] bool, given together with flip_real
};

/// Smoothing is of the cross-entropy losses and of least squares; the others have no targets and leave it unread.
/// A flipped picture is judged as one of the other kind; of a relativistic pair flip_real decides.
[[nodiscard]] torch::Tensor discriminator_loss(LossKind kind, const torch::Tensor& real,
                                               const torch::Tensor& fake, const Labels& labels = {});
/// `real` is read by the relativistic losses only and may be undefined for the others.
[[nodiscard]] torch::Tensor generator_loss(LossKind kind, const torch::Tensor& fake,
                                           const torch::Tensor& real = {});
[[nodiscard]] bool pairs_real_and_fake(LossKind kind);

/// Squared length of each picture's gradient: d(sum of logits)/d(pictures), [N], differentiable in D's weights.
/// `pictures` must require gradients and `logits` must come from them. R1 = gamma/2 * mean of this over real pictures
/// (Mescheder et al. 2018), R2 the same over generated ones.
[[nodiscard]] torch::Tensor squared_gradient(const torch::Tensor& logits, const torch::Tensor& pictures);

/// Points on the lines between real and generated pictures: share * real + (1 - share) * fake. share [N] in [0, 1].
[[nodiscard]] torch::Tensor interpolate_pictures(const torch::Tensor& real, const torch::Tensor& fake,
                                                 const torch::Tensor& share);
/// Mean of (|gradient| - 1)^2 (Gulrajani et al. 2017); arguments as for squared_gradient.
[[nodiscard]] torch::Tensor unit_gradient_penalty(const torch::Tensor& logits, const torch::Tensor& pictures);

} // namespace ganvas
