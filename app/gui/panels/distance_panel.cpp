/// Distance: measured Fréchet distances with their spread, each under its badge; unlike ones never share an axis.
#include <algorithm>
#include <cmath>

#include <icons_font_awesome_6.h>
#include <imgui.h>
#include <implot.h>

#include "app/gui/panels/diversity_figures.h"
#include "app/gui/panels/export_menu.h"
#include "app/gui/panels/setting_row.h"
#include "app/gui/panels/time_plot.h"
#include "app/gui/panels/weights_row.h"

namespace ganvas {
namespace {

constexpr float measure_width = 128, measure_width_without_words = 48; ///< in units of the text's scale

std::string value_text(const DistancePoint& point) {
    const int digits = point.value >= 100 ? 1 : 2;
    return fixed_text(point.value, digits) + " ± " + fixed_text(point.deviation, digits);
}

class DistancePanel final : public Panel {
public:
    PanelId id() const override { return PanelId::distance; }
    const char* title() const override { return "Distance"; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    void follow(const Frame& frame);
    void draw_measure(const Frame& frame, CommandSink& sink, bool words);
    void draw_header(const Frame& frame, CommandSink& sink);
    void draw_groups(const Frame& frame);
    void draw_menu(const Frame& frame, CommandSink& sink);
    [[nodiscard]] std::string badge_words() const;
    void draw_plot(const Frame& frame);
    void draw_cursor_values(const Frame& frame) const;

    std::vector<DistanceBadge> groups_;
    std::size_t counted_ = 0; ///< points looked at so far
    std::uint64_t history_ = 0;
    int shown_ = -1;                           ///< group; -1: that of the newest point
    std::vector<const DistancePoint*> points_; ///< of the group shown, valid for this frame
    TimePlot plot_, diversity_plot_;
    DistanceCurve curve_ = DistanceCurve::distance;
    bool logarithmic_ = false;
    bool inception_ = false; ///< measure now on the user's Inception features instead of Lite0's
    EpochFollower epochs_;
    SettingRows rows_;
};

ExportCurves drawing(const Frame& frame, bool logarithmic) {
    return {.path = "curves.png",
            .logarithmic = logarithmic,
            .dark = frame.theme.kind == ThemeKind::dark,
            .unit = frame.time_axis.unit};
}

const JobStatus* measuring(const View& view) {
    for (const JobStatus& job : view.jobs)
        if (job.unfinished() && job.title.rfind("Measuring", 0) == 0) return &job;
    return nullptr;
}

void DistancePanel::follow(const Frame& frame) {
    const auto& distances = frame.view.distances;
    if (history_ != frame.view.history_id || counted_ > distances.size()) {
        history_ = frame.view.history_id;
        groups_.clear();
        counted_ = 0;
        shown_ = -1;
    }
    for (; counted_ < distances.size(); ++counted_) {
        DistanceBadge key = distance_badge(distances[counted_]);
        if (std::find(groups_.begin(), groups_.end(), key) == groups_.end())
            groups_.push_back(std::move(key));
    }
    points_.clear();
    if (distances.empty()) return;
    const DistanceBadge key =
        shown_ >= 0 ? groups_[static_cast<std::size_t>(shown_)] : distance_badge(distances.back());
    for (const DistancePoint& point : distances)
        if (distance_badge(point) == key) points_.push_back(&point);
}

/// The button, or how far the measuring has come, at the right end of the row; without words where they do not fit.
void DistancePanel::draw_measure(const Frame& frame, CommandSink& sink, bool words) {
    const Theme& theme = frame.theme;
    const std::int64_t count = frame.view.settings.integer("measure.count");
    const float width = theme.px(words ? measure_width : measure_width_without_words);
    ImGui::SameLine(std::max(ImGui::GetWindowContentRegionMax().x - width, ImGui::GetCursorPosX()));
    if (const JobStatus* job = measuring(frame.view)) {
        progress_bar(theme, job->fraction, ImVec2(width, ImGui::GetFrameHeight()),
                     (words ? "measuring " : "") + fixed_text(job->fraction * 100, 0) + " %");
        return;
    }
    const std::string weights = weights_of(frame, inception_);
    const std::string help =
        "Measure now: the current model against the data with the full features ("
        + std::string(weights.empty() ? "lite0" : "inception") + ") on " + grouped(count)
        + " generated pictures. While training, lite0-96 measures by itself. The menu beside "
          "has the features and how many.";
    const char* reason = frame.has_model() ? nullptr : "there is no model to measure yet";
    if (button(theme, {.icon = ICON_FA_RULER,
                       .label = words ? "Measure now###measure" : "###measure",
                       .tooltip = help.c_str(),
                       .disabled_reason = reason,
                       .size = {width, 0}}))
        sink.send(MeasureDistance{weights.empty() ? "lite0" : "inception", count, weights});
}

std::string DistancePanel::badge_words() const {
    return distance_badge(*points_.back()).text() + " · step " + grouped(points_.back()->step);
}

/// One button a badge, when there are several kinds of distances.
void DistancePanel::draw_groups(const Frame& frame) {
    const DistanceBadge current = distance_badge(*points_.back());
    if (groups_.size() < 2) {
        badge(frame.theme, badge_words(),
              ("Features, number of pictures, data with their split, and training step. Only distances that "
               "agree in all but the step can be compared.\n"
               + current.whole_text())
                  .c_str());
        return;
    }
    ImGui::SetNextItemWidth(std::min(ImGui::GetContentRegionAvail().x, frame.px(340)));
    ImGui::PushFont(nullptr, frame.theme.small_size());
    if (ImGui::BeginCombo("##kind", badge_words().c_str())) {
        for (std::size_t index = 0; index < groups_.size(); ++index)
            if (ImGui::Selectable((groups_[index].whole_text() + "###" + std::to_string(index)).c_str(),
                                  groups_[index] == current))
                shown_ = static_cast<int>(index);
        ImGui::EndCombo();
    }
    ImGui::PopFont();
    tooltip(frame.theme,
            "Distances with other features, numbers of pictures, data, split or resize cannot be "
            "compared, so each kind has an axis of its own.");
}

void DistancePanel::draw_header(const Frame& frame, CommandSink& sink) {
    const Theme& theme = frame.theme;
    const DistancePoint& newest = *points_.back();
    ImGui::AlignTextToFramePadding();
    ImGui::PushFont(theme.bold_font, theme.text_size());
    ImGui::TextUnformatted(value_text(newest).c_str());
    ImGui::PopFont();
    const bool inception = newest.extractor == "inception"; // the features that FID is defined on
    const std::string help = "Fréchet distance between features of generated and real pictures; lower is "
                             "better. ± is the standard deviation over "
                             + std::to_string(newest.resamples) + " resamples."
                             + (inception ? "" : " It is not the FID of papers, whose features differ.");
    tooltip(theme, help);
    ImGui::SameLine(0, theme.px(8));
    ImGui::AlignTextToFramePadding();
    // Where figures of mode collapse need a row, the badge stands here and the plot keeps its height.
    ImGui::PushFont(nullptr, theme.small_size());
    const float badge_width = ImGui::CalcTextSize(badge_words().c_str()).x + theme.px(16);
    ImGui::PopFont();
    const float room =
        ImGui::GetContentRegionAvail().x - badge_width - theme.px(frame.time_axis.whole ? 8 : 46);
    const bool one_row =
        !frame.view.diversity.empty() && groups_.size() < 2 && room > theme.px(measure_width_without_words);
    if (one_row)
        draw_groups(frame);
    else
        muted_text(theme, inception ? "FID" : "Fréchet distance");
    if (!frame.time_axis.whole) {
        ImGui::SameLine();
        if (button(theme, {.icon = ICON_FA_EXPAND,
                           .label = "##whole",
                           .tooltip = "Show the whole run",
                           .shortcut = "double-click"}))
            frame.time_axis.whole = true;
    }
    draw_measure(frame, sink, !one_row || room > theme.px(measure_width));
    if (!one_row) {
        draw_groups(frame);
        ImGui::SameLine();
    }
    draw_menu(frame, sink);
}

void DistancePanel::draw_menu(const Frame& frame, CommandSink& sink) {
    const Theme& theme = frame.theme;
    if (button(theme, {.icon = ICON_FA_SLIDERS,
                       .label = "##menu",
                       .tooltip = "Features, how many pictures, axis, export",
                       .small = true})
        || frame.takes_export())
        ImGui::OpenPopup("distance menu");
    if (ImGui::BeginPopup("distance menu")) {
        section_label(theme, "Measuring");
        for (const char* key : {"measure.count", "measure.live"})
            if (const SettingDescription* setting = find_setting(key)) {
                ImGui::Dummy(ImVec2(theme.px(320), 0));
                rows_.draw(frame, sink, *setting);
            }
        weights_row(frame, sink, inception_);
        toggle(theme, "Logarithmic", logarithmic_,
               "The distance on a logarithmic axis: it falls fast at first.");
        time_axis_menu(frame);
        curves_export_row(frame, sink, drawing(frame, logarithmic_),
                          "All curves of this run, with these distances.");
        ImGui::EndPopup();
    }
}

void DistancePanel::draw_plot(const Frame& frame) {
    const TimeUnit unit = frame.time_axis.unit;
    std::vector<double> x, y, error;
    TimePlot::Spec spec{.id = "##distance", .logarithmic = logarithmic_, .epochs = &epochs_.follow(frame)};
    const double low = frame.time_axis.whole ? 0 : frame.time_axis.low;
    const double high = frame.time_axis.whole ? last_time(frame) * 1.02 : frame.time_axis.high;
    // Thousands of points would only draw over each other: then every so many, and always the newest.
    const std::size_t stride = std::max<std::size_t>(1, points_.size() / 2000);
    for (std::size_t index = (points_.size() - 1) % stride; index < points_.size(); index += stride) {
        const DistancePoint& point = *points_[index];
        if (!std::isfinite(point.value)) continue;
        x.push_back(time_value(unit, point));
        y.push_back(point.value);
        error.push_back(std::isfinite(point.deviation) ? point.deviation : 0);
        if (x.back() < low || x.back() > high) continue;
        spec.visible.include(static_cast<float>(point.value + error.back()));
        spec.visible.include(static_cast<float>(std::max(0.0, point.value - error.back())));
    }
    if (!plot_.begin(frame, spec)) return;
    ImPlotSpec line;
    line.LineColor = frame.theme.generator;
    line.LineWeight = std::max(1.0f, frame.px(1.5f));
    line.Marker = x.size() > 200 ? ImPlotMarker_None : ImPlotMarker_Circle;
    line.MarkerSize = frame.px(2.5f);
    line.MarkerFillColor = frame.theme.generator;
    const int count = static_cast<int>(x.size());
    ImPlot::PlotLine("distance", x.data(), y.data(), count, line);
    plot_spread(frame, "spread", frame.theme.generator, x, y, error);
    if (plot_.hovered()) draw_cursor_values(frame);
    plot_.end(frame);
}

void DistancePanel::draw_cursor_values(const Frame& frame) const {
    const DistancePoint* nearest = points_.front();
    const auto away = [&](const DistancePoint* point) {
        return std::fabs(time_value(frame.time_axis.unit, *point) - frame.time_axis.cursor);
    };
    for (const DistancePoint* point : points_)
        if (away(point) < away(nearest)) nearest = point;
    if (!ImGui::BeginTooltip()) return;
    ImGui::PushFont(nullptr, frame.theme.small_size());
    ImGui::TextUnformatted(
        (value_text(*nearest) + "  over " + std::to_string(nearest->resamples) + " resamples").c_str());
    ImGui::TextUnformatted(moment_text(nearest->step, nearest->epoch, nearest->seconds).c_str());
    ImGui::TextColored(frame.theme.muted, "%s", distance_badge(*nearest).whole_text().c_str());
    ImGui::PopFont();
    ImGui::EndTooltip();
}

void DistancePanel::draw(const Frame& frame, CommandSink& sink) {
    follow(frame);
    if (frame.takes_copy()) copy_as_command(sink, drawing(frame, logarithmic_));
    if (!points_.empty()) {
        draw_header(frame, sink);
        diversity_row(frame, curve_);
        if (curve_ == DistanceCurve::distance)
            draw_plot(frame);
        else
            diversity_plot(frame, curve_, diversity_plot_, epochs_.follow(frame));
        return;
    }
    if (const JobStatus* job = measuring(frame.view)) {
        muted_text_wrapped(frame.theme, "The first Fréchet distance is being measured; generated and real "
                                        "pictures are compared by their features.");
        progress_bar(frame.theme, job->fraction, ImVec2(0, ImGui::GetFrameHeight()),
                     "measuring " + fixed_text(job->fraction * 100, 0) + " %");
        return;
    }
    EmptyState empty{.icon = ICON_FA_RULER,
                     .title = "Nothing measured yet",
                     .hint = "How far generated pictures are from real ones (Fréchet distance). It is "
                             "measured now and then while training."};
    if (frame.has_model()) empty.button_label = "Measure now", empty.button_icon = ICON_FA_RULER;
    // In a shallow panel the button goes first.
    if (frame.has_model() && ImGui::GetContentRegionAvail().y > frame.px(170))
        weights_row(frame, sink, inception_);
    if (!empty_state(frame.theme, empty)) return;
    const std::string weights = weights_of(frame, inception_);
    sink.send(MeasureDistance{weights.empty() ? "lite0" : "inception",
                              frame.view.settings.integer("measure.count"), weights});
}

} // namespace

std::unique_ptr<Panel> make_distance_panel() { return std::make_unique<DistancePanel>(); }

} // namespace ganvas
