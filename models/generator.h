/// The generator of Radford et al. 2015 (DCGAN), built from a GeneratorSpec.
///
/// A torch module: one thread at a time, and it belongs to whoever built it. It reads no file and draws no random
/// number by itself: weights come from initialise() or are copied in. The constructor throws std::invalid_argument
/// with the sentence of problem(spec) when the spec describes nothing that can be built.
#pragma once

#include <memory>
#include <vector>

#include <torch/nn.h>

#include "models/layers/convolution.h"
#include "models/layers/normalisation.h"
#include "models/layers/projection.h"
#include "models/specs.h"

namespace ganvas {

class Generator : public torch::nn::Module {
public:
    explicit Generator(const GeneratorSpec& spec);

    /// latents [N, L] → pictures [N, C, S, S], float32, in [-1, 1] when the output activation is tanh (sigmoid: its
    /// [0, 1] is stretched to [-1, 1], so pictures always mean the same).
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& latents);

    [[nodiscard]] const GeneratorSpec& spec() const { return spec_; }

private:
    [[nodiscard]] torch::Tensor upsample(const torch::Tensor& maps) const;

    GeneratorSpec spec_;
    std::shared_ptr<LatentProjection> project_;
    std::vector<std::shared_ptr<Convolution>> up_; ///< hidden layers, then the output layer
    std::vector<std::shared_ptr<NormalisationLayer>>
        normalise_; ///< [0] after the projection, then one a hidden layer
};

} // namespace ganvas
