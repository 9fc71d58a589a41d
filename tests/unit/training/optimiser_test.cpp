#include <doctest/doctest.h>
#include <torch/nn.h>

#include "engine/training/optimiser.h"

using namespace ganvas;

TEST_CASE("the fused optimiser does what Adam's formulas say") {
    torch::manual_seed(1);
    struct Net : torch::nn::Module {
        Net(const torch::Tensor& w, const torch::Tensor& b) {
            weight = register_parameter("weight", w.clone(at::MemoryFormat::ChannelsLast));
            bias = register_parameter("bias", b.clone());
        }
        torch::Tensor weight, bias;
    };
    const auto w = torch::randn({6, 5, 4, 4}), b = torch::randn({6});
    Net fused(w, b), plain(w, b);
    Adam one(fused, 0.5, 0.99), two(plain, 0.5, 0.99);
    for (int step = 0; step < 25; ++step) {
        const auto gw = torch::randn({6, 5, 4, 4}), gb = torch::randn({6});
        // Row-major gradients beside channels-last weights: what convolutions sometimes hand back.
        fused.weight.mutable_grad() = gw.clone();
        plain.weight.mutable_grad() = gw.clone();
        fused.bias.mutable_grad() = gb.clone();
        plain.bias.mutable_grad() = gb.clone();
        one.step(1e-2);
        two.step_by_operations(1e-2);
    }
    CHECK(torch::allclose(fused.weight, plain.weight, 1e-5, 1e-6));
    CHECK(torch::allclose(fused.bias, plain.bias, 1e-5, 1e-6));
    CHECK(one.slots()[0].steps.item<float>() == 25);
    // First step by hand: every parameter moves by the learning rate against its gradient's sign.
    Net first(w, b);
    Adam adam(first, 0.5, 0.999);
    first.bias.mutable_grad() = torch::full({6}, 3.0f);
    adam.step(0.01);
    CHECK(torch::allclose(first.bias, b - 0.01, 1e-5, 1e-6));
    CHECK(
        torch::equal(first.weight, w.contiguous(at::MemoryFormat::ChannelsLast))); // no gradient: left alone
}
