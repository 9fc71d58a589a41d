/// Single pictures in and out for the window: a user's photograph as A or B, screenshots.
///
/// Any thread; both touch the disk, so the window calls them only on a user's action.
#pragma once

#include <string>

#include "engine/core/image.h"
#include "engine/core/result.h"

namespace ganvas {

/// PNG, atomically.
[[nodiscard]] Result<void> write_picture(const std::string& path, const Image& image);

/// Decodes PNG, JPEG or BMP, crops the centred square, resizes to size x size, converts to `channels` (1 or 3).
[[nodiscard]] Result<Image> read_picture(const std::string& path, int size, int channels);

} // namespace ganvas
