/// What a discriminator sees: the maps after each of its convolutions, max-pooled to 4×4, flattened, one after another.
///
/// As in Radford et al. 2015, section 5.1, and the third report: a D with 256, 512 and 1024 channels gives
/// 16 × (256 + 512 + 1024) = 28,672 numbers a picture. Pictures are brought to D's size (bilinear, antialiased when
/// shrinking) and channels, in [-1, 1]. One thread at a time; the discriminator is shared and must stay as it is.
#pragma once

#include "engine/metrics/features.h"

namespace ganvas {

constexpr int discriminator_grid = 4; ///< each layer's maps are pooled to 4×4

/// Error `usage` without a discriminator. `key` names its weights.
[[nodiscard]] Result<std::unique_ptr<FeatureExtractor>>
make_discriminator_extractor(std::shared_ptr<Discriminator> discriminator, const std::string& key);

} // namespace ganvas
