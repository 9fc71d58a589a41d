/// Minibatch discrimination (Salimans et al. 2016, section 3.2): each picture learns how near the others of its batch are.
///
/// A torch module, one thread at a time; parameter `weight` (the paper's T). With M_i = x_i T in B rows of C numbers,
/// o(x_i)_b = sum over j of exp(-|M_ib - M_jb|_1), j running over the whole group, i included; o joins x.
#pragma once

#include <torch/nn.h>

namespace ganvas {

class MinibatchDiscrimination : public torch::nn::Module {
public:
    MinibatchDiscrimination(std::int64_t inputs, int kernels, int dimensions);
    /// [N, inputs] → [N, inputs + kernels]. `groups`: the batch is that many runs of equal length (real and generated
    /// pictures), which are compared among themselves only. Throws std::invalid_argument when it does not split.
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& vectors, int groups);

    torch::Tensor weight; ///< [inputs, kernels * dimensions]

private:
    int kernels_;
    int dimensions_;
};

} // namespace ganvas
