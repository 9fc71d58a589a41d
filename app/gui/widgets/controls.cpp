#include "app/gui/widgets/controls.h"

#include <algorithm>
#include <cmath>

#include <imgui.h>
#include <imgui_internal.h>

namespace ganvas {
namespace {

std::string_view visible(const char* label) {
    const std::string_view text = label;
    return text.substr(0, text.find("##"));
}

/// One wheel notch: an added step, or a factor on a logarithmic scale.
double nudged(const SliderSpec& spec, double value, double notches) {
    if (spec.logarithmic && value > 0)
        return value * std::pow(spec.maximum / std::max(spec.minimum, 1e-12), notches / 100);
    double step = spec.nudge > 0 ? spec.nudge : (spec.maximum - spec.minimum) / 100;
    if (spec.whole) step = std::max(1.0, std::round(step));
    return value + notches * step;
}

/// The text that ImGui draws in the slider: the number's format with the unit after it.
std::string slider_format(const SliderSpec& spec) {
    std::string format = spec.format;
    if (spec.unit && *spec.unit) {
        format += ' ';
        for (const char* c = spec.unit; *c; ++c) format += *c == '%' ? std::string("%%") : std::string(1, *c);
    }
    return format;
}

std::string number_text(const SliderSpec& spec, const std::string& format, double value) {
    char text[96];
    if (spec.whole) {
        const std::string unit = spec.unit && *spec.unit ? std::string(" ") + spec.unit : std::string();
        return grouped(std::llround(value)) + unit;
    }
    ImFormatString(text, sizeof text, format.c_str(), value);
    return text;
}

float number_width(const SliderSpec& spec, const std::string& format, double value) {
    return ImGui::CalcTextSize(number_text(spec, format, value).c_str()).x;
}

/// The muted word at the left; the control follows on its line.
void slider_label(const Theme& theme, const SliderSpec& spec, std::string_view label, float row) {
    const float start = ImGui::GetCursorPosX();
    const float label_width = spec.label_width > 0 ? spec.label_width : std::floor(row * 0.36f);
    ImGui::AlignTextToFramePadding();
    ImGui::PushStyleColor(ImGuiCol_Text, theme.muted);
    fitted_text(theme, label, label_width - theme.px(4));
    ImGui::PopStyleColor();
    if (spec.tooltip) tooltip(theme, spec.tooltip);
    ImGui::SameLine(0, 0);
    ImGui::SetCursorPosX(start + label_width); // SameLine's own offset would count from a group's edge
}

/// Wheel and double-click on the item before.
void slider_hands(const SliderSpec& spec, double& value) {
    if (!ImGui::IsItemHovered()) return;
    if (spec.wheel) ImGui::SetItemKeyOwner(ImGuiKey_MouseWheelY);
    const float wheel = spec.wheel ? ImGui::GetIO().MouseWheel : 0;
    if (wheel != 0) value = std::clamp(nudged(spec, value, wheel), spec.minimum, spec.maximum);
    if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
        value = spec.default_value;
        ImGui::ClearActiveID();
    }
}

} // namespace

bool slider(const Theme& theme, const SliderSpec& spec, double& value) {
    ImGui::PushID(spec.label);
    const bool disabled = spec.disabled_reason != nullptr;
    const float row = ImGui::GetContentRegionAvail().x, row_end = ImGui::GetCursorPosX() + row;
    const std::string_view label = visible(spec.label);
    const double before = value;
    if (!label.empty()) slider_label(theme, spec, label, row);
    const std::string format = slider_format(spec);
    const float number =
        spec.shown ? std::max(spec.shown_width, ImGui::CalcTextSize(spec.shown).x)
                   : std::max({number_width(spec, format, spec.minimum),
                               number_width(spec, format, spec.maximum), number_width(spec, format, value)});
    const float left = ImGui::GetCursorPosX();
    const float width = std::max(theme.px(32), row_end - left - number - theme.px(6));
    ImGui::SetNextItemWidth(width);
    if (disabled) ImGui::BeginDisabled();
    // The number stands at the right, not under the grab; only while it is typed does it show in the slider.
    const bool typing = ImGui::TempInputIsActive(ImGui::GetID("##slider"));
    if (!typing) ImGui::PushStyleColor(ImGuiCol_Text, ImVec4(0, 0, 0, 0));
    if (spec.grab.w > 0) {
        ImGui::PushStyleColor(ImGuiCol_SliderGrab, spec.grab);
        ImGui::PushStyleColor(ImGuiCol_SliderGrabActive, spec.grab);
    }
    ImGuiSliderFlags flags = ImGuiSliderFlags_AlwaysClamp;
    if (spec.logarithmic) flags |= ImGuiSliderFlags_Logarithmic;
    if (spec.whole) {
        // An integer format with a double would print nonsense: ImGui gets an integer.
        ImS64 whole = std::llround(value);
        const ImS64 low = std::llround(spec.minimum), high = std::llround(spec.maximum);
        if (ImGui::SliderScalar("##slider", ImGuiDataType_S64, &whole, &low, &high, "%lld", flags))
            value = static_cast<double>(whole);
    } else {
        ImGui::SliderScalar("##slider", ImGuiDataType_Double, &value, &spec.minimum, &spec.maximum,
                            format.c_str(), flags);
    }
    if (!typing) ImGui::PopStyleColor();
    if (spec.grab.w > 0) ImGui::PopStyleColor(2);
    if (!disabled) slider_hands(spec, value);
    if (disabled)
        tooltip(theme, spec.disabled_reason);
    else if (spec.tooltip)
        tooltip(theme, spec.tooltip);
    const std::string shown = spec.shown ? spec.shown : number_text(spec, format, value);
    ImGui::SameLine(0, 0);
    ImGui::SetCursorPosX(
        std::max(left + width + theme.px(6), row_end - ImGui::CalcTextSize(shown.c_str()).x));
    ImGui::TextUnformatted(shown.c_str());
    if (disabled) ImGui::EndDisabled();
    ImGui::PopID();
    return value != before;
}

bool button(const Theme& theme, const ButtonSpec& spec) {
    const std::string_view label = visible(spec.label);
    std::string words;
    if (spec.icon) words = spec.icon;
    if (spec.icon && !label.empty()) words += "  ";
    words += spec.label;
    if (spec.icon && *spec.label == '\0') words += "##icon";
    const bool disabled = spec.disabled_reason != nullptr;
    int colours = 0;
    const auto push = [&colours](ImGuiCol which, const ImVec4& colour) {
        ImGui::PushStyleColor(which, colour);
        ++colours;
    };
    if (spec.primary && !disabled) {
        push(ImGuiCol_Button, theme.accent);
        push(ImGuiCol_ButtonHovered, ImLerp(theme.accent, theme.text, 0.15f));
        push(ImGuiCol_ButtonActive, ImLerp(theme.accent, theme.text, 0.25f));
        push(ImGuiCol_Text, theme.accent_text);
    } else if (spec.selected) {
        push(ImGuiCol_Button, ImLerp(theme.field, theme.accent, 0.25f));
        push(ImGuiCol_ButtonHovered, ImLerp(theme.field, theme.accent, 0.35f));
        push(ImGuiCol_Text, theme.text);
    }
    if (disabled) ImGui::BeginDisabled();
    const bool pressed =
        spec.small ? ImGui::SmallButton(words.c_str()) : ImGui::Button(words.c_str(), spec.size);
    if (disabled) ImGui::EndDisabled();
    ImGui::PopStyleColor(colours);
    std::string help = disabled ? spec.disabled_reason : spec.tooltip ? spec.tooltip : "";
    if (spec.shortcut) help += help.empty() ? spec.shortcut : std::string("  (") + spec.shortcut + ")";
    tooltip(theme, help);
    return pressed;
}

bool choice(const Theme& theme, const char* id, std::span<const char* const> words, int& chosen,
            std::span<const char* const> tooltips) {
    ImGui::PushID(id);
    bool changed = false;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(theme.px(1), ImGui::GetStyle().ItemSpacing.y));
    for (std::size_t index = 0; index < words.size(); ++index) {
        if (index) ImGui::SameLine();
        const bool on = chosen == static_cast<int>(index);
        const char* help = index < tooltips.size() ? tooltips[index] : nullptr;
        if (button(theme, {.label = words[index], .tooltip = help, .selected = on}) && !on) {
            chosen = static_cast<int>(index);
            changed = true;
        }
    }
    ImGui::PopStyleVar();
    ImGui::PopID();
    return changed;
}

bool toggle(const Theme& theme, const char* label, bool& on, const char* tooltip_text,
            const char* disabled_reason) {
    if (disabled_reason) ImGui::BeginDisabled();
    const bool changed = ImGui::Checkbox(label, &on);
    if (disabled_reason) ImGui::EndDisabled();
    if (disabled_reason)
        tooltip(theme, disabled_reason);
    else if (tooltip_text)
        tooltip(theme, tooltip_text);
    return changed;
}

} // namespace ganvas
