/// The curves of a run as a table (CSV), a drawing (SVG) and a picture (PNG): losses, scores, Fréchet distance.
///
/// Free functions, any thread. The SVG stands alone (no fonts, scripts or links), keeps every extreme of a
/// long run by drawing the lowest and highest value of each pixel column, and is written whole or not at all
/// (`io`).
#pragma once

#include <string>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/result.h"
#include "engine/core/time_unit.h"
#include "engine/core/training_points.h"

namespace ganvas {

enum class CurveTheme { light, dark };
enum class CurveScale { linear, logarithmic };

struct CurveDrawing {
    std::string title; ///< run and data set; may be empty
    CurveTheme theme = CurveTheme::light;
    CurveScale loss_scale = CurveScale::linear;
    double smoothing = 0;            ///< 0..1, weight of the past in an exponential mean; the raw stays faint
    int width = 960;                 ///< pixels
    std::string recipe;              ///< JSON, kept in the file; may be empty
    TimeUnit unit = TimeUnit::steps; ///< of the horizontal axis
};

[[nodiscard]] std::string curves_csv(const std::vector<TrainingPoint>& training,
                                     const std::vector<DistancePoint>& distances);
[[nodiscard]] std::string curves_svg(const std::vector<TrainingPoint>& training,
                                     const std::vector<DistancePoint>& distances,
                                     const CurveDrawing& drawing = {});
/// The recipe goes before the table as a comment, `# ganvas {…}`.
[[nodiscard]] Result<void> write_curves_csv(const Path& path, const std::vector<TrainingPoint>& training,
                                            const std::vector<DistancePoint>& distances,
                                            const std::string& recipe = {});
[[nodiscard]] Result<void> write_curves_svg(const Path& path, const std::vector<TrainingPoint>& training,
                                            const std::vector<DistancePoint>& distances,
                                            const CurveDrawing& drawing = {});

/// Several runs as one table: its first column is the run.
[[nodiscard]] std::string compared_csv(const std::vector<NamedCurves>& runs);

/// By the ending: .csv, .svg or .png (twice the drawing's size); `usage` for another.
[[nodiscard]] Result<void> write_curves(const Path& path, const std::vector<TrainingPoint>& training,
                                        const std::vector<DistancePoint>& distances,
                                        const CurveDrawing& drawing = {});
/// Several runs on shared axes, a colour each; distances share one only under the same badge. `usage` for none, or more
/// than there are colours (eight).
[[nodiscard]] Result<void> write_compared_curves(const Path& path, const std::vector<NamedCurves>& runs,
                                                 const CurveDrawing& drawing = {});
/// The recipe that an SVG of write_curves or any exported CSV carries (a PNG's: read_picture_recipe). `not_found`:
/// none.
[[nodiscard]] Result<std::string> read_curves_recipe(const Path& path);

} // namespace ganvas
