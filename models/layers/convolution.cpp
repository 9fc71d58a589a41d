#include "models/layers/convolution.h"

#include <torch/nn/functional.h>

#include "models/layers/winograd.h"

namespace ganvas {
namespace functional = torch::nn::functional;

Convolution::Convolution(const ConvolutionOptions& options) : options_(options) {
    const bool transposed = options.resampling == Resampling::double_size;
    const int first = transposed ? options.inputs : options.outputs;
    const int second = transposed ? options.outputs : options.inputs;
    weight = register_parameter("weight", torch::empty({first, second, options.kernel, options.kernel}));
    if (options.bias) bias = register_parameter("bias", torch::zeros({options.outputs}));
    if (options.weight_normalisation == WeightNormalisation::spectral)
        u = register_buffer("u", torch::ones({options.outputs}) / std::sqrt(double(options.outputs)));
}

torch::Tensor Convolution::used_weight() {
    if (!u.defined()) return weight;
    const auto matrix = weight_matrix(weight, options_.resampling == Resampling::double_size);
    return weight / spectral_norm(matrix, u, is_training() ? 1 : 0);
}

torch::Tensor Convolution::forward(const torch::Tensor& maps) {
    if (WinogradScope::on() && options_.kernel == 4 && options_.resampling != Resampling::same) {
        const bool halves = options_.resampling == Resampling::halve;
        const std::int64_t scale = halves ? 2 : 1;
        if (winograd_pays(maps.size(0), maps.size(2) / scale, maps.size(3) / scale, weight.size(0),
                          weight.size(1))) {
            const auto result = (halves ? winograd_halve : winograd_double)(maps, used_weight());
            return bias.defined() ? result + bias.view({1, -1, 1, 1}) : result;
        }
    }
    const int kernel = options_.kernel;
    const int low = (kernel - 1) / 2; // padding on the top and left
    switch (options_.resampling) {
    case Resampling::double_size:
        // (n - 1) * 2 - 2 * low + kernel + odd = 2n for every kernel
        return at::conv_transpose2d(maps, used_weight(), bias, 2, low, kernel % 2);
    case Resampling::halve: return at::conv2d(maps, used_weight(), bias, 2, low);
    case Resampling::same: break;
    }
    if (kernel % 2 == 1) return at::conv2d(maps, used_weight(), bias, 1, low);
    const int high = kernel / 2;
    const auto padded = at::constant_pad_nd(maps, {low, high, low, high});
    return at::conv2d(padded, used_weight(), bias);
}

torch::Tensor weight_matrix(const torch::Tensor& weight, bool transposed) {
    return (transposed ? weight.transpose(0, 1) : weight).flatten(1);
}

torch::Tensor spectral_norm(const torch::Tensor& matrix, const torch::Tensor& u, int iterations) {
    torch::Tensor v;
    {
        torch::NoGradGuard no_gradients;
        const auto values = matrix.detach();
        const functional::NormalizeFuncOptions unit = functional::NormalizeFuncOptions().dim(0).eps(1e-12);
        for (int i = 0; i < iterations; ++i) {
            v = functional::normalize(at::mv(values.t(), u), unit);
            u.copy_(functional::normalize(at::mv(values, v), unit));
        }
        v = functional::normalize(at::mv(values.t(), u), unit);
    }
    return at::dot(u.clone(), at::mv(matrix, v));
}

} // namespace ganvas
