#include "app/gui/panels/help.h"

#include <algorithm>
#include <array>
#include <utility>

#include <imgui_internal.h>

namespace ganvas {
namespace {

constexpr std::array lines = {
    HelpLine{"", "Train"},
    HelpLine{"Space", "train, pause, go on"},
    HelpLine{"Shift+Space", "stop and save"},
    HelpLine{".", "one step"},
    HelpLine{"", "Explore"},
    HelpLine{"click, Shift+click", "take a face as A, as B"},
    HelpLine{"A, B", "the same with the face under the pointer"},
    HelpLine{"X", "exchange A and B"},
    HelpLine{"Left, Right", "alpha one step (Shift: ten)"},
    HelpLine{"R, Shift+R", "next random grid, the one before"},
    HelpLine{"1 … 4", "Sweep, Arithmetic, Attributes, Pad"},
    HelpLine{"drag a face", "into a slot, onto A or B"},
    HelpLine{"right-click a face", "pin, copy seed, save, nearest training images"},
    HelpLine{"wheel over a large picture", "look at its pixels (drag moves, double-click returns)"},
    HelpLine{"", "Sliders"},
    HelpLine{"wheel", "nudge (Train's list of settings scrolls)"},
    HelpLine{"double-click", "back to the default"},
    HelpLine{"Ctrl+click", "type a value"},
    HelpLine{"", "Files"},
    HelpLine{"Ctrl+O, drop", "open a run, a checkpoint, data, an exported picture"},
    HelpLine{"Ctrl+S", "save a checkpoint"},
    HelpLine{"Ctrl+E", "export from the panel in front"},
    HelpLine{"Ctrl+Shift+C", "copy the command that makes the same pixels"},
    HelpLine{"", "Window"},
    HelpLine{"Ctrl+Z, Ctrl+Shift+Z", "undo, redo"},
    HelpLine{"Ctrl +, Ctrl −, Ctrl 0", "larger, smaller, as the monitor says"},
    HelpLine{"F11", "whole screen"},
    HelpLine{"F1", "this sheet"},
    HelpLine{"Ctrl+Q", "leave; what trains is saved"},
};

} // namespace

std::span<const HelpLine> help_lines() { return lines; }

void draw_help(const Frame& frame, HelpSheet& sheet) {
    if (!sheet.open) {
        // Dear ImGui would give the focus to the window that had it last in its own order, which may be a hidden tab.
        if (ImGuiWindow* before = ImGui::FindWindowByID(std::exchange(sheet.focused_before, 0)))
            ImGui::FocusWindow(before);
        return;
    }
    if (const ImGuiWindow* focused = ImGui::GetCurrentContext()->NavWindow;
        sheet.focused_before == 0 && focused)
        sheet.focused_before = focused->ID;
    const Theme& theme = frame.theme;
    const ImGuiViewport* viewport = ImGui::GetMainViewport();
    ImGui::SetNextWindowPos(viewport->GetWorkCenter(), ImGuiCond_Appearing, ImVec2(0.5f, 0.5f));
    const ImVec2 most(viewport->WorkSize.x * 0.95f, viewport->WorkSize.y * 0.95f);
    ImGui::SetNextWindowSizeConstraints(ImVec2(std::min(frame.px(500), most.x), 0), most);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1.0f);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(frame.px(16), frame.px(12)));
    constexpr ImGuiWindowFlags flags = ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoCollapse
                                       | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_AlwaysAutoResize;
    if (ImGui::Begin("Keys and hands", &sheet.open, flags)) {
        const float column = frame.px(184);
        for (const HelpLine& line : lines) {
            if (*line.keys == '\0') {
                section_label(theme, line.what);
                continue;
            }
            const float left = ImGui::GetCursorPosX();
            ImGui::TextUnformatted(line.keys);
            ImGui::SameLine(left + column, 0);
            ImGui::PushStyleColor(ImGuiCol_Text, theme.muted);
            ImGui::TextUnformatted(line.what);
            ImGui::PopStyleColor();
        }
        if (ImGui::IsKeyPressed(ImGuiKey_Escape)) sheet.open = false;
    }
    ImGui::End();
    ImGui::PopStyleVar(2);
}

} // namespace ganvas
