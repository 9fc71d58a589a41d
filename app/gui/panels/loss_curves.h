/// LossCurves: the losses and scores of a run as curves over the chosen axis, raw and smoothed, brought up to date each
/// frame.
///
/// UI thread. New points are appended; what depends on the run, the axis or the smoothing is built again when that changed.
#pragma once

#include <array>
#include <vector>

#include "app/gui/panels/panel.h"

namespace ganvas {

enum CurveIndex { generator_loss, discriminator_loss, real_score, fake_score, curve_count };

class LossCurves {
public:
    struct Series {
        Curve raw, smooth;
        Smoother smoother;
    };
    /// `smoothing`: points that the moving average looks back on.
    void follow(const Frame& frame, double smoothing);
    [[nodiscard]] const std::vector<double>& x() const { return x_; }
    [[nodiscard]] const Series& operator[](std::size_t index) const { return series_[index]; }

private:
    void begin_again(const Frame& frame, double smoothing);

    std::array<Series, curve_count> series_;
    std::vector<double> x_;
    std::size_t points_ = 0, smooth_points_ = 0; ///< in the raw and in the smoothed curves
    std::uint64_t history_ = 0;
    TimeUnit unit_ = TimeUnit::steps;
    double smoothed_with_ = 0;
};

} // namespace ganvas
