#include "app/gui/panels/face_tile.h"

#include <algorithm>
#include <string>

#include <icons_font_awesome_6.h>

#include "app/gui/panels/export_menu.h"

namespace ganvas {
namespace {

void pick(ExplorerState& explorer, Side side, std::uint64_t seed) {
    explorer.pick(side) = FacePick{seed, nullptr, {}};
}

void slot_menu(const Theme& theme, ExplorerState& explorer, std::uint64_t seed) {
    constexpr const char* names[] = {"Plus", "Minus", "Plus (second)"};
    if (!ImGui::BeginMenu("Add to arithmetic")) return;
    for (std::size_t slot = 0; slot < explorer.slots.size(); ++slot) {
        const bool full = explorer.slots[slot].size() >= picks_in_a_slot;
        if (ImGui::MenuItem(names[slot], full ? "full" : nullptr, false, !full))
            explorer.slots[slot].push_back(seed);
        if (full) tooltip(theme, "Eight faces are the most for one slot");
    }
    ImGui::EndMenu();
}

} // namespace

TileMark mark_of(const ExplorerState& explorer, std::uint64_t seed) {
    const auto is = [seed](const std::optional<FacePick>& side) {
        return side && !side->picture && side->seed == seed;
    };
    const bool a = is(explorer.a), b = is(explorer.b);
    return a && b ? TileMark::both : a ? TileMark::a : b ? TileMark::b : TileMark::none;
}

void face_menu(const Frame& frame, CommandSink& sink, std::uint64_t seed,
               const std::optional<LatentPoint>& shown, const char* past) {
    ExplorerState& explorer = frame.explorer;
    const LatentPoint point = shown ? *shown : explorer.face_point(seed);
    muted_text(frame.theme, "seed " + std::to_string(seed));
    if (ImGui::MenuItem("Take as A", "A")) pick(explorer, Side::a, seed);
    if (ImGui::MenuItem("Take as B", "B")) pick(explorer, Side::b, seed);
    slot_menu(frame.theme, explorer, seed);
    if (ImGui::MenuItem("Change its attributes")) {
        explorer.attribute_face = seed;
        sink.show(PanelId::attributes);
    }
    if (ImGui::MenuItem("Walk from it on the pad")) {
        explorer.pad_face = seed;
        sink.show(PanelId::pad);
    }
    ImGui::Separator();
    const auto pinned = std::find(explorer.pinned.begin(), explorer.pinned.end(), seed);
    if (pinned == explorer.pinned.end()) {
        if (ImGui::MenuItem(ICON_FA_THUMBTACK "  Pin below the grid")) explorer.pinned.push_back(seed);
    } else if (ImGui::MenuItem(ICON_FA_THUMBTACK "  Unpin")) {
        explorer.pinned.erase(pinned);
    }
    if (ImGui::MenuItem(ICON_FA_COPY "  Copy seed")) {
        sink.copy_text(std::to_string(seed));
        sink.say("Copied seed " + std::to_string(seed));
    }
    export_entry(frame, sink,
                 {ICON_FA_FLOPPY_DISK "  Save as PNG…",
                  ExportLatents{.kind = ExportKind::picture,
                                .path = "face-" + std::to_string(seed) + ".png",
                                .points = {point}},
                  past});
    const bool has_data = frame.view.data || !frame.view.data_source.empty();
    export_entry(frame, sink,
                 {ICON_FA_MAGNIFYING_GLASS "  Nearest training images", FindNeighbours{point, 8},
                  past       ? past
                  : has_data ? nullptr
                             : "No training data are open: open some in the Train panel first"});
}

TileResult face_tile(const Frame& frame, CommandSink& sink, TileSpec spec, std::uint64_t seed,
                     const std::optional<LatentPoint>& shown, const char* past) {
    ExplorerState& explorer = frame.explorer;
    // A grid of classes has each seed in every row: only the one that was picked is A.
    const bool other_class = shown && shown->class_label >= 0 && shown->class_label != explorer.class_label;
    if (!other_class) spec.mark = mark_of(explorer, seed);
    const TileResult result = image_tile(frame.theme, spec);
    drag_seed(frame.theme, seed, spec.picture);
    if (result.clicked) pick(explorer, Side::a, seed);
    if (result.shift_clicked) pick(explorer, Side::b, seed);
    if (result.hovered && !ImGui::GetIO().WantTextInput) {
        if (ImGui::IsKeyPressed(ImGuiKey_A, false) && !ImGui::GetIO().KeyCtrl) pick(explorer, Side::a, seed);
        if (ImGui::IsKeyPressed(ImGuiKey_B, false) && !ImGui::GetIO().KeyCtrl) pick(explorer, Side::b, seed);
    }
    if (ImGui::BeginPopupContextItem()) {
        face_menu(frame, sink, seed, shown, past);
        ImGui::EndPopup();
    }
    return result;
}

} // namespace ganvas
