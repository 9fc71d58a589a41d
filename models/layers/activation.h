/// The non-linearity of hidden layers. Any thread, any shape.
#pragma once

#include <torch/types.h>

#include "models/layers/thread_scope.h"
#include "models/specs.h"

namespace ganvas {

/// While one of these lives, gradients on this thread pass an activation as in guided back-propagation (Springenberg et al.
/// 2015): where both the unit's answer and the gradient are positive.
using GuidedScope = ThreadScope<struct GuidedGradients>;

/// Overwrites `maps`, which a layer has just made: their memory need not be read and written twice. No gradient of a
/// convolution, product or normalisation asks for what it answered, and LibTorch says so where one does.
[[nodiscard]] inline torch::Tensor activate(torch::Tensor maps, Activation activation, double leaky_slope) {
    activation == Activation::relu ? at::relu_(maps) : at::leaky_relu_(maps, leaky_slope);
    if (GuidedScope::on() && maps.requires_grad())
        maps.register_hook([positive = (maps.detach() > 0)](const torch::Tensor& gradient) {
            return gradient.clamp_min(0) * positive;
        });
    return maps;
}

} // namespace ganvas
