/// Mode collapse beside the distance: how different a model's samples are from each other, as figures and as curves.
///
/// UI thread. Each measure has an axis of its own; only points with the newest one's badge are drawn.
#pragma once

#include "app/gui/panels/time_plot.h"

namespace ganvas {

enum class DistanceCurve { distance, two_batches, apart };

/// A row of small buttons with the newest figures, each showing its curve; nothing before the first measurement.
void diversity_row(const Frame& frame, DistanceCurve& shown);
/// The curve of a measure other than the distance.
void diversity_plot(const Frame& frame, DistanceCurve shown, TimePlot& plot, const EpochMarks& epochs);

} // namespace ganvas
