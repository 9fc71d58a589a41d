/// The non-linearity of hidden layers. Any thread, any shape.
#pragma once

#include <torch/types.h>

#include "models/specs.h"

namespace ganvas {

/// Overwrites `maps`, which a layer has just made: their memory need not be read and written twice. No gradient of a
/// convolution, product or normalisation asks for what it answered, and LibTorch says so where one does.
[[nodiscard]] inline torch::Tensor activate(torch::Tensor maps, Activation activation, double leaky_slope) {
    return activation == Activation::relu ? at::relu_(maps) : at::leaky_relu_(maps, leaky_slope);
}

} // namespace ganvas
