#include "app/gui/panels/diversity_figures.h"

#include <cmath>

#include <imgui.h>
#include <implot.h>

namespace ganvas {
namespace {

/// Mean distance between two samples, as a share of that between two pictures of the data.
double apart(const DiversityPoint& point) {
    return point.data_pairwise > 0 ? point.pairwise / point.data_pairwise : 0;
}

bool comparable(const DiversityPoint& a, const DiversityPoint& b) {
    return a.extractor == b.extractor && a.data == b.data && a.count == b.count && a.batch == b.batch;
}

std::string badge_text(const DiversityPoint& point) {
    return point.extractor + ", N " + std::to_string(point.count) + ", batches of "
           + std::to_string(point.batch) + ", " + point.data + ", step " + grouped(point.step);
}

} // namespace

void diversity_row(const Frame& frame, DistanceCurve& shown) {
    if (frame.view.diversity.empty()) {
        shown = DistanceCurve::distance;
        return;
    }
    const DiversityPoint& newest = frame.view.diversity.back();
    const auto word = [&](const std::string& label, DistanceCurve curve, const std::string& help) {
        if (button(
                frame.theme,
                {.label = label.c_str(), .tooltip = help.c_str(), .selected = shown == curve, .small = true}))
            shown = curve;
        ImGui::SameLine(0, frame.px(4));
    };
    word("distance###distance", DistanceCurve::distance, "The Fréchet distance to the data");
    std::string since;
    if (newest.since_last >= 0)
        since = " Since the point before, the same latents' samples moved by "
                + fixed_text(newest.since_last, 1) + ".";
    word("two batches " + fixed_text(newest.between_batches, 1) + "###batches", DistanceCurve::two_batches,
         "Fréchet distance between two batches of samples: it falls when samples become alike. "
             + fixed_text(newest.between_batches, 2) + " ± " + fixed_text(newest.between_batches_deviation, 2)
             + "." + since + "\n" + badge_text(newest));
    word("apart " + fixed_text(100 * apart(newest), 0) + " %###apart", DistanceCurve::apart,
         "Mean distance between two samples, against two pictures of the data ("
             + fixed_text(newest.pairwise, 2) + " of " + fixed_text(newest.data_pairwise, 2)
             + "). Near 100 % is healthy; a fall is mode collapse.\n" + badge_text(newest));
    if (newest.modes < 0) return ImGui::NewLine();
    ImGui::PushFont(nullptr, frame.theme.small_size());
    fitted_text(frame.theme,
                std::to_string(newest.modes) + " of " + std::to_string(newest.classes) + " classes",
                ImGui::GetContentRegionAvail().x);
    ImGui::PopFont();
    tooltip(frame.theme, "Classes that a classifier of the data finds among the samples; as even as "
                             + fixed_text(newest.effective_modes, 1) + " equally frequent ones");
}

void diversity_plot(const Frame& frame, DistanceCurve shown, TimePlot& plot, const EpochMarks& epochs) {
    const bool batches = shown == DistanceCurve::two_batches;
    std::vector<double> x, y, error;
    TimePlot::Spec spec{.id = batches ? "##batches" : "##apart", .epochs = &epochs};
    for (const DiversityPoint& point : frame.view.diversity) {
        if (!comparable(point, frame.view.diversity.back())) continue;
        const double value = batches ? point.between_batches : 100 * apart(point);
        if (!std::isfinite(value)) continue;
        x.push_back(time_value(frame.time_axis.unit, point));
        y.push_back(value);
        error.push_back(batches ? point.between_batches_deviation : 0);
        spec.visible.include(static_cast<float>(value + error.back()));
        spec.visible.include(static_cast<float>(value - error.back()));
    }
    if (!batches) spec.visible.include(100);
    if (!plot.begin(frame, spec)) return;
    ImPlotSpec line;
    line.LineColor = frame.theme.generator;
    line.LineWeight = std::max(1.0f, frame.px(1.5f));
    line.Marker = x.size() > 200 ? ImPlotMarker_None : ImPlotMarker_Circle;
    line.MarkerSize = frame.px(2.5f);
    line.MarkerFillColor = frame.theme.generator;
    const int count = static_cast<int>(x.size());
    ImPlot::PlotLine("diversity", x.data(), y.data(), count, line);
    if (batches) {
        ImPlotSpec bars;
        bars.LineColor = frame.theme.generator;
        bars.LineColor.w = 0.6f;
        bars.Size = x.size() > 60 ? 0 : frame.px(4);
        ImPlot::PlotErrorBars("spread", x.data(), y.data(), error.data(), count, bars);
    }
    plot.end(frame);
}

} // namespace ganvas
