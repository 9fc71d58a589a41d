#include "models/layers/virtual_batch_norm.h"

namespace ganvas {
namespace {

constexpr double virtual_batch_epsilon = 1e-5;

torch::Tensor as_maps(const torch::Tensor& numbers) { return numbers.unsqueeze(-1).unsqueeze(-1); }

/// maps [N, C, H, W], statistics [C, 1, 1] or [N, C, 1, 1].
torch::Tensor normalise(const torch::Tensor& maps, const torch::Tensor& mean, const torch::Tensor& square) {
    const auto scale = at::rsqrt(at::clamp_min(square - at::square(mean), 0) + virtual_batch_epsilon);
    return (maps * scale - mean * scale).to(maps.scalar_type());
}

} // namespace

VirtualBatchNorm::VirtualBatchNorm(int channels) {
    mean = register_buffer("mean", torch::zeros({channels}));
    square = register_buffer("square", torch::ones({channels}));
    size = register_buffer("size", torch::zeros({}));
}

torch::Tensor VirtualBatchNorm::forward(const torch::Tensor& maps) {
    const auto values = maps.scalar_type() == torch::kFloat64 ? maps : maps.to(torch::kFloat32);
    const auto squares = at::square(values);
    if (recording_) {
        const auto reference_mean = values.mean({0, 2, 3}), reference_square = squares.mean({0, 2, 3});
        {
            torch::NoGradGuard no_gradients;
            mean.copy_(reference_mean);
            square.copy_(reference_square);
            size.fill_(double(maps.size(0)));
        }
        const bool graph = reference_mean.requires_grad();
        graph_mean_ = graph ? reference_mean : torch::Tensor();
        graph_square_ = graph ? reference_square : torch::Tensor();
        return normalise(maps, as_maps(reference_mean), as_maps(reference_square));
    }
    const auto& reference_mean = graph_mean_.defined() ? graph_mean_ : mean;
    const auto& reference_square = graph_square_.defined() ? graph_square_ : square;
    const auto own = 1 / (size + 1); // one example among R + 1
    const auto both_mean = own * values.mean({2, 3}) + (1 - own) * reference_mean;
    const auto both_square = own * squares.mean({2, 3}) + (1 - own) * reference_square;
    return normalise(maps, as_maps(both_mean), as_maps(both_square));
}

bool set_recording(torch::nn::Module& network, bool recording) {
    bool any = false;
    for (const auto& child : network.modules(/*include_self=*/false))
        if (auto* layer = dynamic_cast<VirtualBatchNorm*>(child.get())) {
            layer->set_recording(recording);
            any = true;
        }
    return any;
}

} // namespace ganvas
