/// The optimiser of one network, whichever the settings name. One thread; owns its running means.
#pragma once

#include <variant>

#include "engine/training/optimiser.h"
#include "engine/training/root_mean_square.h"

namespace ganvas {

enum class OptimiserKind { adam, root_mean_square };

class NetworkOptimiser {
public:
    NetworkOptimiser(OptimiserKind kind, const torch::nn::Module& network, double beta1, double beta2)
        : optimiser_(make(kind, network, beta1, beta2)) {}

    void clear_gradients() {
        std::visit([](auto& one) { one.clear_gradients(); }, optimiser_);
    }
    void step(double learning_rate) {
        std::visit([&](auto& one) { one.step(learning_rate); }, optimiser_);
    }
    /// Tensors that the kind has no use for are undefined.
    [[nodiscard]] const std::vector<Adam::Slot>& slots() const {
        return std::visit([](const auto& one) -> const std::vector<Adam::Slot>& { return one.slots(); },
                          optimiser_);
    }

private:
    using Either = std::variant<Adam, RootMeanSquare>;
    static Either make(OptimiserKind kind, const torch::nn::Module& network, double beta1, double beta2) {
        if (kind == OptimiserKind::root_mean_square) return RootMeanSquare(network, beta2);
        return Adam(network, beta1, beta2);
    }
    Either optimiser_;
};

} // namespace ganvas
