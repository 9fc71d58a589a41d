#include "app/gui/panels/picture_box.h"

#include <cmath>

#include <icons_font_awesome_6.h>
#include <imgui.h>

namespace ganvas {

TextureRegion rendered_picture(const Frame& frame, PreviewChannel channel, int index, int expected) {
    const SharedBatch& batch = frame.previews[channel].images;
    if (!batch || batch->count != expected) return {};
    return frame.images.picture(batch, index);
}

void picture_box(const Frame& frame, const char* id, const TextureRegion& picture, float side,
                 ZoomView* view) {
    ImGui::PushID(id);
    ImGui::BeginGroup();
    const ImVec2 start = ImGui::GetCursorPos(), corner = ImGui::GetCursorScreenPos();
    const ImVec2 end(corner.x + side, corner.y + side);
    if (picture.width <= 0)
        ImGui::GetWindowDrawList()->AddRectFilled(corner, end, packed(frame.theme.picture_ground));
    ImGui::Dummy(ImVec2(side, side));
    if (picture.width > 0) {
        const float scale = whole_scale({side, side}, picture.width, picture.height, 1, 1, 0);
        const ImVec2 size(scale * static_cast<float>(picture.width),
                          scale * static_cast<float>(picture.height));
        const bool smooth = frame.smooth_pictures || scale < 1;
        ImGui::SetCursorPos(start);
        if (view) {
            zoom_tile(frame.theme, {.id = "picture", .picture = picture, .size = size, .smooth = smooth},
                      *view);
            if (!view->zoomed()) tooltip(frame.theme, "Wheel: look at its pixels");
        } else {
            CrispPixels crisp(ImGui::GetWindowDrawList(), smooth);
            image_tile(frame.theme, {.id = "picture", .picture = picture, .size = size, .clickable = false});
        }
        ImGui::SetCursorPos(ImVec2(start.x, start.y + side));
        ImGui::Dummy(ImVec2(side, 0));
    }
    ImGui::EndGroup();
    ImGui::PopID();
}

void face_chooser(const Frame& frame, std::optional<std::uint64_t>& face) {
    const Theme& theme = frame.theme;
    ExplorerState& explorer = frame.explorer;
    const std::uint64_t now = face ? *face : frame.first_face();
    const auto side_button = [&](Side side, const char* label, const char* missing) {
        const auto& pick = explorer.pick(side);
        ImGui::SameLine(0, theme.px(4));
        if (button(theme, {.label = label,
                           .tooltip = "Start from this face",
                           .disabled_reason = pick ? nullptr : missing,
                           .selected = pick && pick->seed == now}))
            face = pick->seed;
    };
    ImGui::AlignTextToFramePadding();
    ImGui::TextColored(theme.muted, "Face");
    ImGui::SameLine(0, theme.px(8));
    ImU64 seed = now;
    ImGui::SetNextItemWidth(theme.px(72));
    if (ImGui::InputScalar("##seed", ImGuiDataType_U64, &seed)) face = seed;
    tooltip(theme, "The face's seed; type another, or drop a face on the picture");
    side_button(Side::a, "A", "no A is picked yet: click a face in Samples");
    side_button(Side::b, "B", "no B is picked yet: shift-click a face in Samples");
    ImGui::SameLine(0, theme.px(4));
    if (button(theme, {.icon = ICON_FA_DICE, .label = "##random", .tooltip = "Another face"})) face = now + 1;
}

void preview_error(const Frame& frame, PreviewChannel channel) {
    const auto& error = frame.previews[channel].error;
    if (!error) return;
    ImGui::PushStyleColor(ImGuiCol_Text, frame.theme.error);
    ImGui::TextWrapped("%s", error->line().c_str());
    ImGui::PopStyleColor();
}

} // namespace ganvas
