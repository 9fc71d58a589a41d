/// What is wrong with a run: of a folder for the command line, and memorisation.json beside a run's own files.
///
/// Internal to engine/api but for its operations (run_operations.h); blocks on the disk.
#pragma once

#include <optional>

#include "engine/core/files.h"
#include "engine/core/health/health.h"
#include "engine/core/result.h"
#include "engine/runs/run_values.h"

namespace ganvas {

/// The step of the newest live setting that was changed; 0: none. Settings of measuring do not change training.
[[nodiscard]] std::int64_t newest_change(const std::vector<SettingChange>& changes);
[[nodiscard]] bool changes_training(const std::string& key);

/// Empty where it was never measured, or the file is damaged.
[[nodiscard]] std::optional<MemorisationFigure> read_memorisation(const Path& run_folder);
[[nodiscard]] Result<void> write_memorisation(const Path& run_folder, const MemorisationFigure& figure);

} // namespace ganvas
