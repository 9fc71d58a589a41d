/// The drawings of a study's page, as SVG: curves of each run, curves of each measure, the two loss functions.
///
/// Pure functions on values, any thread.
#pragma once

#include <string>
#include <vector>

#include "engine/core/training_points.h"
#include "engine/studies/study_plan.h"
#include "engine/studies/study_record.h"

namespace ganvas {

/// Losses, scores and live distances over epochs, one run. The losses' axis is logarithmic where they ask for it (third
/// report: 1e-31 to 70).
[[nodiscard]] std::string run_chart(const NamedCurves& run);

/// Figure `curves`: the losses of several runs over epochs, those of D in one panel and those of G in another.
[[nodiscard]] std::string losses_chart(const std::vector<NamedCurves>& runs);

/// One drawing a measure and badge: all the rows that have it, over epochs. Measures with fewer than two points have none.
struct MeasureChart {
    std::string title, svg;
};
[[nodiscard]] std::vector<MeasureChart> measure_charts(const StudyPlan& plan,
                                                       const std::vector<UnitRecord>& records);

/// Report 1, figure 4: sigmoid cross-entropy, which is flat for large x, and least squares, flat at one point.
[[nodiscard]] std::string loss_functions_chart();

} // namespace ganvas
