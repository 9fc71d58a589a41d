/// The generator of Radford et al. 2015 (DCGAN) and what the reports made of it, built from a GeneratorSpec.
///
/// A torch module: one thread at a time, and it belongs to whoever built it. It reads no file and draws no random
/// number by itself: weights come from initialise() or are copied in. The constructor throws std::invalid_argument
/// with the sentence of problem(spec) when the spec describes nothing that can be built; forward() the same when a
/// conditional spec gets no classes.
#pragma once

#include <memory>
#include <vector>

#include <torch/nn.h>

#include "models/layers/attention.h"
#include "models/layers/class_embedding.h"
#include "models/layers/convolution.h"
#include "models/layers/dense.h"
#include "models/layers/normalisation.h"
#include "models/layers/projection.h"
#include "models/layers/refinement.h"
#include "models/specs.h"

namespace ganvas {

class Generator : public torch::nn::Module {
public:
    explicit Generator(const GeneratorSpec& spec);

    /// latents [N, L] → pictures [N, C, S, S], float32, in [-1, 1] when the output activation is tanh (sigmoid: its
    /// [0, 1] is stretched to [-1, 1], so pictures always mean the same). class_rows [N, classes], float32, where
    /// the spec has classes: one-hot rows, or mixtures of classes.
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& latents, const torch::Tensor& class_rows = {});
    /// Where each self-attention looks while these pictures are made; empty without one.
    [[nodiscard]] std::vector<AttentionMap> attention_maps(const torch::Tensor& latents,
                                                           const torch::Tensor& class_rows = {});

    /// Virtual batch normalisation: passes the reference latents at the present weights (virtual_batch_norm.h).
    void take_reference(const torch::Tensor& latents, const torch::Tensor& class_rows = {});
    [[nodiscard]] bool needs_reference() const { return spec_.normalisation == Normalisation::virtual_batch; }

    [[nodiscard]] const GeneratorSpec& spec() const { return spec_; }

private:
    [[nodiscard]] torch::Tensor upsample(const torch::Tensor& maps) const;
    [[nodiscard]] torch::Tensor first_map(const torch::Tensor& latents, const torch::Tensor& class_rows);
    [[nodiscard]] torch::Tensor run(const torch::Tensor& latents, const torch::Tensor& class_rows,
                                    std::vector<AttentionMap>* attention);

    // Entries that the spec does not ask for are null.
    GeneratorSpec spec_;
    std::shared_ptr<ClassEmbedding> embedding_;
    std::shared_ptr<Dense> fully_connected_;
    std::shared_ptr<LatentProjection> project_;
    std::vector<std::shared_ptr<Convolution>> up_; ///< hidden layers, then the output layer
    std::vector<std::shared_ptr<NormalisationLayer>>
        normalise_;                                   ///< [0] after the projection, then one a hidden layer
    std::vector<std::shared_ptr<Refinement>> refine_; ///< like normalise_
    std::vector<std::shared_ptr<SelfAttention>> attention_; ///< like normalise_
};

} // namespace ganvas
