/// The discriminator of Radford et al. 2015 (DCGAN), built from a DiscriminatorSpec.
///
/// A torch module: one thread at a time. Answers are logits: no sigmoid at the end, the losses take logits. Spectral
/// normalisation refines its estimate with one power iteration on every forward pass in training mode. The
/// constructor throws std::invalid_argument with the sentence of problem(spec).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <ATen/core/Generator.h>
#include <torch/nn.h>

#include "models/layers/convolution.h"
#include "models/layers/normalisation.h"
#include "models/layers/projection.h"
#include "models/specs.h"

namespace ganvas {

class Discriminator : public torch::nn::Module {
public:
    explicit Discriminator(const DiscriminatorSpec& spec);

    /// pictures [N, C, S, S] in [-1, 1] → logits [N], float32. `groups` splits the batch into that many runs of
    /// equal length whose minibatch deviation is taken apart (real and fake pictures in one pass: 2).
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& pictures, int groups = 1);
    /// The maps after each convolution block, first to last: [N, Fi, Si, Si] each; what D's features are made of.
    [[nodiscard]] std::vector<torch::Tensor> layer_maps(const torch::Tensor& pictures);
    /// The last of them: [N, F, S', S'].
    [[nodiscard]] torch::Tensor features(const torch::Tensor& pictures);

    [[nodiscard]] const DiscriminatorSpec& spec() const { return spec_; }
    /// Seeds the numbers that dropout draws from here on.
    void seed_dropout(std::uint64_t seed);
    /// Whether a picture's answer depends on the other pictures in the batch (beyond what `groups` separates).
    [[nodiscard]] bool mixes_pictures() const { return spec_.normalisation == Normalisation::batch; }

private:
    DiscriminatorSpec spec_;
    std::vector<std::shared_ptr<Convolution>> down_;
    std::vector<std::shared_ptr<NormalisationLayer>>
        normalise_; ///< same length as down_; the first is `none`
    std::shared_ptr<Readout> readout_;
    at::Generator dropout_;
};

} // namespace ganvas
