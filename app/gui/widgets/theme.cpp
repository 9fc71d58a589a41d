#include "app/gui/widgets/theme.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include <implot.h>

namespace ganvas {
namespace {

ImVec4 hex(unsigned rgb) {
    return {static_cast<float>((rgb >> 16) & 255) / 255.0f, static_cast<float>((rgb >> 8) & 255) / 255.0f,
            static_cast<float>(rgb & 255) / 255.0f, 1.0f};
}

ImVec4 faint(const ImVec4& colour, float opacity) { return {colour.x, colour.y, colour.z, opacity}; }

float linear(float channel) {
    return channel <= 0.04045f ? channel / 12.92f : std::pow((channel + 0.055f) / 1.055f, 2.4f);
}

float luminance(const ImVec4& c) {
    return 0.2126f * linear(c.x) + 0.7152f * linear(c.y) + 0.0722f * linear(c.z);
}

void apply_colours(const Theme& theme, ImGuiStyle& style) {
    ImVec4* colours = style.Colors;
    if (theme.kind == ThemeKind::dark)
        ImGui::StyleColorsDark(&style);
    else
        ImGui::StyleColorsLight(&style);
    const auto set = [colours](std::initializer_list<ImGuiCol> which, const ImVec4& colour) {
        for (ImGuiCol index : which) colours[index] = colour;
    };
    set({ImGuiCol_Text}, theme.text);
    set({ImGuiCol_TextDisabled}, theme.muted);
    set({ImGuiCol_WindowBg, ImGuiCol_ChildBg}, theme.panel);
    set({ImGuiCol_PopupBg},
        theme.kind == ThemeKind::dark ? theme.window : theme.panel); // not the fields' own
    set({ImGuiCol_MenuBarBg, ImGuiCol_TitleBg, ImGuiCol_TitleBgActive, ImGuiCol_TitleBgCollapsed,
         ImGuiCol_DockingEmptyBg},
        theme.window);
    set({ImGuiCol_FrameBg, ImGuiCol_Button}, theme.field);
    set({ImGuiCol_FrameBgHovered, ImGuiCol_FrameBgActive, ImGuiCol_ButtonHovered, ImGuiCol_ButtonActive},
        theme.field_hovered);
    set({ImGuiCol_Border, ImGuiCol_Separator, ImGuiCol_TableBorderStrong, ImGuiCol_TableBorderLight},
        theme.line);
    set({ImGuiCol_BorderShadow, ImGuiCol_ScrollbarBg, ImGuiCol_TableRowBg}, ImVec4(0, 0, 0, 0));
    set({ImGuiCol_ScrollbarGrab}, theme.field_hovered);
    set({ImGuiCol_ScrollbarGrabHovered, ImGuiCol_ScrollbarGrabActive}, theme.muted);
    set({ImGuiCol_CheckMark, ImGuiCol_SliderGrab, ImGuiCol_SliderGrabActive, ImGuiCol_PlotHistogram,
         ImGuiCol_DragDropTarget, ImGuiCol_NavCursor, ImGuiCol_TextLink},
        theme.accent);
    set({ImGuiCol_Header}, faint(theme.accent, 0.18f));
    set({ImGuiCol_HeaderHovered, ImGuiCol_HeaderActive, ImGuiCol_TextSelectedBg}, faint(theme.accent, 0.30f));
    set({ImGuiCol_SeparatorHovered, ImGuiCol_SeparatorActive, ImGuiCol_ResizeGripHovered,
         ImGuiCol_ResizeGripActive},
        faint(theme.accent, 0.6f));
    set({ImGuiCol_ResizeGrip}, ImVec4(0, 0, 0, 0));
    set({ImGuiCol_Tab, ImGuiCol_TabDimmed}, theme.window);
    set({ImGuiCol_TabSelected, ImGuiCol_TabDimmedSelected}, theme.panel);
    set({ImGuiCol_TabHovered}, theme.field_hovered);
    set({ImGuiCol_TabSelectedOverline}, theme.accent);
    set({ImGuiCol_TabDimmedSelectedOverline}, faint(theme.accent, 0.0f));
    set({ImGuiCol_TableHeaderBg}, theme.window);
    set({ImGuiCol_TableRowBgAlt}, faint(theme.text, 0.03f));
    set({ImGuiCol_DockingPreview}, faint(theme.accent, 0.4f));
}

void apply_plot_colours(const Theme& theme) {
    if (!ImPlot::GetCurrentContext()) return;
    ImPlotStyle& style = ImPlot::GetStyle();
    style.Colors[ImPlotCol_FrameBg] = ImVec4(0, 0, 0, 0);
    style.Colors[ImPlotCol_PlotBg] = ImVec4(0, 0, 0, 0);
    style.Colors[ImPlotCol_PlotBorder] = theme.line;
    style.Colors[ImPlotCol_AxisText] = theme.muted;
    style.Colors[ImPlotCol_AxisGrid] = faint(theme.muted, 0.35f);
    style.Colors[ImPlotCol_LegendBg] = faint(theme.panel, 0.8f);
    style.Colors[ImPlotCol_LegendBorder] = ImVec4(0, 0, 0, 0);
    style.Colors[ImPlotCol_LegendText] = theme.text;
    style.Colors[ImPlotCol_InlayText] = theme.text;
    style.Colors[ImPlotCol_TitleText] = theme.text;
    style.Colors[ImPlotCol_Crosshairs] = theme.muted;
    style.Colors[ImPlotCol_Selection] = theme.accent;
    style.PlotPadding = ImVec2(theme.px(4), theme.px(4));
    style.LabelPadding = ImVec2(theme.px(4), theme.px(2));
    style.LegendPadding = ImVec2(theme.px(4), theme.px(4));
    style.LegendInnerPadding = ImVec2(theme.px(4), theme.px(2));
    style.MousePosPadding = ImVec2(theme.px(8), theme.px(8));
    style.MajorTickLen = ImVec2(theme.px(4), theme.px(4));
    style.MinorTickLen = ImVec2(theme.px(2), theme.px(2));
    style.PlotMinSize = ImVec2(theme.px(60), theme.px(40));
}

} // namespace

Theme make_theme(ThemeKind kind, float scale) {
    Theme theme;
    theme.kind = kind;
    theme.scale = scale;
    if (kind == ThemeKind::dark) {
        theme.window = hex(0x141517);
        theme.panel = hex(0x1c1d20);
        theme.field = hex(0x2a2c30);
        theme.field_hovered = hex(0x36393f);
        theme.line = hex(0x303238);
        theme.text = hex(0xe6e7ea);
        theme.muted = hex(0xa0a4ad);
        theme.picture_ground = hex(0x141517);
        theme.a = hex(0x5aa2ff);
        theme.b = hex(0xff6b6b);
        theme.generator = hex(0xf5a142);
        theme.discriminator = hex(0x35c2b0);
        theme.accent = hex(0xb79cff);
        theme.accent_text = hex(0x17131f);
        theme.warning = hex(0xf2c94c);
        theme.error = hex(0xff7b72);
        theme.good = hex(0x6fcf7f);
    } else {
        theme.window = hex(0xe4e5e8);
        theme.panel = hex(0xf7f7f8);
        theme.field = hex(0xe9eaed);
        theme.field_hovered = hex(0xdcdee3);
        theme.line = hex(0xd2d4da);
        theme.text = hex(0x1b1c1f);
        theme.muted = hex(0x555962);
        theme.picture_ground = hex(0xe4e5e8);
        theme.a = hex(0x1259c3);
        theme.b = hex(0xbf1f2b);
        theme.generator = hex(0x9a4d00);
        theme.discriminator = hex(0x006b5e);
        theme.accent = hex(0x5f3dc4);
        theme.accent_text = hex(0xffffff);
        theme.warning = hex(0x7a5600);
        theme.error = hex(0xb3202a);
        theme.good = hex(0x1b6b2f);
    }
    return theme;
}

void apply(const Theme& theme) {
    ImGuiStyle style;
    apply_colours(theme, style);
    style.WindowPadding = ImVec2(8, 8);
    style.FramePadding = ImVec2(8, 4);
    style.CellPadding = ImVec2(4, 4);
    style.ItemSpacing = ImVec2(8, 4);
    style.ItemInnerSpacing = ImVec2(4, 4);
    style.IndentSpacing = 12;
    style.ScrollbarSize = 12;
    style.GrabMinSize = 12;
    style.WindowBorderSize = 0;
    style.ChildBorderSize = 0;
    style.PopupBorderSize = 1;
    style.FrameBorderSize = 0;
    style.WindowRounding = 0;
    style.FrameRounding = 4;
    style.PopupRounding = 4;
    style.GrabRounding = 4;
    style.ScrollbarRounding = 4;
    style.TabRounding = 0;
    style.TabBarOverlineSize = 2;
    style.TabBarBorderSize = 0;
    style.DockingSeparatorSize = 2;
    style.SeparatorTextBorderSize = 1;
    style.WindowMenuButtonPosition = ImGuiDir_None;
    style.HoverDelayNormal = 0.45f;
    style.ScaleAllSizes(theme.scale);
    style.FontSizeBase = theme.text_size();
    style.AntiAliasedLinesUseTex = true;
    ImGui::GetStyle() = style;
    apply_plot_colours(theme);
}

ImU32 packed(const ImVec4& colour, float opacity) { return packed(faint(colour, colour.w * opacity)); }

float contrast(const ImVec4& front, const ImVec4& back) {
    const float one = luminance(front), other = luminance(back);
    return (std::max(one, other) + 0.05f) / (std::min(one, other) + 0.05f);
}

} // namespace ganvas
