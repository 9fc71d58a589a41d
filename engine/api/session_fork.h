/// A new run that goes on from another run's checkpoint, with settings of its own.
///
/// Internal to engine/api; blocks on the disk (job threads). The new folder gets the checkpoint, its parent's curves up
/// to there, and a run.json that names the parent. Errors: `bad_checkpoint` when the settings make networks that the
/// checkpoint's weights do not fit (nothing is written then), those of engine/runs.
#pragma once

#include <string>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/result.h"
#include "engine/core/settings.h"

namespace ganvas {

struct ForkRequest {
    std::string checkpoint; ///< a .safetensors file with both networks
    std::string parent;     ///< its run's folder
    Settings settings;
    std::string recipe, data_source;
    Path folder = {}; ///< empty: a new one in runs_folder()
};
/// The new run's folder.
[[nodiscard]] Result<Path> make_fork(const ForkRequest& request);

/// tags.json beside run.json, so that a run which trains can be tagged too; an absent or damaged file has none.
[[nodiscard]] std::vector<std::string> read_tags(const Path& run_folder);
[[nodiscard]] Result<void> write_tags(const Path& run_folder, const std::vector<std::string>& tags);

} // namespace ganvas
