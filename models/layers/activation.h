/// The non-linearity of hidden layers. A pure function, any thread, any shape.
#pragma once

#include <torch/types.h>

#include "models/specs.h"

namespace ganvas {

[[nodiscard]] inline torch::Tensor activate(const torch::Tensor& maps, Activation activation,
                                            double leaky_slope) {
    return activation == Activation::relu ? at::relu(maps) : at::leaky_relu(maps, leaky_slope);
}

} // namespace ganvas
