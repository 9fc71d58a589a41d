/// What the command line does with what the window shows of a run: its history, its curves, a face's nearest pictures.
///
/// As operations.h: each blocks its caller, reports through Progress and stops soon after its stop token is set; files
/// are written atomically. Errors: `not_found` and `bad_data` for runs without what is asked for, `usage` for an ending.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/api/operations.h"
#include "engine/api/session.h"

namespace ganvas {

/// The fixed-noise history as a film (.gif, .webp), as one sheet (.png), or one of its marks (what.step).
[[nodiscard]] Result<PictureReport> export_run_history(const std::string& run, const ExportHistory& what,
                                                       const Progress& progress = {});
/// Losses, scores and distances as .png, .svg or .csv; those of several runs (two to eight) on shared axes, without the
/// scores.
[[nodiscard]] Result<PictureReport> export_run_curves(const std::vector<std::string>& runs,
                                                      const ExportCurves& what);

/// The `ganvas runs …` lines that write the same files; empty for a run without a folder.
[[nodiscard]] std::string history_command(const std::string& run, const ExportHistory& what);
[[nodiscard]] std::string curves_command(const std::vector<std::string>& runs, const ExportCurves& what);

/// One line of what a run is, for people.
struct RunFact {
    std::string title; ///< the same for several in a row: a list
    std::string text;
};
/// State, recipe, the settings that are not the recipe's, changes on the way, data, how far it came, checkpoints, best
/// distance; what is not known is left out.
[[nodiscard]] Result<std::vector<RunFact>> describe_run(const std::string& run);

/// The run's tags; `tags` takes their place first where it is given.
[[nodiscard]] Result<std::vector<std::string>>
tag_run(const std::string& run, const std::optional<std::vector<std::string>>& tags = {});

/// Both runs' curves and the pictures that they make of the same `count` seeds; what is missing is named in each.
[[nodiscard]] RunComparison compare_runs(const std::string& first, const std::string& second,
                                         std::uint64_t seed, int count);
/// The pictures of both, the first run's row above the second's.
[[nodiscard]] Result<PictureReport> write_comparison(const RunComparison& comparison, const std::string& out);
/// The `ganvas runs compare …` line that writes the same.
[[nodiscard]] std::string comparison_command(const RunComparison& comparison, const std::string& out);

struct AttentionOptions {
    std::uint64_t seed = 1;
    int x = -1, y = -1; ///< the pixel that looks; -1: the middle
    NetworkKind network = NetworkKind::generator;
};
/// The face, and beside it once for each layer with self-attention what that pixel looks at: the rest is darkened.
[[nodiscard]] Result<PictureReport> draw_attention(const PictureOptions& options,
                                                   const AttentionOptions& what);

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
    std::int64_t compared = 0; ///< training images
    std::string out;
    double seconds = 0;
};
struct NeighboursOptions {
    std::string data = "faces";
    std::uint64_t seed = 0;
    int count = 8;
    std::string features = "blocks"; ///< the picture at 16x16, or the features of an extractor
    std::string weights;             ///< safetensors file of the inception extractors
};
/// The generated face of a seed and the training images nearest to it, as one row of tiles.
[[nodiscard]] Result<NeighboursReport>
nearest_images(const PictureOptions& options, const NeighboursOptions& what, const Progress& progress = {});

} // namespace ganvas
