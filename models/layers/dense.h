/// One fully connected layer, with or without spectral normalisation.
///
/// A torch module, one thread at a time; parameters `weight` and `bias`, buffer `u` (spectral).
#pragma once

#include <torch/nn.h>

#include "models/specs.h"

namespace ganvas {

class Dense : public torch::nn::Module {
public:
    Dense(std::int64_t inputs, std::int64_t outputs, bool bias, WeightNormalisation weight_normalisation);
    /// [N, inputs] → [N, outputs].
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& vectors);

    torch::Tensor weight; ///< [outputs, inputs]
    torch::Tensor bias;   ///< [outputs] or undefined
    torch::Tensor u;      ///< [outputs] with spectral normalisation, else undefined
};

} // namespace ganvas
