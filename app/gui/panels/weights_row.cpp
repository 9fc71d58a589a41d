#include "app/gui/panels/weights_row.h"

#include <algorithm>

#include <icons_font_awesome_6.h>
#include <imgui.h>

namespace ganvas {
namespace {

constexpr const char* where_it_comes_from =
    "A .safetensors file of Inception-v3 (2015), which third_party/convert_inception.py makes of the "
    "published one. Only "
    "distances on these features are called FID.";

void ask_for_weights(const Frame& frame, CommandSink& sink) {
    FileQuestion question;
    question.title = "Inception's weights";
    question.filters = {"Safetensors", "*.safetensors", "All files", "*"};
    // The preferences outlive every panel and every answer.
    std::string* kept = &frame.inception_weights;
    sink.ask_file(std::move(question), [kept](std::string path) { *kept = std::move(path); });
}

} // namespace

void weights_row(const Frame& frame, CommandSink& sink, bool& inception) {
    const Theme& theme = frame.theme;
    const bool has_file = !frame.inception_weights.empty();
    ImGui::PushID("weights");
    ImGui::AlignTextToFramePadding();
    muted_text(theme, "features");
    ImGui::SameLine(0, theme.px(8));
    constexpr const char* words[] = {"Lite0", "Inception"};
    constexpr const char* tooltips[] = {"EfficientNet-Lite0, which comes with Ganvas", where_it_comes_from};
    int chosen = inception && has_file ? 1 : 0;
    if (choice(theme, "extractor", words, chosen, tooltips)) {
        inception = chosen == 1;
        if (inception && !has_file) ask_for_weights(frame, sink);
    }
    ImGui::SameLine(0, theme.px(8));
    if (button(theme, {.icon = ICON_FA_FOLDER_OPEN, .label = "##file", .tooltip = where_it_comes_from}))
        ask_for_weights(frame, sink);
    ImGui::SameLine(0, theme.px(6));
    ImGui::AlignTextToFramePadding();
    ImGui::PushStyleColor(ImGuiCol_Text, theme.muted);
    fitted_text(theme, has_file ? frame.inception_weights : "no Inception file chosen",
                std::max(theme.px(40), ImGui::GetContentRegionAvail().x), has_file);
    ImGui::PopStyleColor();
    ImGui::PopID();
}

} // namespace ganvas
