#include "app/gui/panels/status_bar.h"

#include <algorithm>
#include <cmath>

#include <icons_font_awesome_6.h>

namespace ganvas {
namespace {

std::string device_text(const Snapshot& snapshot) {
    std::string text = snapshot.device.empty() ? "no device yet" : snapshot.device;
    if (!snapshot.precision.empty())
        text += " · " + (snapshot.precision == "bfloat16" ? "bf16" : snapshot.precision);
    if (snapshot.threads > 0)
        text += " · " + std::to_string(snapshot.threads) + (snapshot.threads == 1 ? " thread" : " threads");
    if (snapshot.resident_bytes > 0) text += " · " + bytes_text(snapshot.resident_bytes);
    if (snapshot.device_bytes >= 0) text += " · " + bytes_text(snapshot.device_bytes) + " on the GPU";
    return text;
}

const JobStatus* running_job(const View& view, int& others) {
    const JobStatus* shown = nullptr;
    for (const JobStatus& job : view.jobs) {
        if (!job.unfinished()) continue;
        if (!shown || (shown->state == JobState::waiting && job.state == JobState::running)) shown = &job;
        ++others;
    }
    others = std::max(0, others - 1);
    return shown;
}

/// Set in Sweep, in force in every panel: whoever wonders at faded faces elsewhere finds it here. A click ends it.
void draw_truncation(const Frame& frame) {
    if (frame.explorer.truncation >= 1) return;
    ImGui::SameLine(0, frame.px(12));
    ImGui::PushStyleColor(ImGuiCol_Button, ImVec4());
    ImGui::PushStyleColor(ImGuiCol_Text, frame.theme.warning);
    const std::string words = "truncation " + fixed_text(frame.explorer.truncation, 2) + "###truncated";
    const bool pressed =
        button(frame.theme, {.label = words.c_str(),
                             .tooltip = "Every face is drawn from shrunk latents. Click: as they are",
                             .small = true});
    ImGui::PopStyleColor(2);
    if (pressed) frame.explorer.truncation = 1;
}

/// How many things are wrong, left of `right`; a click shows them.
void draw_findings(const Frame& frame, CommandSink& sink, float right) {
    const auto& findings = frame.view.health.findings;
    if (findings.empty()) return;
    const Theme& theme = frame.theme;
    const bool serious = findings.front().severity == HealthSeverity::serious; // gravest first
    const bool note = findings.front().severity == HealthSeverity::note;
    const std::string count =
        std::to_string(findings.size()) + (findings.size() == 1 ? " finding" : " findings") + "###findings";
    const char* icon = note ? ICON_FA_CIRCLE_INFO : ICON_FA_TRIANGLE_EXCLAMATION;
    const float width = ImGui::CalcTextSize((std::string(icon) + "  " + count).c_str(), nullptr, true).x
                        + 2 * ImGui::GetStyle().FramePadding.x;
    ImGui::SameLine();
    ImGui::SetCursorPosX(std::max(ImGui::GetCursorPosX(), right - width));
    ImGui::SetCursorPosY(ImGui::GetCursorStartPos().y);
    ImGui::PushStyleColor(ImGuiCol_Button, ImVec4());
    ImGui::PushStyleColor(ImGuiCol_Text, serious ? theme.error : note ? theme.muted : theme.warning);
    ImGui::AlignTextToFramePadding();
    const bool pressed = button(
        theme,
        {.icon = icon, .label = count.c_str(), .tooltip = findings.front().title.c_str(), .small = true});
    ImGui::PopStyleColor(2);
    if (pressed) sink.show(PanelId::health);
}

} // namespace

void draw_status_bar(const Frame& frame, CommandSink& sink, double frame_ms, double frames_per_second) {
    const Theme& theme = frame.theme;
    const float width = ImGui::GetWindowWidth();
    ImGui::PushFont(nullptr, theme.small_size());
    ImGui::AlignTextToFramePadding();
    ImGui::PushStyleColor(ImGuiCol_Text, theme.muted);
    fitted_text(theme, device_text(frame.view.snapshot), width * 0.4f);
    ImGui::PopStyleColor();

    draw_truncation(frame);
    int others = 0;
    if (const JobStatus* job = running_job(frame.view, others)) {
        const int percent = static_cast<int>(std::lround(100 * std::clamp(job->fraction, 0.0, 1.0)));
        ImGui::SameLine();
        ImGui::SetCursorPosX(std::max(ImGui::GetCursorPosX() + frame.px(16), width * 0.42f));
        std::string text = job->title + " " + std::to_string(percent) + " %";
        if (others > 0) text += "  +" + std::to_string(others);
        ImGui::AlignTextToFramePadding();
        fitted_text(theme, text, width * 0.25f);
        if (ImGui::IsItemClicked()) sink.show(PanelId::jobs);
        ImGui::SameLine();
        const ImVec2 bar(frame.px(100), frame.px(6));
        ImGui::SetCursorPosY(ImGui::GetCursorPosY() + (ImGui::GetFrameHeight() - bar.y) / 2);
        progress_bar(theme, job->fraction, bar);
    }
    const std::string cost = fixed_text(frame_ms, 0) + " ms · " + fixed_text(frames_per_second, 0) + " fps";
    // A place that does not move when the numbers get longer.
    draw_findings(frame, sink, width - ImGui::CalcTextSize("000 ms · 000 fps").x - frame.px(24));
    ImGui::SameLine();
    ImGui::SetCursorPosX(
        std::max(ImGui::GetCursorPosX(), width - ImGui::CalcTextSize(cost.c_str()).x - frame.px(8)));
    ImGui::SetCursorPosY(ImGui::GetCursorStartPos().y);
    ImGui::AlignTextToFramePadding();
    ImGui::PushStyleColor(ImGuiCol_Text, theme.muted);
    ImGui::TextUnformatted(cost.c_str());
    ImGui::PopStyleColor();
    tooltip(theme, "What drawing one frame takes, and how many are drawn now. The window draws only when "
                   "something changed.");
    ImGui::PopFont();
}

} // namespace ganvas
