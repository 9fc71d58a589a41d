/// PNG files made by hand, and their checksums made right again.
///
/// Pure functions, any thread.
#pragma once

#include "tests/fuzz/fuzz_target.h"

namespace ganvas::fuzz {

/// A PNG with these rows (each with its filter byte in front) behind a header of this size, colour type and
/// depth.
[[nodiscard]] Bytes png_of(std::uint32_t width, std::uint32_t height, int colour_type, int depth,
                           const Bytes& rows);
/// One chunk with its length and checksum.
[[nodiscard]] Bytes png_chunk(const char* type, View content);
/// What zlib makes of it.
[[nodiscard]] Bytes deflated(View bytes);
/// Checksums of all chunks as far as their lengths lead; nothing happens to what is no PNG.
void repair_png(Bytes& file);

} // namespace ganvas::fuzz
