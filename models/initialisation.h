/// First weights: N(0, standard deviation) or orthogonal for convolutions and projections, N(1, 0.02) for the scale of
/// batch normalisation, zero for every bias (Radford et al. 2015, section 3).
///
/// The numbers come from `random` alone, drawn in the order of the module's layers: same generator state, same weights.
/// With spectral normalisation, u is drawn and brought near the singular vector by 15 power iterations.
#pragma once

#include <ATen/core/Generator.h>
#include <torch/nn.h>

#include "models/specs.h"

namespace ganvas {

void initialise(torch::nn::Module& module, WeightInitialisation kind, double standard_deviation, at::Generator random);

/// A CPU generator of its own with that seed.
[[nodiscard]] at::Generator make_random_generator(std::uint64_t seed);

}  // namespace ganvas
