#include "models/layers/normalisation.h"

#include <stdexcept>

namespace ganvas {
namespace {
constexpr double norm_epsilon = 1e-5;
constexpr double momentum = 0.1;
} // namespace

NormalisationLayer::NormalisationLayer(Normalisation kind, int channels, int classes)
    : kind_(kind), channels_(channels), classes_(classes) {
    if (kind == Normalisation::none) return;
    if (classes > 0) {
        weight = register_parameter("weight", torch::ones({classes, channels}));
        bias = register_parameter("bias", torch::zeros({classes, channels}));
    } else if (kind != Normalisation::pixel) {
        weight = register_parameter("weight", torch::ones({channels}));
        bias = register_parameter("bias", torch::zeros({channels}));
    }
    if (kind == Normalisation::virtual_batch)
        reference_ = register_module("reference", std::make_shared<VirtualBatchNorm>(channels));
    if (kind != Normalisation::batch) return;
    running_mean = register_buffer("running_mean", torch::zeros({channels}));
    running_var = register_buffer("running_var", torch::ones({channels}));
}

torch::Tensor NormalisationLayer::normalised(const torch::Tensor& maps, const torch::Tensor& scale,
                                             const torch::Tensor& shift) {
    switch (kind_) {
    case Normalisation::none: return maps;
    case Normalisation::batch:
        return at::batch_norm(maps, scale, shift, running_mean, running_var, is_training(), momentum,
                              norm_epsilon, false);
    case Normalisation::layer: return at::group_norm(maps, 1, scale, shift, norm_epsilon);
    case Normalisation::instance: return at::group_norm(maps, channels_, scale, shift, norm_epsilon);
    case Normalisation::pixel: return maps * at::rsqrt(at::mean(at::square(maps), 1, true) + 1e-8);
    case Normalisation::virtual_batch: {
        const auto answer = reference_->forward(maps);
        if (!scale.defined()) return answer;
        return (answer * scale.view({-1, 1, 1}) + shift.view({-1, 1, 1})).to(maps.scalar_type());
    }
    }
    return maps;
}

torch::Tensor NormalisationLayer::forward(const torch::Tensor& maps, const torch::Tensor& class_rows) {
    if (classes_ == 0 || kind_ == Normalisation::none) return normalised(maps, weight, bias);
    if (!class_rows.defined()) throw std::invalid_argument("a conditional normalisation needs the classes");
    const auto scale = at::matmul(class_rows, weight).unsqueeze(-1).unsqueeze(-1); // [N, C, 1, 1]
    const auto shift = at::matmul(class_rows, bias).unsqueeze(-1).unsqueeze(-1);
    return (normalised(maps, {}, {}) * scale + shift).to(maps.scalar_type());
}

torch::Tensor append_minibatch_deviation(const torch::Tensor& maps, int groups) {
    const auto count = maps.size(0);
    if (groups < 1 || count % groups != 0)
        throw std::invalid_argument("the batch does not split into equal groups");
    const auto grouped =
        maps.to(torch::kFloat32).unflatten(0, {groups, count / groups}); // [groups, n, C, H, W]
    const auto deviation =
        at::sqrt(at::var(grouped, at::IntArrayRef{1}, false) + 1e-8).mean({1, 2, 3}); // [groups]
    const auto channel = deviation.repeat_interleave(count / groups)
                             .view({count, 1, 1, 1})
                             .expand({count, 1, maps.size(2), maps.size(3)})
                             .to(maps.scalar_type());
    return at::cat({maps, channel}, 1);
}

} // namespace ganvas
