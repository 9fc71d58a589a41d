/// PNG, JPEG and BMP bytes into pictures: header first, limits next, pixels last.
///
/// Pure functions, any thread. A file that is damaged, cut short or larger than the limits is an error `bad_data`
/// whose `what` is the reason alone; nothing of the size that a header claims is allocated before the limits hold.
#pragma once

#include <cstdint>
#include <span>

#include "engine/core/image.h"
#include "engine/core/result.h"

namespace ganvas {

inline constexpr int largest_picture_side = 16'384;                         ///< pixels
inline constexpr std::int64_t largest_picture_area = 100'000'000;           ///< pixels
inline constexpr std::size_t largest_picture_file = std::size_t(256) << 20; ///< bytes

struct ImageHeader {
    int width = 0;
    int height = 0;
    int channels = 0; ///< of the file: 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA
    [[nodiscard]] std::int64_t area() const { return std::int64_t(width) * height; }
};

/// Reads the header only and checks the limits.
[[nodiscard]] Result<ImageHeader> probe_image(std::span<const std::uint8_t> bytes);

/// `fastest`: libjpeg-turbo for the common JPEG where there is one (fast_jpeg.h), else stb_image.
enum class PictureDecoder { fastest, stb_image };

/// The whole picture, 1 or 3 channels; transparency is composited on white, a JPEG is turned as its camera was held.
[[nodiscard]] Result<Image> decode_image(std::span<const std::uint8_t> bytes,
                                         PictureDecoder decoder = PictureDecoder::fastest);

} // namespace ganvas
