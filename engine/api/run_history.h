/// The fixed-noise history of a run that is only looked at: its sample sheets as marks.
///
/// Internal to engine/api; blocks on the disk (job threads). Sheets that cannot be read are passed over. At most 128
/// marks are read, evenly spaced, always with the newest; with `only_step` not negative that mark alone.
#pragma once

#include <vector>

#include "engine/api/values.h"
#include "engine/core/files.h"
#include "engine/core/progress.h"

namespace ganvas {

[[nodiscard]] std::vector<SampleMark> read_marks(const Path& run_folder, const Progress& progress,
                                                 std::int64_t only_step = -1);

} // namespace ganvas
