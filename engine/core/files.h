/// Files: read whole, written so that a crash, a full disk or a kill leaves either the old or the new content.
///
/// Any thread; no state. write_file goes to a temporary name in the same folder, fsyncs, renames and fsyncs the
/// folder (output_file.h); on failure the temporary is removed and what was there stays as it was. Errors are `io` or
/// `not_found`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"

namespace ganvas {

using Path = std::filesystem::path;

[[nodiscard]] Result<std::string> read_text(const Path& path, std::size_t limit = 64u << 20);
[[nodiscard]] Result<std::vector<std::uint8_t>> read_bytes(const Path& path,
                                                           std::size_t limit = std::size_t(4) << 30);

[[nodiscard]] Result<void> write_file(const Path& path, std::span<const std::uint8_t> bytes);
[[nodiscard]] Result<void> write_file(const Path& path, std::string_view text);

/// mkdir -p with a clear error.
[[nodiscard]] Result<void> make_folder(const Path& path);

/// Where things are. Each creates nothing. Environment first (GANVAS_RUNS, GANVAS_CACHE, GANVAS_ASSETS), then the
/// usual places (~/ganvas/runs, $XDG_CACHE_HOME/ganvas, beside the program or in its build tree).
[[nodiscard]] Path runs_folder();
[[nodiscard]] Path cache_folder();
[[nodiscard]] Path config_folder(); ///< $XDG_CONFIG_HOME/ganvas: window.ini, recent.json
[[nodiscard]] Path assets_folder(); ///< holds recipes/ checkpoints/ shaders/ fonts/ weights/

} // namespace ganvas
