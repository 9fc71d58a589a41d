#include <doctest/doctest.h>
#include <torch/autograd.h>
#include <torch/types.h>

#include "models/augmentation.h"

using namespace ganvas;

namespace {

std::vector<AugmentationSpec> specs() {
    std::vector<AugmentationSpec> all;
    for (int bits = 1; bits < 8; ++bits) {
        AugmentationSpec spec;
        spec.translation = bits & 1;
        spec.colour = bits & 2;
        spec.cutout = bits & 4;
        all.push_back(spec);
    }
    return all;
}

} // namespace

TEST_CASE("the pass over memory makes the pictures and gradients that tensor operations make") {
    torch::manual_seed(1);
    for (const int channels : {1, 3})
        for (const int size : {28, 64})
            for (const auto& spec : specs()) {
                CAPTURE(channels);
                CAPTURE(size);
                CAPTURE(spec.translation);
                CAPTURE(spec.colour);
                CAPTURE(spec.cutout);
                const auto pictures = torch::rand({6, channels, size, size}) * 2 - 1;
                const auto uniforms = torch::rand({6, 8});
                const auto weights = torch::randn({6, channels, size, size});
                auto one = pictures.clone().requires_grad_(true), two = pictures.clone().requires_grad_(true);
                const auto fast = augment(one, spec, uniforms),
                           slow = augment_by_operations(two, spec, uniforms);
                CHECK(torch::allclose(fast, slow, 1e-4, 1e-5));
                (fast * weights).sum().backward();
                (slow * weights).sum().backward();
                CHECK(torch::allclose(one.grad(), two.grad(), 1e-4, 1e-5));
                CHECK(one.grad().abs().sum().item<float>() > 0);
            }
}

TEST_CASE("a second derivative through the changes is right too") {
    torch::manual_seed(2);
    AugmentationSpec spec;
    const auto uniforms = torch::rand({2, 8});
    const auto second = [&](auto&& function) {
        auto x = (torch::arange(2 * 3 * 28 * 28, torch::kFloat32).view({2, 3, 28, 28}) / 5000)
                     .requires_grad_(true);
        const auto y = at::pow(function(x, spec, uniforms), 3).sum();
        const auto gradient = torch::autograd::grad({y}, {x}, {}, true, true)[0];
        at::square(gradient).sum().backward();
        return x.grad();
    };
    CHECK(torch::allclose(second(augment), second(augment_by_operations), 1e-3, 1e-4));
}

TEST_CASE("each change keeps to its bounds") {
    const auto white = torch::ones({32, 3, 64, 64});
    const auto uniforms = torch::rand({32, 8});
    AugmentationSpec cutout{false, false, true};
    const auto holes = (augment(white, cutout, uniforms) == 0).select(1, 0).sum({1, 2});
    CHECK(holes.max().item<int>() <= 32 * 32);
    CHECK(holes.min().item<int>() >= 16 * 16);
    AugmentationSpec shift{true, false, false};
    const auto kept = (augment(white, shift, uniforms) == 1).select(1, 0).sum({1, 2});
    CHECK(kept.min().item<int>() >= 56 * 56);
    CHECK(kept.max().item<int>() <= 64 * 64);
    CHECK_FALSE(kept.min().item<int>() == kept.max().item<int>());
    const auto middle = torch::full({32, 8}, 0.5);
    AugmentationSpec both{true, true, false};
    const auto picture = torch::rand({32, 3, 64, 64});
    CHECK(torch::allclose(augment(picture, both, middle), picture, 1e-4,
                          1e-5)); // the middle of every range changes nothing
    CHECK(torch::equal(augment(white, {false, false, false}, uniforms), white));
}

TEST_CASE("the same numbers make the same changes") {
    const auto pictures = torch::rand({4, 3, 64, 64});
    const auto uniforms = torch::rand({4, 8});
    CHECK(torch::equal(augment(pictures, {}, uniforms), augment(pictures, {}, uniforms)));
    CHECK_FALSE(torch::equal(augment(pictures, {}, uniforms), augment(pictures, {}, torch::rand({4, 8}))));
}
