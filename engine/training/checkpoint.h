/// Checkpoints: from models in memory to tensor files and back.
///
/// Pure functions (no paths: engine/runs reads and writes the files), any thread. Names in a file: "generator.…",
/// "discriminator.…", "average.…" (what is shown), "optimiser.generator.…", "optimiser.discriminator.…". Metadata:
/// "ganvas.kind" (checkpoint | generator), "settings" (a JSON object of texts), "step", "images", "seconds", "data",
/// "recipe", of conditional models "classes" (a JSON list of their names). A generator-only file holds "average.…" alone, usually in float16.
#pragma once

#include "engine/core/image.h"
#include "engine/core/result.h"
#include "engine/core/settings.h"
#include "engine/runs/tensor_file.h"
#include "engine/training/model_snapshot.h"

namespace ganvas {

/// What a checkpoint says about itself.
struct CheckpointNote {
    Settings settings;
    std::string recipe;
    std::string data; ///< source as the user wrote it
    std::int64_t step = 0;
    std::int64_t images = 0;
    double seconds = 0;                        ///< training time
    std::vector<std::string> class_names = {}; ///< of a conditional model, in the order of its classes
};

[[nodiscard]] Result<CheckpointNote> read_note(const TensorFile& file);
/// How many classes its model is told, 0 for an unconditional one; `bad_checkpoint` when a conditional one does not say.
[[nodiscard]] Result<int> classes_of(const CheckpointNote& note);
void write_note(TensorFile& file, const CheckpointNote& note);
void write_class_names(TensorFile& file, const std::vector<std::string>& names);

/// The averaged generator of a full checkpoint or of a generator-only file; `bad_checkpoint` when tensors are missing,
/// of another shape or not finite.
[[nodiscard]] Result<SharedModel> load_generator(const TensorFile& file);

/// A generator-only file in float16 (counters stay integers), with the note.
[[nodiscard]] TensorFile export_generator(const ModelSnapshot& model, const CheckpointNote& note);

/// One tensor each way; blobs are row-major, whatever the tensor's layout in memory.
[[nodiscard]] TensorBlob to_blob(const std::string& name, const torch::Tensor& tensor);
[[nodiscard]] torch::Tensor to_tensor(const TensorBlob& blob);

/// [N, C, H, W] in [-1, 1] → bytes, rounded and clamped, and the other way round.
[[nodiscard]] ImageBatch to_images(const torch::Tensor& pictures);
[[nodiscard]] torch::Tensor from_images(const ImageBatch& images);

} // namespace ganvas
