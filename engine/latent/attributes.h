/// Attribute directions ("Smiling", "Eyeglasses"): learned from a labelled data set, with what each really does.
///
/// 1. A small convolutional classifier (several yes/no answers at once; classes become one answer each) is trained on
///    the labelled pictures; every tenth picture is held out for its accuracy.
/// 2. Pictures of `samples` latents are labelled by it, and the logits regressed on z (ridge): the slope, made unit
///    length, is the direction: 1 is one standard deviation of the prior.
/// 3. On 200 fresh latents whose answer is "no", z + 2 direction is rendered: the share that flips to "yes", and how
///    much the probability of every attribute moves.
/// Runs on a job thread for a minute or two; deterministic in (data, weights, options, thread count). Errors: `usage`
/// (no labels, other shape than the model's), `bad_data` (nothing to learn from), `bad_checkpoint`, `interrupted`.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/progress.h"
#include "engine/core/result.h"
#include "engine/data/dataset.h"
#include "engine/latent/attribute_file.h"
#include "engine/latent/renderer.h"

namespace ganvas {

struct AttributeOptions {
    int images = 10000; ///< at most this many labelled pictures
    int epochs = 8;
    double seconds = 120; ///< classifier training ends after the epoch in which this is passed
    int samples = 4000;
    int fresh = 200;
    double sigma = 2;
    std::uint64_t seed = 1;
};

/// The classifier beats the majority answer by more than chance (two standard errors) on `held_out` pictures, at least
/// a third of the tries flip, and no other attribute moves more than this one.
[[nodiscard]] bool attribute_works(const LearnedAttribute& attribute, int own_index, std::int64_t held_out);

[[nodiscard]] Result<AttributeDirections> learn_attributes(SharedDataset labelled, LatentRenderer& renderer,
                                                           const AttributeOptions& options,
                                                           const Progress& progress);

[[nodiscard]] std::vector<NamedDirection> directions_of(const AttributeDirections& directions);

} // namespace ganvas
