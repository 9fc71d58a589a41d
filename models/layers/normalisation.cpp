#include "models/layers/normalisation.h"

#include <stdexcept>

namespace ganvas {
namespace {
constexpr double epsilon = 1e-5;
constexpr double momentum = 0.1;
} // namespace

NormalisationLayer::NormalisationLayer(Normalisation kind, int channels) : kind_(kind), channels_(channels) {
    if (kind == Normalisation::virtual_batch)
        throw std::invalid_argument("virtual batch normalisation is not available");
    if (kind == Normalisation::none || kind == Normalisation::pixel) return;
    weight = register_parameter("weight", torch::ones({channels}));
    bias = register_parameter("bias", torch::zeros({channels}));
    if (kind != Normalisation::batch) return;
    running_mean = register_buffer("running_mean", torch::zeros({channels}));
    running_var = register_buffer("running_var", torch::ones({channels}));
}

torch::Tensor NormalisationLayer::forward(const torch::Tensor& maps) {
    switch (kind_) {
    case Normalisation::none:
    case Normalisation::virtual_batch: return maps;
    case Normalisation::batch:
        return at::batch_norm(maps, weight, bias, running_mean, running_var, is_training(), momentum, epsilon,
                              false);
    case Normalisation::layer: return at::group_norm(maps, 1, weight, bias, epsilon);
    case Normalisation::instance: return at::group_norm(maps, channels_, weight, bias, epsilon);
    case Normalisation::pixel: return maps * at::rsqrt(at::mean(at::square(maps), 1, true) + 1e-8);
    }
    return maps;
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
