/// A picture that can be looked into: the wheel zooms at the pointer, up to single pixels with their grid and values.
///
/// UI thread, inside an ImGui window. What is in view is the caller's (ZoomView), so several pictures may share one and
/// move together. Without zoom it draws exactly as image_tile does.
#pragma once

#include <array>
#include <functional>
#include <optional>

#include "app/gui/widgets/image_tile.h"

namespace ganvas {

struct ZoomView {
    double factor = 1;       ///< of the tile's own scale; 1 shows the whole picture
    double x = 0.5, y = 0.5; ///< middle of what is seen, 0 … 1 of the picture
    [[nodiscard]] bool zoomed() const { return factor > 1; }
};

/// Channels of one pixel, 0 … 255; a grey picture has one.
struct PixelValue {
    std::array<int, 3> channel{};
    int channels = 3;
};
/// Reads pixel (x, y); asked only for pixels that are drawn large enough to be read.
using PixelReader = std::function<std::optional<PixelValue>(int x, int y)>;

/// Greatest side of one pixel on the screen, before the monitor's scale: three values fit into it.
inline constexpr double largest_pixel = 64;

/// What `notches` of the wheel at `pointer` (0 … 1 of the tile) make of the view; the pixel below the pointer stays there.
/// `tile_pixel`: side of one of the picture's pixels on the screen when not zoomed; pixels stay whole from 1 upwards.
[[nodiscard]] ZoomView zoomed(ZoomView view, double notches, std::array<double, 2> pointer, double tile_pixel,
                              double most_pixel);

struct ZoomSpec {
    const char* id = "";
    TextureRegion picture = {};
    ImVec2 size = {64, 64};
    bool smooth = false;   ///< soft pixels where it is not zoomed
    PixelReader read = {}; ///< empty: picture.pixels
};
/// Wheel: zoom; drag: move; double-click: the whole picture again. An item, so that a tooltip or a drop target can follow.
/// True when the view changed.
bool zoom_tile(const Theme& theme, const ZoomSpec& spec, ZoomView& view);

} // namespace ganvas
