/// Adam (Kingma and Ba 2015) over one network's parameters.
///
/// One thread. Owns the moments; the parameters are the network's own. LibTorch's fused kernel does the whole step in
/// one pass; step_by_operations is the same arithmetic written out, taken where the kernel refuses a device
/// and tested against it. State is saved under the parameters' names, so it survives a change of their order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <torch/nn.h>

namespace ganvas {

class Adam {
public:
    Adam(const torch::nn::Module& network, double beta1, double beta2);

    void clear_gradients();
    /// Parameters without a gradient are left alone.
    void step(double learning_rate);
    void step_by_operations(double learning_rate);

    struct Slot {
        std::string name;
        torch::Tensor parameter;
        torch::Tensor mean;   ///< of gradients, laid out like the parameter
        torch::Tensor square; ///< of squared gradients
        torch::Tensor steps;  ///< scalar, float32
    };
    [[nodiscard]] std::vector<Slot>& slots() { return slots_; }
    [[nodiscard]] const std::vector<Slot>& slots() const { return slots_; }

private:
    std::vector<Slot> slots_;
    double beta1_;
    double beta2_;
    bool fused_ = true;
};

} // namespace ganvas
