/// Gradients against central differences, in double.
#pragma once

#include <doctest/doctest.h>
#include <torch/autograd.h>
#include <torch/nn.h>

#include <cmath>
#include <functional>
#include <vector>

namespace ganvas::test {

/// Checks d(value())/d(each leaf) at every coordinate. Leaves are double and are moved in place by the check.
inline void check_gradients(const std::vector<torch::Tensor>& leaves,
                            const std::function<torch::Tensor()>& value, double tolerance = 1e-6) {
    constexpr double step = 1e-5;
    for (auto leaf : leaves) {
        leaf.set_requires_grad(true);
        leaf.mutable_grad().reset();
    }
    value().backward();
    for (auto leaf : leaves) {
        REQUIRE((leaf.scalar_type() == torch::kDouble));
        REQUIRE(leaf.grad().defined());
        torch::NoGradGuard no_gradients;
        const auto gradient = leaf.grad().contiguous().view({-1});
        auto values = leaf.detach().view({-1}); // shares the leaf's memory
        double largest = 0, worst = 0;
        for (std::int64_t i = 0; i < values.numel(); ++i) {
            const double before = values[i].item<double>();
            values[i].fill_(before + step);
            const double above = value().item<double>();
            values[i].fill_(before - step);
            const double below = value().item<double>();
            values[i].fill_(before);
            const double numeric = (above - below) / (2 * step), exact = gradient[i].item<double>();
            largest = std::max(largest, std::abs(numeric));
            worst = std::max(worst, std::abs(numeric - exact));
        }
        CHECK(largest > 1e-4); // a gradient that is nothing would pass any comparison
        CHECK(worst < tolerance * std::max(1.0, largest));
    }
}

/// Every parameter of a network, filled with N(0, deviation), in double.
inline void randomise(torch::nn::Module& module, double deviation) {
    module.to(torch::kDouble);
    torch::NoGradGuard no_gradients;
    for (auto& parameter : module.parameters()) parameter.normal_(0, deviation);
}

} // namespace ganvas::test
