/// The controls that every panel is made of: rows with the label left and the number right, sliders, buttons, badges.
///
/// UI thread, inside an ImGui window; they keep nothing between frames. Ids come from the label (ImGui's "##" works).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "app/gui/widgets/theme.h"

namespace ganvas {

// ---- text ---------------------------------------------------------------------------------------------------------
/// A heading above a group of rows: small, muted, with space above. `colour` for G and D.
void section_label(const Theme& theme, const char* text);
void section_label(const Theme& theme, const char* text, const ImVec4& colour);
/// Small grey text; `wrapped` at the panel's width.
void muted_text(const Theme& theme, std::string_view text);
void muted_text_wrapped(const Theme& theme, std::string_view text);
/// "label ......... number unit": the number right-aligned, so that nothing jumps when it gets longer.
void value_row(const Theme& theme, const char* label, std::string_view value, const char* tooltip = nullptr);
/// Text cut at `width` with an ellipsis and, when cut, the whole of it as a tooltip. `from_left` keeps the end (paths).
void fitted_text(const Theme& theme, std::string_view text, float width, bool from_left = false);
/// Tooltip of the item before, also when it is disabled; wrapped at 40 characters or so.
void tooltip(const Theme& theme, std::string_view text);
/// A rounded tag: extractor, N, "live". Returns after placing; use ImGui::SameLine() for a row of them.
void badge(const Theme& theme, std::string_view text, const char* tooltip_text = nullptr);
void badge(const Theme& theme, std::string_view text, const ImVec4& colour,
           const char* tooltip_text = nullptr);
/// A thin bar with a fraction; `text` on it.
void progress_bar(const Theme& theme, double fraction, ImVec2 size, std::string_view text = {});

// ---- numbers for people -------------------------------------------------------------------------------------------
[[nodiscard]] std::string grouped(std::int64_t number);          ///< "1,840"
[[nodiscard]] std::string shortened(double number);              ///< "18.3k", "1.2M"
[[nodiscard]] std::string clock_text(double seconds);            ///< "3:12", "1:02:09"
[[nodiscard]] std::string bytes_text(std::int64_t bytes);        ///< "1.1 GB"
[[nodiscard]] std::string fixed_text(double number, int digits); ///< "0.42"

// ---- controls -----------------------------------------------------------------------------------------------------
struct SliderSpec {
    const char* label = ""; ///< drawn left; "##id" hides it
    double minimum = 0, maximum = 1;
    double default_value = 0; ///< double-click returns to it
    const char* format = "%.2f";
    const char* unit = ""; ///< drawn after the number
    double nudge = 0;      ///< a wheel notch; 0: a hundredth of the range
    bool wheel = true;     ///< false in a long list, which the wheel scrolls
    bool logarithmic = false;
    bool whole = false;          ///< whole numbers only
    const char* shown = nullptr; ///< drawn in place of the number; give it a width that does not change
    float shown_width = 0;       ///< 0: that of the text
    const char* tooltip = nullptr;
    const char* disabled_reason = nullptr; ///< greyed, with this as its tooltip
    float label_width = 0;                 ///< 0: a third of the row
    ImVec4 grab = {0, 0, 0, 0};            ///< colour of the grab; alpha 0: the accent
};
/// True when the value changed. Wheel nudges, double-click returns to the default, Ctrl-click types a value.
bool slider(const Theme& theme, const SliderSpec& spec, double& value);

struct ButtonSpec {
    const char* icon = nullptr; ///< ICON_FA_…
    const char* label = "";     ///< with an icon it may be empty ("##id" for the id)
    const char* tooltip = nullptr;
    const char* shortcut = nullptr;        ///< ends the tooltip
    const char* disabled_reason = nullptr; ///< not null: greyed, and this is the tooltip
    bool primary = false;                  ///< filled with the accent; at most one in a panel
    bool selected = false;                 ///< a toggle that is on
    bool small = false;
    ImVec2 size = {0, 0};
};
bool button(const Theme& theme, const ButtonSpec& spec);
/// Two or more words side by side, one of them chosen ("lerp | slerp"). True when changed.
bool choice(const Theme& theme, const char* id, std::span<const char* const> words, int& chosen,
            std::span<const char* const> tooltips = {});
/// A switch with its label; true when changed.
bool toggle(const Theme& theme, const char* label, bool& on, const char* tooltip_text = nullptr,
            const char* disabled_reason = nullptr);

/// What will be here and how to get it, in the middle of the space that is left; true when its button was pressed.
struct EmptyState {
    const char* icon = nullptr;
    const char* title = "";
    const char* hint = "";
    const char* button_label = nullptr;
    const char* button_icon = nullptr;
};
bool empty_state(const Theme& theme, const EmptyState& spec);

} // namespace ganvas
