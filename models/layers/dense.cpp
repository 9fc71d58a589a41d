#include "models/layers/dense.h"

#include <cmath>

#include "models/layers/convolution.h"

namespace ganvas {

Dense::Dense(std::int64_t inputs, std::int64_t outputs, bool with_bias,
             WeightNormalisation weight_normalisation) {
    weight = register_parameter("weight", torch::empty({outputs, inputs}));
    if (with_bias) bias = register_parameter("bias", torch::zeros({outputs}));
    if (weight_normalisation == WeightNormalisation::spectral)
        u = register_buffer("u", torch::ones({outputs}) / std::sqrt(double(outputs)));
}

torch::Tensor Dense::forward(const torch::Tensor& vectors) {
    const auto used = u.defined() ? weight / spectral_norm(weight, u, is_training() ? 1 : 0) : weight;
    return at::linear(vectors, used, bias);
}

} // namespace ganvas
