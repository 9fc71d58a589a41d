#include "app/gui/widgets/zoom_tile.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <imgui.h>
#include <imgui_internal.h>

namespace ganvas {
namespace {

constexpr double grid_pixel = 8; ///< from this side on (at scale one) the grid is drawn

double most_factor(double tile_pixel, double most_pixel) { return std::max(1.0, most_pixel / tile_pixel); }

/// Keeps the seen part inside the picture.
void settle(ZoomView& view) {
    view.factor = std::max(1.0, view.factor);
    const double half = 0.5 / view.factor;
    view.x = std::clamp(view.x, half, 1 - half);
    view.y = std::clamp(view.y, half, 1 - half);
}

std::optional<PixelValue> value_at(const ZoomSpec& spec, int x, int y) {
    if (spec.read) return spec.read(x, y);
    const TextureRegion& picture = spec.picture;
    if (picture.pixels.empty() || picture.channels < 1) return std::nullopt;
    PixelValue value;
    value.channels = picture.channels >= 3 ? 3 : 1;
    const std::size_t first =
        (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(x))
        * static_cast<std::size_t>(picture.channels);
    for (int c = 0; c < value.channels; ++c)
        value.channel[static_cast<std::size_t>(c)] = picture.pixels[first + static_cast<std::size_t>(c)];
    return value;
}

/// Where pixels of the picture lie on the screen.
struct Placement {
    ImVec2 low, high; ///< of the tile
    double left = 0, top = 0, pixel_x = 1, pixel_y = 1;
    [[nodiscard]] float x(double column) const { return static_cast<float>(left + column * pixel_x); }
    [[nodiscard]] float y(double row) const { return static_cast<float>(top + row * pixel_y); }
};

void draw_grid(const Theme& theme, ImDrawList* list, const Placement& at, int columns, int rows) {
    const ImU32 colour = packed(theme.panel, 0.55f);
    for (int column = 0; column <= columns; ++column)
        if (const float x = std::round(at.x(column)); x >= at.low.x && x <= at.high.x)
            list->AddLine(ImVec2(x, at.low.y), ImVec2(x, at.high.y), colour);
    for (int row = 0; row <= rows; ++row)
        if (const float y = std::round(at.y(row)); y >= at.low.y && y <= at.high.y)
            list->AddLine(ImVec2(at.low.x, y), ImVec2(at.high.x, y), colour);
}

/// Red, green and blue below each other in the middle of each pixel that can be seen, dark on light and light on dark.
void draw_values(const Theme& theme, ImDrawList* list, const Placement& at, const ZoomSpec& spec) {
    const float size = theme.small_size();
    ImFont* font = ImGui::GetFont();
    const int first_x = std::max(0, static_cast<int>((at.low.x - at.left) / at.pixel_x)),
              last_x = std::min(spec.picture.width - 1, static_cast<int>((at.high.x - at.left) / at.pixel_x)),
              first_y = std::max(0, static_cast<int>((at.low.y - at.top) / at.pixel_y)),
              last_y = std::min(spec.picture.height - 1, static_cast<int>((at.high.y - at.top) / at.pixel_y));
    for (int y = first_y; y <= last_y; ++y)
        for (int x = first_x; x <= last_x; ++x) {
            const auto value = value_at(spec, x, y);
            if (!value) return;
            const int luma =
                value->channels == 1
                    ? value->channel[0]
                    : (299 * value->channel[0] + 587 * value->channel[1] + 114 * value->channel[2]) / 1000;
            const ImU32 ink = luma > 127 ? IM_COL32(0, 0, 0, 255) : IM_COL32(255, 255, 255, 255);
            const float line = size, high = line * static_cast<float>(value->channels);
            for (int c = 0; c < value->channels; ++c) {
                char text[8];
                std::snprintf(text, sizeof text, "%d", value->channel[static_cast<std::size_t>(c)]);
                const float wide = font->CalcTextSizeA(size, 1000.0f, 0.0f, text).x;
                list->AddText(
                    font, size,
                    ImVec2(at.x(x + 0.5) - wide / 2, at.y(y + 0.5) - high / 2 + line * static_cast<float>(c)),
                    ink, text);
            }
        }
}

bool handle(const Theme& theme, const ZoomSpec& spec, ImVec2 low, double tile_pixel, ZoomView& view) {
    const ZoomView before = view;
    if (ImGui::IsItemHovered()) {
        ImGui::SetItemKeyOwner(ImGuiKey_MouseWheelY);
        const ImGuiIO& io = ImGui::GetIO();
        const std::array<double, 2> pointer = {static_cast<double>((io.MousePos.x - low.x) / spec.size.x),
                                               static_cast<double>((io.MousePos.y - low.y) / spec.size.y)};
        if (io.MouseWheel != 0)
            view = zoomed(view, static_cast<double>(io.MouseWheel), pointer, tile_pixel,
                          largest_pixel * static_cast<double>(theme.scale));
        if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) view = ZoomView{};
    }
    if (view.zoomed() && ImGui::IsItemActive() && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 0)) {
        const ImVec2 moved = ImGui::GetIO().MouseDelta;
        view.x -= static_cast<double>(moved.x / spec.size.x) / view.factor;
        view.y -= static_cast<double>(moved.y / spec.size.y) / view.factor;
        settle(view);
    }
    return view.factor != before.factor || view.x != before.x || view.y != before.y;
}

} // namespace

ZoomView zoomed(ZoomView view, double notches, std::array<double, 2> pointer, double tile_pixel,
                double most_pixel) {
    const double most = most_factor(tile_pixel, most_pixel);
    double factor = std::clamp(view.factor * std::pow(1.5, notches), 1.0, most);
    // Whole pixels from one to the next, and never none at all for a notch.
    if (factor > 1 && factor < most) {
        const double pixel = notches > 0 ? std::ceil(factor * tile_pixel) : std::floor(factor * tile_pixel);
        factor = std::clamp(pixel / tile_pixel, 1.0, most);
    }
    const double at_x = view.x + (pointer[0] - 0.5) / view.factor,
                 at_y = view.y + (pointer[1] - 0.5) / view.factor;
    view.x = at_x - (pointer[0] - 0.5) / factor;
    view.y = at_y - (pointer[1] - 0.5) / factor;
    view.factor = factor;
    settle(view);
    return view;
}

bool zoom_tile(const Theme& theme, const ZoomSpec& spec, ZoomView& view) {
    const ImVec2 low = ImGui::GetCursorScreenPos(), high = low + spec.size;
    ImGui::InvisibleButton(spec.id, spec.size);
    const TextureRegion& picture = spec.picture;
    if (!ImGui::IsItemVisible() || picture.width <= 0 || picture.height <= 0) {
        ImGui::GetWindowDrawList()->AddRectFilled(low, high, packed(theme.picture_ground));
        return false;
    }
    const double tile_pixel = static_cast<double>(spec.size.x) / picture.width;
    const bool changed = handle(theme, spec, low, tile_pixel, view);
    const double half = 0.5 / view.factor;
    Placement at{low, high};
    at.pixel_x = tile_pixel * view.factor;
    at.pixel_y = static_cast<double>(spec.size.y) / picture.height * view.factor;
    at.left = static_cast<double>(low.x) - (view.x - half) * picture.width * at.pixel_x;
    at.top = static_cast<double>(low.y) - (view.y - half) * picture.height * at.pixel_y;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const auto between = [](float from, float to, double share) {
        return from + (to - from) * static_cast<float>(share);
    };
    const ImVec2 uv0(between(picture.uv0.x, picture.uv1.x, view.x - half),
                     between(picture.uv0.y, picture.uv1.y, view.y - half));
    const ImVec2 uv1(between(picture.uv0.x, picture.uv1.x, view.x + half),
                     between(picture.uv0.y, picture.uv1.y, view.y + half));
    {
        const CrispPixels crisp(list, spec.smooth && !view.zoomed());
        if (picture.texture)
            list->AddImage(ImTextureRef(picture.texture), low, high, uv0, uv1);
        else
            list->AddRectFilled(low, high, packed(theme.picture_ground));
    }
    if (!view.zoomed()) return changed;
    list->PushClipRect(low, high, true);
    const double one = at.pixel_x / static_cast<double>(theme.scale);
    if (one >= grid_pixel) draw_grid(theme, list, at, picture.width, picture.height);
    // Three lines of the small size are 37.5 high; with a little room around them they can be read.
    if (one >= 42) draw_values(theme, list, at, spec);
    list->PopClipRect();
    list->AddRect(low, high, packed(theme.accent, 0.7f));
    return changed;
}

} // namespace ganvas
