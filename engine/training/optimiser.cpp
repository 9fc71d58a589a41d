#include "engine/training/optimiser.h"

#include <cmath>

namespace ganvas {
namespace {

constexpr double adam_epsilon = 1e-8;

/// The fused kernel walks memory, so the gradient must lie in memory as the parameter does.
torch::Tensor laid_out_like(const torch::Tensor& gradient, const torch::Tensor& parameter) {
    if (gradient.strides() == parameter.strides()) return gradient;
    return at::empty_like(parameter).copy_(gradient);
}

} // namespace

Adam::Adam(const torch::nn::Module& network, double beta1, double beta2) : beta1_(beta1), beta2_(beta2) {
    for (const auto& item : network.named_parameters()) {
        const auto& parameter = item.value();
        slots_.push_back({item.key(), parameter, at::zeros_like(parameter).detach(),
                          at::zeros_like(parameter).detach(),
                          at::zeros({}, at::device(parameter.device()).dtype(at::kFloat))});
    }
}

void Adam::clear_gradients() {
    for (Slot& slot : slots_) slot.parameter.mutable_grad().reset();
}

void Adam::step(double learning_rate) {
    if (!fused_) return step_by_operations(learning_rate);
    torch::NoGradGuard no_gradients;
    std::vector<torch::Tensor> parameters, gradients, means, squares, steps;
    for (Slot& slot : slots_) {
        const auto& gradient = slot.parameter.grad();
        if (!gradient.defined()) continue;
        parameters.push_back(slot.parameter);
        gradients.push_back(laid_out_like(gradient, slot.parameter));
        means.push_back(slot.mean);
        squares.push_back(slot.square);
        steps.push_back(slot.steps);
    }
    if (parameters.empty()) return;
    at::_foreach_add_(steps, 1);
    try {
        at::_fused_adam_(parameters, gradients, means, squares, {}, steps, learning_rate, beta1_, beta2_,
                         /*weight_decay=*/0, adam_epsilon, /*amsgrad=*/false, /*maximize=*/false);
    } catch (const c10::NotImplementedError&) { // no kernel for this device
        fused_ = false;
        at::_foreach_sub_(steps, 1);
        step_by_operations(learning_rate);
    }
}

void Adam::step_by_operations(double learning_rate) {
    torch::NoGradGuard no_gradients;
    for (Slot& slot : slots_) {
        const auto& gradient = slot.parameter.grad();
        if (!gradient.defined()) continue;
        slot.steps.add_(1);
        const double step = slot.steps.item<double>();
        slot.mean.lerp_(gradient, 1 - beta1_);
        slot.square.mul_(beta2_).addcmul_(gradient, gradient, 1 - beta2_);
        const double correction = std::sqrt(1 - std::pow(beta2_, step));
        const auto denominator = slot.square.sqrt().div_(correction).add_(adam_epsilon);
        slot.parameter.addcdiv_(slot.mean, denominator, -learning_rate / (1 - std::pow(beta1_, step)));
    }
}

} // namespace ganvas
