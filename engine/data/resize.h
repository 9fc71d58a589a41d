/// Antialiased resizing of a part of a picture.
///
/// Pure functions, any thread, no failure. A separable triangle filter with half-pixel centres: when shrinking it is
/// as wide as two output pixels (so nothing aliases), when enlarging it is bilinear interpolation. Edges repeat by
/// renormalising the weights. The same arithmetic as PIL's BILINEAR and torch's antialiased "bilinear".
#pragma once

#include "engine/core/image.h"

namespace ganvas {

/// Part of a picture in whole pixels.
struct PixelBox {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    bool operator==(const PixelBox&) const = default;
};

/// `box` lies inside the picture; `width` and `height` are positive.
[[nodiscard]] Image resize(const Image& image, const PixelBox& box, int width, int height);

/// 1 channel by Rec. 601 luma (0.299, 0.587, 0.114), 3 by repeating grey; 4-channel pictures are composited on white.
[[nodiscard]] Image convert_channels(const Image& image, int channels);

} // namespace ganvas
