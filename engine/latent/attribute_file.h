/// Attribute directions as values, and in a file: a checkpoint may carry them, or a file of their own.
///
/// Free functions, any thread; without torch. Reading trusts nothing: what does not fit together is
/// `bad_checkpoint`.
#pragma once

#include <string>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/result.h"
#include "engine/latent/latents.h"

namespace ganvas {

struct TensorFile; // engine/runs/tensor_file.h

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

/// Tensor "attributes.directions" [A, L] float32, "attributes.moved" [A, A], metadata "attributes" (JSON
/// cards). A checkpoint may carry them beside its weights; a file of their own has nothing else.
void add_attributes(const AttributeDirections& directions, TensorFile& file);
/// Nothing stored is an empty set, not an error; a set that does not fit together is `bad_checkpoint`.
[[nodiscard]] Result<AttributeDirections> attributes_from(const TensorFile& file);
[[nodiscard]] Result<void> save_attributes(const AttributeDirections& directions, const Path& path);
[[nodiscard]] Result<AttributeDirections> load_attributes(const Path& path);

} // namespace ganvas
