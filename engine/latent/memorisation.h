/// Does a model remember its training images or invent pictures? How near its samples come to them.
///
/// A job thread; a look at every training image for each sample: 128 samples of 50,000 images take a few seconds. The
/// distance is NeighbourIndex's (16×16 block means), medians on both sides: of samples to their nearest training image,
/// and of training images to their nearest other one. Where training mirrors pictures, mirrored ones count as well.
/// Errors: `bad_data` for fewer than two images, `interrupted`, those of the renderer.
#pragma once

#include "engine/core/health/health.h"
#include "engine/latent/neighbours.h"
#include "engine/metrics/features.h"

namespace ganvas {

struct MemorisationOptions {
    std::int64_t samples = 128;  ///< N, the first ones of `generated`
    std::int64_t held_out = 256; ///< training images that are looked up, evenly over the data
    bool mirrored = false;
};

/// `step` of the weights is passed through.
[[nodiscard]] Result<MemorisationFigure> measure_memorisation(const ImageSource& generated,
                                                              const NeighbourIndex& index,
                                                              const MemorisationOptions& options,
                                                              std::int64_t step, const Progress& progress);

} // namespace ganvas
