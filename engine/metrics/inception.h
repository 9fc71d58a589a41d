/// Inception-v3 of December 2015, the network that FID, KID and Inception Score are defined on: 2048 numbers a picture.
///
/// The weights are the user's: the safetensors file that third_party/convert_inception.py makes of the published
/// `pt_inception-2015-12-05-6726825d.pth`. Picture → RGB → 299×299 → the network with TensorFlow's pooling (averages do
/// not count padding; the last block pools by maximum) → mean over the last 8×8 map. The logits are the 1,008 of the
/// published graph without their bias, as Inception Score is computed. Batch norms are folded in; float32 throughout.
/// Comparison with torch-fidelity and pytorch-fid: tests/peers/inception_peers.py.
#pragma once

#include "engine/metrics/features.h"

namespace ganvas {

/// Two tools, two ways into the network; features differ, so each has a name of its own.
enum class InceptionInput {
    tensorflow, ///< `inception`: TensorFlow 1's bilinear resize (corner at 0, no antialias), (x − 128) / 128
    half_pixel, ///< `inception-pytorch`: half-pixel bilinear, no antialias, x / 127.5 − 1 (pytorch-fid)
};

/// Errors: `usage` without a file, `not_found`, `bad_checkpoint` (a tensor missing or of another shape).
[[nodiscard]] Result<std::unique_ptr<FeatureExtractor>> make_inception(InceptionInput input,
                                                                       const Path& weights);

/// TensorFlow 1's bilinear resize of pictures of any channel count: [N, size, size, C] floats, 0..255.
[[nodiscard]] std::vector<float> resize_like_tensorflow(const ImageBatch& images, int size);

} // namespace ganvas
