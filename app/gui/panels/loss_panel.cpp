/// Curves: losses of both networks and what the discriminator answers, over training.
#include <array>
#include <cmath>

#include <icons_font_awesome_6.h>
#include <imgui.h>
#include <implot.h>

#include "app/gui/panels/export_menu.h"
#include "app/gui/panels/loss_curves.h"
#include "app/gui/panels/time_plot.h"

namespace ganvas {
namespace {

struct CurveInfo {
    const char* name;
    const char* tooltip;
    bool of_generator;
};
constexpr std::array<CurveInfo, curve_count> curves_info = {{
    {"G", "Generator's loss. Click to hide or show.", true},
    {"D", "Discriminator's loss. Click to hide or show.", false},
    {"D(x)",
     "Mean answer of the discriminator to real pictures: 1 is certain that they are real. Click to hide or "
     "show.",
     false},
    {"D(G(z))",
     "Mean answer of the discriminator to generated pictures: 0 is certain that they are not real. Click to "
     "hide or show.",
     true},
}};

class CurvesPanel final : public Panel {
public:
    PanelId id() const override { return PanelId::curves; }
    const char* title() const override { return "Curves"; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    enum class Shown { losses, scores, both };
    void draw_header(const Frame& frame, CommandSink& sink, bool both_fit);
    void draw_menu(const Frame& frame, CommandSink& sink);
    [[nodiscard]] ExportCurves drawing(const Frame& frame) const;
    void legend_entry(const Frame& frame, std::size_t index);
    void draw_plot(const Frame& frame, TimePlot& plot, const char* plot_id, ImVec2 size, std::size_t first,
                   bool unit_shown);
    void draw_cursor_values(const Frame& frame) const;

    LossCurves curves_;
    std::array<bool, curve_count> visible_ = {true, true, true, true};
    EpochFollower epochs_;
    DrawnPoints drawn_;
    TimePlot loss_plot_, score_plot_;
    double smoothing_ = 20; ///< points looked back on
    bool logarithmic_ = false;
    Shown shown_ = Shown::both;
};

ImVec4 colour_of(const Frame& frame, std::size_t index) {
    return curves_info[index].of_generator ? frame.theme.generator : frame.theme.discriminator;
}

void CurvesPanel::legend_entry(const Frame& frame, std::size_t index) {
    const LossCurves::Series& series = curves_[index];
    const CurveInfo& info = curves_info[index];
    const std::string value =
        series.smooth.size() ? fixed_text(series.smooth[series.smooth.size() - 1], 2) : "–";
    const std::string text = std::string(info.name) + " " + value;
    const ImVec2 words = ImGui::CalcTextSize(text.c_str());
    const float swatch = frame.px(12);
    const ImVec2 low = ImGui::GetCursorScreenPos();
    // As wide as the widest number that is usual, so that neighbours stay where they are.
    const float width =
        swatch + frame.px(4)
        + std::max(words.x, ImGui::CalcTextSize((std::string(info.name) + " 00.00").c_str()).x);
    if (ImGui::InvisibleButton(info.name, ImVec2(width, ImGui::GetFrameHeight())))
        visible_[index] = !visible_[index];
    tooltip(frame.theme, info.tooltip);
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec4 colour = visible_[index] ? colour_of(frame, index) : frame.theme.line;
    const float middle = low.y + ImGui::GetFrameHeight() / 2;
    list->AddLine(ImVec2(low.x, middle), ImVec2(low.x + swatch, middle), packed(colour), frame.px(2));
    list->AddText(ImVec2(low.x + swatch + frame.px(4), middle - words.y / 2),
                  packed(visible_[index] ? frame.theme.text : frame.theme.muted), text.c_str());
}

ExportCurves CurvesPanel::drawing(const Frame& frame) const {
    return {.path = "curves.png",
            .smoothing = std::round(smoothing_), // as it is written beside the slider
            .logarithmic = logarithmic_,
            .dark = frame.theme.kind == ThemeKind::dark,
            .unit = frame.time_axis.unit};
}

void CurvesPanel::draw_menu(const Frame& frame, CommandSink& sink) {
    const Theme& theme = frame.theme;
    section_label(theme, "Vertical axis");
    toggle(theme, "Logarithmic", logarithmic_, "Losses on a logarithmic axis; through zero it is linear.");
    slider(theme,
           {.label = "Smoothing",
            .minimum = 1,
            .maximum = 1000,
            .default_value = 20,
            .format = "%.0f",
            .unit = "points",
            .logarithmic = true,
            .tooltip = "Moving average over about so many points; 1 shows them as they are.",
            .label_width = theme.px(80)},
           smoothing_);
    time_axis_menu(frame);
    curves_export_row(
        frame, sink, drawing(frame),
        "The curves as they are smoothed here, as a picture or a drawing; or all points of this "
        "run as a table.");
}

void CurvesPanel::draw_header(const Frame& frame, CommandSink& sink, bool both_fit) {
    const Theme& theme = frame.theme;
    const bool losses = shown_ != Shown::scores, scores = shown_ != Shown::losses;
    bool first = true;
    for (std::size_t index = 0; index < curve_count; ++index) {
        if (index < real_score ? !losses : !scores) continue;
        if (!first) ImGui::SameLine(0, theme.px(12));
        legend_entry(frame, index);
        first = false;
    }
    const float menu_width = ImGui::CalcTextSize(ICON_FA_SLIDERS).x + 2 * ImGui::GetStyle().FramePadding.x;
    const float whole_width =
        frame.time_axis.whole
            ? 0
            : ImGui::CalcTextSize(ICON_FA_EXPAND).x + 2 * ImGui::GetStyle().FramePadding.x + theme.px(4);
    float choice_width = 0;
    if (!both_fit)
        choice_width = ImGui::CalcTextSize("loss").x + ImGui::CalcTextSize("D(x)").x
                       + 4 * ImGui::GetStyle().FramePadding.x + theme.px(8);
    const float left = ImGui::GetWindowContentRegionMax().x - menu_width - whole_width - choice_width;
    ImGui::SameLine(std::max(left, ImGui::GetCursorPosX()));
    if (!both_fit) {
        constexpr std::array<const char*, 2> words = {"loss", "D(x)"};
        constexpr std::array<const char*, 2> helps = {"Losses of both networks",
                                                      "What the discriminator answers: D(x) and D(G(z))"};
        int chosen = shown_ == Shown::scores ? 1 : 0;
        if (choice(theme, "shown", words, chosen, helps))
            shown_ = chosen == 1 ? Shown::scores : Shown::losses;
        ImGui::SameLine(0, theme.px(4));
    }
    if (!frame.time_axis.whole) {
        if (button(theme, {.icon = ICON_FA_EXPAND,
                           .label = "##whole",
                           .tooltip = "Show the whole run",
                           .shortcut = "double-click"}))
            frame.time_axis.whole = true;
        ImGui::SameLine(0, theme.px(4));
    }
    if (button(theme, {.icon = ICON_FA_SLIDERS, .label = "##menu", .tooltip = "Smoothing, axes, export"})
        || frame.takes_export())
        ImGui::OpenPopup("curves menu");
    if (ImGui::BeginPopup("curves menu")) {
        draw_menu(frame, sink);
        ImGui::EndPopup();
    }
}

void CurvesPanel::draw_plot(const Frame& frame, TimePlot& plot, const char* plot_id, ImVec2 size,
                            std::size_t first, bool unit_shown) {
    const TimeAxis& axis = frame.time_axis;
    const double high = axis.whole ? last_time(frame) * 1.02 : axis.high, low = axis.whole ? 0 : axis.low;
    const std::vector<double>& x = curves_.x();
    std::size_t from = first_at_or_after(x, low), to = first_at_or_after(x, high);
    if (from >= to && !x.empty()) from = 0, to = x.size();
    TimePlot::Spec spec{
        .id = plot_id, .size = size, .epochs = &epochs_.follow(frame), .unit_shown = unit_shown};
    const bool scores = first == real_score;
    if (scores) {
        spec.visible = {0, 1};
    } else {
        spec.logarithmic = logarithmic_;
        // The single points may stand out of the smooth curves, but one wild step must not flatten all others.
        ValueRange all;
        for (std::size_t index = first; index < first + 2; ++index) {
            if (!visible_[index]) continue;
            spec.visible.include(curves_[index].smooth.range(from, to));
            all.include(curves_[index].raw.range(from, to));
        }
        if (!spec.visible.empty()) {
            const float spread = std::max(spec.visible.maximum - spec.visible.minimum, 1e-3f);
            spec.visible.include(std::max(all.minimum, spec.visible.minimum - spread * 0.5f));
            spec.visible.include(std::min(all.maximum, spec.visible.maximum + spread * 0.5f));
        }
    }
    if (!plot.begin(frame, spec)) return;
    for (std::size_t index = first; index < first + 2; ++index) {
        const LossCurves::Series& series = curves_[index];
        if (!visible_[index]) continue;
        ImPlotSpec line;
        line.LineColor = colour_of(frame, index);
        if (smoothing_ > 1) {
            series.raw.thin(x, axis.low, axis.high, plot.columns(), drawn_);
            line.LineColor.w = 0.2f;
            line.LineWeight = 1;
            ImPlot::PlotLine(curves_info[index].tooltip, drawn_.x.data(), drawn_.y.data(),
                             static_cast<int>(drawn_.x.size()), line);
            line.LineColor.w = 1;
        }
        series.smooth.thin(x, axis.low, axis.high, plot.columns(), drawn_);
        line.LineWeight = std::max(1.0f, frame.px(1.5f));
        ImPlot::PlotLine(curves_info[index].name, drawn_.x.data(), drawn_.y.data(),
                         static_cast<int>(drawn_.x.size()), line);
    }
    if (plot.hovered()) draw_cursor_values(frame);
    plot.end(frame);
}

void CurvesPanel::draw_cursor_values(const Frame& frame) const {
    if (curves_.x().empty() || !ImGui::BeginTooltip()) return;
    const std::size_t index = nearest_index(curves_.x(), frame.time_axis.cursor);
    const TrainingPoint& point = frame.view.losses[index];
    ImGui::PushFont(nullptr, frame.theme.small_size());
    ImGui::TextUnformatted(moment_text(point.step, point.epoch, point.seconds).c_str());
    for (std::size_t curve = 0; curve < curve_count; ++curve) {
        ImGui::TextColored(colour_of(frame, curve), "%s", curves_info[curve].name);
        ImGui::SameLine(frame.px(72));
        ImGui::Text("%.4f", static_cast<double>(curves_[curve].raw[index]));
        if (smoothing_ <= 1) continue;
        ImGui::SameLine(frame.px(136));
        ImGui::TextColored(frame.theme.muted, "smooth %.4f",
                           static_cast<double>(curves_[curve].smooth[index]));
    }
    ImGui::PopFont();
    ImGui::EndTooltip();
}

void CurvesPanel::draw(const Frame& frame, CommandSink& sink) {
    curves_.follow(frame, smoothing_);
    if (curves_.x().empty()) {
        const bool under_way = frame.view.snapshot.state == TrainingState::running
                               || frame.view.snapshot.state == TrainingState::opening;
        EmptyState empty{.icon = ICON_FA_CHART_LINE,
                         .title = "No curves yet",
                         .hint = "The losses of both networks and the discriminator's answers appear here "
                                 "while a model trains."};
        if (under_way)
            empty.hint = "Training has started; the first point comes after a few steps.";
        else
            empty.button_label = "Go to Train", empty.button_icon = ICON_FA_PLAY;
        if (empty_state(frame.theme, empty)) sink.show(PanelId::train);
        return;
    }
    const ImVec2 space = ImGui::GetContentRegionAvail();
    const bool beside = space.x >= frame.px(640), stacked = !beside && space.y >= frame.px(280);
    const bool both_fit = beside || stacked;
    if (both_fit)
        shown_ = Shown::both;
    else if (shown_ == Shown::both)
        shown_ = Shown::losses;
    draw_header(frame, sink, both_fit);
    if (frame.takes_copy()) copy_as_command(sink, drawing(frame));
    const ImVec2 rest = ImGui::GetContentRegionAvail();
    const float gap = frame.px(4);
    ImVec2 size = rest;
    if (beside) size.x = (rest.x - gap) / 2;
    if (stacked) size.y = (rest.y - gap) * 0.55f;
    if (shown_ != Shown::scores) draw_plot(frame, loss_plot_, "##losses", size, generator_loss, !stacked);
    if (beside) ImGui::SameLine(0, gap);
    if (shown_ != Shown::losses)
        draw_plot(frame, score_plot_, "##scores", ImVec2(size.x, stacked ? -1 : size.y), real_score, true);
}

} // namespace

std::unique_ptr<Panel> make_curves_panel() { return std::make_unique<CurvesPanel>(); }

} // namespace ganvas
