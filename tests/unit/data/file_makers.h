/// Small files of every kind that data sets are read from, made on the spot.
///
/// Pure functions, any thread; std::runtime_error where a library cannot write its own format.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/image.h"

namespace ganvas::testing {

using Bytes = std::vector<std::uint8_t>;

enum class PictureFormat { png, jpeg, bmp };
[[nodiscard]] Bytes encode(const Image& image, PictureFormat format = PictureFormat::png);
/// Up to quality 90 with halved colours.
[[nodiscard]] Bytes encode_jpeg(const Image& image, int quality);
/// One colour everywhere.
[[nodiscard]] Image flat(int width, int height, std::vector<int> colour);
/// Byte k is (seed + 37 k) mod 251: no two pixels alike nearby.
[[nodiscard]] Image patterned(int width, int height, int channels, int seed = 0);

enum class ArchiveFormat { tar, tar_gz, zip };
using Entries = std::vector<std::pair<std::string, Bytes>>;
[[nodiscard]] Bytes archive_of(const Entries& entries, ArchiveFormat format);

[[nodiscard]] Bytes gzip(const Bytes& bytes);
/// What zlib makes of it.
[[nodiscard]] Bytes deflated(std::span<const std::uint8_t> bytes);
/// One chunk of a PNG with its length and checksum.
[[nodiscard]] Bytes png_chunk(const char* type, std::span<const std::uint8_t> content);
/// A PNG with these rows (each with its filter byte in front) behind a header of this size, colour type and depth.
[[nodiscard]] Bytes png_of(std::uint32_t width, std::uint32_t height, int colour_type, int depth,
                           const Bytes& rows);
/// An IDX file of bytes with the given shape.
[[nodiscard]] Bytes idx(const std::vector<int>& shape, const Bytes& values);
[[nodiscard]] Bytes bytes_of(const std::string& text);

} // namespace ganvas::testing
