/// One normalisation layer of either network; which one is data.
///
/// A torch module. batch: Ioffe and Szegedy 2015, momentum 0.1, running statistics in eval mode; virtual_batch: see
/// virtual_batch_norm.h; layer: over all of a picture's maps; instance: over each map; pixel: Karras et al. 2018, no
/// parameters; none: the identity. With classes the scale and shift are those of the picture's class (Dumoulin et al.
/// 2017): one row a class, mixed as the class is.
#pragma once

#include <memory>

#include <torch/nn.h>

#include "models/layers/virtual_batch_norm.h"
#include "models/specs.h"

namespace ganvas {

class NormalisationLayer : public torch::nn::Module {
public:
    /// `classes`: 0 for one scale and shift for all.
    NormalisationLayer(Normalisation kind, int channels, int classes = 0);
    /// [N, C, H, W] → the same shape; batch takes [N, C] too. class_rows [N, classes] where there are classes.
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& maps, const torch::Tensor& class_rows = {});

    torch::Tensor weight;       ///< [C] or [classes, C]; undefined for none, and for pixel without classes
    torch::Tensor bias;         ///< like weight
    torch::Tensor running_mean; ///< [C], batch only
    torch::Tensor running_var;  ///< [C], batch only

private:
    [[nodiscard]] torch::Tensor normalised(const torch::Tensor& maps, const torch::Tensor& scale,
                                           const torch::Tensor& shift);

    Normalisation kind_;
    int channels_;
    int classes_;
    std::shared_ptr<VirtualBatchNorm> reference_; ///< virtual_batch only
};

/// Minibatch standard deviation (Karras et al. 2018): appends one constant map with the mean over features and places
/// of the standard deviation across the pictures of each group. [N, C, H, W] → [N, C + 1, H, W].
[[nodiscard]] torch::Tensor append_minibatch_deviation(const torch::Tensor& maps, int groups);

} // namespace ganvas
