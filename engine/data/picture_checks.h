/// What must hold of a picture file before the decoder sees it.
///
/// Pure functions, any thread; errors are `bad_data` with the reason alone. stb_image reads past checksums
/// and, in JPEG and BMP, past the end (it fills with grey or black), and it trusts the tables of a JPEG:
/// damage that it would pass on as pixels, or stumble over, is found here.
#pragma once

#include <cstdint>
#include <span>

#include "engine/core/result.h"
#include "engine/data/image_codec.h"

namespace ganvas {

[[nodiscard]] bool is_png(std::span<const std::uint8_t> bytes);
[[nodiscard]] bool is_jpeg(std::span<const std::uint8_t> bytes);
[[nodiscard]] bool is_bmp(std::span<const std::uint8_t> bytes);

/// Sequential, with all of its components in one scan: rows leave such a JPEG as they are read. False for what is no JPEG.
[[nodiscard]] bool is_jpeg_of_one_scan(std::span<const std::uint8_t> bytes);

/// Whether the decoder may read as much as the header: the tables of a JPEG have no more codes than fit.
[[nodiscard]] Result<void> check_tables(std::span<const std::uint8_t> bytes);
/// Whether the file is whole, as far as it says; and no larger a picture than so few bytes can hold.
[[nodiscard]] Result<void> check_whole(std::span<const std::uint8_t> bytes, const ImageHeader& header);

/// The bytes that the header's pixels take as they are stored; what decoding may cost is measured by it.
[[nodiscard]] std::size_t stored_pixels(std::span<const std::uint8_t> bytes, const ImageHeader& header);

} // namespace ganvas
