/// The fixed batch that virtual batch normalisation looks at: latents for G, pictures for D, classes for both.
///
/// Pure functions, any thread. It depends on the run's seed and data alone, so a resumed run makes the same one.
#pragma once

#include <cstdint>
#include <span>

#include <torch/types.h>

#include "engine/data/dataset.h"

namespace ganvas {

struct ReferenceBatch {
    torch::Tensor latents;    ///< [R, L] float32
    torch::Tensor class_rows; ///< [R, classes], or undefined
    torch::Tensor pictures;   ///< [R, C, S, S] float32 in [-1, 1], channels last
};

struct ReferenceOptions {
    std::int64_t size = 64; ///< R
    std::uint64_t seed = 1;
    int latent_size = 100;
    bool uniform_prior = false;
    int classes = 0;
    bool mirror = false; ///< as the training batches are
};

/// Pictures are drawn without repetition while the data last.
[[nodiscard]] ReferenceBatch make_reference_batch(const SharedDataset& data, const ReferenceOptions& options);

/// The latent that `seed` names under either prior (as engine/latent has it).
void fill_latent(std::uint64_t seed, std::span<float> latent, bool uniform_prior);

} // namespace ganvas
