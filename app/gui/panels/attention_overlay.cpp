#include "app/gui/panels/attention_overlay.h"

#include <algorithm>
#include <cmath>
#include <span>

#include <icons_font_awesome_6.h>
#include <imgui_internal.h>

namespace ganvas {
namespace {

constexpr float darkest = 0.8f; ///< opacity over what is not looked at

std::size_t layer_count(const Frame& frame) {
    const std::string& layers = frame.view.model.settings.text("generator.attention");
    if (layers.empty()) return 0;
    return 1 + static_cast<std::size_t>(std::count(layers.begin(), layers.end(), ','));
}

} // namespace

bool has_attention(const Frame& frame) { return frame.has_model() && layer_count(frame) > 0; }

void AttentionOverlay::control(const Frame& frame) {
    const std::size_t layers = layer_count(frame);
    if (layers == 0) return;
    layer_ = std::min(layer_, layers);
    const bool on = layer_ < layers;
    const std::string help = "Self-attention (layers " + frame.view.model.settings.text("generator.attention")
                             + "): "
                             + (on ? "point at a pixel of the z picture to see what it looks at. Shown: "
                                         + std::to_string(layer_ + 1) + " of " + std::to_string(layers)
                                         + ". Click for the next, then off"
                                   : std::string("off. Click to show it"));
    if (button(frame.theme,
               {.icon = ICON_FA_CROSSHAIRS, .label = "##attention", .tooltip = help.c_str(), .selected = on}))
        layer_ = on ? layer_ + 1 : 0;
    ImGui::SameLine(0, frame.px(4));
}

void AttentionOverlay::draw(const Frame& frame, CommandSink& sink, const ZoomView& view,
                            const LatentPoint& point) {
    if (!has_attention(frame) || layer_ >= layer_count(frame)
        || !ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem))
        return;
    const auto& known = frame.view.attention;
    const std::uint64_t model = frame.view.model.id;
    const bool fresh = known && known->point == point && known->model_id == model;
    if (!fresh) {
        if (asked_ == point && asked_model_ == model) return;
        asked_ = point;
        asked_model_ = model;
        return sink.send(LookAtAttention{point});
    }
    if (layer_ < known->layers.size()) veil(frame, known->layers[layer_], view);
}

void AttentionOverlay::veil(const Frame& frame, const AttentionLayer& layer, const ZoomView& view) const {
    const auto places = static_cast<std::size_t>(layer.height) * static_cast<std::size_t>(layer.width);
    if (places == 0 || layer.weights.size() != places * places) return;
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
    const std::span<const float> row(
        layer.weights.data() + (static_cast<std::size_t>(y * layer.width + x)) * places, places);
    const float most = std::max(*std::max_element(row.begin(), row.end()), 1e-12f);
    const auto on_screen = [&](double column, double line) {
        return ImVec2(
            low.x + static_cast<float>((column / layer.width - view.x + half) * view.factor) * size.x,
            low.y + static_cast<float>((line / layer.height - view.y + half) * view.factor) * size.y);
    };
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->PushClipRect(low, low + size, true);
    for (int line = 0; line < layer.height; ++line)
        for (int column = 0; column < layer.width; ++column) {
            const float weight = row[static_cast<std::size_t>(line * layer.width + column)] / most;
            const float shade = darkest * (1 - std::sqrt(std::max(0.0f, weight)));
            list->AddRectFilled(on_screen(column, line), on_screen(column + 1, line + 1),
                                packed(ImVec4(0, 0, 0, 1), shade));
        }
    list->AddRect(on_screen(x, y), on_screen(x + 1, y + 1), packed(frame.theme.accent), 0, 0,
                  std::max(1.0f, frame.px(1.5f)));
    list->PopClipRect();
}

} // namespace ganvas
