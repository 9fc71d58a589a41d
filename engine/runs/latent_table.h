/// Latents as files that other programs read: one row a latent, `.csv` or `.safetensors` by the ending.
///
/// Free functions, any thread. The recipe that made them travels along: as the first comment line of the CSV
/// (`# ganvas {…}`), or as safetensors metadata "ganvas" beside the tensor "latents" [N, L] float32.
#pragma once

#include <string>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/result.h"

namespace ganvas {

struct LatentTable {
    std::vector<std::vector<float>> latents; ///< N rows of one length
    std::string recipe;                      ///< JSON, or empty
};

/// Error `usage` for another ending, `io` when it cannot be written.
[[nodiscard]] Result<void> write_latents(const Path& path, const LatentTable& table);
[[nodiscard]] Result<LatentTable> read_latents(const Path& path);

} // namespace ganvas
