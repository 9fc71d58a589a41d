/// Mode collapse beside the distance: how different a model's samples are from each other, as figures and as curves.
///
/// UI thread. Each measure has an axis of its own; only points with the newest one's badge are drawn.
#pragma once

#include "app/gui/panels/time_plot.h"

namespace ganvas {

/// `consecutive` is the distance between the same latents' samples at one look and at the one before.
enum class DistanceCurve { distance, two_batches, consecutive, apart, modes };

/// Small buttons with the newest figures, each showing its curve; nothing before the first measurement. They stand on the
/// line of the item before as far as there is room, and go on below it.
void diversity_row(const Frame& frame, DistanceCurve& shown);
/// The curve of a measure other than the distance.
void diversity_plot(const Frame& frame, DistanceCurve shown, TimePlot& plot, const EpochMarks& epochs);

} // namespace ganvas
