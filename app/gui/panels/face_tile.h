/// A picture of one seed that behaves the same everywhere: click for A, shift-click for B, keys A and B, drag, menu.
///
/// UI thread, inside a CrispPixels. Reports the seeds it was given; draws the letters of the picks.
#pragma once

#include <cstdint>
#include <optional>

#include "app/gui/panels/panel.h"

namespace ganvas {

/// A where `seed` is A, B where it is B.
[[nodiscard]] TileMark mark_of(const ExplorerState& explorer, std::uint64_t seed);

/// Draws spec.picture with its mark and handles the hand; spec.mark is overwritten.
/// `shown`: the point that made the picture, with its class and truncation; empty: as the explorer has them now.
/// `past`: the tile is of older weights, as this says; what would render it anew is refused with these words.
TileResult face_tile(const Frame& frame, CommandSink& sink, TileSpec spec, std::uint64_t seed,
                     const std::optional<LatentPoint>& shown = {}, const char* past = nullptr);

/// What the right-click menu holds for one face; for tiles that are not face_tile.
void face_menu(const Frame& frame, CommandSink& sink, std::uint64_t seed,
               const std::optional<LatentPoint>& shown = {}, const char* past = nullptr);

} // namespace ganvas
