/// IDX files (MNIST and its relatives), plain or gzip.
///
/// Pure functions over bytes, any thread. The size that the header gives must be the file's: `bad_data` otherwise, and
/// nothing larger than the header says is unpacked.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/data/file_tree.h"

namespace ganvas {

/// Unsigned bytes of any number of dimensions (1 labels; 3 grey pictures; 4 pictures with channels last).
struct IdxArray {
    std::vector<std::int64_t> shape;
    FileBytes file; ///< keeps `values` alive
    std::span<const std::uint8_t> values;
};

/// Whether the first bytes, after unpacking gzip, are an IDX header of bytes.
[[nodiscard]] bool looks_like_idx(std::span<const std::uint8_t> bytes);

/// `name` is for messages.
[[nodiscard]] Result<IdxArray> parse_idx(FileBytes file, const std::string& name);

} // namespace ganvas
