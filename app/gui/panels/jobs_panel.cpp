/// Jobs: every long task with how far it is, cancel, and what came of it.
#include <icons_font_awesome_6.h>
#include <imgui.h>

#include "app/gui/panels/panel.h"

namespace ganvas {
namespace {

class JobsPanel final : public Panel {
public:
    PanelId id() const override { return PanelId::jobs; }
    const char* title() const override { return "Jobs"; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    static void draw_job(const Frame& frame, CommandSink& sink, const JobStatus& job);
};

struct Look {
    const char* icon;
    ImVec4 colour;
};

Look look_of(const Theme& theme, JobState state) {
    switch (state) {
    case JobState::waiting: return {ICON_FA_CLOCK, theme.muted};
    case JobState::running: return {ICON_FA_ROTATE, theme.accent};
    case JobState::done: return {ICON_FA_CIRCLE_CHECK, theme.good};
    case JobState::failed: return {ICON_FA_CIRCLE_EXCLAMATION, theme.error};
    case JobState::cancelled: return {ICON_FA_BAN, theme.muted};
    }
    return {ICON_FA_CLOCK, theme.muted};
}

void JobsPanel::draw_job(const Frame& frame, CommandSink& sink, const JobStatus& job) {
    const Theme& theme = frame.theme;
    const Look look = look_of(theme, job.state);
    const bool active = job.unfinished();
    const float icon_column = theme.px(24), action = theme.px(28);
    const float left = ImGui::GetCursorPosX(), right = left + ImGui::GetContentRegionAvail().x;
    ImGui::AlignTextToFramePadding();
    ImGui::TextColored(look.colour, "%s", look.icon);
    ImGui::SameLine(left + icon_column);
    const std::string time = clock_text(job.seconds);
    const float time_width = std::max(ImGui::CalcTextSize("00:00").x, ImGui::CalcTextSize(time.c_str()).x);
    fitted_text(theme, job.title, right - action - time_width - theme.px(8) - left - icon_column);
    ImGui::SameLine(right - action - theme.px(4) - ImGui::CalcTextSize(time.c_str()).x);
    ImGui::TextColored(theme.muted, "%s", time.c_str());
    ImGui::SameLine(right - action);
    if (active) {
        if (button(theme,
                   {.icon = ICON_FA_XMARK, .label = "##cancel", .tooltip = "Cancel", .size = {action, 0}}))
            sink.send(CancelJob{job.id});
    } else if (!job.result.empty()) {
        if (button(theme, {.icon = ICON_FA_COPY,
                           .label = "##copy",
                           .tooltip = "Copy the result",
                           .size = {action, 0}})) {
            sink.copy_text(job.result);
            sink.say("Copied");
        }
    } else {
        ImGui::NewLine();
    }
    ImGui::SetCursorPosX(left + icon_column);
    if (active) {
        progress_bar(theme, job.fraction,
                     ImVec2(right - left - icon_column - action - theme.px(8), theme.px(6)));
        if (!job.detail.empty()) {
            ImGui::SetCursorPosX(left + icon_column);
            muted_text(theme, job.detail);
        }
        return;
    }
    const bool failed = job.state == JobState::failed;
    const std::string text = !job.result.empty()                ? job.result
                             : job.state == JobState::cancelled ? "cancelled"
                                                                : job.detail;
    ImGui::PushFont(nullptr, theme.small_size());
    ImGui::PushStyleColor(ImGuiCol_Text, failed ? theme.error : theme.muted);
    if (failed)
        ImGui::TextWrapped("%s", text.c_str());
    else
        fitted_text(theme, text, right - left - icon_column, true);
    ImGui::PopStyleColor();
    ImGui::PopFont();
}

void JobsPanel::draw(const Frame& frame, CommandSink& sink) {
    const auto& jobs = frame.view.jobs;
    if (jobs.empty()) {
        empty_state(
            frame.theme,
            {.icon = ICON_FA_LIST_CHECK,
             .title = "No jobs",
             .hint =
                 "Exports, measurements, learning attributes and opening data show their progress here."});
        return;
    }
    // Active ones on top, then what ended, newest first.
    for (const bool active : {true, false}) {
        for (auto job = jobs.rbegin(); job != jobs.rend(); ++job) {
            if (job->unfinished() != active) continue;
            ImGui::PushID(static_cast<int>(job->id));
            draw_job(frame, sink, *job);
            ImGui::Dummy(ImVec2(0, frame.px(4)));
            ImGui::PopID();
        }
    }
}

} // namespace

std::unique_ptr<Panel> make_jobs_panel() { return std::make_unique<JobsPanel>(); }

} // namespace ganvas
