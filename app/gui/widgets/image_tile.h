/// Pictures on the screen: whole-number scale, crisp pixels, borders and letters for A and B.
///
/// UI thread, inside an ImGui window. A TextureRegion is a texture and the part of it to draw, as an ImageDrawer gives
/// it; the widgets never make textures.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "app/gui/widgets/theme.h"

namespace ganvas {

/// Part of a texture; texture 0 draws the empty ground instead.
struct TextureRegion {
    ImTextureID texture = 0;
    ImVec2 uv0 = {0, 0}, uv1 = {1, 1};
    int width = 0, height = 0; ///< pixels of the picture
    /// The picture itself, row by row, channels interleaved; empty where only the texture has it. Valid in this frame.
    std::span<const std::uint8_t> pixels = {};
    int channels = 0;
};

enum class TileMark { none, a, b, both };

/// While alive, pictures drawn on this window's draw list show their pixels as squares; `smooth` leaves them soft.
class CrispPixels {
public:
    explicit CrispPixels(ImDrawList* list, bool smooth = false);
    ~CrispPixels();
    CrispPixels(const CrispPixels&) = delete;
    CrispPixels& operator=(const CrispPixels&) = delete;

private:
    ImDrawList* list_;
};

/// The greatest whole factor with which width x height pictures, columns x rows of them with gaps, fit into `space`;
/// a fraction where only less than 1 fits, or where 1 would leave a picture at less than 0.7 of its space.
[[nodiscard]] float whole_scale(ImVec2 space, int width, int height, int columns, int rows, float gap);
/// Pixels can be squares of one size at this scale.
[[nodiscard]] inline bool is_whole(float scale) {
    return scale >= 1 && scale == static_cast<float>(static_cast<int>(scale));
}
/// Columns that make the tiles of `count` pictures largest in `space`.
[[nodiscard]] int best_columns(ImVec2 space, int width, int height, int count, float gap);

struct TileSpec {
    const char* id = "";
    TextureRegion picture = {};
    TextureRegion fading_from = {}; ///< drawn below while `fade` < 1
    float fade = 1;
    ImVec2 size = {64, 64}; ///< on the screen
    TileMark mark = TileMark::none;
    bool clickable = true;
    bool outlined = false; ///< a thin accent frame: current, selected
};
struct TileResult {
    bool clicked = false, shift_clicked = false, right_clicked = false, hovered = false,
         double_clicked = false;
};
/// One picture as an item. Call within a CrispPixels.
TileResult image_tile(const Theme& theme, const TileSpec& spec);
/// Draws marks and the letter only, on top of what is there.
void draw_mark(const Theme& theme, ImDrawList* list, ImVec2 low, ImVec2 high, TileMark mark);

/// Drag and drop of a face: the payload is one std::uint64_t seed named "GANVAS_SEED".
inline constexpr const char* seed_payload = "GANVAS_SEED";
void drag_seed(const Theme& theme, std::uint64_t seed, const TextureRegion& picture); ///< after the tile
[[nodiscard]] bool drop_seed(std::uint64_t& seed);                                    ///< after the target

} // namespace ganvas
