/// RMSprop (Tieleman and Hinton 2012) over one network's parameters: what WGAN's weight clipping was published with.
///
/// One thread. Owns the running means of squared gradients; the parameters are the network's own. The formula is
/// LibTorch's: square = a square + (1 - a) gradient^2, parameter -= rate * gradient / (sqrt(square) + 1e-8).
#pragma once

#include <vector>

#include "engine/training/optimiser.h"

namespace ganvas {

class RootMeanSquare {
public:
    /// `decay` is a.
    RootMeanSquare(const torch::nn::Module& network, double decay);

    void clear_gradients();
    /// Parameters without a gradient are left alone.
    void step(double learning_rate);

    /// As Adam's, with `square` alone defined.
    [[nodiscard]] const std::vector<Adam::Slot>& slots() const { return slots_; }

private:
    std::vector<Adam::Slot> slots_;
    double decay_;
};

} // namespace ganvas
