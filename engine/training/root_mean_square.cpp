#include "engine/training/root_mean_square.h"

namespace ganvas {
namespace {
constexpr double rmsprop_epsilon = 1e-8;
} // namespace

RootMeanSquare::RootMeanSquare(const torch::nn::Module& network, double decay) : decay_(decay) {
    for (const auto& item : network.named_parameters())
        slots_.push_back({item.key(), item.value(), {}, at::zeros_like(item.value()).detach(), {}});
}

void RootMeanSquare::clear_gradients() {
    for (auto& slot : slots_) slot.parameter.mutable_grad().reset();
}

void RootMeanSquare::step(double learning_rate) {
    torch::NoGradGuard no_gradients;
    for (auto& slot : slots_) {
        const auto& gradient = slot.parameter.grad();
        if (!gradient.defined()) continue;
        slot.square.mul_(decay_).addcmul_(gradient, gradient, 1 - decay_);
        slot.parameter.addcdiv_(gradient, slot.square.sqrt().add_(rmsprop_epsilon), -learning_rate);
    }
}

} // namespace ganvas
