/// The embedded faces as files: OUT/img/000001.png … and OUT/list_attr_celeba.txt, in CelebA's format.
///
/// Any thread; draws on a pool of its own and reports on the caller's. The folder appears whole or not at all: all is
/// written into a temporary one beside it, synced once and renamed. Errors: `usage` (numbers out of range, the folder
/// exists and is not empty), `io`, `interrupted`; what was there stays as it was.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/image.h"
#include "engine/core/progress.h"
#include "engine/core/result.h"

namespace ganvas {

/// Makes the bytes of a PNG file; called on several threads at once.
using PngEncoder = std::function<Result<std::vector<std::uint8_t>>(const Image&)>;

/// Face k of `seed` becomes file k + 1. `size` in pixels, 16 to 256.
[[nodiscard]] Result<void> write_faces_folder(const Path& folder, std::int64_t count, std::uint64_t seed,
                                              int size, const PngEncoder& encode,
                                              const Progress& progress = {});

} // namespace ganvas
