#include "app/gui/panels/attribute_figures.h"

#include <algorithm>
#include <cmath>

#include <imgui_internal.h>

namespace ganvas {
namespace {

std::string signed_percent(double share) { return (share >= 0 ? "+" : "−") + percent(std::fabs(share)); }

/// "+12 % Male", cut at its place.
void strongest_move(const Frame& frame, const AttributeCard& card, std::size_t count, ImVec2 low,
                    ImVec2 size) {
    const auto& attributes = frame.view.attributes;
    std::size_t strongest = count;
    for (std::size_t index = 0; index < count; ++index)
        if (attributes[index].name != card.name
            && (strongest == count || std::fabs(card.moved[index]) > std::fabs(card.moved[strongest])))
            strongest = index;
    if (strongest == count) return;
    const std::string text = signed_percent(card.moved[strongest]) + " " + spoken(attributes[strongest].name);
    ImDrawList* list = ImGui::GetWindowDrawList();
    ImGui::PushFont(nullptr, frame.theme.small_size());
    list->PushClipRect(low, low + size, true);
    list->AddText(ImVec2(low.x + frame.px(8), low.y + (size.y - ImGui::GetTextLineHeight()) / 2),
                  packed(frame.theme.muted), text.c_str());
    list->PopClipRect();
    ImGui::PopFont();
}

} // namespace

std::string spoken(const std::string& name) {
    std::string text = name;
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

std::string percent(double share) { return fixed_text(share * 100, 0) + " %"; }

std::string attribute_explanation(const View& view, const AttributeCard& card) {
    std::string text =
        "At +2 σ, " + percent(card.flipped) + " of 200 fresh faces change their answer to “"
        + spoken(card.name) + "”. The classifier that judges is right on " + percent(card.classifier_accuracy)
        + " of held-out pictures (always guessing the commoner answer: " + percent(card.base_rate) + ").";
    std::vector<std::size_t> order;
    for (std::size_t index = 0; index < std::min(card.moved.size(), view.attributes.size()); ++index)
        if (view.attributes[index].name != card.name) order.push_back(index);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::fabs(card.moved[a]) > std::fabs(card.moved[b]);
    });
    constexpr std::size_t most = 16;
    const std::size_t all = order.size();
    if (order.size() > most) order.resize(most);
    text += order.empty() ? "\nThere is no other attribute that could move with it."
                          : "\nHow much the others move with it:";
    for (std::size_t index : order)
        text += "\n   " + signed_percent(card.moved[index]) + "   " + spoken(view.attributes[index].name);
    if (all > most) text += "\n   and " + std::to_string(all - most) + " less";
    return text;
}

float wide_moves(const Theme& theme) { return theme.px(180); }

void attribute_moves(const Frame& frame, const AttributeCard& card, float width) {
    const Theme& theme = frame.theme;
    const auto& attributes = frame.view.attributes;
    const std::size_t count = std::min(card.moved.size(), attributes.size());
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const float height = ImGui::GetFrameHeight(), middle = std::floor(low.y + height / 2);
    ImGui::InvisibleButton("moves", ImVec2(width, height));
    if (count == 0) return;
    const float words = width > wide_moves(theme) ? theme.px(136) : 0;
    const float slot = std::clamp(std::floor((width - words) / static_cast<float>(count)), 1.0f, theme.px(8));
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddLine(ImVec2(low.x, middle), ImVec2(low.x + slot * static_cast<float>(count), middle),
                  packed(theme.muted, 0.6f));
    constexpr double full = 0.5, much = 0.15;
    const int under_pointer =
        ImGui::IsItemHovered() ? static_cast<int>((ImGui::GetIO().MousePos.x - low.x) / slot) : -1;
    for (std::size_t index = 0; index < count; ++index) {
        if (attributes[index].name == card.name) continue;
        const double share = std::clamp(card.moved[index] / full, -1.0, 1.0);
        const float x = low.x + slot * static_cast<float>(index),
                    end = middle - static_cast<float>(share) * (height / 2 - theme.px(2));
        const bool pointed = static_cast<int>(index) == under_pointer;
        const ImVec4& colour = pointed                                ? theme.accent
                               : std::fabs(card.moved[index]) >= much ? theme.warning
                                                                      : theme.muted;
        list->AddRectFilled(ImVec2(x, std::min(middle, end) - (end <= middle ? 1.0f : 0.0f)),
                            ImVec2(x + std::max(1.0f, slot - theme.px(1)), std::max(middle, end) + 1.0f),
                            packed(colour));
    }
    if (words > 0)
        strongest_move(frame, card, count, ImVec2(low.x + width - words, low.y), ImVec2(words, height));
    if (under_pointer >= 0 && under_pointer < static_cast<int>(count)) {
        const auto at = static_cast<std::size_t>(under_pointer);
        tooltip(theme, attributes[at].name == card.name
                           ? attribute_explanation(frame.view, card)
                           : spoken(attributes[at].name) + " moves " + signed_percent(card.moved[at])
                                 + " when " + spoken(card.name) + " is pushed to +2 σ");
    } else {
        tooltip(theme, attribute_explanation(frame.view, card));
    }
}

} // namespace ganvas
