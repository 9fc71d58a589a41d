/// A checkpoint's discriminator, for measures on its features and for pictures of its filters.
///
/// Internal to engine/api; blocks on the disk. Errors: those of engine/runs, `bad_checkpoint` when the file holds no
/// discriminator (an exported generator) or one that does not fit its settings.
#pragma once

#include <memory>
#include <string>

#include "engine/core/result.h"
#include "engine/core/settings.h"

namespace ganvas {

class Discriminator;

struct DiscriminatorModel {
    std::string path; ///< the .safetensors file
    Settings settings;
    std::shared_ptr<Discriminator> trained; ///< in evaluation mode, without gradients
    std::string key;                        ///< changes with the weights
};

[[nodiscard]] Result<DiscriminatorModel> open_discriminator(const std::string& file_or_folder);
/// The same networks with first weights, drawn from `seed`.
[[nodiscard]] std::shared_ptr<Discriminator> untrained_like(const Discriminator& trained, std::uint64_t seed);

} // namespace ganvas
