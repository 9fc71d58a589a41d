#include "app/gui/widgets/image_tile.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <imgui.h>
#include <imgui_internal.h>

namespace ganvas {
namespace {

void draw_region(ImDrawList* list, const TextureRegion& region, ImVec2 low, ImVec2 high, float opacity) {
    if (!region.texture || opacity <= 0) return;
    const ImU32 tint =
        IM_COL32(255, 255, 255, static_cast<int>(std::lround(255 * std::clamp(opacity, 0.0f, 1.0f))));
    list->AddImage(ImTextureRef(region.texture), low, high, region.uv0, region.uv1, tint);
}

void draw_letter(const Theme& theme, ImDrawList* list, ImVec2 corner, const char* letter,
                 const ImVec4& colour) {
    const float size = theme.small_size();
    ImFont* font = theme.bold_font ? theme.bold_font : ImGui::GetFont();
    const ImVec2 words = font->CalcTextSizeA(size, 1000.0f, 0.0f, letter);
    const ImVec2 box(std::max(words.x, words.y * 0.8f) + theme.px(6), words.y + theme.px(1));
    list->AddRectFilled(corner, corner + box, packed(colour));
    // Dark letters on the light colours of the dark theme, light ones on the dark colours of the light theme.
    const ImVec4 ink = contrast(ImVec4(0, 0, 0, 1), colour) > contrast(ImVec4(1, 1, 1, 1), colour)
                           ? ImVec4(0, 0, 0, 1)
                           : ImVec4(1, 1, 1, 1);
    list->AddText(font, size, corner + ImVec2((box.x - words.x) / 2, 0), packed(ink), letter);
}

} // namespace

CrispPixels::CrispPixels(ImDrawList* list, bool smooth) : list_(smooth ? nullptr : list) {
    if (!list_) return;
    if (ImDrawCallback nearest = ImGui::GetPlatformIO().DrawCallback_SetSamplerNearest)
        list_->AddCallback(nearest, nullptr);
    else
        list_ = nullptr; // a back end without samplers (the null one) draws as it does
}

CrispPixels::~CrispPixels() {
    if (!list_) return;
    list_->AddCallback(ImGui::GetPlatformIO().DrawCallback_SetSamplerLinear, nullptr);
}

float whole_scale(ImVec2 space, int width, int height, int columns, int rows, float gap) {
    if (width <= 0 || height <= 0 || columns <= 0 || rows <= 0) return 1;
    const float x = (space.x - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns * width);
    const float y = (space.y - gap * static_cast<float>(rows - 1)) / static_cast<float>(rows * height);
    const float fitting = std::min(x, y);
    // Whole numbers, but rather soft pixels than a picture that leaves almost half of its place empty.
    constexpr float wasteful = 1.4f;
    if (fitting >= wasteful && fitting < 2) return fitting;
    if (fitting >= 1) return std::floor(fitting);
    return std::max(fitting, 0.02f);
}

int best_columns(ImVec2 space, int width, int height, int count, float gap) {
    int best = 1;
    float best_scale = 0;
    float best_waste = 0;
    for (int columns = 1; columns <= std::max(1, count); ++columns) {
        const int rows = (count + columns - 1) / columns;
        const float scale = whole_scale(space, width, height, columns, rows, gap);
        const float waste = static_cast<float>(columns * rows - count)
                            + std::fabs(static_cast<float>(columns - rows)) * 0.01f;
        if (scale > best_scale || (scale == best_scale && waste < best_waste)) {
            best = columns;
            best_scale = scale;
            best_waste = waste;
        }
    }
    return best;
}

void draw_mark(const Theme& theme, ImDrawList* list, ImVec2 low, ImVec2 high, TileMark mark) {
    if (mark == TileMark::none) return;
    const float thick = std::max(2.0f, std::round(theme.px(3)));
    const ImVec2 half(thick / 2, thick / 2);
    const ImVec4& first = mark == TileMark::b ? theme.b : theme.a;
    list->AddRect(low + half, high - half, packed(first), 0, 0, thick);
    if (mark == TileMark::both) {
        const ImVec2 inner(thick * 1.5f, thick * 1.5f);
        list->AddRect(low + inner, high - inner, packed(theme.b), 0, 0, thick);
    }
    if (high.x - low.x < theme.px(24)) return;
    draw_letter(theme, list, low, mark == TileMark::b ? "B" : mark == TileMark::both ? "AB" : "A", first);
}

TileResult image_tile(const Theme& theme, const TileSpec& spec) {
    TileResult result;
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const ImVec2 high = low + spec.size;
    if (spec.clickable) {
        const bool pressed = ImGui::InvisibleButton(spec.id, spec.size);
        result.hovered = ImGui::IsItemHovered();
        const bool shift = ImGui::GetIO().KeyShift;
        result.clicked = pressed && !shift;
        result.shift_clicked = pressed && shift;
        result.right_clicked = ImGui::IsItemClicked(ImGuiMouseButton_Right);
        result.double_clicked = result.hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left);
    } else {
        ImGui::PushID(spec.id);
        ImGui::Dummy(spec.size);
        ImGui::PopID();
        result.hovered = ImGui::IsItemHovered();
    }
    if (!ImGui::IsItemVisible()) return result;
    ImDrawList* list = ImGui::GetWindowDrawList();
    if (!spec.picture.texture && !spec.fading_from.texture)
        list->AddRectFilled(low, high, packed(theme.picture_ground));
    const bool fading = spec.fade < 1 && spec.fading_from.texture;
    if (fading) draw_region(list, spec.fading_from, low, high, 1);
    draw_region(list, spec.picture, low, high, fading ? spec.fade : 1);
    draw_mark(theme, list, low, high, spec.mark);
    if (spec.outlined)
        list->AddRect(low, high, packed(theme.accent), 0, 0, std::max(1.0f, std::round(theme.px(2))));
    if (result.hovered && spec.clickable && spec.mark == TileMark::none && !spec.outlined)
        list->AddRect(low, high, packed(theme.accent), 0, 0, std::max(1.0f, std::round(theme.px(1))));
    return result;
}

void drag_seed(const Theme& theme, std::uint64_t seed, const TextureRegion& picture) {
    if (!ImGui::BeginDragDropSource(ImGuiDragDropFlags_SourceNoHoldToOpenOthers)) return;
    ImGui::SetDragDropPayload(seed_payload, &seed, sizeof(seed));
    if (picture.texture) {
        const float side = theme.px(64);
        ImGui::Image(ImTextureRef(picture.texture), ImVec2(side, side), picture.uv0, picture.uv1);
    }
    ImGui::TextDisabled("seed %llu", static_cast<unsigned long long>(seed));
    ImGui::EndDragDropSource();
}

bool drop_seed(std::uint64_t& seed) {
    bool dropped = false;
    if (!ImGui::BeginDragDropTarget()) return false;
    if (const ImGuiPayload* payload = ImGui::AcceptDragDropPayload(seed_payload);
        payload && payload->DataSize == static_cast<int>(sizeof(seed))) {
        std::memcpy(&seed, payload->Data, sizeof(seed));
        dropped = true;
    }
    ImGui::EndDragDropTarget();
    return dropped;
}

} // namespace ganvas
