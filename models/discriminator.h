/// The discriminator of Radford et al. 2015 (DCGAN) and what the reports made of it, built from a DiscriminatorSpec.
///
/// A torch module: one thread at a time. Answers are what the losses take: logits, or their sigmoid where the spec says
/// so (see AnswerOutput). Spectral normalisation refines its estimate with one power iteration on every forward pass
/// in training mode. The constructor throws std::invalid_argument with the sentence of problem(spec); forward() the
/// same when a conditional spec gets no classes.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <ATen/core/Generator.h>
#include <torch/nn.h>

#include "models/layers/attention.h"
#include "models/layers/convolution.h"
#include "models/layers/feature_head.h"
#include "models/layers/normalisation.h"
#include "models/layers/projection.h"
#include "models/layers/refinement.h"
#include "models/specs.h"

namespace ganvas {

class Discriminator : public torch::nn::Module {
public:
    explicit Discriminator(const DiscriminatorSpec& spec);

    /// pictures [N, C, S, S] in [-1, 1] → answers [N], float32. `groups` splits the batch into that many runs of
    /// equal length whose minibatch statistics are taken apart (real and fake pictures in one pass: 2).
    /// class_rows [N, classes], float32, where the spec has a condition.
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& pictures, int groups = 1,
                                        const torch::Tensor& class_rows = {});
    /// The same up to the last map: [N, F, S', S'].
    [[nodiscard]] torch::Tensor features(const torch::Tensor& pictures);
    /// The map that each layer hands on, as the spec counts layers: [N, F_i, S_i, S_i], i = 1, 2, ….
    [[nodiscard]] std::vector<torch::Tensor> layer_maps(const torch::Tensor& pictures);
    /// Where each self-attention looks; empty without one.
    [[nodiscard]] std::vector<AttentionMap> attention_maps(const torch::Tensor& pictures);

    /// Virtual batch normalisation: passes the reference pictures at the present weights (virtual_batch_norm.h).
    void take_reference(const torch::Tensor& pictures);
    [[nodiscard]] bool needs_reference() const { return spec_.normalisation == Normalisation::virtual_batch; }

    [[nodiscard]] const DiscriminatorSpec& spec() const { return spec_; }
    /// Answers as probabilities of being real, for reports: [N] in [0, 1].
    [[nodiscard]] torch::Tensor scores(const torch::Tensor& answers) const {
        return spec_.output == AnswerOutput::sigmoid ? answers : answers.sigmoid();
    }
    /// Seeds the numbers that dropout draws from here on.
    void seed_dropout(std::uint64_t seed);
    /// Whether a picture's answer depends on the other pictures in the batch (beyond what `groups` separates).
    [[nodiscard]] bool mixes_pictures() const {
        return spec_.normalisation == Normalisation::batch
               || spec_.feature_normalisation == Normalisation::batch;
    }

private:
    [[nodiscard]] torch::Tensor run_layer(std::size_t index, const torch::Tensor& maps,
                                          torch::Tensor* attention = nullptr);
    [[nodiscard]] torch::Tensor dropped(const torch::Tensor& maps);

    // Entries that the spec does not ask for are null.
    DiscriminatorSpec spec_;
    std::vector<std::shared_ptr<Convolution>> down_;
    std::vector<std::shared_ptr<NormalisationLayer>> normalise_; ///< like down_; the first is `none`
    std::vector<std::shared_ptr<Refinement>> refine_;            ///< like down_
    std::vector<std::shared_ptr<SelfAttention>> attention_;      ///< like down_
    std::shared_ptr<Readout> readout_;                           ///< or the head below
    std::shared_ptr<FeatureHead> head_;
    at::Generator dropout_;
};

} // namespace ganvas
