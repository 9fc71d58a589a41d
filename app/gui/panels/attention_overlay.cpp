#include "app/gui/panels/attention_overlay.h"

#include <algorithm>
#include <vector>

#include <icons_font_awesome_6.h>
#include <imgui_internal.h>

#include "engine/api/attention_light.h"

namespace ganvas {
namespace {

const std::string& layers_text(const Frame& frame, NetworkKind network) {
    return frame.view.model.settings.text(network == NetworkKind::generator ? "generator.attention"
                                                                            : "discriminator.attention");
}

std::size_t layer_count(const Frame& frame, NetworkKind network) {
    const std::string& layers = layers_text(frame, network);
    if (layers.empty()) return 0;
    return 1 + static_cast<std::size_t>(std::count(layers.begin(), layers.end(), ','));
}

} // namespace

bool has_attention(const Frame& frame) {
    return frame.has_model()
           && layer_count(frame, NetworkKind::generator) + layer_count(frame, NetworkKind::discriminator) > 0;
}

void AttentionOverlay::choose_network(const Frame& frame) {
    const NetworkKind other =
        network_ == NetworkKind::generator ? NetworkKind::discriminator : NetworkKind::generator;
    if (layer_count(frame, network_) == 0) network_ = other;
    layer_ = std::min(layer_, layer_count(frame, network_));
}

void AttentionOverlay::control(const Frame& frame) {
    if (!has_attention(frame)) return;
    choose_network(frame);
    const std::size_t layers = layer_count(frame, network_);
    const bool on = layer_ < layers;
    const std::string whose = network_ == NetworkKind::generator ? "the generator's" : "the discriminator's";
    const std::string help =
        "Self-attention: "
        + (on ? "point at a pixel of the z picture to see what it looks at. Shown: " + whose + ", "
                    + std::to_string(layer_ + 1) + " of " + std::to_string(layers) + " (layers "
                    + layers_text(frame, network_) + "). Click for the next, then off"
              : std::string("off. Click to show it"));
    if (button(frame.theme,
               {.icon = ICON_FA_CROSSHAIRS, .label = "##attention", .tooltip = help.c_str(), .selected = on}))
        layer_ = on ? layer_ + 1 : 0;
    ImGui::SameLine(0, frame.px(4));
    const bool both =
        layer_count(frame, NetworkKind::generator) > 0 && layer_count(frame, NetworkKind::discriminator) > 0;
    if (!on || !both) return;
    // One button: the row has no room for two.
    const bool generator = network_ == NetworkKind::generator;
    if (button(frame.theme,
               {.label = generator ? "G###attention of" : "D###attention of",
                .tooltip = generator ? "Where the generator looks while it makes this picture. Click for the "
                                       "discriminator"
                                     : "Where the discriminator looks when it is shown this picture: the one "
                                       "that was saved last. Click for the generator",
                .selected = true,
                .size = {frame.px(26), 0}})) {
        network_ = generator ? NetworkKind::discriminator : NetworkKind::generator;
        layer_ = 0;
    }
    ImGui::SameLine(0, frame.px(4));
}

bool AttentionOverlay::draw(const Frame& frame, CommandSink& sink, const ZoomView& view,
                            const LatentPoint& point) {
    if (!has_attention(frame)) return false;
    choose_network(frame);
    if (layer_ >= layer_count(frame, network_)
        || !ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem))
        return false;
    const auto& known = frame.view.attention;
    const std::uint64_t model = frame.view.model.id;
    const bool fresh =
        known && known->point == point && known->model_id == model && known->network == network_;
    if (!fresh) {
        if (asked_ == point && asked_model_ == model && asked_network_ == network_) return true;
        asked_ = point;
        asked_model_ = model;
        asked_network_ = network_;
        sink.send(LookAtAttention{point, network_});
        return true;
    }
    if (layer_ < known->layers.size()) veil(frame, known->layers[layer_], view);
    caption(frame, *known);
    return true;
}

/// Whose attention it is, or why it cannot be shown, in the picture's corner.
void AttentionOverlay::caption(const Frame& frame, const AttentionResult& known) const {
    const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
    std::string text = known.problem;
    if (layer_ < known.layers.size())
        text = (network_ == NetworkKind::generator ? "G" : "D") + std::string(", layer ")
               + std::to_string(known.layers[layer_].layer) + ", step " + grouped(known.step);
    if (text.empty()) return;
    const float size = frame.theme.small_size(), pad = frame.px(4);
    const float width = high.x - low.x - 2 * pad;
    ImFont* font = frame.theme.text_font ? frame.theme.text_font : ImGui::GetFont();
    const ImVec2 extent = font->CalcTextSizeA(size, FLT_MAX, width, text.c_str());
    const ImVec2 corner(low.x, high.y - extent.y - 2 * pad);
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(corner, ImVec2(low.x + extent.x + 2 * pad, high.y),
                        packed(ImVec4(0, 0, 0, 1), 0.75f));
    list->AddText(font, size, corner + ImVec2(pad, pad), packed(ImVec4(1, 1, 1, 1)), text.c_str(), nullptr,
                  width);
}

void AttentionOverlay::veil(const Frame& frame, const AttentionLayer& layer, const ZoomView& view) const {
    const ImVec2 low = ImGui::GetItemRectMin(), size = ImGui::GetItemRectSize();
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const double half = 0.5 / view.factor;
    const auto in_picture = [&](float at, float from, float length, double middle) {
        return middle - half + static_cast<double>((at - from) / length) / view.factor;
    };
    const int x = std::clamp(static_cast<int>(in_picture(mouse.x, low.x, size.x, view.x) * layer.width), 0,
                             layer.width - 1);
    const int y = std::clamp(static_cast<int>(in_picture(mouse.y, low.y, size.y, view.y) * layer.height), 0,
                             layer.height - 1);
    const std::vector<float> light = attention_light(layer, x, y);
    if (light.empty()) return;
    const auto on_screen = [&](double column, double line) {
        return ImVec2(
            low.x + static_cast<float>((column / layer.width - view.x + half) * view.factor) * size.x,
            low.y + static_cast<float>((line / layer.height - view.y + half) * view.factor) * size.y);
    };
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->PushClipRect(low, low + size, true);
    for (int line = 0; line < layer.height; ++line)
        for (int column = 0; column < layer.width; ++column) {
            const float shade = 1 - light[static_cast<std::size_t>(line * layer.width + column)];
            list->AddRectFilled(on_screen(column, line), on_screen(column + 1, line + 1),
                                packed(ImVec4(0, 0, 0, 1), shade));
        }
    list->AddRect(on_screen(x, y), on_screen(x + 1, y + 1), packed(frame.theme.accent), 0, 0,
                  std::max(1.0f, frame.px(1.5f)));
    list->PopClipRect();
}

} // namespace ganvas
