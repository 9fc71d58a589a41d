/// What a seed's latent is made of: one coordinate of it, for whoever computes latents and whoever shows them.
///
/// Pure functions, any thread.
#pragma once

#include <cstdint>

#include "engine/core/random.h"

namespace ganvas {

enum class LatentPrior { normal, uniform };

/// Coordinate `index` of the latent that `seed` names: standard normal, or uniform in [−1, 1).
[[nodiscard]] inline double latent_coordinate(LatentPrior prior, std::uint64_t seed, std::uint64_t index) {
    return prior == LatentPrior::normal ? random_normal(seed, index) : 2 * random_uniform(seed, index) - 1;
}

} // namespace ganvas
