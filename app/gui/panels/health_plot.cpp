#include "app/gui/panels/health_plot.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <imgui.h>
#include <implot.h>

namespace ganvas {
namespace {

/// Means over equal stretches of points: a curve that is read at a glance.
template <class Point, class Value>
HealthLine line_of(const char* name, bool of_generator, const std::vector<Point>& points, double low,
                   int columns, Value value) {
    HealthLine line{name, of_generator, {}, {}};
    const auto begin =
        std::lower_bound(points.begin(), points.end(), low, [](const Point& point, double step) {
            return static_cast<double>(point.step) < step;
        });
    const auto count = static_cast<std::size_t>(points.end() - begin);
    const std::size_t stretch =
        std::max<std::size_t>(1, count / static_cast<std::size_t>(std::max(8, columns)));
    constexpr std::size_t most = 16; // of a stretch that are looked at
    for (std::size_t first = 0; first < count; first += stretch) {
        const std::size_t last = std::min(count, first + stretch);
        const std::size_t skip = std::max<std::size_t>(1, (last - first) / most);
        double x = 0, y = 0;
        int looked = 0;
        for (std::size_t at = first; at < last; at += skip) {
            const Point& point = *(begin + static_cast<std::ptrdiff_t>(at));
            const double one = value(point);
            if (!std::isfinite(one)) continue;
            x += static_cast<double>(point.step);
            y += one;
            ++looked;
        }
        if (looked == 0) continue;
        line.x.push_back(x / looked);
        line.y.push_back(y / looked);
    }
    return line;
}

/// Those that HealthRules::distance() judges.
std::vector<DistancePoint> main_distances(const View& view) {
    std::map<DistanceBadge, int> counts;
    for (const DistancePoint& point : view.distances) ++counts[distance_badge(point)];
    const auto most = std::max_element(counts.begin(), counts.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    DistanceBadge chosen = most->first;
    for (const DistancePoint& point : view.distances)
        if (counts[distance_badge(point)] >= 3) chosen = distance_badge(point); // the last one stays
    std::vector<DistancePoint> points;
    for (const DistancePoint& point : view.distances)
        if (distance_badge(point) == chosen) points.push_back(point);
    return points;
}

HealthLine diversity_line(const View& view, HealthSeries series, double low, int columns) {
    std::vector<DiversityPoint> points;
    for (const DiversityPoint& point : view.diversity)
        if (same_badge(point, view.diversity.back())) points.push_back(point);
    switch (series) {
    case HealthSeries::between_batches:
        return line_of("two batches", true, points, low, columns,
                       [](const auto& p) { return p.between_batches; });
    case HealthSeries::modes:
        return line_of("modes", true, points, low, columns, [](const auto& p) { return double(p.modes); });
    default: break;
    }
    return line_of("apart, % of the data", true, points, low, columns, [](const auto& p) {
        return p.data_pairwise > 0 ? 100 * p.pairwise / p.data_pairwise : 0;
    });
}

/// Two bars instead of a curve: how near samples and training images come to their nearest training image.
void draw_neighbours(const Frame& frame, ImVec2 size) {
    const Theme& theme = frame.theme;
    if (!frame.view.memorisation) return ImGui::Dummy(size);
    const MemorisationFigure& figure = *frame.view.memorisation;
    const double widest = std::max({figure.sample_distance, figure.data_distance, 1e-9});
    const ImVec2 low = ImGui::GetCursorScreenPos();
    ImDrawList* list = ImGui::GetWindowDrawList();
    ImGui::PushFont(nullptr, theme.small_size());
    const float line = ImGui::GetTextLineHeight();
    float y = low.y;
    const auto bar = [&](const char* name, double value, const ImVec4& colour) {
        list->AddText(ImVec2(low.x, y), packed(theme.muted), (name + ("  " + fixed_text(value, 3))).c_str());
        y += line + theme.px(2);
        const auto length = static_cast<float>(value / widest) * size.x;
        list->AddRectFilled(ImVec2(low.x, y), ImVec2(low.x + length, y + theme.px(8)), packed(colour));
        y += theme.px(14);
    };
    bar("sample to training image", figure.sample_distance, theme.generator);
    bar("between training images", figure.data_distance, theme.muted);
    ImGui::PopFont();
    ImGui::Dummy(size);
}

} // namespace

std::vector<HealthLine> health_lines(const View& view, HealthSeries series, double low, int columns) {
    std::vector<HealthLine> lines;
    const auto add = [&](HealthLine line) {
        if (!line.x.empty()) lines.push_back(std::move(line));
    };
    switch (series) {
    case HealthSeries::losses:
        add(line_of("D", false, view.losses, low, columns,
                    [](const auto& p) { return p.discriminator_loss; }));
        add(line_of("G", true, view.losses, low, columns, [](const auto& p) { return p.generator_loss; }));
        break;
    case HealthSeries::scores:
        add(line_of("D(x)", false, view.losses, low, columns, [](const auto& p) { return p.real_score; }));
        add(line_of("D(G(z))", true, view.losses, low, columns, [](const auto& p) { return p.fake_score; }));
        break;
    case HealthSeries::distance:
        if (!view.distances.empty())
            add(line_of("Fréchet distance", true, main_distances(view), low, columns,
                        [](const auto& p) { return p.value; }));
        break;
    case HealthSeries::apart:
    case HealthSeries::between_batches:
    case HealthSeries::modes:
        if (!view.diversity.empty()) add(diversity_line(view, series, low, columns));
        break;
    case HealthSeries::neighbours: break;
    }
    return lines;
}

void draw_health_plot(const Frame& frame, const HealthFinding& finding, ImVec2 size) {
    if (finding.series == HealthSeries::neighbours) return draw_neighbours(frame, size);
    const Theme& theme = frame.theme;
    // As much from before it began as since, and a half more: that shows what changed.
    const auto since = static_cast<double>(finding.since_step),
               now = static_cast<double>(frame.view.health.step);
    const double low = std::max(0.0, since - std::max(1.5 * (now - since), 0.25 * now));
    const auto lines = health_lines(frame.view, finding.series, low, static_cast<int>(size.x));
    ImGui::PushFont(nullptr, theme.small_size());
    ImPlot::PushStyleVar(ImPlotStyleVar_PlotPadding, ImVec2(theme.px(2), theme.px(2)));
    constexpr ImPlotFlags flags = ImPlotFlags_CanvasOnly | ImPlotFlags_NoInputs | ImPlotFlags_NoFrame;
    const std::string id = std::string("##health ") + name(finding.kind);
    if (ImPlot::BeginPlot(id.c_str(), size, flags)) {
        ImPlot::SetupAxis(ImAxis_X1, nullptr, ImPlotAxisFlags_NoDecorations);
        ImPlot::SetupAxis(ImAxis_Y1, nullptr, ImPlotAxisFlags_NoTickMarks);
        ImPlot::SetupAxisLimits(ImAxis_X1, low, std::max(now, low + 1), ImPlotCond_Always);
        ValueRange range;
        for (const HealthLine& line : lines)
            for (const double value : line.y) range.include(static_cast<float>(value));
        if (finding.series == HealthSeries::scores) range.include(0), range.include(1);
        if (finding.series == HealthSeries::apart) range.include(0), range.include(100);
        ValueRange fitted = with_margin(range, false);
        fitted.maximum += 0.35f * (fitted.maximum - fitted.minimum); // the names' line
        ImPlot::SetupAxisLimits(ImAxis_Y1, fitted.minimum, fitted.maximum, ImPlotCond_Always);
        ImPlot::SetupFinish();
        ImPlotSpec mark;
        mark.LineColor = finding.severity == HealthSeverity::note ? theme.muted : theme.warning;
        ImPlot::PlotInfLines("##since", &since, 1, mark);
        for (const HealthLine& line : lines) {
            ImPlotSpec look;
            look.LineColor = line.of_generator ? theme.generator : theme.discriminator;
            look.LineWeight = std::max(1.0f, theme.px(1.5f));
            ImPlot::PlotLine(line.name, line.x.data(), line.y.data(), static_cast<int>(line.x.size()), look);
        }
        // What the lines are, in their colours, inside the plot: a card has no room beside it.
        ImVec2 at = ImPlot::GetPlotPos() + ImVec2(theme.px(3), 0);
        ImDrawList* list = ImPlot::GetPlotDrawList();
        for (const HealthLine& line : lines) {
            const ImVec2 words = ImGui::CalcTextSize(line.name);
            list->AddRectFilled(at, at + words, packed(theme.panel, 0.8f));
            list->AddText(at, packed(line.of_generator ? theme.generator : theme.discriminator), line.name);
            at.x += words.x + theme.px(8);
        }
        ImPlot::EndPlot();
    }
    ImPlot::PopStyleVar();
    ImGui::PopFont();
}

} // namespace ganvas
