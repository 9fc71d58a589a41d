#include "app/gui/panels/time_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include <imgui.h>
#include <implot.h>

namespace ganvas {
namespace {

int format_time(double value, char* buffer, int size, void*) {
    const double amount = std::fabs(value);
    if (amount >= 1e6) return std::snprintf(buffer, static_cast<std::size_t>(size), "%gM", value / 1e6);
    if (amount >= 1e3) return std::snprintf(buffer, static_cast<std::size_t>(size), "%gk", value / 1e3);
    return std::snprintf(buffer, static_cast<std::size_t>(size), "%g", value);
}

bool changed(double before, double after, double size) {
    return std::fabs(after - before) > 1e-9 * std::fabs(size);
}

/// 1, 2, 2.5 or 5 times a power of ten, not below `least`.
double round_step(double least) {
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0})
        if (factor * power >= least) return factor * power;
    return 10 * power;
}

/// Even values, as many as there is height for.
void few_ticks(double low, double high, float height) {
    if (!(high > low)) return;
    const double most =
        std::max(3.0, std::floor(static_cast<double>(height / (1.5f * ImGui::GetTextLineHeight()))));
    const double step = round_step((high - low) / most);
    const double first = std::ceil(low / step) * step;
    std::vector<double> ticks;
    for (int k = 0; first + k * step <= high && k <= most; ++k) ticks.push_back(first + k * step);
    if (!ticks.empty()) ImPlot::SetupAxisTicks(ImAxis_Y1, ticks.data(), static_cast<int>(ticks.size()));
}

} // namespace

double last_time(const Frame& frame) {
    const TimeUnit unit = frame.time_axis.unit;
    double last = 0;
    if (!frame.view.losses.empty()) last = time_value(unit, frame.view.losses.back());
    if (!frame.view.distances.empty()) last = std::max(last, time_value(unit, frame.view.distances.back()));
    return last;
}

std::string moment_text(std::int64_t step, double epoch, double seconds) {
    return "step " + grouped(step) + "  ·  epoch " + fixed_text(epoch, 2) + "  ·  " + clock_text(seconds);
}

bool time_axis_menu(const Frame& frame) {
    TimeAxis& axis = frame.time_axis;
    constexpr std::array<const char*, 4> words = {"steps", "images", "minutes", "epochs"};
    int chosen = static_cast<int>(axis.unit);
    section_label(frame.theme, "Horizontal axis");
    if (!choice(frame.theme, "unit", words, chosen)) return false;
    axis.unit = static_cast<TimeUnit>(chosen);
    axis.whole = true; // the old limits mean nothing in the new unit
    return true;
}

const EpochMarks& EpochFollower::follow(const Frame& frame) {
    const auto& losses = frame.view.losses;
    if (history_ != frame.view.history_id || unit_ != frame.time_axis.unit || seen_ > losses.size()) {
        history_ = frame.view.history_id;
        unit_ = frame.time_axis.unit;
        marks_.clear();
        seen_ = 0;
    }
    for (; seen_ < losses.size(); ++seen_) {
        const auto epoch = static_cast<std::int64_t>(losses[seen_].epoch);
        if (epoch <= 0 || (!marks_.empty() && marks_.back().first >= epoch)) continue;
        const double x = time_value(unit_, losses[seen_]);
        marks_.emplace_back(epoch, marks_.empty() ? x : std::max(marks_.back().second, x));
    }
    return marks_;
}

void plot_spread(const Frame& frame, const char* label, const ImVec4& colour, const std::vector<double>& x,
                 const std::vector<double>& y, const std::vector<double>& error) {
    ImPlotSpec bars;
    bars.LineColor = colour;
    bars.LineColor.w = 0.6f;
    bars.Size = x.size() > 60 ? 0 : frame.px(4);
    bars.LineWeight = std::max(1.0f, frame.px(1));
    ImPlot::PlotErrorBars(label, x.data(), y.data(), error.data(), static_cast<int>(x.size()), bars);
}

bool TimePlot::begin(const Frame& frame, const Spec& spec) {
    TimeAxis& axis = frame.time_axis;
    if (axis.whole) {
        axis.low = 0;
        axis.high = std::max(last_time(frame) * 1.02, 1e-3);
    }
    const bool logarithmic = spec.logarithmic;
    const bool symmetric = logarithmic && !spec.visible.empty() && spec.visible.minimum <= 0;
    if (fit_) {
        const ValueRange fitted = with_margin(spec.visible, logarithmic && !symmetric);
        y_low_ = fitted.minimum;
        y_high_ = fitted.maximum;
    }
    if (logarithmic && !symmetric && y_low_ <= 0) y_low_ = std::max(1e-6, y_high_ * 1e-4);
    x_low_before_ = axis.low, x_high_before_ = axis.high;
    y_low_before_ = y_low_, y_high_before_ = y_high_;
    ImGui::PushFont(nullptr, frame.theme.small_size());
    const float high = spec.size.y > 0 ? spec.size.y : ImGui::GetContentRegionAvail().y;
    constexpr ImPlotFlags flags = ImPlotFlags_NoTitle | ImPlotFlags_NoLegend | ImPlotFlags_NoMenus
                                  | ImPlotFlags_NoMouseText | ImPlotFlags_NoFrame;
    if (!ImPlot::BeginPlot(spec.id, spec.size, flags)) {
        ImGui::PopFont();
        return false;
    }
    constexpr ImPlotAxisFlags axis_flags =
        ImPlotAxisFlags_NoMenus | ImPlotAxisFlags_NoSideSwitch | ImPlotAxisFlags_NoHighlight;
    ImPlot::SetupAxis(ImAxis_X1, nullptr, axis_flags | ImPlotAxisFlags_NoGridLines);
    ImPlot::SetupAxisLinks(ImAxis_X1, &axis.low, &axis.high);
    ImPlot::SetupAxisFormat(ImAxis_X1, format_time);
    ImPlot::SetupAxis(ImAxis_Y1, nullptr, axis_flags);
    ImPlot::SetupAxisLinks(ImAxis_Y1, &y_low_, &y_high_);
    if (logarithmic) ImPlot::SetupAxisScale(ImAxis_Y1, symmetric ? ImPlotScale_SymLog : ImPlotScale_Log10);
    // ImPlot crowds the labels of a low plot, and of a logarithmic axis that spans less than some decades.
    const float inside = high - 2 * ImGui::GetTextLineHeight();
    constexpr double some_decades = 100;
    if (logarithmic ? !symmetric && y_high_ < y_low_ * some_decades : inside < 5 * ImGui::GetTextLineHeight())
        few_ticks(y_low_, y_high_, inside);
    ImPlot::SetupFinish();
    hovered_ = ImPlot::IsPlotHovered();
    y_hovered_ = ImPlot::IsAxisHovered(ImAxis_Y1);
    columns_ = std::max(16, static_cast<int>(ImPlot::GetPlotSize().x));
    if (spec.epochs) mark_epochs(frame, *spec.epochs);
    if (hovered_) {
        axis.cursor = ImPlot::GetPlotMousePos().x;
        axis.cursor_seen = frame.time;
    }
    const ImVec2 corner = ImPlot::GetPlotPos(), size = ImPlot::GetPlotSize();
    ImDrawList* list = ImPlot::GetPlotDrawList();
    ImPlot::PushPlotClipRect();
    if (axis.has_cursor(frame.time)) {
        const float x = std::round(ImPlot::PlotToPixels(axis.cursor, y_low_).x);
        list->AddLine(ImVec2(x, corner.y), ImVec2(x, corner.y + size.y), packed(frame.theme.muted, 0.6f));
        if (!hovered_)
            frame.keep_drawing(
                Motion::settles); // until the line that another plot's pointer left behind is gone
    }
    if (spec.unit_shown) {
        const char* unit = name(axis.unit);
        const ImVec2 words = ImGui::CalcTextSize(unit);
        // On the left: what falls ends at the lower right.
        const ImVec2 at(corner.x + frame.px(4), corner.y + size.y - words.y - frame.px(1));
        list->AddRectFilled(at, ImVec2(at.x + words.x, at.y + words.y), packed(frame.theme.panel, 0.8f));
        list->AddText(at, packed(frame.theme.muted), unit);
    }
    ImPlot::PopPlotClipRect();
    return true;
}

void TimePlot::mark_epochs(const Frame& frame, const EpochMarks& epochs) const {
    const TimeAxis& axis = frame.time_axis;
    const auto before = [](const std::pair<std::int64_t, double>& mark, double x) { return mark.second < x; };
    auto first = std::lower_bound(epochs.begin(), epochs.end(), axis.low, before);
    auto last = std::lower_bound(epochs.begin(), epochs.end(), axis.high, before);
    if (first == last) return;
    const float widest = ImGui::CalcTextSize(std::to_string(std::prev(last)->first).c_str()).x;
    const int most = std::max(1, columns_ / static_cast<int>(std::max(frame.px(48), widest + frame.px(12))));
    const std::int64_t stride = epoch_stride(first->first, std::prev(last)->first, most);
    ImDrawList* list = ImPlot::GetPlotDrawList();
    const ImVec2 corner = ImPlot::GetPlotPos(), size = ImPlot::GetPlotSize();
    ImPlot::PushPlotClipRect();
    bool word_shown = false;
    float taken = corner.x; ///< by the labels so far
    for (auto mark = first; mark != last; ++mark) {
        if (mark->first % stride != 0) continue;
        const float x = std::round(ImPlot::PlotToPixels(mark->second, y_low_).x);
        list->AddLine(ImVec2(x, corner.y), ImVec2(x, corner.y + size.y), packed(frame.theme.muted, 0.3f));
        const std::string text =
            word_shown ? std::to_string(mark->first) : "epoch " + std::to_string(mark->first);
        const ImVec2 place(x + frame.px(3), corner.y + frame.px(1));
        const float end = place.x + ImGui::CalcTextSize(text.c_str()).x;
        if (place.x < taken || end > corner.x + size.x) continue; // the line alone
        list->AddText(place, packed(frame.theme.muted), text.c_str());
        taken = end + frame.px(6);
        word_shown = true;
    }
    ImPlot::PopPlotClipRect();
}

void TimePlot::end(const Frame& frame) {
    ImPlot::EndPlot();
    ImGui::PopFont();
    TimeAxis& axis = frame.time_axis;
    const ImGuiIO& io = ImGui::GetIO();
    const bool hands_on = io.MouseWheel != 0 || ImGui::IsAnyMouseDown()
                          || ImGui::IsMouseReleased(ImGuiMouseButton_Left)
                          || ImGui::IsMouseReleased(ImGuiMouseButton_Right);
    const double width = x_high_before_ - x_low_before_, height = y_high_before_ - y_low_before_;
    const bool x_moved = changed(x_low_before_, axis.low, width) || changed(x_high_before_, axis.high, width);
    const bool y_moved = changed(y_low_before_, y_low_, height) || changed(y_high_before_, y_high_, height);
    if (hands_on && x_moved) axis.whole = false;
    if (hands_on && y_moved && y_hovered_) fit_ = false;
    if ((hovered_ || y_hovered_) && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
        axis.whole = true;
        fit_ = true;
    }
}

} // namespace ganvas
