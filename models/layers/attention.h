/// Self-attention of Zhang et al. 2019 (SAGAN), as the fourth report has it.
///
/// A torch module, one thread at a time. With x_i the C numbers at place i of a map: f, g and h bring C to C / 8,
/// beta_ji = softmax over i of f(x_i) . g(x_j), o_j = v(sum over i of beta_ji h(x_i)), and the layer gives
/// gamma o + x. gamma is learned and begins at 0: the layer begins as the identity.
#pragma once

#include <memory>

#include <torch/nn.h>

#include "models/layers/convolution.h"
#include "models/specs.h"

namespace ganvas {

class SelfAttention : public torch::nn::Module {
public:
    SelfAttention(int channels, WeightNormalisation weight_normalisation);

    /// [N, C, H, W] → the same shape. `attention`, when given, receives beta: [N, H * W, H * W], row j the weights
    /// with which place j (y * W + x) looks at every place; rows sum to one.
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& maps, torch::Tensor* attention = nullptr);

    torch::Tensor gamma; ///< [1]

private:
    std::shared_ptr<Convolution> f_, g_, h_, v_;
};

/// The attention of one layer in one forward pass.
struct AttentionMap {
    int layer = 0; ///< as the spec counts
    int height = 0, width = 0;
    torch::Tensor weights; ///< [N, H * W, H * W] float32
};

} // namespace ganvas
