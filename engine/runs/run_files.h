/// Names inside a run folder, and the files that are there.
///
/// Free functions, any thread; used by the run store and by the readers. A folder that cannot be read has no
/// files.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/files.h"
#include "engine/runs/run_values.h"

namespace ganvas {

inline constexpr const char* sample_keyword = "ganvas.sample"; ///< PNG text of a sample

[[nodiscard]] Path run_json_path(const Path& folder);
[[nodiscard]] Path metrics_csv_path(const Path& folder);
[[nodiscard]] Path diversity_csv_path(const Path& folder);
[[nodiscard]] Path samples_folder(const Path& folder);
[[nodiscard]] Path checkpoints_folder(const Path& folder);
[[nodiscard]] Path lock_path(const Path& folder);

/// "step-N" + ending.
[[nodiscard]] Path step_file(const Path& folder, std::int64_t step, std::string_view ending);
/// Files "step-N" + ending in `folder` with their steps, in rising order.
[[nodiscard]] std::vector<std::pair<std::int64_t, Path>> step_files(const Path& folder,
                                                                    std::string_view ending);

/// Steps of the run's checkpoints, rising.
[[nodiscard]] std::vector<std::int64_t> checkpoint_steps(const Path& run_folder);

/// The lowest distance of the badge that most of them have (of the newest of those, where several have as many), so that one
/// measured by hand with other features does not hide a run's own; null when there is none.
[[nodiscard]] const DistancePoint* best_distance(const std::vector<DistancePoint>& distances);

} // namespace ganvas
