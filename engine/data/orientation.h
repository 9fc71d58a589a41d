/// How a camera was held: the EXIF orientation of a JPEG, and pictures turned upright by it.
///
/// Pure functions, any thread. Phones store what the sensor saw and say in tag 0x0112 how to show it. Damaged or absent
/// EXIF is orientation 1, as it is: a photograph is never refused for what is written about it.
#pragma once

#include <cstdint>
#include <span>

#include "engine/core/image.h"

namespace ganvas {

/// 1 (as stored) to 8, as EXIF counts them.
[[nodiscard]] int jpeg_orientation(std::span<const std::uint8_t> jpeg);

/// The picture as it is meant to be seen; 5 to 8 exchange width and height.
[[nodiscard]] Image upright(Image image, int orientation);

} // namespace ganvas
