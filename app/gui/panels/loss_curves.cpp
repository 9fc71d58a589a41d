#include "app/gui/panels/loss_curves.h"

#include <algorithm>

#include "app/gui/panels/time_plot.h"

namespace ganvas {

void LossCurves::follow(const Frame& frame, double smoothing) {
    const auto& losses = frame.view.losses;
    if (history_ != frame.view.history_id || unit_ != frame.time_axis.unit || smoothed_with_ != smoothing
        || x_.size() > losses.size()) {
        if (history_ != frame.view.history_id) frame.time_axis.whole = true;
        history_ = frame.view.history_id;
        unit_ = frame.time_axis.unit;
        smoothed_with_ = smoothing;
        x_.clear();
        for (Series& series : series_) {
            series.raw.clear();
            series.smooth.clear();
            series.smoother = Smoother(smoothing);
        }
    }
    for (std::size_t index = x_.size(); index < losses.size(); ++index) {
        const TrainingPoint& point = losses[index];
        const double x = time_value(unit_, point);
        x_.push_back(x_.empty() ? x : std::max(x_.back(), x));
        const std::array<float, curve_count> values = {point.generator_loss, point.discriminator_loss,
                                                       point.real_score, point.fake_score};
        for (std::size_t curve = 0; curve < curve_count; ++curve) {
            series_[curve].raw.append(values[curve]);
            series_[curve].smooth.append(series_[curve].smoother.next(values[curve]));
        }
    }
}

} // namespace ganvas
