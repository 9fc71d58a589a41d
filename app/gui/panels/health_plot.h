/// The small plot on a finding's card: the curve that shows it, and a line where it began.
///
/// UI thread, inside an ImGui window; it only shows, the panels Curves and Distance are for looking closer.
#pragma once

#include <vector>

#include "app/gui/panels/panel.h"

namespace ganvas {

/// One line of the plot over steps, thinned to about `columns` points.
struct HealthLine {
    const char* name = "";
    bool of_generator = true;
    std::vector<double> x, y;
};
/// Lines of the series from step `low` on; empty where the view lacks it.
[[nodiscard]] std::vector<HealthLine> health_lines(const View& view, HealthSeries series, double low,
                                                   int columns);

void draw_health_plot(const Frame& frame, const HealthFinding& finding, ImVec2 size);

} // namespace ganvas
