#include "models/layers/projection.h"

#include <cmath>

#include "models/layers/convolution.h"

namespace ganvas {

LatentProjection::LatentProjection(int latent_size, int channels, int size, bool with_bias,
                                   WeightNormalisation weight_normalisation)
    : channels_(channels), size_(size) {
    weight = register_parameter("weight", torch::empty({latent_size, size, size, channels}));
    if (with_bias) bias = register_parameter("bias", torch::zeros({channels}));
    if (weight_normalisation == WeightNormalisation::spectral) {
        const int outputs = size * size * channels;
        u = register_buffer("u", torch::ones({outputs}) / std::sqrt(double(outputs)));
    }
}

torch::Tensor LatentProjection::forward(const torch::Tensor& latents) {
    auto matrix = weight.flatten(1); // [L, size * size * channels]
    if (u.defined()) matrix = matrix / spectral_norm(matrix.t(), u, is_training() ? 1 : 0);
    auto maps = at::matmul(latents, matrix).view({-1, size_, size_, channels_});
    if (bias.defined()) maps = maps + bias;
    return maps.permute({0, 3, 1, 2});
}

Readout::Readout(int channels, int size, bool with_bias, WeightNormalisation weight_normalisation)
    : spectral_(weight_normalisation == WeightNormalisation::spectral) {
    weight = register_parameter("weight", torch::empty({1, size, size, channels}));
    if (with_bias) bias = register_parameter("bias", torch::zeros({1}));
}

torch::Tensor Readout::forward(const torch::Tensor& maps) {
    auto row = weight.view({-1});
    if (spectral_) row = row / row.norm(); // one row: its length is its only singular value
    auto logits =
        at::matmul(maps.permute({0, 2, 3, 1}).flatten(1), row.unsqueeze(1)).squeeze(1).to(torch::kFloat32);
    return bias.defined() ? logits + bias : logits;
}

} // namespace ganvas
