#include "engine/export/curve_charts.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <limits>
#include <utility>

namespace ganvas {
namespace {

/// "2,048"
std::string grouped(std::int64_t value) {
    std::string text = std::to_string(value);
    for (int at = static_cast<int>(text.size()) - 3; at > (value < 0 ? 1 : 0); at -= 3)
        text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

ChartSeries series(std::string name, std::string colour, const std::vector<TrainingPoint>& points,
                   float TrainingPoint::*member, double smoothing, TimeUnit unit) {
    ChartSeries out;
    out.name = std::move(name);
    out.colour = std::move(colour);
    double mean = 0, weight = 0;
    for (const TrainingPoint& point : points) {
        const double value = point.*member;
        out.x.push_back(time_value(unit, point));
        out.y.push_back(value);
        if (smoothing <= 0) continue;
        if (std::isfinite(value)) {
            // A running mean that starts unbiased.
            mean = smoothing * mean + (1 - smoothing) * value;
            weight = smoothing * weight + (1 - smoothing);
        }
        out.smooth.push_back(weight > 0 ? mean / weight : std::numeric_limits<double>::quiet_NaN());
    }
    return out;
}

/// Features, N, data set and resamples of a measurement: a distance is never shown without them.
std::string newest_words(const DistancePoint& newest) {
    std::string text = newest.extractor + " · N = " + grouped(newest.count);
    if (!newest.data.empty()) text += " · " + newest.data;
    if (!newest.split.empty()) text += " (" + newest.split + ")";
    text += " · step " + grouped(newest.step);
    char value[64];
    std::snprintf(value, sizeof value, ": %.4g", newest.value);
    text += value;
    if (newest.resamples > 1) {
        std::snprintf(value, sizeof value, " ± %.2g", newest.deviation);
        text += value + std::string(" (") + std::to_string(newest.resamples) + " resamples)";
    }
    return text;
}

/// Where epochs end, thinned to at most `most` of them.
std::vector<std::pair<double, std::string>> epoch_marks(const std::vector<TrainingPoint>& training,
                                                        TimeUnit unit) {
    constexpr std::size_t most = 12;
    std::vector<std::pair<double, std::string>> all, kept;
    double last = 0;
    for (const TrainingPoint& point : training) {
        const double epoch = std::floor(point.epoch);
        if (!(epoch > last)) continue;
        last = epoch;
        all.emplace_back(time_value(unit, point), "epoch " + grouped(static_cast<std::int64_t>(epoch)));
    }
    const std::size_t stride = (all.size() + most - 1) / most;
    for (std::size_t i = stride; i > 0 && i <= all.size(); i += stride) kept.push_back(all[i - 1]);
    return kept;
}

/// One panel for each badge, in the order in which they were first measured: unlike distances never share an axis.
class DistancePanels {
public:
    explicit DistancePanels(TimeUnit unit) : unit_(unit) {}

    /// `name` empty: the series is named after what was measured, and the panel says the newest value.
    void add(const std::vector<DistancePoint>& distances, const std::string& name, const char* colour) {
        std::vector<ChartSeries*> own(badges_.size(), nullptr);
        for (const DistancePoint& point : distances) {
            const DistanceBadge badge = distance_badge(point);
            const auto place =
                static_cast<std::size_t>(std::find(badges_.begin(), badges_.end(), badge) - badges_.begin());
            if (place == badges_.size()) {
                badges_.push_back(badge);
                panels_.push_back({"Fréchet distance", "FD", false, {}, {}, {}});
            }
            own.resize(badges_.size(), nullptr);
            if (own[place] == nullptr) {
                own[place] = &panels_[place].series.emplace_back();
                own[place]->name = name.empty() ? point.extractor + ", N = " + grouped(point.count) : name;
                own[place]->colour = colour;
                own[place]->markers = true;
            }
            panels_[place].badge = name.empty() ? newest_words(point) : badge.whole_text();
            own[place]->x.push_back(time_value(unit_, point));
            own[place]->y.push_back(point.value);
            own[place]->deviation.push_back(point.resamples > 1 ? point.deviation : 0.0);
        }
    }
    void move_into(std::vector<ChartPanel>& panels) {
        std::move(panels_.begin(), panels_.end(), std::back_inserter(panels));
    }

private:
    TimeUnit unit_;
    std::vector<DistanceBadge> badges_;
    std::vector<ChartPanel> panels_;
};

/// What both kinds of drawing have in common.
Chart framed(const CurveDrawing& drawing) {
    Chart chart;
    chart.title = drawing.title;
    chart.dark = drawing.theme == CurveTheme::dark;
    chart.width = std::clamp(drawing.width, 320, 8192);
    chart.metadata = drawing.recipe;
    chart.x_label =
        drawing.unit == TimeUnit::steps ? "training step" : std::string(name(drawing.unit)) + " of training";
    return chart;
}

double smoothing_of(const CurveDrawing& drawing) {
    return std::clamp(std::isfinite(drawing.smoothing) ? drawing.smoothing : 0.0, 0.0, 0.9999);
}

} // namespace

Chart curve_chart(const std::vector<TrainingPoint>& training, const std::vector<DistancePoint>& distances,
                  const CurveDrawing& drawing) {
    constexpr const char *orange = "#e8833a", *teal = "#2a9d8f", *violet = "#7b6cd9";
    Chart chart = framed(drawing);
    const TimeUnit unit = drawing.unit;
    chart.marks = epoch_marks(training, unit);
    const double smoothing = smoothing_of(drawing);

    ChartPanel losses{"Loss", "loss", drawing.loss_scale == CurveScale::logarithmic, {}, {}, {}};
    losses.series.push_back(
        series("generator G", orange, training, &TrainingPoint::generator_loss, smoothing, unit));
    losses.series.push_back(
        series("discriminator D", teal, training, &TrainingPoint::discriminator_loss, smoothing, unit));
    chart.panels.push_back(std::move(losses));

    ChartPanel scores{"Scores", "probability", false, {}, {}, {{0.0, 1.0}}};
    scores.series.push_back(
        series("D(x), real", teal, training, &TrainingPoint::real_score, smoothing, unit));
    scores.series.push_back(
        series("D(G(z)), generated", orange, training, &TrainingPoint::fake_score, smoothing, unit));
    chart.panels.push_back(std::move(scores));

    DistancePanels measured(unit);
    measured.add(distances, {}, violet);
    measured.move_into(chart.panels);
    return chart;
}

Chart compared_chart(const std::vector<NamedCurves>& runs, const CurveDrawing& drawing) {
    Chart chart = framed(drawing);
    const double smoothing = smoothing_of(drawing);
    const auto add_losses = [&](const char* title, float TrainingPoint::*member) {
        ChartPanel panel{title, "loss", drawing.loss_scale == CurveScale::logarithmic, {}, {}, {}};
        for (std::size_t k = 0; k < runs.size(); ++k)
            panel.series.push_back(
                series(runs[k].name, series_colour(k), runs[k].training, member, smoothing, drawing.unit));
        chart.panels.push_back(std::move(panel));
    };
    add_losses("Loss of the generator G", &TrainingPoint::generator_loss);
    add_losses("Loss of the discriminator D", &TrainingPoint::discriminator_loss);
    DistancePanels measured(drawing.unit);
    for (std::size_t k = 0; k < runs.size(); ++k)
        measured.add(runs[k].distances, runs[k].name, series_colour(k));
    measured.move_into(chart.panels);
    return chart;
}

} // namespace ganvas
