/// From a discriminator's last map to its answer by way of a feature vector, where the class may join.
///
/// A torch module, one thread at a time. In this order, each part only where the spec has it: the map as a vector;
/// a fully connected layer to `features` numbers, batch-normalised if so asked; minibatch discrimination; the class
/// (one-hot or embedded) concatenated; extra layers; one number. The projection of Miyato and Koyama 2018 adds the
/// inner product of the class's row with the feature vector (without one: with the map summed over places).
#pragma once

#include <memory>
#include <vector>

#include <torch/nn.h>

#include "models/layers/class_embedding.h"
#include "models/layers/dense.h"
#include "models/layers/minibatch_discrimination.h"
#include "models/layers/normalisation.h"
#include "models/specs.h"

namespace ganvas {

class FeatureHead : public torch::nn::Module {
public:
    /// `channels` and `size` of the last map.
    FeatureHead(const DiscriminatorSpec& spec, int channels, int size);
    /// [N, channels, size, size] → answers [N], float32. class_rows [N, classes] where the spec has a condition;
    /// throws std::invalid_argument without them.
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& maps, int groups,
                                        const torch::Tensor& class_rows);

private:
    [[nodiscard]] torch::Tensor join_class(const torch::Tensor& vectors, const torch::Tensor& class_rows);

    DiscriminatorSpec spec_;
    std::shared_ptr<Dense> features_;
    std::shared_ptr<NormalisationLayer> normalise_;
    std::shared_ptr<MinibatchDiscrimination> minibatch_;
    std::shared_ptr<ClassEmbedding> embedding_, projection_;
    std::vector<std::shared_ptr<Dense>> extra_;
    std::shared_ptr<Dense> answer_;
};

} // namespace ganvas
