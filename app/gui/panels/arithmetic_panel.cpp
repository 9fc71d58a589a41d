/// Arithmetic: mean of some faces minus mean of others plus mean of more, and the DCGAN paper's 3×3 sheet around it.
///
/// Radford et al. 2015, figure 7: single faces give unstable results, means of three or more give clean ones.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <icons_font_awesome_6.h>
#include <imgui.h>

#include "app/gui/panels/class_picker.h"
#include "app/gui/panels/export_menu.h"
#include "app/gui/panels/face_tile.h"
#include "app/gui/panels/picture_box.h"

namespace ganvas {
namespace {

constexpr std::array<const char*, arithmetic_slots> slot_signs = {"", "−", "+"};
constexpr std::array<const char*, arithmetic_slots> slot_words = {"Faces with it", "minus faces without",
                                                                  "plus other faces"};
constexpr std::array<const char*, arithmetic_slots> slot_hints = {"e.g. smiling women", "e.g. neutral women",
                                                                  "e.g. neutral men"};

class ArithmeticPanel final : public Panel {
public:
    PanelId id() const override { return PanelId::arithmetic; }
    const char* title() const override { return "Arithmetic"; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    void ask(const Frame& frame, CommandSink& sink);
    void draw_slot(const Frame& frame, CommandSink& sink, std::size_t slot, float width);
    void draw_pick(const Frame& frame, CommandSink& sink, std::size_t slot, std::size_t pick, float side);
    static void add_buttons(const Frame& frame, std::size_t slot);
    void draw_sheet(const Frame& frame, CommandSink& sink, float side);
    void draw_tools(const Frame& frame, CommandSink& sink);

    LatentAsker result_asker_{PreviewChannel::arithmetic}, sheet_asker_{PreviewChannel::arithmetic_sheet};
    std::array<int, arithmetic_slots> mean_at_{}; ///< index in the rendered batch
    std::array<int, arithmetic_slots> first_pick_at_{};
    int rendered_ = 0; ///< pictures asked for
    ZoomView zoom_;
};

/// One batch: the result, each slot's mean, each pick.
void ArithmeticPanel::ask(const Frame& frame, CommandSink& sink) {
    const ExplorerState& explorer = frame.explorer;
    std::vector<LatentPoint> points = {explorer.arithmetic_point()};
    for (std::size_t slot = 0; slot < explorer.slots.size(); ++slot) {
        mean_at_[slot] = static_cast<int>(points.size());
        if (explorer.slots[slot].empty()) continue;
        points.push_back(explorer.slot_point(slot));
    }
    for (std::size_t slot = 0; slot < explorer.slots.size(); ++slot) {
        first_pick_at_[slot] = static_cast<int>(points.size());
        for (std::uint64_t seed : explorer.slots[slot]) points.push_back(explorer.face_point(seed));
    }
    rendered_ = static_cast<int>(points.size());
    result_asker_.ask(sink, frame, std::move(points));
    sheet_asker_.ask(sink, frame, explorer.arithmetic_sheet());
}

void ArithmeticPanel::draw_pick(const Frame& frame, CommandSink& sink, std::size_t slot, std::size_t pick,
                                float side) {
    auto& seeds = frame.explorer.slots[slot];
    const std::uint64_t seed = seeds[pick];
    ImGui::PushID(static_cast<int>(pick));
    const ImVec2 low = ImGui::GetCursorScreenPos();
    TileSpec tile{.id = "pick", .size = {side, side}};
    tile.picture = rendered_picture(frame, PreviewChannel::arithmetic,
                                    first_pick_at_[slot] + static_cast<int>(pick), rendered_);
    ImGui::SetNextItemAllowOverlap();
    face_tile(frame, sink, tile, seed);
    const bool over = ImGui::IsMouseHoveringRect(low, ImVec2(low.x + side, low.y + side))
                      && ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
    // The cross is always an item, so that a keyboard and a test can reach it; it is drawn when the pointer is near.
    const ImVec2 after = ImGui::GetCursorPos();
    const float cross = std::floor(frame.theme.text_size());
    ImGui::SetCursorScreenPos(ImVec2(low.x + side - cross, low.y));
    const bool remove = ImGui::InvisibleButton("remove", ImVec2(cross, cross));
    const bool on_cross = ImGui::IsItemHovered();
    tooltip(frame.theme, "Take seed " + std::to_string(seed) + " out");
    if (over || ImGui::IsItemFocused()) {
        ImDrawList* list = ImGui::GetWindowDrawList();
        list->AddRectFilled(
            ImVec2(low.x + side - cross, low.y), ImVec2(low.x + side, low.y + cross),
            packed(on_cross ? frame.theme.accent : frame.theme.panel, on_cross ? 1.0f : 0.85f));
        const ImVec2 words = ImGui::CalcTextSize(ICON_FA_XMARK);
        list->AddText(ImVec2(low.x + side - (cross + words.x) / 2, low.y + (cross - words.y) / 2),
                      packed(on_cross ? frame.theme.accent_text : frame.theme.text), ICON_FA_XMARK);
    }
    ImGui::SetCursorPos(after);
    ImGui::PopID();
    if (remove) seeds.erase(seeds.begin() + static_cast<std::ptrdiff_t>(pick));
}

void ArithmeticPanel::add_buttons(const Frame& frame, std::size_t slot) {
    ExplorerState& explorer = frame.explorer;
    auto& seeds = explorer.slots[slot];
    const bool full = seeds.size() >= picks_in_a_slot;
    const auto add = [&](Side side, const char* label, const char* none) {
        const auto& pick = explorer.pick(side);
        const char* reason = full ? "eight faces are the most for one slot" : !pick ? none : nullptr;
        if (button(frame.theme, {.icon = ICON_FA_PLUS,
                                 .label = label,
                                 .tooltip = "Add this face to the slot; or drag a face here",
                                 .disabled_reason = reason}))
            seeds.push_back(pick->seed);
    };
    add(Side::a, "A", "pick a face A first: click one in Samples");
    ImGui::SameLine(0, frame.px(4));
    add(Side::b, "B", "pick a face B first: shift-click one in Samples");
}

void ArithmeticPanel::draw_slot(const Frame& frame, CommandSink& sink, std::size_t slot, float width) {
    const Theme& theme = frame.theme;
    auto& seeds = frame.explorer.slots[slot];
    ImGui::PushID(static_cast<int>(slot));
    ImGui::BeginGroup();
    ImGui::PushFont(nullptr, theme.small_size());
    ImGui::PushStyleColor(ImGuiCol_Text, theme.muted);
    fitted_text(theme, slot_words[slot], width);
    ImGui::PopStyleColor();
    ImGui::PopFont();
    const float gap = theme.px(4), big = std::floor((width - 3 * gap) / 4) * 2 + gap;
    const float side = std::floor((width - big - 2 * gap) / 2);
    // The mean large, up to four picks beside it, the other four below.
    if (seeds.empty()) {
        ImGui::Dummy(ImVec2(width, big));
        const ImVec2 a = ImGui::GetItemRectMin(), b = ImGui::GetItemRectMax();
        ImDrawList* list = ImGui::GetWindowDrawList();
        list->AddRect(a, b, packed(theme.muted, 0.6f), theme.px(4), 0, theme.px(1));
        const std::array<const char*, 2> lines = {"drop faces here", slot_hints[slot]};
        for (std::size_t line = 0; line < lines.size(); ++line) {
            ImGui::PushFont(nullptr, theme.small_size());
            const ImVec2 words = ImGui::CalcTextSize(lines[line]);
            list->AddText(
                ImVec2((a.x + b.x - words.x) / 2, (a.y + b.y) / 2 + (static_cast<float>(line) - 1) * words.y),
                packed(theme.muted), lines[line]);
            ImGui::PopFont();
        }
    } else {
        const ImVec2 start =
            ImGui::GetCursorPos(); // soft pixels: these tiles are seldom a whole factor of the picture
        image_tile(theme,
                   {.id = "mean",
                    .picture = rendered_picture(frame, PreviewChannel::arithmetic, mean_at_[slot], rendered_),
                    .size = {big, big},
                    .clickable = false});
        tooltip(theme, seeds.size() == 1 ? "The only face of this slot"
                                         : "The mean of " + std::to_string(seeds.size()) + " faces");
        for (std::size_t pick = 0; pick < seeds.size(); ++pick) {
            const float column = static_cast<float>(pick % 2), row = static_cast<float>(pick / 2);
            const bool below = pick >= 4;
            ImGui::SetCursorPos(
                below ? ImVec2(start.x + static_cast<float>(pick - 4) * (side + gap), start.y + big + gap)
                      : ImVec2(start.x + big + gap + column * (side + gap), start.y + row * (side + gap)));
            draw_pick(frame, sink, slot, pick, side);
        }
        ImGui::SetCursorPos(ImVec2(start.x, start.y + big + gap));
        ImGui::Dummy(ImVec2(width, seeds.size() > 4 ? side : 0));
    }
    add_buttons(frame, slot);
    ImGui::EndGroup();
    // The whole slot takes drops, not only its free space.
    if (std::uint64_t seed = 0; drop_seed(seed) && seeds.size() < picks_in_a_slot) seeds.push_back(seed);
    ImGui::PopID();
}

/// Nine of them with the result in the middle.
void ArithmeticPanel::draw_sheet(const Frame& frame, CommandSink&, float side) {
    constexpr int columns = 3;
    const float gap = frame.px(1);
    TextureRegion first = rendered_picture(frame, PreviewChannel::arithmetic_sheet, 0, columns * columns);
    const float scale =
        first.width > 0 ? whole_scale({side, side}, first.width, first.height, columns, columns, gap) : 1;
    const float tile = first.width > 0 ? scale * static_cast<float>(first.width) : (side - 2 * gap) / columns;
    CrispPixels crisp(ImGui::GetWindowDrawList(), frame.smooth_pictures);
    const ImVec2 start = ImGui::GetCursorPos();
    for (int index = 0; index < columns * columns; ++index) {
        ImGui::PushID(index);
        ImGui::SetCursorPos(ImVec2(start.x + static_cast<float>(index % columns) * (tile + gap),
                                   start.y + static_cast<float>(index / columns) * (tile + gap)));
        image_tile(frame.theme, {.id = "cell",
                                 .picture = rendered_picture(frame, PreviewChannel::arithmetic_sheet, index,
                                                             columns * columns),
                                 .size = {tile, tile},
                                 .clickable = false});
        if (index == 4)
            tooltip(frame.theme,
                    "The result itself; the eight around it have small noise added to its latent.");
        ImGui::PopID();
    }
}

void ArithmeticPanel::draw_tools(const Frame& frame, CommandSink& sink) {
    const Theme& theme = frame.theme;
    ExplorerState& explorer = frame.explorer;
    const float dice = theme.px(32);
    if (button(theme, {.icon = ICON_FA_DICE, .label = "##dice", .tooltip = "Other noise", .size = {dice, 0}}))
        explorer.sheet_seed += 9; // nine tiles: none has noise that was seen before
    ImGui::SameLine(0, theme.px(8));
    slider(theme,
           {.label = "Noise",
            .minimum = 0,
            .maximum = 1,
            .default_value = 0.25,
            .tooltip = "Standard deviation of the noise in the eight pictures around the result.",
            .label_width = theme.px(48)},
           explorer.sheet_noise);
    const char* reason = explorer.arithmetic_empty() ? "fill a slot first" : nullptr;
    const LatentPoint result = explorer.arithmetic_point();
    const auto entries = [&]() -> std::vector<ExportEntry> {
        return {
            {"3×3 sheet as PNG…", ExportLatents{.kind = ExportKind::sheet,
                                                .path = "arithmetic-sheet.png",
                                                .points = explorer.arithmetic_sheet(),
                                                .columns = 3}},
            {"Result as PNG…",
             ExportLatents{.kind = ExportKind::picture, .path = "arithmetic.png", .points = {result}}},
            {"Latent of the result (safetensors or CSV)…", ExportLatents{.kind = ExportKind::latents,
                                                                         .path = "arithmetic.safetensors",
                                                                         .points = {result}}},
        };
    };
    export_buttons(frame, sink, entries, ButtonWords::words, reason);
    ImGui::SameLine();
    if (button(theme, {.icon = ICON_FA_TRASH_CAN,
                       .label = "##clear",
                       .tooltip = "Empty all three slots; Ctrl+Z brings them back",
                       .disabled_reason = reason}))
        explorer.slots = {};
    ImGui::SameLine(0, theme.px(12));
    toggle(theme, "Full length", explorer.keeps_length,
           "Means and the result are scaled to the length that single latents have. A mean of eight is a "
           "third as "
           "long, and most models draw fog there. Off: the plain sum of the DCGAN paper.");
}

void ArithmeticPanel::draw(const Frame& frame, CommandSink& sink) {
    if (!frame.has_model()) {
        if (empty_state(
                frame.theme,
                {.icon = ICON_FA_PLUS_MINUS,
                 .title = "No model yet",
                 .hint = "Open a checkpoint or start training; then faces can be added and subtracted here.",
                 .button_label = "Go to Train",
                 .button_icon = ICON_FA_PLAY}))
            sink.show(PanelId::train);
        return;
    }
    const Theme& theme = frame.theme;
    ask(frame, sink);
    const float sign = theme.px(16);
    const float width = std::floor((ImGui::GetContentRegionAvail().x - 2 * sign) / 3);
    const float slot_width =
        std::floor(std::min({width, theme.px(280), ImGui::GetContentRegionAvail().y * 0.36f}));
    const ImVec2 top = ImGui::GetCursorPos(), top_on_screen = ImGui::GetCursorScreenPos();
    float bottom = top.y;
    for (std::size_t slot = 0; slot < arithmetic_slots; ++slot) {
        const float offset = static_cast<float>(slot) * (slot_width + sign);
        if (slot > 0) {
            ImGui::PushFont(theme.bold_font, theme.text_size());
            const ImVec2 words = ImGui::CalcTextSize(slot_signs[slot]);
            const ImVec2 at(top_on_screen.x + offset - (sign + words.x) / 2, top_on_screen.y + theme.px(40));
            ImGui::GetWindowDrawList()->AddText(at, packed(theme.text), slot_signs[slot]);
            ImGui::PopFont();
        }
        ImGui::SetCursorPos(ImVec2(top.x + offset, top.y));
        draw_slot(frame, sink, slot, slot_width);
        bottom = std::max(bottom, ImGui::GetCursorPosY());
    }
    ImGui::SetCursorPos(ImVec2(top.x, bottom));
    ImGui::Dummy(ImVec2(0, theme.px(4)));
    const ImVec2 space = ImGui::GetContentRegionAvail();
    const float tools = (has_classes(frame) ? 3 : 2) * ImGui::GetFrameHeightWithSpacing() + theme.px(8);
    const float gap = theme.px(8);
    const float side = std::max(
        theme.px(96), std::min((space.x - gap) / 2, space.y - tools - ImGui::GetTextLineHeightWithSpacing()));
    if (frame.explorer.arithmetic_empty()) {
        muted_text_wrapped(theme, "Drag faces from Samples into the slots, or pick A and B there and press + "
                                  "A or + B. Three faces or more in a slot give a cleaner mean.");
        return;
    }
    const float left = ImGui::GetCursorPosX();
    muted_text(theme, "= result");
    ImGui::SameLine(left + side + gap);
    muted_text(theme, "the same with small noise");
    const ImVec2 start = ImGui::GetCursorPos();
    picture_box(frame, "result", rendered_picture(frame, PreviewChannel::arithmetic, 0, rendered_), side,
                &zoom_);
    ImGui::SetCursorPos(ImVec2(start.x + side + gap, start.y));
    draw_sheet(frame, sink, side);
    ImGui::SetCursorPos(ImVec2(start.x, start.y + side + theme.px(4)));
    preview_error(frame, PreviewChannel::arithmetic);
    class_row(frame);
    draw_tools(frame, sink);
}

} // namespace

std::unique_ptr<Panel> make_arithmetic_panel() { return std::make_unique<ArithmeticPanel>(); }

} // namespace ganvas
