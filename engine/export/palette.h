/// Colour pictures to at most 256 colours, for GIF.
///
/// Pure functions, any thread. A picture with 256 colours or fewer keeps every one of them. Otherwise the
/// palette is a median cut over the picture's colours (Heckbert 1982), moved to the means of the pixels
/// nearest to each entry, and the pixels take the nearest entry with Floyd–Steinberg error diffusion in
/// serpentine order.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/core/image.h"

namespace ganvas {

using Colour = std::array<std::uint8_t, 3>;

struct IndexedImage {
    int width = 0, height = 0;
    std::vector<Colour> palette;       ///< 1–256 entries
    std::vector<std::uint8_t> indices; ///< height * width
};

/// `image` has 1 or 3 channels.
[[nodiscard]] IndexedImage quantise(const Image& image);

} // namespace ganvas
