/// Twice the size by repeating or blending what is there; deconvolution leaves that to its transposed convolution.
///
/// A pure function, any thread.
#pragma once

#include <torch/types.h>

#include "models/specs.h"

namespace ganvas {

/// [N, C, H, W] → [N, C, 2H, 2W]; for deconvolution the maps as they are. Bilinear: half-pixel centres, edges repeated.
[[nodiscard]] inline torch::Tensor upsample(const torch::Tensor& maps, Upsampling upsampling) {
    const std::vector<double> scale{2.0, 2.0};
    switch (upsampling) {
    case Upsampling::deconvolution: return maps;
    case Upsampling::nearest: return at::upsample_nearest2d(maps, at::OptionalIntArrayRef(), scale);
    case Upsampling::bilinear: return at::upsample_bilinear2d(maps, at::OptionalIntArrayRef(), false, scale);
    }
    return maps;
}

} // namespace ganvas
