/// One rendered picture at the greatest whole-number scale that fits, and the face it was made from.
///
/// UI thread, inside an ImGui window. Shared by the panels that explore from one face.
#pragma once

#include <optional>

#include "app/gui/panels/panel.h"
#include "app/gui/widgets/zoom_tile.h"

namespace ganvas {

/// Picture `index` of the newest frame of a channel; the empty ground until a batch of `expected` pictures has come.
[[nodiscard]] TextureRegion rendered_picture(const Frame& frame, PreviewChannel channel, int index,
                                             int expected);

/// Draws it at the top left of a square of `side`; an item, so that a tooltip or a drop target can follow. With a
/// `view` the wheel looks into it.
void picture_box(const Frame& frame, const char* id, const TextureRegion& picture, float side,
                 ZoomView* view = nullptr);

/// "Face [seed 12] [A] [B] [random]": which face is walked from; empty means A, or the first sample.
void face_chooser(const Frame& frame, std::optional<std::uint64_t>& face);

/// The error of the channel's newest frame in one readable line; nothing when it has none.
void preview_error(const Frame& frame, PreviewChannel channel);

} // namespace ganvas
