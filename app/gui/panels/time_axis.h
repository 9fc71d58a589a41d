/// TimeAxis: the horizontal axis of all plots over training time. A value, UI thread.
#pragma once

#include "engine/core/time_unit.h"

namespace ganvas {

/// The horizontal axis that plots share: zooming one zooms all. While `whole` is set it shows the whole run.
struct TimeAxis {
    TimeUnit unit = TimeUnit::steps;
    double low = 0, high = 1;
    bool whole = true;
    double cursor = 0;       ///< where the pointer is, on whichever plot
    double cursor_seen = -1; ///< window time of that
    [[nodiscard]] bool has_cursor(double now) const { return cursor_seen >= 0 && now - cursor_seen < 0.25; }
};

} // namespace ganvas
