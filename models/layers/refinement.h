/// Further convolutions at one map size (`depth`): each with its normalisation and activation, size and channels kept.
///
/// A torch module, one thread at a time; children convolution1, normalise1, …
#pragma once

#include <memory>
#include <vector>

#include <torch/nn.h>

#include "models/layers/convolution.h"
#include "models/layers/normalisation.h"

namespace ganvas {

struct RefinementOptions {
    int channels = 0;
    int count = 0;  ///< convolutions
    int kernel = 3; ///< odd
    bool bias = false;
    Normalisation normalisation = Normalisation::none;
    int classes = 0; ///< of a conditional normalisation
    WeightNormalisation weight_normalisation = WeightNormalisation::none;
    Activation activation = Activation::relu;
    double leaky_slope = 0.2;
};

class Refinement : public torch::nn::Module {
public:
    explicit Refinement(const RefinementOptions& options);
    /// [N, C, H, W] → the same shape.
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& maps, const torch::Tensor& class_rows = {});

private:
    RefinementOptions options_;
    std::vector<std::shared_ptr<Convolution>> convolutions_;
    std::vector<std::shared_ptr<NormalisationLayer>> normalise_;
};

} // namespace ganvas
