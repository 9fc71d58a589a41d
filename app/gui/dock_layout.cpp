// The default layout: settings left, the samples in the middle, the explorer right, curves and lists at the foot.
#include <algorithm>
#include <cmath>

#include "app/gui/application.h"

#include <imgui_internal.h>

namespace ganvas {
namespace {

const char* title_of(const std::vector<std::unique_ptr<Panel>>& panels, PanelId id) {
    for (const auto& panel : panels)
        if (panel->id() == id) return panel->title();
    return "";
}

ImGuiID split(ImGuiID& rest, ImGuiDir side, float wanted, float whole) {
    ImGuiID part = 0;
    ImGui::DockBuilderSplitNode(rest, side, std::clamp(wanted / whole, 0.05f, 0.9f), &part, &rest);
    return part;
}

} // namespace

void build_default_layout(ImGuiID dockspace, ImVec2 size, const Theme& theme,
                          const std::vector<std::unique_ptr<Panel>>& panels) {
    ImGui::DockBuilderRemoveNode(dockspace);
    ImGui::DockBuilderAddNode(dockspace, static_cast<ImGuiDockNodeFlags>(ImGuiDockNodeFlags_DockSpace));
    ImGui::DockBuilderSetNodeSize(dockspace, size);
    // In units of the text's scale: a large screen gives the pictures more, and the settings what they can use.
    const float units_wide = size.x / theme.scale, units_high = size.y / theme.scale;
    const bool roomy = units_wide >= 1800 && units_high >= 1000;
    const float left_width = theme.px(roomy ? std::clamp(units_wide / 6, 340.0f, 440.0f) : 240);
    // The samples get what eight by eight faces of 64 pixels need at a whole scale, with tab, header and padding.
    constexpr float grid = 8 * 64 + 7;
    const float around = theme.px(76), least_foot = theme.px(roomy ? 240 : 140),
                most_foot = theme.px(roomy ? 320 : 190);
    const float fitting = (size.y - around - least_foot) / grid;
    const float times = fitting >= 1 ? std::floor(fitting) : fitting;
    const bool wasteful = fitting >= 1 && fitting < 2 && fitting / times > 1.4f;
    const float grid_side = grid * (wasteful ? fitting : std::max(times, 0.5f));
    const float foot_height = std::clamp(size.y - grid_side - around, least_foot, most_foot);
    const float samples_width = std::min(grid_side + theme.px(20), (size.x - left_width) * 0.55f);

    ImGuiID rest = dockspace;
    ImGuiID foot = split(rest, ImGuiDir_Down, foot_height, size.y);
    ImGuiID left = split(rest, ImGuiDir_Left, left_width, size.x);
    const ImGuiID samples = split(rest, ImGuiDir_Left, samples_width, size.x - left_width);
    const ImGuiID explorer = rest;
    const float curves_width = size.x * (roomy ? 0.36f : 0.34f);
    const ImGuiID curves = split(foot, ImGuiDir_Left, curves_width, size.x);
    const ImGuiID distance = split(foot, ImGuiDir_Left, curves_width, size.x - curves_width);

    const auto dock = [&](PanelId id, ImGuiID node) {
        ImGui::DockBuilderDockWindow(title_of(panels, id), node);
    };
    if (roomy) {
        const float height = size.y - foot_height;
        const ImGuiID data = split(left, ImGuiDir_Up, height * 0.32f, height);
        const ImGuiID train = split(left, ImGuiDir_Up, height * 0.36f, height * 0.68f);
        dock(PanelId::data, data);
        dock(PanelId::train, train);
        dock(PanelId::model, left);
    } else {
        dock(PanelId::data, left);
        dock(PanelId::train, left);
        dock(PanelId::model, left);
    }
    dock(PanelId::samples, samples);
    for (const PanelId id : {PanelId::sweep, PanelId::arithmetic, PanelId::attributes, PanelId::pad,
                             PanelId::studies, PanelId::compare})
        dock(id, explorer);
    dock(PanelId::curves, curves);
    dock(PanelId::distance, distance);
    dock(PanelId::health, distance);
    for (const PanelId id : {PanelId::runs, PanelId::jobs, PanelId::messages}) dock(id, foot);
    ImGui::DockBuilderFinish(dockspace);
}

} // namespace ganvas
