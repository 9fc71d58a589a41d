/// A checkpoint's discriminator, for measures on its features, for pictures of its filters and for its attention.
///
/// Internal to engine/api; blocks on the disk. Errors: those of engine/runs, `bad_checkpoint` when the file holds no
/// discriminator (an exported generator) or one that does not fit its settings.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/image.h"
#include "engine/core/result.h"
#include "engine/core/settings.h"
#include "engine/latent/renderer.h"

namespace ganvas {

class Discriminator;

struct DiscriminatorModel {
    std::string path; ///< the .safetensors file
    Settings settings;
    std::shared_ptr<Discriminator> trained; ///< in evaluation mode, without gradients
    std::string key;                        ///< changes with the weights
    std::int64_t step = 0;                  ///< of the checkpoint
};

[[nodiscard]] Result<DiscriminatorModel> open_discriminator(const std::string& file_or_folder);
/// Where each of its self-attentions looks in the first of `pictures`; empty without one. One thread at a time.
[[nodiscard]] Result<std::vector<AttentionView>> discriminator_attention(const DiscriminatorModel& model,
                                                                         const ImageBatch& pictures);
/// The same networks with first weights, drawn from `seed`.
[[nodiscard]] std::shared_ptr<Discriminator> untrained_like(const Discriminator& trained, std::uint64_t seed);

} // namespace ganvas
