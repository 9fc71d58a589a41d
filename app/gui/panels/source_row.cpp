#include "app/gui/panels/source_row.h"

#include <algorithm>

#include <icons_font_awesome_6.h>
#include <imgui.h>
#include <imgui_stdlib.h>

namespace ganvas {

void ask_for_data(CommandSink& sink, FileQuestion::Kind kind) {
    FileQuestion question;
    question.kind = kind;
    question.title = kind == FileQuestion::Kind::open_folder ? "Open a folder of pictures" : "Open data";
    if (kind == FileQuestion::Kind::open_file)
        question.filters = {"Archives, IDX and CIFAR files", "*.zip *.tar *.tar.gz *.tgz *.gz *.bin *ubyte*",
                            "All files", "*"};
    sink.ask_file(std::move(question), [&sink](std::string path) { sink.send(OpenData{std::move(path)}); });
}

void SourceRow::draw(const Frame& frame, CommandSink& sink) {
    const Theme& theme = frame.theme;
    // What training takes; while it is being opened the pictures below are still the ones before.
    const std::string& source = frame.view.data_source;
    if (shown_ != source) typed_ = shown_ = source;
    const bool can_open = allowed(frame.view.snapshot.state, TrainingAction::open);
    const std::string why(reason_not_allowed(frame.view.snapshot.state, TrainingAction::open));
    const char* reason = can_open ? nullptr : why.c_str();
    ImGui::PushID("source");
    const float icon = theme.px(30), gap = theme.px(4);
    ImGui::SetNextItemWidth(std::max(theme.px(60), ImGui::GetContentRegionAvail().x - 3 * (icon + gap)));
    if (reason) ImGui::BeginDisabled();
    const bool entered = ImGui::InputTextWithHint("##path", "folder, archive, or “faces”", &typed_,
                                                  ImGuiInputTextFlags_EnterReturnsTrue);
    if (reason) ImGui::EndDisabled();
    if (!ImGui::IsItemActive())
        tooltip(theme, reason
                           ? reason
                           : "Where the pictures are: a folder, an archive, an IDX or CIFAR file, or “faces” "
                             "for those that Ganvas draws. Enter opens it; or drop it on the window.");
    if (entered && !typed_.empty()) sink.send(OpenData{typed_});
    // What was left without Enter, or failed to open, is not what training takes.
    const bool settled = !ImGui::IsItemActive() && frame.view.data_job == 0;
    if (!entered && (settled || ImGui::IsItemDeactivated())) typed_ = source;
    ImGui::SameLine(0, gap);
    if (button(theme, {.icon = ICON_FA_CLOCK_ROTATE_LEFT,
                       .label = "##recent",
                       .tooltip = "Opened lately",
                       .disabled_reason = reason,
                       .size = {icon, 0}}))
        ImGui::OpenPopup("recent");
    ImGui::SameLine(0, gap);
    if (button(theme, {.icon = ICON_FA_FOLDER_OPEN,
                       .label = "##folder",
                       .tooltip = "Choose a folder",
                       .disabled_reason = reason,
                       .size = {icon, 0}}))
        ask_for_data(sink, FileQuestion::Kind::open_folder);
    ImGui::SameLine(0, gap);
    if (button(theme, {.icon = ICON_FA_FILE_ZIPPER,
                       .label = "##file",
                       .tooltip = "Choose an archive or a data file",
                       .disabled_reason = reason,
                       .size = {icon, 0}}))
        ask_for_data(sink, FileQuestion::Kind::open_file);
    if (ImGui::BeginPopup("recent")) {
        if (ImGui::MenuItem("faces", "drawn by Ganvas")) sink.send(OpenData{"faces"});
        for (const std::string& recent : frame.recent_data)
            if (recent != "faces" && ImGui::MenuItem(recent.c_str())) sink.send(OpenData{recent});
        ImGui::EndPopup();
    }
    ImGui::PopID();
}

} // namespace ganvas
