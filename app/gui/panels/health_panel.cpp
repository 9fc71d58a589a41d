/// Health: what is wrong with the run, in plain words, with the curve that shows it and a button that fixes it.
#include <algorithm>
#include <optional>

#include <icons_font_awesome_6.h>
#include <imgui.h>

#include "app/gui/panels/health_fix.h"
#include "app/gui/panels/health_plot.h"
#include "engine/api/job_titles.h"

namespace ganvas {
namespace {

class HealthPanel final : public Panel {
public:
    PanelId id() const override { return PanelId::health; }
    const char* title() const override { return "Health"; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    /// True when its button was pressed.
    static bool draw_card(const Frame& frame, const HealthFinding& finding);
    static bool draw_fix(const Frame& frame, const HealthFix& fix);
    static void draw_calm(const Frame& frame, CommandSink& sink);
    static void draw_memorisation(const Frame& frame, CommandSink& sink);
    static void draw_checks(const Frame& frame);
};

const char* icon_of(HealthSeverity severity) {
    switch (severity) {
    case HealthSeverity::note: return ICON_FA_CIRCLE_INFO;
    case HealthSeverity::warning: return ICON_FA_TRIANGLE_EXCLAMATION;
    case HealthSeverity::serious: return ICON_FA_CIRCLE_EXCLAMATION;
    }
    return ICON_FA_CIRCLE_INFO;
}

ImVec4 colour_of(const Theme& theme, HealthSeverity severity) {
    switch (severity) {
    case HealthSeverity::note: return theme.muted;
    case HealthSeverity::warning: return theme.warning;
    case HealthSeverity::serious: return theme.error;
    }
    return theme.muted;
}

bool HealthPanel::draw_fix(const Frame& frame, const HealthFix& fix) {
    if (fix.action == HealthFix::Action::none) return false;
    const std::string refused = fix_refused(fix, frame.view), words = fix_words(fix, frame.view.settings);
    return button(frame.theme, {.icon = ICON_FA_WAND_MAGIC_SPARKLES,
                                .label = (fix.label + "###fix").c_str(),
                                .tooltip = words.c_str(),
                                .disabled_reason = refused.empty() ? nullptr : refused.c_str()});
}

/// A percent sign stays with its number when the line breaks.
std::string unbroken(std::string text) {
    for (std::size_t at = text.find(" %"); at != std::string::npos; at = text.find(" %", at + 1))
        text.replace(at, 1, "\u00a0");
    return text;
}

float fix_width(const HealthFix& fix) {
    if (fix.action == HealthFix::Action::none) return 0;
    return ImGui::CalcTextSize((std::string(ICON_FA_WAND_MAGIC_SPARKLES "  ") + fix.label).c_str()).x
           + 2 * ImGui::GetStyle().FramePadding.x;
}

/// What happened with its curve beside it, then what to do, then what it means: the first lines are enough to act on.
/// Beside the curve stands as much of it as there is room for.
bool HealthPanel::draw_card(const Frame& frame, const HealthFinding& finding) {
    const Theme& theme = frame.theme;
    const ImVec4 colour = colour_of(theme, finding.severity);
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const float edge = theme.px(10), gap = theme.px(12);
    const float width = ImGui::GetContentRegionAvail().x - edge;
    const float plot = std::clamp(width * 0.36f, theme.px(130), theme.px(360));
    const bool beside = width >= theme.px(340), roomy = width >= theme.px(560);
    const float column = beside ? width - plot - gap : width;
    const bool fix_fits = beside && fix_width(finding.fix) <= column;
    bool pressed = false;
    ImGui::PushID(name(finding.kind));
    ImGui::Indent(edge);
    const float left = ImGui::GetCursorPosX();
    const auto meaning = [&](float wrap) {
        ImGui::PushTextWrapPos(left + wrap);
        muted_text(theme, unbroken(finding.meaning));
        ImGui::PopTextWrapPos();
    };
    ImGui::BeginGroup();
    ImGui::TextColored(colour, "%s", icon_of(finding.severity));
    ImGui::SameLine(0, theme.px(6));
    ImGui::PushFont(theme.bold_font, theme.text_size());
    ImGui::TextUnformatted(finding.title.c_str());
    ImGui::PopFont();
    ImGui::PushTextWrapPos(left + column);
    ImGui::TextUnformatted(unbroken(finding.happened).c_str());
    ImGui::PopTextWrapPos();
    if (fix_fits) pressed = draw_fix(frame, finding.fix);
    if (roomy) meaning(column);
    ImGui::EndGroup();
    const float height = std::clamp(ImGui::GetItemRectSize().y, theme.px(68), theme.px(140));
    if (beside) ImGui::SameLine(left + width - plot, 0);
    draw_health_plot(frame, finding, ImVec2(beside ? plot : width, height));
    if (!fix_fits) pressed = draw_fix(frame, finding.fix);
    if (!roomy) meaning(width);
    const float foot = std::max(ImGui::GetItemRectMax().y, ImGui::GetCursorScreenPos().y - theme.px(4));
    ImGui::Unindent(edge);
    ImGui::PopID();
    ImGui::GetWindowDrawList()->AddRectFilled(corner, ImVec2(corner.x + theme.px(3), foot), packed(colour));
    ImGui::Dummy(ImVec2(0, theme.px(8)));
    return pressed;
}

/// How near samples come to training images is looked up when it is asked for.
void HealthPanel::draw_memorisation(const Frame& frame, CommandSink& sink) {
    const Theme& theme = frame.theme;
    for (const JobStatus& job : frame.view.jobs)
        if (job.title == job_titles::memorisation && job.unfinished())
            return progress_bar(theme, job.fraction, ImVec2(theme.px(220), ImGui::GetFrameHeight()),
                                "looking " + fixed_text(job.fraction * 100, 0) + " %");
    if (button(theme,
               {.icon = ICON_FA_IMAGES,
                .label = "Look for memorised images",
                .tooltip = "Looks up the nearest training images of 128 samples of the model that is shown, "
                           "and compares their distances with those among the training images themselves.",
                .disabled_reason = frame.has_model() ? nullptr : "there is no model to look at yet"}))
        sink.send(MeasureMemorisation{});
}

void HealthPanel::draw_calm(const Frame& frame, CommandSink& sink) {
    const Theme& theme = frame.theme;
    ImGui::TextColored(theme.good, "%s", ICON_FA_CIRCLE_CHECK);
    ImGui::SameLine(0, theme.px(6));
    ImGui::TextWrapped("%s", frame.view.health.calm_line().c_str());
    draw_memorisation(frame, sink);
}

void HealthPanel::draw_checks(const Frame& frame) {
    const Theme& theme = frame.theme;
    section_label(theme, "What is looked at");
    for (const HealthCheck& check : frame.view.health.checks) {
        const auto same = [&](const HealthFinding& finding) { return finding.kind == check.kind; };
        const auto& findings = frame.view.health.findings;
        const bool found = std::any_of(findings.begin(), findings.end(), same);
        ImGui::PushFont(nullptr, theme.small_size());
        const float left = ImGui::GetCursorPosX();
        ImGui::TextColored(found          ? theme.warning
                           : check.looked ? theme.good
                                          : theme.muted,
                           "%s",
                           found          ? ICON_FA_TRIANGLE_EXCLAMATION
                           : check.looked ? ICON_FA_CHECK
                                          : ICON_FA_MINUS);
        ImGui::SameLine(left + theme.px(20));
        ImGui::PushTextWrapPos(0);
        ImGui::PushStyleColor(ImGuiCol_Text, check.looked ? theme.text : theme.muted);
        ImGui::TextUnformatted(check.words.c_str());
        ImGui::PopStyleColor();
        ImGui::PopTextWrapPos();
        ImGui::PopFont();
    }
}

void HealthPanel::draw(const Frame& frame, CommandSink& sink) {
    const HealthReport& health = frame.view.health;
    if (health.empty()) {
        const EmptyState empty{
            .icon = ICON_FA_HEART_PULSE,
            .title = "Nothing trains yet",
            .hint = "What goes wrong in training is said here in plain words, with the curve that "
                    "shows it and a button that fixes it.",
            .button_label = "Go to Train",
            .button_icon = ICON_FA_PLAY};
        if (empty_state(frame.theme, empty)) sink.show(PanelId::train);
        return;
    }
    std::optional<HealthFix> pressed; // acted on after all is drawn: a command changes the findings
    if (health.findings.empty()) draw_calm(frame, sink);
    for (const HealthFinding& finding : health.findings)
        if (draw_card(frame, finding)) pressed = finding.fix;
    draw_checks(frame);
    if (!health.findings.empty()) draw_memorisation(frame, sink);
    if (pressed) act_on_fix(*pressed, sink);
}

} // namespace

std::unique_ptr<Panel> make_health_panel() { return std::make_unique<HealthPanel>(); }

} // namespace ganvas
