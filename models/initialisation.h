/// First weights: N(0, standard deviation), orthogonal or Xavier-uniform for convolutions and fully connected layers,
/// N(1, 0.02) for the scale of batch normalisation, N(0, 1) for embeddings that join a vector, zero for every bias and
/// for the gamma of self-attention (Radford et al. 2015, section 3; Zhang et al. 2019).
///
/// The numbers come from `random` alone, drawn in the order of the module's layers: same generator state, same weights.
/// With spectral normalisation, u is drawn and brought near the singular vector by 15 power iterations.
#pragma once

#include <ATen/core/Generator.h>
#include <torch/nn.h>

#include "models/specs.h"

namespace ganvas {

void initialise(torch::nn::Module& module, WeightInitialisation kind, double standard_deviation,
                at::Generator random);

/// Lays convolution weights out channels last, where that means anything: with one channel on the far side both orders
/// are the same and LibTorch takes slow paths for it.
void lay_out_channels_last(torch::nn::Module& module);

/// A CPU generator of its own with that seed.
[[nodiscard]] at::Generator make_random_generator(std::uint64_t seed);

} // namespace ganvas
