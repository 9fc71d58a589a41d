/// One normalisation layer of either network; which one is data.
///
/// A torch module. batch: Ioffe and Szegedy 2015, momentum 0.1, running statistics in eval mode; layer: over all of
/// a picture's maps; instance: over each map; pixel: Karras et al. 2018, no parameters; none: the identity.
#pragma once

#include <torch/nn.h>

#include "models/specs.h"

namespace ganvas {

class NormalisationLayer : public torch::nn::Module {
public:
    NormalisationLayer(Normalisation kind, int channels);
    /// [N, C, H, W] → the same shape.
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& maps);

    torch::Tensor weight;       ///< [C], undefined for none and pixel
    torch::Tensor bias;         ///< [C]
    torch::Tensor running_mean; ///< [C], batch only
    torch::Tensor running_var;  ///< [C], batch only

private:
    Normalisation kind_;
    int channels_;
};

/// Minibatch standard deviation (Karras et al. 2018): appends one constant map with the mean over features and places
/// of the standard deviation across the pictures of each group. [N, C, H, W] → [N, C + 1, H, W].
[[nodiscard]] torch::Tensor append_minibatch_deviation(const torch::Tensor& maps, int groups);

} // namespace ganvas
