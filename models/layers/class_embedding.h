/// What a network learns about each class: a row of numbers.
///
/// A torch module, one thread at a time; parameter `weight`, buffer `u` (spectral). A class is given as a row of
/// weights over all classes: one-hot for one class, any mixture for something between them. The layer is linear in
/// it, so mixing classes mixes their embeddings.
#pragma once

#include <torch/nn.h>

#include "models/specs.h"

namespace ganvas {

class ClassEmbedding : public torch::nn::Module {
public:
    /// `unit_deviation`: rows begin as N(0, 1), as loud as a latent; else as the network's other weights do.
    ClassEmbedding(int classes, int size, bool unit_deviation, WeightNormalisation weight_normalisation);
    /// [N, classes] → [N, size].
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& class_rows);

    torch::Tensor weight; ///< [classes, size]
    torch::Tensor u;      ///< [classes] with spectral normalisation, else undefined

    [[nodiscard]] bool unit_deviation() const { return unit_deviation_; }

private:
    bool unit_deviation_;
};

/// Classes 0 … count - 1 as rows: [N, count] float32. Throws std::invalid_argument on a class outside.
[[nodiscard]] torch::Tensor one_hot_rows(const std::vector<int>& classes, int count);

} // namespace ganvas
