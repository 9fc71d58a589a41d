// Labels, rows, badges, bars and empty states; the declarations are in controls.h.
#include "app/gui/widgets/controls.h"

#include <algorithm>
#include <cmath>

#include <imgui_internal.h>

namespace ganvas {
namespace {

/// Text at the small size for as long as it lives.
class SmallText {
public:
    explicit SmallText(const Theme& theme) { ImGui::PushFont(nullptr, theme.small_size()); }
    ~SmallText() { ImGui::PopFont(); }
    SmallText(const SmallText&) = delete;
    SmallText& operator=(const SmallText&) = delete;
};

void coloured(const ImVec4& colour, std::string_view text) {
    ImGui::PushStyleColor(ImGuiCol_Text, colour);
    ImGui::TextUnformatted(text.data(), text.data() + text.size());
    ImGui::PopStyleColor();
}

std::string_view without_id(std::string_view label) { return label.substr(0, label.find("##")); }

} // namespace

void section_label(const Theme& theme, const char* text, const ImVec4& colour) {
    if (ImGui::GetCursorPosY() > ImGui::GetCursorStartPos().y + 1) ImGui::Dummy(ImVec2(0, theme.px(4)));
    ImGui::PushFont(theme.bold_font, theme.small_size());
    coloured(colour, text);
    ImGui::PopFont();
}

void section_label(const Theme& theme, const char* text) { section_label(theme, text, theme.muted); }

void muted_text(const Theme& theme, std::string_view text) {
    SmallText small(theme);
    coloured(theme.muted, text);
}

void muted_text_wrapped(const Theme& theme, std::string_view text) {
    ImGui::PushTextWrapPos(0);
    muted_text(theme, text);
    ImGui::PopTextWrapPos();
}

void tooltip(const Theme& theme, std::string_view text) {
    if (text.empty()
        || !ImGui::IsItemHovered(ImGuiHoveredFlags_ForTooltip | ImGuiHoveredFlags_AllowWhenDisabled))
        return;
    if (!ImGui::BeginTooltip()) return;
    ImGui::PushTextWrapPos(theme.px(320));
    ImGui::TextUnformatted(text.data(), text.data() + text.size());
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
}

void value_row(const Theme& theme, const char* label, std::string_view value, const char* tooltip_text) {
    const std::string_view shown = without_id(label);
    const float right = ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x;
    const float width = ImGui::CalcTextSize(value.data(), value.data() + value.size()).x;
    ImGui::BeginGroup();
    coloured(theme.muted, shown);
    ImGui::SameLine();
    ImGui::SetCursorPosX(std::max(ImGui::GetCursorPosX(), right - width));
    ImGui::TextUnformatted(value.data(), value.data() + value.size());
    ImGui::EndGroup();
    if (tooltip_text) tooltip(theme, tooltip_text);
}

void fitted_text(const Theme& theme, std::string_view text, float width, bool from_left) {
    const auto measure = [](std::string_view part) {
        return ImGui::CalcTextSize(part.data(), part.data() + part.size()).x;
    };
    if (measure(text) <= width) {
        ImGui::TextUnformatted(text.data(), text.data() + text.size());
        return;
    }
    const std::string dots = "…";
    const auto boundary = [text](std::size_t at) { // never inside a UTF-8 character
        return at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
    };
    std::size_t low = 0, high = text.size(); // characters kept; the widest that fits
    while (low < high) {
        const std::size_t middle = (low + high + 1) / 2;
        const std::string_view part = from_left ? text.substr(text.size() - middle) : text.substr(0, middle);
        if (measure(part) + measure(dots) <= width)
            low = middle;
        else
            high = middle - 1;
    }
    std::size_t cut = from_left ? text.size() - low : low;
    while (!boundary(cut)) cut += from_left ? 1 : static_cast<std::size_t>(-1);
    const std::string shown =
        from_left ? dots + std::string(text.substr(cut)) : std::string(text.substr(0, cut)) + dots;
    ImGui::TextUnformatted(shown.c_str());
    tooltip(theme, text);
}

void badge(const Theme& theme, std::string_view text, const ImVec4& colour, const char* tooltip_text) {
    SmallText small(theme);
    const ImVec2 words = ImGui::CalcTextSize(text.data(), text.data() + text.size());
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const ImVec2 size(words.x + theme.px(12), words.y + theme.px(4));
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(low, low + size, packed(theme.field), size.y / 2);
    list->AddText(low + ImVec2(theme.px(6), theme.px(2)), packed(colour), text.data(),
                  text.data() + text.size());
    ImGui::Dummy(size);
    if (tooltip_text) tooltip(theme, tooltip_text);
}

void badge(const Theme& theme, std::string_view text, const char* tooltip_text) {
    badge(theme, text, theme.text, tooltip_text);
}

void progress_bar(const Theme& theme, double fraction, ImVec2 size, std::string_view text) {
    const ImVec2 low = ImGui::GetCursorScreenPos();
    if (size.x <= 0) size.x = std::max(1.0f, ImGui::GetContentRegionAvail().x + size.x);
    if (size.y <= 0) size.y = theme.px(text.empty() ? 6 : 20);
    const double done = std::isfinite(fraction) ? std::clamp(fraction, 0.0, 1.0) : 0;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float rounding = std::min(theme.px(4), size.y / 2);
    list->AddRectFilled(low, low + size, packed(theme.field), rounding);
    if (done > 0) {
        const ImVec2 end(low.x + std::max(size.x * static_cast<float>(done), rounding * 2), low.y + size.y);
        list->AddRectFilled(low, end, packed(theme.accent, text.empty() ? 1.0f : 0.35f), rounding);
    }
    if (!text.empty()) {
        SmallText small(theme);
        const ImVec2 words = ImGui::CalcTextSize(text.data(), text.data() + text.size());
        list->AddText(low + (size - words) * 0.5f, packed(theme.text), text.data(),
                      text.data() + text.size());
    }
    ImGui::Dummy(size);
}

bool empty_state(const Theme& theme, const EmptyState& spec) {
    const ImVec2 space = ImGui::GetContentRegionAvail();
    const float wrap = std::min(space.x - theme.px(16), theme.px(300));
    ImGui::PushID(spec.title);
    const ImVec2 hint = ImGui::CalcTextSize(spec.hint, nullptr, false, wrap);
    const float line = ImGui::GetTextLineHeightWithSpacing();
    const float icon_size = theme.px(28);
    const float height = (spec.icon ? icon_size + theme.px(8) : 0) + line + hint.y
                         + (spec.button_label ? ImGui::GetFrameHeight() + theme.px(16) : 0);
    const float left = ImGui::GetCursorPosX();
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() + std::max(0.0f, (space.y - height) / 2));
    const auto centre = [&](float width) {
        ImGui::SetCursorPosX(left + std::max(0.0f, (space.x - width) / 2));
    };
    if (spec.icon && space.y > height) {
        ImGui::PushFont(nullptr, icon_size);
        centre(ImGui::CalcTextSize(spec.icon).x);
        coloured(theme.line, spec.icon);
        ImGui::PopFont();
        ImGui::Dummy(ImVec2(0, theme.px(4)));
    }
    centre(ImGui::CalcTextSize(spec.title).x);
    ImGui::TextUnformatted(spec.title);
    centre(hint.x);
    ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + wrap);
    coloured(theme.muted, spec.hint);
    ImGui::PopTextWrapPos();
    bool pressed = false;
    if (spec.button_label) {
        ImGui::Dummy(ImVec2(0, theme.px(4)));
        std::string words =
            spec.button_icon ? std::string(spec.button_icon) + "  " + spec.button_label : spec.button_label;
        centre(ImGui::CalcTextSize(words.c_str()).x + 2 * ImGui::GetStyle().FramePadding.x);
        pressed = button(theme, {.icon = spec.button_icon, .label = spec.button_label});
    }
    ImGui::PopID();
    return pressed;
}

} // namespace ganvas
