/// EfficientNet-Lite0 (Tan & Le 2019, Lite variant) as a feature extractor: 1280 numbers a picture.
///
/// Picture → RGB → 224×224 (`lite0`) or 96×96 (`lite0-96`), bilinear with half-pixel centres, antialiased when
/// shrinking → (x − 127) / 128 → the network with TensorFlow's "same" padding → mean over the last map after the head
/// convolution, batch norm and ReLU6. Batch norms are folded into the convolutions; float32 throughout. The 1,000
/// ImageNet logits come from the classifier on those features. Golden values: tests/peers/lite0_golden.py.
#pragma once

#include "engine/metrics/features.h"

namespace ganvas {

/// `resolution` is 224 or 96. Errors: `not_found`, `bad_checkpoint` (a tensor missing or of another shape).
[[nodiscard]] Result<std::unique_ptr<FeatureExtractor>> make_lite0(int resolution, const Path& weights);

/// assets_folder()/features/efficientnet_lite0.safetensors
[[nodiscard]] Path lite0_weights_path();

} // namespace ganvas
