/// What the command line does with what the window shows of a run: its history, its curves, a face's nearest pictures.
///
/// As operations.h: each blocks its caller, reports through Progress and stops soon after its stop token is set; files
/// are written atomically. Errors: `not_found` and `bad_data` for runs without what is asked for, `usage` for an ending.
#pragma once

#include <string>
#include <vector>

#include "engine/api/operations.h"
#include "engine/api/session.h"

namespace ganvas {

/// The fixed-noise history as a film (.gif, .webp), as one sheet (.png), or one of its marks (what.step).
[[nodiscard]] Result<PictureReport> export_run_history(const std::string& run, const ExportHistory& what,
                                                       const Progress& progress = {});
/// Losses, scores and distances as .png, .svg or .csv.
[[nodiscard]] Result<PictureReport> export_run_curves(const std::string& run, const ExportCurves& what);

/// The `ganvas runs …` lines that write the same files; empty for a run without a folder.
[[nodiscard]] std::string history_command(const std::string& run, const ExportHistory& what);
[[nodiscard]] std::string curves_command(const std::string& run, const ExportCurves& what);

/// What is wrong with a run, from what its folder says: the window's Health panel.
[[nodiscard]] Result<HealthReport> run_health(const std::string& run);
/// Whether its newest checkpoint's samples repeat training images; kept in the run's memorisation.json. `data` empty: the
/// run's own.
[[nodiscard]] Result<MemorisationFigure> run_memorisation(const std::string& run,
                                                          const std::string& data = {},
                                                          std::int64_t samples = 128,
                                                          const Progress& progress = {});

struct NeighboursReport {
    std::vector<std::string> names; ///< nearest first
    std::vector<double> distances;
    std::string out;
    double seconds = 0;
};
/// The generated face of a seed and the training images nearest to it, as one row of tiles.
[[nodiscard]] Result<NeighboursReport> nearest_images(const PictureOptions& options, const std::string& data,
                                                      std::uint64_t seed, int count,
                                                      const Progress& progress = {});

} // namespace ganvas
