/// Pad: walk from one face along two directions at once, and one slider for each latent coordinate.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include <icons_font_awesome_6.h>
#include <imgui.h>

#include "app/gui/panels/attribute_figures.h"
#include "app/gui/panels/export_menu.h"
#include "app/gui/panels/picture_box.h"
#include "engine/core/latent_prior.h"

namespace ganvas {
namespace {

class PadPanel final : public Panel {
public:
    PanelId id() const override { return PanelId::pad; }
    const char* title() const override { return "Pad"; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    static bool direction_chooser(const Frame& frame, const char* id, float width, PadDirection& direction);
    static void settle_directions(const Frame& frame);
    static LatentPoint shown_point(const Frame& frame);
    void draw_pad(const Frame& frame, float side);
    void draw_no_directions(const Frame& frame, CommandSink& sink, float side);
    void draw_tools(const Frame& frame, CommandSink& sink);
    void draw_coordinates(const Frame& frame);

    LatentAsker asker_{PreviewChannel::pad};
    ZoomView zoom_;
};

std::string name_of(const Frame& frame, const PadDirection& direction) {
    switch (direction.kind) {
    case PadDirection::Kind::axis:
        if (frame.view.model.principal_axes == 0 && !direction.awaited) return "none";
        return "axis " + std::to_string(direction.axis + 1);
    case PadDirection::Kind::attribute: return spoken(direction.attribute);
    case PadDirection::Kind::pair: break;
    }
    return "A → B";
}

/// A place on the pad: standard deviations, or so much of the way from A to B.
std::string amount_text(const PadDirection& direction, double value, int digits) {
    char text[32];
    const bool pair = direction.kind == PadDirection::Kind::pair;
    std::snprintf(text, sizeof text, pair ? "%+.*f ×" : "%+.*f σ", digits, pair ? value / pad_end : value);
    return text;
}

bool has_directions(const Frame& frame) {
    return frame.view.model.principal_axes > 0 || !frame.view.attributes.empty()
           || (frame.explorer.a && frame.explorer.b);
}

/// What `direction` refers to is there.
bool is_known(const Frame& frame, const PadDirection& direction) {
    const auto& cards = frame.view.attributes;
    switch (direction.kind) {
    case PadDirection::Kind::axis: return direction.axis < frame.view.model.principal_axes;
    case PadDirection::Kind::attribute:
        return std::any_of(cards.begin(), cards.end(),
                           [&](const AttributeCard& card) { return card.name == direction.attribute; });
    case PadDirection::Kind::pair: break;
    }
    return frame.explorer.a && frame.explorer.b;
}

/// The wish-th of what there is: axes, else attributes; else the way from A to B to the right.
PadDirection usual_direction(const Frame& frame, int wish) {
    const int axes = frame.view.model.principal_axes;
    const auto& cards = frame.view.attributes;
    if (axes > 0) return {.axis = std::min(wish, axes - 1)};
    if (!cards.empty())
        return {.kind = PadDirection::Kind::attribute,
                .attribute = cards[static_cast<std::size_t>(wish) % cards.size()].name};
    if (wish == 0 && frame.explorer.a && frame.explorer.b) return {.kind = PadDirection::Kind::pair};
    return {.axis = wish};
}

/// Another model may have fewer axes or other attributes than those that are chosen.
void PadPanel::settle_directions(const Frame& frame) {
    ExplorerState& explorer = frame.explorer;
    const auto settle = [&](PadDirection& direction, double& amount, int wish) {
        if (frame.view.model.principal_axes > 0) direction.awaited = false;
        if (direction.awaited || is_known(frame, direction)) return;
        direction = usual_direction(frame, wish);
        amount = 0;
    };
    settle(explorer.pad_across, explorer.pad_x, 0);
    settle(explorer.pad_up, explorer.pad_y, 1);
}

/// Without axes that are still being found: what can be drawn.
LatentPoint PadPanel::shown_point(const Frame& frame) {
    LatentPoint point = frame.explorer.pad_point(frame.first_face());
    if (frame.view.model.principal_axes == 0) point.axes.clear();
    return point;
}

bool PadPanel::direction_chooser(const Frame& frame, const char* id, float width, PadDirection& direction) {
    using Kind = PadDirection::Kind;
    bool changed = false;
    ImGui::SetNextItemWidth(width);
    if (!ImGui::BeginCombo(id, name_of(frame, direction).c_str())) return false;
    const auto entry = [&](const PadDirection& other) {
        const bool selected = other == direction;
        if (!ImGui::Selectable(name_of(frame, other).c_str(), selected) || selected) return;
        direction = other;
        changed = true;
    };
    if (frame.explorer.a && frame.explorer.b) entry({.kind = Kind::pair});
    if (frame.view.model.principal_axes > 0) muted_text(frame.theme, "Principal axes, strongest first");
    for (int index = 0; index < frame.view.model.principal_axes; ++index) entry({.axis = index});
    if (!frame.view.attributes.empty()) muted_text(frame.theme, "Learned attributes");
    for (const AttributeCard& card : frame.view.attributes)
        entry({.kind = Kind::attribute, .attribute = card.name});
    ImGui::EndCombo();
    return changed;
}

void PadPanel::draw_pad(const Frame& frame, float side) {
    const Theme& theme = frame.theme;
    ExplorerState& explorer = frame.explorer;
    const ImVec2 low = ImGui::GetCursorScreenPos();
    ImGui::InvisibleButton("pad", ImVec2(side, side));
    const auto to_screen = [&](double x, double y) {
        return ImVec2(low.x + static_cast<float>((x / pad_end + 1) / 2) * side,
                      low.y + static_cast<float>((1 - y / pad_end) / 2) * side);
    };
    if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
        explorer.pad_x = explorer.pad_y = 0;
    } else if (ImGui::IsItemActive()
               && (ImGui::IsMouseDragging(ImGuiMouseButton_Left, 0)
                   || ImGui::IsMouseClicked(ImGuiMouseButton_Left))) {
        const ImVec2 mouse = ImGui::GetIO().MousePos;
        explorer.pad_x = std::clamp((2.0 * (mouse.x - low.x) / side - 1) * pad_end, -pad_end, pad_end);
        explorer.pad_y = std::clamp((1 - 2.0 * (mouse.y - low.y) / side) * pad_end, -pad_end, pad_end);
    }
    const bool hovered = ImGui::IsItemHovered();
    // Not over the face that a drag has just made.
    if (!ImGui::IsItemActive() && explorer.pad_x == 0 && explorer.pad_y == 0)
        tooltip(theme, name_of(frame, explorer.pad_across) + " to the right, "
                           + name_of(frame, explorer.pad_up)
                           + " upwards, in standard deviations; of A → B the edge is the whole way. Drag; "
                             "double-click returns to the middle.");
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(low, ImVec2(low.x + side, low.y + side), packed(theme.picture_ground));
    for (int line = -2; line <= 2; ++line) {
        const ImU32 colour = packed(line == 0 ? theme.muted : theme.line, line == 0 ? 0.7f : 1.0f);
        list->AddLine(to_screen(line, -pad_end), to_screen(line, pad_end), colour);
        list->AddLine(to_screen(-pad_end, line), to_screen(pad_end, line), colour);
    }
    ImGui::PushFont(nullptr, theme.small_size());
    const auto edge = [&](const PadDirection& direction, ImVec2 place, ImVec2 anchor, double value) {
        if (!is_known(frame, direction)) return;
        const std::string text = amount_text(direction, value, 0);
        const ImVec2 words = ImGui::CalcTextSize(text.c_str());
        list->AddText(ImVec2(place.x - anchor.x * words.x, place.y - anchor.y * words.y), packed(theme.muted),
                      text.c_str());
    };
    const float air = theme.px(3), middle = side / 2;
    edge(explorer.pad_across, ImVec2(low.x + air, low.y + middle), ImVec2(0, 1), -pad_end);
    edge(explorer.pad_across, ImVec2(low.x + side - air, low.y + middle), ImVec2(1, 1), pad_end);
    edge(explorer.pad_up, ImVec2(low.x + middle + air, low.y + air), ImVec2(0, 0), pad_end);
    edge(explorer.pad_up, ImVec2(low.x + middle + air, low.y + side - air), ImVec2(0, 1), -pad_end);
    ImGui::PopFont();
    const ImVec2 at = to_screen(explorer.pad_x, explorer.pad_y);
    list->AddRect(low, ImVec2(low.x + side, low.y + side), packed(hovered ? theme.accent : theme.line));
    list->AddCircleFilled(at, theme.px(7), packed(theme.accent));
    list->AddCircle(at, theme.px(7), packed(theme.accent_text), 0, theme.px(1.5f));
}

void PadPanel::draw_no_directions(const Frame& frame, CommandSink& sink, float side) {
    if (ImGui::BeginChild("no directions", ImVec2(side, side))) {
        if (empty_state(
                frame.theme,
                {.icon = ICON_FA_UP_DOWN_LEFT_RIGHT,
                 .title = "No directions yet",
                 .hint = "The axes along which this model's pictures change most; found in a few seconds.",
                 .button_label = "Find principal axes",
                 .button_icon = ICON_FA_COMPASS}))
            sink.send(ComputeAxes{});
    }
    ImGui::EndChild();
}

void PadPanel::draw_tools(const Frame& frame, CommandSink& sink) {
    const Theme& theme = frame.theme;
    ExplorerState& explorer = frame.explorer;
    face_chooser(frame, explorer.pad_face);
    const bool moved = explorer.pad_x != 0 || explorer.pad_y != 0 || !explorer.coordinates.empty();
    if (button(theme, {.icon = ICON_FA_ROTATE_LEFT,
                       .label = "Reset",
                       .tooltip = "Back to the face itself; Ctrl+Z undoes it",
                       .disabled_reason = moved ? nullptr : "this is the face itself"})) {
        explorer.pad_x = explorer.pad_y = 0;
        explorer.coordinates.clear();
    }
    const LatentPoint point = shown_point(frame);
    const auto entries = [&]() -> std::vector<ExportEntry> {
        return {
            {"Picture as PNG…",
             ExportLatents{.kind = ExportKind::picture, .path = "pad.png", .points = {point}}},
            {"Latent (safetensors or CSV)…",
             ExportLatents{.kind = ExportKind::latents, .path = "pad.safetensors", .points = {point}}},
        };
    };
    ImGui::SameLine(0, theme.px(4));
    export_buttons(frame, sink, entries, ButtonWords::icons_only);
    ImGui::SameLine(0, theme.px(4));
    if (button(theme, {.icon = ICON_FA_COMPASS,
                       .label = "##axes",
                       .tooltip = frame.view.model.principal_axes > 0
                                      ? "Find the principal axes again for the model as it is now"
                                      : "Find the principal axes of this model"}))
        sink.send(ComputeAxes{});
}

/// One slider for each latent coordinate; only those in sight are drawn, so 2,048 cost as much as 20.
void PadPanel::draw_coordinates(const Frame& frame) {
    const Theme& theme = frame.theme;
    ExplorerState& explorer = frame.explorer;
    const int size = frame.view.model.latent_size;
    const std::string label =
        std::to_string(size) + " coordinates of z"
        + (explorer.coordinates.empty() ? ""
                                        : "  ·  " + std::to_string(explorer.coordinates.size()) + " changed")
        + "###coordinates";
    if (!ImGui::TreeNodeEx(label.c_str(), ImGuiTreeNodeFlags_SpanAvailWidth
                                              | ImGuiTreeNodeFlags_NoTreePushOnOpen
                                              | ImGuiTreeNodeFlags_FramePadding))
        return;
    if (!explorer.coordinates.empty()
        && button(theme, {.icon = ICON_FA_ROTATE_LEFT, .label = "Reset coordinates"}))
        explorer.coordinates.clear();
    const std::uint64_t seed = explorer.pad_face ? *explorer.pad_face : frame.first_face();
    const LatentPrior prior = frame.view.model.prior;
    const double end = prior == LatentPrior::uniform ? 1 : 4; // a uniform latent has nothing outside −1 … 1
    ImGuiListClipper clipper;
    clipper.Begin(size, ImGui::GetFrameHeightWithSpacing());
    while (clipper.Step()) {
        for (int index = clipper.DisplayStart; index < clipper.DisplayEnd; ++index) {
            const double own = latent_coordinate(prior, seed, static_cast<std::uint64_t>(index));
            const auto entry = explorer.coordinates.find(index);
            const bool changed = entry != explorer.coordinates.end();
            double value = changed ? entry->second : own;
            const std::string name = "z" + std::to_string(index);
            ImGui::PushID(index);
            if (slider(theme,
                       {.label = name.c_str(),
                        .minimum = -end,
                        .maximum = end,
                        .default_value = own,
                        .format = "%+.3f",
                        .nudge = 0.1,
                        .label_width = theme.px(48),
                        .grab = changed ? theme.accent : theme.muted},
                       value)) {
                if (value == own)
                    explorer.coordinates.erase(index);
                else
                    explorer.coordinates[index] = value;
            }
            ImGui::PopID();
        }
    }
}

void PadPanel::draw(const Frame& frame, CommandSink& sink) {
    if (!frame.has_model()) {
        if (empty_state(
                frame.theme,
                {.icon = ICON_FA_UP_DOWN_LEFT_RIGHT,
                 .title = "No model yet",
                 .hint = "Open a checkpoint or start training; then walk through its latent space here.",
                 .button_label = "Go to Train",
                 .button_icon = ICON_FA_PLAY}))
            sink.show(PanelId::train);
        return;
    }
    const Theme& theme = frame.theme;
    ExplorerState& explorer = frame.explorer;
    settle_directions(frame);
    asker_.ask(sink, frame, {shown_point(frame)});
    const bool directions = has_directions(frame);
    const ImVec2 space = ImGui::GetContentRegionAvail();
    const float gap = theme.px(8);
    // Room below for the tools and the head of the folded list.
    const float side =
        std::max(theme.px(96),
                 std::floor(std::min((space.x - gap) / 2, space.y - 5 * ImGui::GetFrameHeightWithSpacing())));
    const float left = ImGui::GetCursorPosX();
    if (directions) {
        const float half = (side - theme.px(36)) / 2;
        ImGui::AlignTextToFramePadding();
        ImGui::TextColored(theme.muted, ICON_FA_ARROW_RIGHT);
        ImGui::SameLine(0, theme.px(4));
        if (direction_chooser(frame, "##x", half, explorer.pad_across)) explorer.pad_x = 0;
        ImGui::SameLine(0, theme.px(4));
        ImGui::TextColored(theme.muted, ICON_FA_ARROW_UP);
        ImGui::SameLine(0, theme.px(4));
        if (direction_chooser(frame, "##y", half, explorer.pad_up)) explorer.pad_y = 0;
        ImGui::SameLine(left + side + gap);
        ImGui::TextColored(theme.muted, "%s,  %s",
                           amount_text(explorer.pad_across, explorer.pad_x, 2).c_str(),
                           amount_text(explorer.pad_up, explorer.pad_y, 2).c_str());
        draw_pad(frame, side);
    } else {
        draw_no_directions(frame, sink, side);
    }
    ImGui::SameLine(left + side + gap);
    picture_box(frame, "picture", rendered_picture(frame, PreviewChannel::pad, 0, 1), side, &zoom_);
    if (std::uint64_t seed = 0; drop_seed(seed)) explorer.pad_face = seed;
    preview_error(frame, PreviewChannel::pad);
    draw_tools(frame, sink);
    draw_coordinates(frame);
}

} // namespace

std::unique_ptr<Panel> make_pad_panel() { return std::make_unique<PadPanel>(); }

} // namespace ganvas
