#include "app/gui/panels/loss_curves.h"

#include <algorithm>

#include <imgui.h>

#include "app/gui/panels/time_plot.h"

namespace ganvas {

namespace {

/// So many points are smoothed anew only when the slider is let go: it would hold up frames.
constexpr std::size_t many_points = 100'000;

std::array<float, curve_count> values_of(const TrainingPoint& point) {
    return {point.generator_loss, point.discriminator_loss, point.real_score, point.fake_score};
}

} // namespace

void LossCurves::begin_again(const Frame& frame, double smoothing) {
    const auto& losses = frame.view.losses;
    const bool other_run = history_ != frame.view.history_id || points_ > losses.size();
    if (other_run) {
        if (history_ != frame.view.history_id) frame.time_axis.whole = true;
        history_ = frame.view.history_id;
        points_ = 0;
        for (Series& series : series_) series.raw.clear();
    }
    if (other_run || unit_ != frame.time_axis.unit) {
        unit_ = frame.time_axis.unit;
        x_.clear();
    }
    const bool held = points_ > many_points && ImGui::IsMouseDown(ImGuiMouseButton_Left);
    if (other_run || (smoothed_with_ != smoothing && !held)) {
        smoothed_with_ = smoothing;
        smooth_points_ = 0;
        for (Series& series : series_) {
            series.smooth.clear();
            series.smoother = Smoother(smoothing);
        }
    }
}

void LossCurves::follow(const Frame& frame, double smoothing) {
    begin_again(frame, smoothing);
    const auto& losses = frame.view.losses;
    for (std::size_t index = x_.size(); index < losses.size(); ++index) {
        const double x = time_value(unit_, losses[index]);
        x_.push_back(x_.empty() ? x : std::max(x_.back(), x));
    }
    for (; points_ < losses.size(); ++points_) {
        const auto values = values_of(losses[points_]);
        for (std::size_t curve = 0; curve < curve_count; ++curve) series_[curve].raw.append(values[curve]);
    }
    for (; smooth_points_ < losses.size(); ++smooth_points_) {
        const auto values = values_of(losses[smooth_points_]);
        for (std::size_t curve = 0; curve < curve_count; ++curve)
            series_[curve].smooth.append(series_[curve].smoother.next(values[curve]));
    }
}

} // namespace ganvas
