/// A checkpoint opened for exploring: weights, what it says about itself, and the directions that travel with it.
///
/// Internal to engine/api; blocks on the disk, so job threads and the command line only. Errors: `not_found`,
/// `bad_checkpoint`, those of engine/runs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/api/values.h"
#include "engine/latent/attributes.h"
#include "engine/latent/renderer.h"
#include "engine/training/checkpoint.h"

namespace ganvas {

struct CheckpointModel {
    std::string path;       ///< the .safetensors file
    std::string run_folder; ///< empty for a lone file
    CheckpointNote note;
    SharedModel model;
    AttributeDirections
        attributes; ///< of the file, or of `attributes.safetensors` beside the run; may be empty
    std::vector<LatentVector> axes;   ///< principal axes stored with the file; may be empty
    std::vector<std::string> notices; ///< damaged newer checkpoints that were passed over
};

[[nodiscard]] Result<CheckpointModel> open_checkpoint(const std::string& file_or_folder);
/// assets/checkpoints/faces.safetensors
[[nodiscard]] std::string shipped_checkpoint();

[[nodiscard]] LatentPrior prior_of(const Settings& settings);
[[nodiscard]] Result<std::unique_ptr<Renderer>> make_renderer(const CheckpointModel& opened);
[[nodiscard]] std::vector<AttributeCard> cards_of(const AttributeDirections& attributes);

/// A generator-only file with the weights as they are (float32) and the directions that were found for them: what a
/// copied command names where no checkpoint holds what is on the screen.
[[nodiscard]] TensorFile kept_generator(const ModelSnapshot& model, const CheckpointNote& note,
                                        const AttributeDirections& attributes,
                                        const std::vector<LatentVector>& axes);

/// Tensor "axes" [K, L] float32.
void add_axes(const std::vector<LatentVector>& axes, int latent_size, TensorFile& file);
[[nodiscard]] std::vector<LatentVector> axes_from(const TensorFile& file, int latent_size);

} // namespace ganvas
