/// What curves.h writes, as charts: one run by itself, or several on shared axes.
///
/// Pure functions, any thread.
#pragma once

#include <vector>

#include "engine/export/chart.h"
#include "engine/export/curves.h"

namespace ganvas {

/// Both losses, both scores, and a panel for each badge of its distances; epochs are marked.
[[nodiscard]] Chart curve_chart(const std::vector<TrainingPoint>& training,
                                const std::vector<DistancePoint>& distances, const CurveDrawing& drawing);

/// G's loss, D's loss, and a panel for each badge of their distances; a colour for each run.
[[nodiscard]] Chart compared_chart(const std::vector<NamedCurves>& runs, const CurveDrawing& drawing);

} // namespace ganvas
