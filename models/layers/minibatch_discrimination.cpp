#include "models/layers/minibatch_discrimination.h"

#include <stdexcept>

namespace ganvas {

MinibatchDiscrimination::MinibatchDiscrimination(std::int64_t inputs, int kernels, int dimensions)
    : kernels_(kernels), dimensions_(dimensions) {
    weight = register_parameter("weight", torch::empty({inputs, std::int64_t(kernels) * dimensions}));
}

torch::Tensor MinibatchDiscrimination::forward(const torch::Tensor& vectors, int groups) {
    const auto count = vectors.size(0);
    if (groups < 1 || count % groups != 0)
        throw std::invalid_argument("the batch does not split into equal groups");
    auto compared = at::matmul(vectors, weight);
    if (compared.scalar_type() != torch::kFloat64) compared = compared.to(torch::kFloat32);
    const auto m = compared.view({groups, count / groups, kernels_, dimensions_});
    const auto distance = at::abs(m.unsqueeze(2) - m.unsqueeze(1)).sum(-1); // [groups, i, j, kernels]
    const auto nearness = at::exp(-distance).sum(2).flatten(0, 1);
    return at::cat({vectors, nearness.to(vectors.scalar_type())}, 1);
}

} // namespace ganvas
