/// Whether a sum of latents is one face as it is, and whose.
///
/// Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/core/latent_point.h"

namespace ganvas {

/// The seed of a sum that is one latent of weight one; empty for any other sum.
[[nodiscard]] inline std::optional<std::uint64_t> single_face(const LatentSum& sum) {
    if (sum.slots.size() != 1 || sum.slots[0].weight != 1 || sum.slots[0].seeds.size() != 1)
        return std::nullopt;
    return sum.slots[0].seeds[0];
}

} // namespace ganvas
