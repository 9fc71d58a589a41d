/// The two fully connected ends of a DCGAN: latent → first map, last map → logit.
///
/// The same arithmetic as a transposed convolution of a 1x1 map and a convolution down to 1x1, kept as matrices in
/// channels-last order: one matrix product each, and no copy on either side.
#pragma once

#include <torch/nn.h>

#include "models/specs.h"

namespace ganvas {

class LatentProjection : public torch::nn::Module {
public:
    LatentProjection(int latent_size, int channels, int size, bool bias,
                     WeightNormalisation weight_normalisation);
    /// [N, L] → [N, channels, size, size], channels last in memory.
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& latents);

    torch::Tensor weight; ///< [L, size, size, channels]
    torch::Tensor bias;   ///< [channels] or undefined
    torch::Tensor u;      ///< [size * size * channels] with spectral normalisation

private:
    int channels_;
    int size_;
};

class Readout : public torch::nn::Module {
public:
    Readout(int channels, int size, bool bias, WeightNormalisation weight_normalisation);
    /// [N, channels, size, size] → [N].
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& maps);

    torch::Tensor weight; ///< [1, size, size, channels]
    torch::Tensor bias;   ///< [1] or undefined

private:
    bool spectral_;
};

} // namespace ganvas
