// SamplesPanel's pictures: the grid with its cross-fade, the pinned row, the nearest training images.
#include "app/gui/panels/samples_panel.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>

#include <icons_font_awesome_6.h>
#include <imgui_internal.h>

#include "app/gui/panels/class_picker.h"
#include "app/gui/panels/export_menu.h"
#include "app/gui/panels/face_tile.h"

namespace ganvas {
namespace {

constexpr double fade_seconds = 0.4; ///< of the cross-fade, which starts at most once a second

/// "seed 12", with what else a face may have.
std::string words_of(const LatentPoint& point) {
    const auto& slots = point.from.slots;
    std::string text = slots.empty() || slots[0].seeds.empty() ? std::string("a face")
                                                               : "seed " + std::to_string(slots[0].seeds[0]);
    if (point.class_label >= 0) text += ", class " + std::to_string(point.class_label);
    return text;
}

} // namespace

void SamplesPanel::cross_fade(const Frame& frame, const Grid& grid) {
    if (grid.images == shown_) {
        if (frame.time - fade_began_ < fade_seconds) frame.keep_drawing(Motion::settles);
        return;
    }
    // Only the live grid fades: sliding through the history, playing and other grids follow at once.
    const bool same_faces =
        shown_ && grid.images && shown_->count == grid.images->count && shown_->width == grid.images->width;
    const bool fades =
        same_faces && kind_ == GridKind::fixed && mark_ < 0 && !playing_ && frame.time - fade_began_ >= 1.0;
    before_ = fades ? shown_ : nullptr;
    shown_ = grid.images;
    if (!fades) return;
    fade_began_ = frame.time;
    frame.keep_drawing(Motion::settles);
}

void SamplesPanel::grid(const Frame& frame, CommandSink& sink, const Grid& grid, ImVec2 space) {
    const ImageBatch& batch = *grid.images;
    const int count = std::min(static_cast<int>(grid.seeds.size()), batch.count - grid.first);
    if (count <= 0 || batch.width <= 0) return;
    const float gap = 1, names = grid.columns > 0 ? frame.px(88) : 0;
    space.x -= names;
    const int columns =
        grid.columns > 0 ? grid.columns : best_columns(space, batch.width, batch.height, count, gap);
    const int rows = (count + columns - 1) / columns;
    const float scale = whole_scale(space, batch.width, batch.height, columns, rows, gap);
    const ImVec2 tile(std::max(4.0f, std::floor(scale * static_cast<float>(batch.width))),
                      std::max(4.0f, std::floor(scale * static_cast<float>(batch.height))));
    const ImVec2 all(static_cast<float>(columns) * (tile.x + gap) - gap,
                     static_cast<float>(rows) * (tile.y + gap) - gap);
    const ImVec2 origin = ImGui::GetCursorPos() + ImVec2(names, 0) + ImFloor((space - all) * 0.5f);
    if (names > 0) row_names(frame, grid, origin - ImVec2(names, 0), tile.y + gap, names);
    const auto fade = static_cast<float>(std::clamp((frame.time - fade_began_) / fade_seconds, 0.0, 1.0));
    CrispPixels crisp(ImGui::GetWindowDrawList(), frame.smooth_pictures || !is_whole(scale));
    const SampleMark* mark_shown = shown_mark(frame);
    const char* past = mark_shown && mark_shown != &frame.view.samples.back()
                           ? "These are older weights, which are not here any more: export the grid, or open "
                             "the run's checkpoint of that step"
                           : nullptr;
    for (int index = 0; index < count; ++index) {
        ImGui::PushID(index);
        ImGui::SetCursorPos(origin
                            + ImVec2(static_cast<float>(index % columns) * (tile.x + gap),
                                     static_cast<float>(index / columns) * (tile.y + gap)));
        TileSpec spec;
        spec.id = "tile";
        spec.picture = frame.images.picture(grid.images, grid.first + index);
        if (before_ && fade < 1) {
            spec.fading_from = frame.images.picture(before_, grid.first + index);
            spec.fade = fade;
        }
        spec.size = tile;
        const auto at = static_cast<std::size_t>(index);
        const TileResult hand = face_tile(frame, sink, spec, grid.seeds[at], grid.points[at], past);
        // A face of the class grid is taken as it looks, with its class.
        if (grid.columns > 0 && (hand.clicked || hand.shift_clicked)) {
            frame.explorer.class_label = grid.first_class + index / columns;
            frame.explorer.class_to = -1;
        }
        ImGui::PopID();
    }
}

void SamplesPanel::pinned_row(const Frame& frame, CommandSink& sink) {
    const std::vector<std::uint64_t> pinned = frame.explorer.pinned; // the menu may change the list
    const SharedBatch& rendered = frame.previews[PreviewChannel::random_grid].images;
    const int first = rendered ? rendered->count - static_cast<int>(pinned.size()) : 0;
    const float side = frame.px(56), gap = frame.px(4);
    const auto in_a_row = static_cast<std::size_t>(
        std::max(1.0f, std::floor((ImGui::GetContentRegionAvail().x + gap) / (side + gap))));
    CrispPixels crisp(ImGui::GetWindowDrawList(), true);
    ImGui::PushID("pinned");
    for (std::size_t index = 0; index < pinned.size(); ++index) {
        if (index % in_a_row != 0) ImGui::SameLine(0, frame.px(4));
        ImGui::PushID(static_cast<int>(index));
        TileSpec spec;
        spec.id = "tile";
        if (rendered && first >= 0)
            spec.picture = frame.images.picture(rendered, first + static_cast<int>(index));
        spec.size = ImVec2(side, side);
        face_tile(frame, sink, spec, pinned[index]);
        ImGui::PopID();
    }
    ImGui::PopID();
}

void SamplesPanel::neighbours(const Frame& frame, CommandSink& sink) {
    const auto& result = frame.view.neighbours;
    if (!result || !result->images) return;
    if (result->images.get() != neighbours_shown_) {
        neighbours_shown_ = result->images.get();
        neighbours_open_ = true;
    }
    if (!neighbours_open_) return;
    ImGui::SetNextWindowPos(ImGui::GetMainViewport()->GetWorkCenter(), ImGuiCond_Appearing,
                            ImVec2(0.5f, 0.5f));
    constexpr ImGuiWindowFlags flags = ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoCollapse
                                       | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_AlwaysAutoResize;
    if (ImGui::Begin("Nearest training images", &neighbours_open_, flags)) {
        const float side = frame.px(96);
        CrispPixels crisp(ImGui::GetWindowDrawList(), frame.smooth_pictures);
        for (int index = 0; index < result->images->count; ++index) {
            if (index == 1) ImGui::SameLine(0, frame.px(16));
            if (index > 1) ImGui::SameLine(0, frame.px(4));
            ImGui::BeginGroup();
            ImGui::PushID(index);
            image_tile(frame.theme, {.id = "tile",
                                     .picture = frame.images.picture(result->images, index),
                                     .fading_from = {},
                                     .size = ImVec2(side, side),
                                     .clickable = false,
                                     .outlined = index == 0});
            const auto at = static_cast<std::size_t>(index - 1);
            if (index == 0) {
                muted_text(frame.theme, words_of(result->point));
            } else {
                muted_text(frame.theme, at < result->distances.size() ? fixed_text(result->distances[at], 3)
                                                                      : std::string());
                if (at < result->names.size()) tooltip(frame.theme, result->names[at]);
            }
            ImGui::PopID();
            ImGui::EndGroup();
        }
        FindNeighbours again{result->point, result->images->count - 1, result->features};
        muted_text(frame.theme, "The generated face, then of " + grouped(result->compared)
                                    + " training images those nearest to it, with their distances.");
        constexpr std::pair<const char*, const char*> ways[] = {{"blocks", "the pictures at 16×16"},
                                                                {"lite0-96", "Lite0 features at 96×96"},
                                                                {"lite0", "Lite0 features"}};
        const auto shown = std::find_if(std::begin(ways), std::end(ways),
                                        [&](const auto& way) { return way.first == result->features; });
        ImGui::AlignTextToFramePadding();
        muted_text(frame.theme, "compared by");
        ImGui::SameLine();
        ImGui::SetNextItemWidth(frame.px(200));
        if (ImGui::BeginCombo("##compared by",
                              shown != std::end(ways) ? shown->second : result->features.c_str())) {
            for (const auto& [features, words] : ways)
                if (ImGui::Selectable(words, result->features == features)) {
                    again.features = features;
                    sink.send(again);
                }
            ImGui::EndCombo();
        }
        tooltip(frame.theme,
                "The same places of two pictures, or what EfficientNet-Lite0 sees in them: the features of a "
                "data set take a minute the first time");
        ImGui::SameLine();
        const std::string why = sink.why_no_command(again);
        if (button(frame.theme, {.icon = ICON_FA_COPY,
                                 .label = "Copy as command",
                                 .tooltip = "Copy the ganvas line that writes this row",
                                 .disabled_reason = why.empty() ? nullptr : why.c_str()}))
            copy_as_command(sink, again);
    }
    ImGui::End();
}

} // namespace ganvas
