#include "app/gui/panels/diversity_figures.h"

#include <cmath>
#include <optional>

#include <imgui.h>
#include <implot.h>

namespace ganvas {
namespace {

/// Mean distance between two samples, as a share of that between two pictures of the data.
double apart(const DiversityPoint& point) {
    return point.data_pairwise > 0 ? point.pairwise / point.data_pairwise : 0;
}

/// `features`: what the pictures were looked at with.
std::string badge_text(const DiversityPoint& point, const std::string& features) {
    return features + ", N " + std::to_string(point.count) + ", batches of " + std::to_string(point.batch)
           + ", " + point.data + (point.split.empty() ? "" : " (" + point.split + ")")
           + (point.resize.empty() ? "" : ", " + point.resize) + ", step " + grouped(point.step);
}

std::string with_spread(double value, double deviation) {
    return fixed_text(value, 2) + " ± " + fixed_text(deviation, 2);
}

/// What one button and its curve are about.
struct Measure {
    DistanceCurve curve;
    std::string label, help;
};

struct Value {
    double value = 0, deviation = 0;
};
/// Empty where the point lacks it: nothing before it to compare with, no classes.
std::optional<Value> value_of(const DiversityPoint& point, DistanceCurve curve) {
    switch (curve) {
    case DistanceCurve::two_batches: return Value{point.between_batches, point.between_batches_deviation};
    case DistanceCurve::consecutive:
        if (point.since_last < 0) return std::nullopt;
        return Value{point.since_last, point.since_last_deviation};
    case DistanceCurve::apart: {
        const double scale = point.data_pairwise > 0 ? 100 / point.data_pairwise : 0;
        return Value{scale * point.pairwise, scale * point.pairwise_deviation};
    }
    case DistanceCurve::modes:
        if (point.modes < 0) return std::nullopt;
        return Value{static_cast<double>(point.modes), point.modes_deviation};
    case DistanceCurve::distance: break;
    }
    return std::nullopt;
}

/// How far back the newest point's `since_last` looks.
std::string epochs_between(const std::vector<DiversityPoint>& points) {
    for (auto before = points.rbegin() + 1; before < points.rend(); ++before)
        if (same_badge(*before, points.back()))
            return fixed_text(points.back().epoch - before->epoch, 1) + " epochs";
    return "one look";
}

std::vector<Measure> measures_of(const std::vector<DiversityPoint>& points) {
    const DiversityPoint& newest = points.back();
    const std::string badge = "\n" + badge_text(newest, newest.extractor);
    std::vector<Measure> all{{DistanceCurve::distance, "FD###distance", "The Fréchet distance to the data"},
                             {DistanceCurve::two_batches,
                              "two batches " + fixed_text(newest.between_batches, 1) + "###batches",
                              "Fréchet distance between two batches of samples, "
                                  + with_spread(newest.between_batches, newest.between_batches_deviation)
                                  + ": it falls when samples become alike." + badge}};
    const bool before = newest.since_last >= 0;
    all.push_back(
        {DistanceCurve::consecutive,
         "consecutive " + (before ? fixed_text(newest.since_last, 1) : "–") + "###consecutive",
         before ? "Fréchet distance between the samples of now and of " + epochs_between(points)
                      + " before, of the same latents, "
                      + with_spread(newest.since_last, newest.since_last_deviation)
                      + ": it jumps when the model collapses, and is small once it has settled." + badge
                : "Fréchet distance to the samples of the look before: comes with the second look"});
    all.push_back({DistanceCurve::apart, "apart " + fixed_text(100 * apart(newest), 0) + " %###apart",
                   "Mean distance between two samples, against two pictures of the data ("
                       + fixed_text(newest.pairwise, 2) + " of " + fixed_text(newest.data_pairwise, 2)
                       + "). Near 100 % is healthy; a fall is mode collapse." + badge});
    if (newest.modes >= 0)
        all.push_back(
            {DistanceCurve::modes,
             "modes " + std::to_string(newest.modes) + "/" + std::to_string(newest.classes) + "###modes",
             "Distinct modes: classes that a classifier of the data finds among the samples. They are "
             "as evenly spread as "
                 + fixed_text(newest.effective_modes, 1) + " equally frequent ones.\n"
                 + badge_text(newest, "the data's own classifier")});
    return all;
}

} // namespace

void diversity_row(const Frame& frame, DistanceCurve& shown) {
    if (frame.view.diversity.empty()) {
        shown = DistanceCurve::distance;
        return;
    }
    const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
    const float gap = frame.px(4), padding = 2 * ImGui::GetStyle().FramePadding.x;
    ImGui::PushFont(nullptr, frame.theme.small_size());
    bool found = shown == DistanceCurve::distance;
    for (const Measure& measure : measures_of(frame.view.diversity)) {
        const float width = ImGui::CalcTextSize(measure.label.c_str(), nullptr, true).x + padding;
        if (ImGui::GetItemRectMax().x + gap + width <= right) ImGui::SameLine(0, gap);
        found = found || shown == measure.curve;
        if (button(frame.theme, {.label = measure.label.c_str(),
                                 .tooltip = measure.help.c_str(),
                                 .selected = shown == measure.curve,
                                 .small = true}))
            shown = measure.curve;
    }
    ImGui::PopFont();
    if (!found) shown = DistanceCurve::distance; // other data, without classes
}

void diversity_plot(const Frame& frame, DistanceCurve shown, TimePlot& plot, const EpochMarks& epochs) {
    constexpr const char* ids[] = {"##distance", "##batches", "##consecutive", "##apart", "##modes"};
    std::vector<double> x, y, error;
    TimePlot::Spec spec{.id = ids[static_cast<std::size_t>(shown)], .epochs = &epochs};
    bool spread = false;
    for (const DiversityPoint& point : frame.view.diversity) {
        if (!same_badge(point, frame.view.diversity.back())) continue;
        const auto measured = value_of(point, shown);
        if (!measured || !std::isfinite(measured->value)) continue;
        x.push_back(time_value(frame.time_axis.unit, point));
        y.push_back(measured->value);
        error.push_back(std::isfinite(measured->deviation) ? measured->deviation : 0);
        spread = spread || error.back() > 0;
        spec.visible.include(static_cast<float>(y.back() + error.back()));
        spec.visible.include(static_cast<float>(y.back() - error.back()));
    }
    // What is healthy is on the axis, so that a fall can be seen for what it is.
    if (shown == DistanceCurve::apart) spec.visible.include(100);
    if (shown == DistanceCurve::modes)
        for (const int end : {0, frame.view.diversity.back().classes})
            spec.visible.include(static_cast<float>(end));
    if (x.empty()) return muted_text(frame.theme, "nothing to compare with yet: it comes with the next look");
    if (!plot.begin(frame, spec)) return;
    ImPlotSpec line;
    line.LineColor = frame.theme.generator;
    line.LineWeight = std::max(1.0f, frame.px(1.5f));
    line.Marker = x.size() > 200 ? ImPlotMarker_None : ImPlotMarker_Circle;
    line.MarkerSize = frame.px(2.5f);
    line.MarkerFillColor = frame.theme.generator;
    const int count = static_cast<int>(x.size());
    ImPlot::PlotLine("diversity", x.data(), y.data(), count, line);
    if (spread) plot_spread(frame, "spread", frame.theme.generator, x, y, error);
    plot.end(frame);
}

} // namespace ganvas
