// SweepPanel's pictures: A and B, the large ones at alpha, and the two strips.
#include "app/gui/panels/sweep_panel.h"

#include <algorithm>
#include <cmath>

#include <icons_font_awesome_6.h>
#include <imgui_internal.h>

#include "app/gui/panels/face_tile.h"

namespace ganvas {
float even_tile(float room, int size) {
    if (room >= static_cast<float>(size))
        return std::floor(room / static_cast<float>(size)) * static_cast<float>(size);
    for (int parts = 2; parts <= size; ++parts)
        if (size % parts == 0 && static_cast<float>(size / parts) <= room)
            return static_cast<float>(size / parts);
    return 1;
}

int StripLayout::step(int place) const {
    return steps < 2 ? 0 : (place * (sweep_steps - 1) + (steps - 1) / 2) / (steps - 1);
}

namespace {

int steps_that_fit(ImVec2 room, float tile) {
    return std::min(sweep_steps, std::max(1, static_cast<int>(room.x / tile))
                                     * std::max(1, static_cast<int>(room.y / tile)));
}

StripLayout strip_of(ImVec2 room, float tile) {
    const int steps = steps_that_fit(room, tile), most_columns = std::max(1, static_cast<int>(room.x / tile));
    const int rows = (steps + most_columns - 1) / most_columns;
    return {steps, (steps + rows - 1) / rows, tile}; // rows of one length
}

/// The largest tile of which `steps` fit; with `even`, one whose pixels are whole blocks of the picture's.
float tile_for(ImVec2 room, int size, float largest, int steps, bool even) {
    float tile = std::floor(std::min({room.x, room.y, largest}));
    if (even) tile = even_tile(tile, size);
    while (tile > 1 && steps_that_fit(room, tile) < steps) tile = even ? even_tile(tile - 1, size) : tile - 1;
    return std::max(tile, 1.0f);
}

} // namespace

StripLayout strip_layout(ImVec2 room, int size, float largest, float least) {
    constexpr int fewest = 32;
    constexpr float nearly = 0.7f; // an even tile is sharper than one a little larger
    const float any = tile_for(room, size, largest, sweep_steps, false);
    const float even = tile_for(room, size, largest, sweep_steps, true);
    if (even >= least && even >= any * nearly) return strip_of(room, even);
    if (any >= least) return strip_of(room, any);
    // No room for all: some of them, as sharp as they can be.
    return strip_of(room, tile_for(room, size, largest, fewest, true));
}

SweepPanel::Division SweepPanel::divide(const Frame& frame, ImVec2 space, float side) const {
    const int size = std::max(1, frame.view.model.image_size);
    const float pixels = static_cast<float>(size), gap = frame.px(8);
    const float caption = frame.theme.small_size() + frame.px(10);
    const float across = (space.x - side - frame.px(28)) / (frame.explorer.difference ? 3.0f : 2.0f) / pixels;
    const float picks = 2 * side + ImGui::GetFrameHeightWithSpacing();
    const auto high = [&](float scale) { return std::max(scale * pixels + caption, picks); };
    const float largest_tile = pixels * std::max(1.0f, std::floor(frame.theme.scale));
    const auto strip_below = [&](float scale) {
        const float room = (space.y - high(scale) - gap) / 2;
        return strip_layout(ImVec2(space.x - frame.px(16), room), size, largest_tile, frame.px(20));
    };
    float scale = std::max(1.0f, std::floor(std::min(across, (space.y * 0.55f - caption) / pixels)));
    StripLayout strip = strip_below(scale);
    // A step or two less for the large pictures where that gives the strips every pixel of theirs.
    for (float less = scale - 1; less >= std::max(3.0f, scale - 2) && strip.tile < pixels; --less)
        if (const StripLayout larger = strip_below(less); larger.tile >= pixels) {
            strip = larger;
            scale = less;
        }
    while (scale + 1 <= across && high(scale + 1) + 2 * strip.height() + gap <= space.y) ++scale;
    return {high(scale), strip};
}

/// The user's picture where one stands in, else what the generator makes of the seed.
SweepPanel::Picture SweepPanel::side_picture(const Frame& frame, Side side) const {
    const std::optional<FacePick>& pick = frame.explorer.pick(side);
    if (pick && pick->picture) return {pick->picture, 0};
    return side == Side::a ? own_a_ : own_b_;
}

// ---- A and B -------------------------------------------------------------------------------------------------------

void SweepPanel::pick_menu(const Frame& frame, CommandSink& sink, Side side) {
    std::optional<FacePick>& pick = frame.explorer.pick(side);
    if (ImGui::MenuItem(ICON_FA_IMAGE "  A picture of mine (x-space)…"))
        sink.ask_file({FileQuestion::Kind::open_file,
                       "A picture for x-space",
                       {},
                       {"Pictures", "*.png *.jpg *.jpeg *.bmp"}},
                      [&sink, side](std::string path) { sink.use_picture(side, path); });
    if (pick && pick->picture && ImGui::MenuItem("The generator's own again")) {
        pick->picture = nullptr;
        pick->picture_path.clear();
    }
    if (pick && ImGui::MenuItem("Clear")) pick.reset();
    if (!pick) return;
    ImGui::Separator();
    face_menu(frame, sink, pick->seed);
}

void SweepPanel::pick_tile(const Frame& frame, CommandSink& sink, Side side, float side_length) {
    std::optional<FacePick>& pick = frame.explorer.pick(side);
    const Picture shown = pick ? side_picture(frame, side) : Picture{};
    ImGui::PushID(static_cast<int>(side));
    TileSpec spec;
    spec.id = side == Side::a ? "A" : "B";
    if (shown) spec.picture = frame.images.picture(shown.batch, shown.index);
    spec.size = ImVec2(side_length, side_length);
    spec.mark = side == Side::a ? TileMark::a : TileMark::b;
    {
        CrispPixels crisp(ImGui::GetWindowDrawList(), frame.smooth_pictures);
        image_tile(frame.theme, spec);
    }
    if (ImGui::BeginPopupContextItem("menu", ImGuiPopupFlags_MouseButtonRight)) {
        pick_menu(frame, sink, side);
        ImGui::EndPopup();
    }
    std::uint64_t seed = 0;
    if (drop_seed(seed)) pick = FacePick{seed, nullptr, {}};
    const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
    if (!frame.dropped.empty() && ImGui::IsMouseHoveringRect(low, high)) {
        sink.use_picture(side, frame.dropped.front());
        frame.dropped.clear();
    }
    std::string help = side == Side::a ? "A: " : "B: ";
    if (!pick)
        help += "click a face for A, Shift+click for B, or drag one here";
    else if (pick->picture)
        help += pick->picture_path;
    else
        help += "seed " + std::to_string(pick->seed);
    tooltip(frame.theme, help + ". Drop a picture of yours for x-space; right-click for more.");
    ImGui::PopID();
}

/// A, exchange and B below each other, left of the pictures.
void SweepPanel::picks_column(const Frame& frame, CommandSink& sink, float side) {
    ImGui::BeginGroup();
    pick_tile(frame, sink, Side::a, side);
    if (button(frame.theme, {.icon = ICON_FA_RIGHT_LEFT,
                             .label = "##exchange",
                             .tooltip = "Exchange A and B",
                             .shortcut = "X",
                             .size = ImVec2(side, 0)}))
        frame.explorer.exchange();
    pick_tile(frame, sink, Side::b, side);
    ImGui::EndGroup();
}

// ---- pictures ------------------------------------------------------------------------------------------------------

void SweepPanel::big_tile(const Frame& frame, const char* id, const char* caption, const char* formula,
                          const ZoomSpec& spec, CommandSink* looked_at) {
    ImGui::PushID(id);
    ImGui::BeginGroup();
    muted_text(frame.theme, caption);
    tooltip(frame.theme, formula);
    zoom_tile(frame.theme, spec, zoom_);
    const bool attends =
        looked_at && !playing_
        && attention_.draw(frame, *looked_at, zoom_, frame.explorer.sweep_point(alpha(frame.explorer)));
    if (!zoom_.zoomed() && !attends)
        tooltip(frame.theme, "Wheel: look at its pixels; all pictures here move together");
    ImGui::EndGroup();
    ImGui::PopID();
}

namespace {

double byte_at(const SharedBatch& batch, int index, int x, int y, int c) {
    const std::size_t at =
        (static_cast<std::size_t>(y) * static_cast<std::size_t>(batch->width) + static_cast<std::size_t>(x))
            * static_cast<std::size_t>(batch->channels)
        + static_cast<std::size_t>(std::min(c, batch->channels - 1));
    return batch->image(index)[at];
}

/// What the shader wrote: its pictures are on the GPU only, so the few pixels that are read are computed again.
template <class Value>
PixelReader reader_of(int channels, Value value) {
    return [channels, value](int x, int y) -> std::optional<PixelValue> {
        PixelValue out;
        out.channels = channels >= 3 ? 3 : 1;
        for (int c = 0; c < out.channels; ++c)
            out.channel[static_cast<std::size_t>(c)] =
                static_cast<int>(std::lround(std::clamp(value(x, y, c), 0.0, 255.0)));
        return out;
    };
}

} // namespace

void SweepPanel::pictures(const Frame& frame, CommandSink& sink, ImVec2 space) {
    const ExplorerState& explorer = frame.explorer;
    const int pictures = explorer.difference ? 3 : 2;
    const int size = std::max(1, frame.view.model.image_size);
    const float gap = frame.px(8), caption = frame.theme.small_size() + frame.px(6);
    const float scale = whole_scale(space - ImVec2(0, caption), size, size, pictures, 1, gap);
    const ImVec2 tile(std::floor(scale * static_cast<float>(size)),
                      std::floor(scale * static_cast<float>(size)));
    const float all = tile.x * static_cast<float>(pictures) + gap * static_cast<float>(pictures - 1);
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0f, std::floor((space.x - all) / 2)));

    const SharedBatch& current = frame.previews[PreviewChannel::sweep_current].images;
    const double now = alpha(explorer);
    const bool smooth = frame.smooth_pictures || !is_whole(scale);
    const bool straight = explorer.path == LatentPath::lerp;
    ZoomSpec spec{
        .id = "picture", .picture = frame.images.picture(current, 0), .size = tile, .smooth = smooth};
    big_tile(frame, "z", straight ? "z-space, lerp" : "z-space, slerp",
             straight ? "G((1−α) zA + α zB)" : "G(slerp(zA, zB, α))", spec, &sink);
    ImGui::SameLine(0, gap);
    const Picture a = side_picture(frame, Side::a), b = side_picture(frame, Side::b);
    spec.picture = {};
    const auto blended = [a, b, now](int x, int y, int c) {
        return std::clamp((1 - now) * byte_at(a.batch, a.index, x, y, c)
                              + now * byte_at(b.batch, b.index, x, y, c),
                          0.0, 255.0);
    };
    if (a && b) {
        const auto tiles = frame.images.blend(a.batch, a.index, b.batch, b.index, now, now, 1);
        if (!tiles.empty()) spec.picture = tiles.front();
        spec.read = reader_of(a.batch->channels, blended);
    } else if (a) {
        spec.picture = frame.images.picture(a.batch, a.index);
    }
    big_tile(frame, "x", "x-space, blend", "(1−α) xA + α xB, pixel by pixel", spec);
    if (!explorer.difference) return;
    ImGui::SameLine(0, gap);
    spec.picture = {};
    if (a && b && current) {
        spec.picture =
            frame.images.difference(current, 0, a.batch, a.index, b.batch, b.index, now, difference_gain);
        spec.read = reader_of(current->channels, [current, blended](int x, int y, int c) {
            return difference_gain * std::fabs(byte_at(current, 0, x, y, c) - blended(x, y, c));
        });
    }
    big_tile(frame, "difference", "difference × 3", "3 |z picture − x picture|", spec);
}

// ---- strips --------------------------------------------------------------------------------------------------------

void SweepPanel::strip(const Frame& frame, const char* name, const std::vector<TextureRegion>& tiles,
                       const StripLayout& layout) {
    ExplorerState& explorer = frame.explorer;
    const float size = static_cast<float>(std::max(1, frame.view.model.image_size));
    const float letter = frame.px(16), tile = layout.tile;
    const ImVec2 origin = ImFloor(ImGui::GetCursorScreenPos());
    muted_text(frame.theme, name);
    if (layout.steps < sweep_steps)
        tooltip(frame.theme, std::to_string(layout.steps) + " of the " + std::to_string(sweep_steps)
                                 + " steps: a larger panel shows all, and so does every export");
    const double now = alpha(explorer), step = explorer.alpha_step();
    const int nearest =
        static_cast<int>(std::lround(now / explorer.alpha_maximum() * static_cast<double>(layout.steps - 1)));
    ImGui::PushID(name);
    // Smaller than they are, each screen pixel is the mean of a whole block: soft sampling reads it where blocks meet.
    CrispPixels crisp(ImGui::GetWindowDrawList(), frame.smooth_pictures || tile < size);
    for (int place = 0; place < layout.steps; ++place) {
        const int index = layout.step(place);
        ImGui::SetCursorScreenPos(origin
                                  + ImVec2(letter + tile * static_cast<float>(place % layout.columns),
                                           tile * static_cast<float>(place / layout.columns)));
        ImGui::PushID(index);
        TileSpec spec;
        spec.id = "step";
        if (static_cast<std::size_t>(index) < tiles.size())
            spec.picture = tiles[static_cast<std::size_t>(index)];
        spec.size = ImVec2(tile, tile);
        spec.outlined = place == nearest;
        const TileResult result = image_tile(frame.theme, spec);
        if (result.clicked) {
            explorer.alpha = index * step;
            playing_ = false;
        }
        if (result.hovered) tooltip(frame.theme, "α " + fixed_text(index * step, 3));
        ImGui::PopID();
    }
    ImGui::PopID();
}

void SweepPanel::strips(const Frame& frame, const StripLayout& layout) {
    const ExplorerState& explorer = frame.explorer;
    const SharedBatch& rendered = frame.previews[PreviewChannel::sweep_strip].images;
    std::vector<TextureRegion> z, x;
    for (int index = 0; rendered && index < std::min(sweep_steps, rendered->count); ++index)
        z.push_back(frame.images.picture(rendered, index));
    const Picture a = side_picture(frame, Side::a), b = side_picture(frame, Side::b);
    if (a && b)
        x = frame.images.blend(a.batch, a.index, b.batch, b.index, 0, explorer.alpha_maximum(), sweep_steps);
    const ImVec2 origin = ImGui::GetCursorPos();
    const float below = layout.height() + frame.px(8);
    strip(frame, "z", z, layout);
    ImGui::SetCursorPos(origin + ImVec2(0, below));
    strip(frame, "x", x, layout);
    ImGui::SetCursorPos(origin + ImVec2(0, below + layout.height() + ImGui::GetStyle().ItemSpacing.y));
}

} // namespace ganvas
