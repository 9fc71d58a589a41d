/// TimePlot: the frame of every plot over training time: shared zoom, epoch marks, one cursor for all plots.
///
/// UI thread, inside an ImGui window. The horizontal axis is Frame::time_axis, so what pans one plot pans all. The
/// vertical axis fits what can be seen until the user pulls it; double-click brings the whole run back.
#pragma once

#include <utility>
#include <vector>

#include "app/gui/panels/panel.h"

namespace ganvas {

/// Where each whole epoch began on the axis.
using EpochMarks = std::vector<std::pair<std::int64_t, double>>;

/// Follows the losses of a run and keeps where its epochs began; starts anew when the run or the axis changed.
class EpochFollower {
public:
    const EpochMarks& follow(const Frame& frame);

private:
    EpochMarks marks_;
    std::size_t seen_ = 0;
    std::uint64_t history_ = 0;
    TimeUnit unit_ = TimeUnit::steps;
};

/// The end of the run on the axis, over losses and distances; 0 before the first point.
[[nodiscard]] double last_time(const Frame& frame);
/// "1,840 steps · epoch 2.1 · 3:12" for a tooltip.
[[nodiscard]] std::string moment_text(std::int64_t step, double epoch, double seconds);
/// Log or not, unit of the axis, whole run: what a plot's menu offers. True when the unit changed.
bool time_axis_menu(const Frame& frame);

/// Error bars of a curve in its colour, fainter; inside a plot.
void plot_spread(const Frame& frame, const char* label, const ImVec4& colour, const std::vector<double>& x,
                 const std::vector<double>& y, const std::vector<double>& error);

class TimePlot {
public:
    struct Spec {
        const char* id = "";
        ImVec2 size = {-1, -1};
        bool logarithmic = false;
        ValueRange visible = {}; ///< of what will be drawn between low and high
        const EpochMarks* epochs = nullptr;
        bool unit_shown = true;
    };
    /// True when there is something to draw into; then draw with ImPlot and call end().
    bool begin(const Frame& frame, const Spec& spec);
    void end(const Frame& frame);
    /// Width of the drawing in pixels, last frame's before the first begin().
    [[nodiscard]] int columns() const { return columns_; }
    [[nodiscard]] bool hovered() const { return hovered_; }

private:
    void mark_epochs(const Frame& frame, const EpochMarks& epochs) const;
    double y_low_ = 0, y_high_ = 1;
    double x_low_before_ = 0, x_high_before_ = 0, y_low_before_ = 0, y_high_before_ = 0;
    bool fit_ = true, hovered_ = false, y_hovered_ = false;
    int columns_ = 400;
};

} // namespace ganvas
