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
#include <string>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/progress.h"
#include "engine/core/result.h"
#include "engine/data/dataset.h"
#include "engine/latent/renderer.h"

namespace ganvas {

struct TensorFile; // engine/runs/tensor_file.h

struct AttributeOptions {
    int images = 10000; ///< at most this many labelled pictures
    int epochs = 8;
    double seconds = 120; ///< classifier training ends after the epoch in which this is passed
    int samples = 4000;
    int fresh = 200;
    double sigma = 2;
    std::uint64_t seed = 1;
};

struct LearnedAttribute {
    std::string name;
    LatentVector direction;         ///< unit length
    double classifier_accuracy = 0; ///< held out, 0..1
    double base_rate = 0;           ///< of the majority answer on the held-out pictures
    double flipped = 0;             ///< share of fresh "no" samples that answer "yes" at +2 sigma
    int fresh = 0;                  ///< how many "no" samples there were to try (200 unless hard to find)
    std::vector<double> moved;      ///< mean change of each attribute's probability, same order as the set
    bool works = false;             ///< see attribute_works
};

struct AttributeDirections {
    int latent_size = 0;
    std::string data; ///< source it was learned from
    std::vector<LearnedAttribute> attributes;
};

/// The classifier beats the majority answer by more than chance (two standard errors) on `held_out` pictures, at least
/// a third of the tries flip, and no other attribute moves more than this one.
[[nodiscard]] bool attribute_works(const LearnedAttribute& attribute, int own_index, std::int64_t held_out);

[[nodiscard]] Result<AttributeDirections> learn_attributes(SharedDataset labelled, LatentRenderer& renderer,
                                                           const AttributeOptions& options,
                                                           const Progress& progress);

[[nodiscard]] std::vector<NamedDirection> directions_of(const AttributeDirections& directions);

/// Tensor "attributes.directions" [A, L] float32, "attributes.moved" [A, A], metadata "attributes" (JSON cards).
/// A checkpoint may carry them beside its weights; a file of their own has nothing else.
void add_attributes(const AttributeDirections& directions, TensorFile& file);
/// Nothing stored is an empty set, not an error; a set that does not fit together is `bad_checkpoint`.
[[nodiscard]] Result<AttributeDirections> attributes_from(const TensorFile& file);
[[nodiscard]] Result<void> save_attributes(const AttributeDirections& directions, const Path& path);
[[nodiscard]] Result<AttributeDirections> load_attributes(const Path& path);

} // namespace ganvas
