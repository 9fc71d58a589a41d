#include "app/gui/panels/class_picker.h"

#include <algorithm>

#include <imgui.h>

namespace ganvas {
namespace {

/// One list; -1 is `none`.
void combo(const Frame& frame, const char* id, const char* none, int& chosen, float width, bool disabled) {
    const ModelCard& model = frame.view.model;
    const std::string now = chosen < 0 ? none : class_name(model, chosen);
    ImGui::SetNextItemWidth(width);
    ImGui::BeginDisabled(disabled);
    if (ImGui::BeginCombo(id, now.c_str())) {
        if (ImGui::Selectable(none, chosen < 0)) chosen = -1;
        ImGuiListClipper clipper; // data sets may have a thousand classes
        clipper.Begin(model.classes);
        while (clipper.Step())
            for (int label = clipper.DisplayStart; label < clipper.DisplayEnd; ++label) {
                ImGui::PushID(label);
                if (ImGui::Selectable(class_name(model, label).c_str(), label == chosen)) chosen = label;
                ImGui::PopID();
            }
        ImGui::EndCombo();
    }
    ImGui::EndDisabled();
}

} // namespace

std::string class_name(const ModelCard& model, int label) {
    const auto at = static_cast<std::size_t>(label);
    if (label >= 0 && at < model.class_names.size() && !model.class_names[at].empty())
        return model.class_names[at];
    return "class " + std::to_string(label);
}

void class_combo(const Frame& frame, float width) {
    combo(frame, "##class", "any class", frame.explorer.class_label, width, false);
    tooltip(frame.theme, "The class that is drawn. Any: each seed has a class of its own");
}

bool class_row(const Frame& frame) {
    if (!has_classes(frame)) return false;
    ExplorerState& explorer = frame.explorer;
    ImGui::AlignTextToFramePadding();
    muted_text(frame.theme, "class");
    ImGui::SameLine(0, frame.px(8));
    const float room = ImGui::GetContentRegionAvail().x;
    const float width = std::clamp(room * 0.28f, frame.px(72), frame.px(180));
    class_combo(frame, width);
    ImGui::SameLine(0, frame.px(8));
    muted_text(frame.theme, "mixed with");
    ImGui::SameLine(0, frame.px(8));
    const bool single = explorer.class_label < 0;
    combo(frame, "##class mix", "nothing", explorer.class_to, width, single);
    tooltip(frame.theme, single ? "Choose a class first"
                                : "A second class: the model is told a weighted mean of the two labels");
    ImGui::SameLine(0, frame.px(8));
    const bool mixes = !single && explorer.class_to >= 0 && explorer.class_to != explorer.class_label;
    slider(frame.theme,
           {.label = "##class weight",
            .minimum = 0,
            .maximum = 1,
            .default_value = 0.5,
            .format = "%.2f",
            .tooltip = "The second class's weight: 0 is the first class, 1 the second",
            .disabled_reason = mixes ? nullptr : "Choose two different classes first"},
           explorer.class_weight);
    return true;
}

} // namespace ganvas
