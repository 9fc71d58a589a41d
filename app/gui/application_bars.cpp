// Application's bars below the menu: what it asks without standing in anyone's way.
#include <functional>
#include <string>
#include <vector>

#include "app/gui/application.h"

#include <icons_font_awesome_6.h>
#include <imgui_internal.h>

namespace ganvas {
namespace {

/// How the last run was left, and from where it would go on.
std::string resume_words(const View& view, const std::string& name) {
    const std::string start = "“" + name + "” was left while it trained";
    if (view.resume_step < 0) return start + ", before its first save: it begins again.";
    const std::string step = "step " + grouped(view.resume_step);
    return view.resume_saved ? start + "; it was saved at " + step + "."
                             : start + ", without a last save: it goes on from " + step + ".";
}

/// A bar across the window that holds what `content` draws.
void bar(const Theme& theme, const char* name, const std::function<void()>& content) {
    ImGui::PushStyleColor(ImGuiCol_WindowBg, theme.field);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(theme.px(8), theme.px(4)));
    constexpr ImGuiWindowFlags flags =
        ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav;
    if (ImGui::BeginViewportSideBar(name, ImGui::GetMainViewport(), ImGuiDir_Up,
                                    ImGui::GetFrameHeight() + theme.px(8), flags)) {
        ImGui::AlignTextToFramePadding();
        content();
    }
    ImGui::End();
    ImGui::PopStyleVar();
    ImGui::PopStyleColor();
}

/// Of the jobs that write a file for the user, those that have not ended.
std::vector<const JobStatus*> unwritten(const View& view) {
    std::vector<const JobStatus*> jobs;
    for (const JobStatus& job : view.jobs)
        if (job.writes && job.unfinished()) jobs.push_back(&job);
    return jobs;
}

} // namespace

void Application::resume_bar(const Frame& frame) {
    if (!view_->resume_offered || resume_dismissed_ || view_->snapshot.state == TrainingState::running)
        return;
    bar(frame.theme, "##resume", [&] {
        std::string name = view_->resume_folder;
        if (const auto slash = name.find_last_of('/'); slash != std::string::npos)
            name = name.substr(slash + 1);
        ImGui::TextUnformatted(resume_words(*view_, name).c_str());
        ImGui::SameLine(0, frame.px(12));
        const std::string folder = view_->resume_folder; // the view changes with the first command
        if (button(frame.theme, {.icon = ICON_FA_PLAY,
                                 .label = "Go on with it",
                                 .tooltip = folder.c_str(),
                                 .primary = true})) {
            resume_dismissed_ = true;
            send(ContinueRun{folder});
        }
        ImGui::SameLine();
        if (button(frame.theme, {.label = "Not now"})) resume_dismissed_ = true;
    });
}

bool Application::may_close(bool asked) {
    if (asked && leaving_) return true; // asked twice
    if (asked) poll();                  // what was sent in the last frame is a job now
    leaving_ = leaving_ || asked;
    return leaving_ && unwritten(*view_).empty();
}

void Application::leaving_bar(const Frame& frame) {
    if (!leaving_) return;
    const auto jobs = unwritten(*view_);
    if (jobs.empty()) return; // the window closes before the next frame
    bar(frame.theme, "##leaving", [&] {
        const std::string what = jobs.size() == 1
                                     ? std::string("a file is")
                                     : grouped(static_cast<std::int64_t>(jobs.size())) + " files are";
        ImGui::TextUnformatted(("The window closes as soon as " + what + " written:").c_str());
        ImGui::SameLine(0, frame.px(6));
        const JobStatus& first = *jobs.front();
        muted_text(frame.theme,
                   first.title + ", " + std::to_string(static_cast<int>(first.fraction * 100)) + " %");
        ImGui::SameLine(0, frame.px(12));
        if (button(frame.theme, {.label = "Stay", .primary = true})) leaving_ = false;
        ImGui::SameLine();
        if (button(frame.theme,
                   {.label = "Close without", .tooltip = "What was not written yet is not kept"}))
            wishes_.quit = true;
    });
}

} // namespace ganvas
