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
        if (job.state != JobState::running && job.state != JobState::waiting) continue;
        if (!shown || (shown->state == JobState::waiting && job.state == JobState::running)) shown = &job;
        ++others;
    }
    others = std::max(0, others - 1);
    return shown;
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
