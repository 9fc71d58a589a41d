/// Latent vectors from LatentPoints: the arithmetic of the explorer, without torch.
///
/// Pure functions on values, any thread. A vector is [latent_size] floats in units of the prior's standard deviation
/// (normal) or range (uniform: −1..1). Errors: `usage` for an attribute, axis or coordinate that the space lacks.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/core/latent_point.h"
#include "engine/core/latent_prior.h"
#include "engine/core/result.h"

namespace ganvas {

using LatentVector = std::vector<float>;

struct NamedDirection {
    std::string name;
    LatentVector direction; ///< unit length: one standard deviation of the prior a unit
};

/// What the numbers in a LatentPoint refer to.
struct LatentSpace {
    int size = 100;
    LatentPrior prior = LatentPrior::normal;
    std::vector<NamedDirection> attributes;
    std::vector<LatentVector> axes; ///< principal axes, unit length, strongest first
    int classes = 0;                ///< of a conditional model; 0: unconditional
};

/// Coordinate k is latent_coordinate(prior, seed, k).
[[nodiscard]] LatentVector latent_of_seed(std::uint64_t seed, const LatentSpace& space);

/// Sum of weight × mean of the slot's seeds; a slot without seeds adds nothing.
[[nodiscard]] LatentVector latent_sum(const LatentSum& sum, const LatentSpace& space);
/// Scaled to √(size · variance of the prior); one of nearly no length is left as it is.
[[nodiscard]] LatentVector with_length_of_prior(LatentVector z, const LatentSpace& space);

/// (1 − alpha) a + alpha b; exactly a at 0 and b at 1; outside 0..1 it extrapolates.
[[nodiscard]] LatentVector lerp(std::span<const float> a, std::span<const float> b, double alpha);

/// Along the great circle from a to b; the length goes linearly from |a| to |b| (and stays there outside 0..1, where
/// the direction turns on). Exactly a at 0 and b at 1. Falls back to lerp where there is no one great circle (a zero
/// vector, the same or the opposite direction).
[[nodiscard]] LatentVector slerp(std::span<const float> a, std::span<const float> b, double alpha);

/// Weights over the space's classes: a mixture, one class, or the class of the point's first seed; empty for an
/// unconditional model. `usage` for a class that the model lacks, and for any class where it has none.
[[nodiscard]] Result<std::vector<float>> class_row(const LatentPoint& point, const LatentSpace& space);

/// The order stands at LatentPoint: path, attributes, axes, moves, coordinates, noise, truncation.
[[nodiscard]] Result<LatentVector> resolve(const LatentPoint& point, const LatentSpace& space);

} // namespace ganvas
