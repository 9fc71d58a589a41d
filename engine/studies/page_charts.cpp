#include "engine/studies/page_charts.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "engine/export/chart.h"
#include "engine/studies/study_table.h"

namespace ganvas {
namespace {

constexpr int chart_width = 600, panel_height = 190;

/// Exponential mean over about a twelfth of the points, so that a trend shows through the noise and follows it.
std::vector<double> smoothed(const std::vector<double>& values) {
    if (values.size() < 50) return {};
    const double weight = std::clamp(12.0 / static_cast<double>(values.size()), 0.02, 0.25);
    std::vector<double> out;
    double mean = values.front();
    for (const double value : values) {
        if (std::isfinite(value)) mean += weight * (value - mean);
        out.push_back(mean);
    }
    return out;
}

ChartSeries logged(const std::vector<TrainingPoint>& points, float TrainingPoint::*member, std::string name,
                   std::string stroke) {
    ChartSeries series;
    series.name = std::move(name);
    series.colour = std::move(stroke);
    for (const TrainingPoint& point : points) {
        series.x.push_back(point.epoch);
        series.y.push_back(static_cast<double>(point.*member));
    }
    series.smooth = smoothed(series.y);
    return series;
}

std::string badge_of(const Reading& reading) {
    std::string text = reading.extractor;
    if (reading.count > 0) text += (text.empty() ? "N " : ", N ") + std::to_string(reading.count);
    if (!reading.data.empty()) text += (text.empty() ? "" : ", ") + reading.data;
    if (!reading.split.empty()) text += " (" + reading.split + ")";
    if (!reading.parameters.empty()) text += ", " + reading.parameters;
    if (!reading.resize.empty()) text += ", " + reading.resize;
    return text;
}

/// One measure of one badge: a line a unit.
using Lines = std::map<std::string, ChartSeries>;

std::map<std::string, Lines> lines_by_badge(const StudyPlan& plan, const std::vector<UnitRecord>& records,
                                            const std::string& column) {
    std::map<std::string, Lines> groups;
    for (std::size_t u = 0; u < plan.units.size() && u < records.size(); ++u)
        for (const PointRecord& point : records[u].points) {
            const auto found = point.readings.find(column);
            if (found == point.readings.end() || !found->second.measured) continue;
            ChartSeries& series = groups[badge_of(found->second)][plan.units[u].key];
            series.name = plan.units[u].key;
            series.colour = series_colour(u);
            series.markers = true;
            series.x.push_back(point.epoch);
            series.y.push_back(found->second.value);
            series.deviation.push_back(found->second.deviation);
        }
    return groups;
}

/// Distances that were measured live, one panel a badge.
std::vector<ChartPanel> live_panels(const std::vector<DistancePoint>& distances) {
    std::map<std::string, ChartSeries> by_badge;
    for (const DistancePoint& point : distances) {
        ChartSeries& series = by_badge[distance_badge(point).whole_text()];
        series.x.push_back(point.epoch);
        series.y.push_back(point.value);
        series.deviation.push_back(point.deviation);
    }
    std::vector<ChartPanel> panels;
    for (auto& [badge, series] : by_badge) {
        ChartPanel panel;
        panel.title = panel.unit = "Fréchet distance";
        panel.badge = badge;
        series.name = "live";
        series.colour = series_colour(4);
        series.markers = true;
        panel.series = {std::move(series)};
        panels.push_back(std::move(panel));
    }
    return panels;
}

/// Losses of very different size; those below zero (Wasserstein's) have no logarithm.
bool wants_logarithm(const std::vector<ChartSeries>& losses) {
    double lowest = 1, highest = 1;
    for (const ChartSeries& one : losses)
        for (const double value : one.y) lowest = std::min(lowest, value), highest = std::max(highest, value);
    return lowest >= 0 && highest > 30;
}

double sigmoid_cross_entropy(double x) { return std::log1p(std::exp(-x)); }

} // namespace

std::string run_chart(const NamedCurves& run) {
    Chart chart;
    chart.x_label = "epochs";
    chart.width = chart_width;
    chart.panel_height = panel_height;
    ChartPanel losses;
    losses.title = "Losses";
    losses.unit = "loss";
    losses.series = {logged(run.training, &TrainingPoint::discriminator_loss, "D", series_colour(0)),
                     logged(run.training, &TrainingPoint::generator_loss, "G", series_colour(1))};
    losses.logarithmic = wants_logarithm(losses.series);
    ChartPanel scores;
    scores.title = "What D answers, through a sigmoid"; // a probability with cross-entropy alone
    scores.unit = "0 to 1";
    scores.range = {{0.0, 1.0}};
    scores.series = {logged(run.training, &TrainingPoint::real_score, "D(x)", series_colour(2)),
                     logged(run.training, &TrainingPoint::fake_score, "D(G(z))", series_colour(3))};
    chart.panels = {std::move(losses), std::move(scores)};
    for (ChartPanel& panel : live_panels(run.distances)) chart.panels.push_back(std::move(panel));
    return draw_chart(chart);
}

std::string losses_chart(const std::vector<NamedCurves>& runs) {
    Chart chart;
    chart.x_label = "epochs";
    chart.width = chart_width;
    chart.panel_height = panel_height + 40;
    const auto panel_of = [&](const char* title, float TrainingPoint::*member) {
        ChartPanel panel;
        panel.title = title;
        panel.unit = "loss";
        for (std::size_t i = 0; i < runs.size(); ++i) {
            panel.series.push_back(logged(runs[i].training, member, runs[i].name, series_colour(i)));
            // A dozen noisy lines over each other show nothing: the trend alone, where there is one.
            ChartSeries& series = panel.series.back();
            if (runs.size() > 2 && !series.smooth.empty()) series.y = std::exchange(series.smooth, {});
        }
        panel.logarithmic = wants_logarithm(panel.series);
        return panel;
    };
    chart.panels = {panel_of("Loss of D", &TrainingPoint::discriminator_loss),
                    panel_of("Loss of G", &TrainingPoint::generator_loss)};
    return draw_chart(chart);
}

std::vector<MeasureChart> measure_charts(const StudyPlan& plan, const std::vector<UnitRecord>& records) {
    std::vector<MeasureChart> charts;
    for (const StudyColumn& column : plan.study->columns) {
        if (!column.every) continue;
        for (auto& [badge, lines] : lines_by_badge(plan, records, column.key)) {
            const bool is_curve =
                std::any_of(lines.begin(), lines.end(), [](const auto& l) { return l.second.x.size() > 1; });
            if (!is_curve) continue;
            Chart chart;
            chart.x_label = "epochs";
            chart.width = chart_width;
            chart.panel_height = panel_height + 40;
            ChartPanel panel;
            const std::string title = column_title(column, plan.options);
            panel.title = title;
            panel.unit = column.unit.empty() ? title : column.unit;
            panel.badge = badge;
            for (auto& [name, series] : lines) panel.series.push_back(std::move(series));
            chart.panels = {std::move(panel)};
            charts.push_back({title + (badge.empty() ? "" : " (" + badge + ")"), draw_chart(chart)});
        }
    }
    return charts;
}

std::string loss_functions_chart() {
    Chart chart;
    chart.x_label = "D's answer before the loss";
    chart.width = chart_width;
    chart.panel_height = panel_height + 40;
    ChartSeries cross_entropy, least_squares;
    cross_entropy.name = "sigmoid cross-entropy";
    least_squares.name = "least squares";
    cross_entropy.colour = series_colour(0);
    least_squares.colour = series_colour(1);
    for (int i = -60; i <= 60; ++i) {
        const double x = i / 10.0;
        cross_entropy.x.push_back(x);
        cross_entropy.y.push_back(sigmoid_cross_entropy(x));
        least_squares.x.push_back(x);
        least_squares.y.push_back((x - 1) * (x - 1));
    }
    ChartPanel panel;
    panel.title = "Loss of a picture that should be taken for a real one";
    panel.unit = "loss";
    panel.range = {{0.0, 10.0}};
    panel.series = {std::move(cross_entropy), std::move(least_squares)};
    chart.panels = {std::move(panel)};
    return draw_chart(chart);
}

} // namespace ganvas
