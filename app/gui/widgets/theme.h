/// Colours, sizes and fonts of the window; the meaning of each colour is fixed everywhere.
///
/// Values, UI thread. A is blue and B red (their letters are always drawn too), the generator orange, the
/// discriminator teal, one accent for what can be clicked; all else is grey. Text and its ground are at least 4.5 : 1
/// apart in both themes (tests/unit/widgets holds them there).
#pragma once

#include <imgui.h>

namespace ganvas {

enum class ThemeKind { dark, light };

struct Theme {
    ThemeKind kind = ThemeKind::dark;
    float scale = 1;             ///< monitor's scale times the user's Ctrl +/-
    ImFont* text_font = nullptr; ///< Roboto with the icons merged in; null: Dear ImGui's own
    ImFont* bold_font = nullptr; ///< headings and letters on pictures

    // Greys
    ImVec4 window, panel, field, field_hovered, line, text, muted, picture_ground;
    // Meanings
    ImVec4 a, b, generator, discriminator, accent, accent_text, warning, error, good;

    [[nodiscard]] float px(float at_scale_one) const { return at_scale_one * scale; }
    [[nodiscard]] float text_size() const { return 15.0f * scale; }
    [[nodiscard]] float small_size() const { return 12.5f * scale; }
};

[[nodiscard]] Theme make_theme(ThemeKind kind, float scale);
/// Sets ImGui's style (colours, spacing in steps of 4 px, no rounding beyond 4) and ImPlot's, at the theme's scale.
void apply(const Theme& theme);

[[nodiscard]] inline ImU32 packed(const ImVec4& colour) { return ImGui::ColorConvertFloat4ToU32(colour); }
[[nodiscard]] ImU32 packed(const ImVec4& colour, float opacity);
/// WCAG 2 contrast of two opaque colours, 1 … 21.
[[nodiscard]] float contrast(const ImVec4& front, const ImVec4& back);

} // namespace ganvas
