// SamplesPanel's header for random and class grids (one class a row, the same latents in each), and the checkerboard's
// figure.
#include "app/gui/panels/samples_panel.h"

#include <algorithm>
#include <string>

#include <icons_font_awesome_6.h>
#include <imgui_internal.h>

#include "app/gui/panels/class_picker.h"

namespace ganvas {

int SamplesPanel::class_rows(const Frame& frame) const {
    return std::min(most_class_rows, frame.view.model.classes);
}

std::vector<LatentPoint> SamplesPanel::drawn_points(const Frame& frame) const {
    std::vector<LatentPoint> points;
    const auto seed = [&](int index) {
        return frame.explorer.random_seed + static_cast<std::uint64_t>(index);
    };
    if (kind_ == GridKind::random) {
        for (int index = 0; index < random_count; ++index)
            points.push_back(frame.explorer.face_point(seed(index)));
        return points;
    }
    for (int row = 0; row < class_rows(frame); ++row)
        for (int column = 0; column < class_columns; ++column) {
            LatentPoint point = frame.explorer.face_point(seed(column));
            point.class_mix.clear();
            point.class_label = first_class_ + row;
            points.push_back(std::move(point));
        }
    return points;
}

void SamplesPanel::random_row(const Frame& frame) {
    ExplorerState& explorer = frame.explorer;
    if (button(frame.theme,
               {.icon = ICON_FA_ARROW_LEFT,
                .label = "##back",
                .tooltip = "The grid before",
                .shortcut = "Shift+R",
                .disabled_reason = explorer.random_seed < random_count ? "This is the first grid" : nullptr,
                .size = ImVec2(frame.px(30), 0)}))
        explorer.random_seed -= random_count;
    ImGui::SameLine(0, frame.px(4));
    if (button(frame.theme, {.icon = ICON_FA_DICE,
                             .label = "##next",
                             .tooltip = "The next random grid",
                             .shortcut = "R",
                             .size = ImVec2(frame.px(30), 0)}))
        explorer.random_seed += random_count;
    ImGui::SameLine(0, frame.px(12));
    ImGui::AlignTextToFramePadding();
    muted_text(frame.theme, "seed");
    ImGui::SameLine();
    const bool classes = has_classes(frame) && kind_ == GridKind::random;
    ImGui::SetNextItemWidth(frame.px(classes ? 72 : 110));
    ImGui::InputScalar("##seed", ImGuiDataType_U64, &explorer.random_seed);
    tooltip(frame.theme, "The first face's seed; the others follow it by ones");
    if (!classes) return;
    ImGui::SameLine(0, frame.px(8));
    class_combo(frame, std::clamp(ImGui::GetContentRegionAvail().x - frame.px(42) - checkerboard_width(frame),
                                  frame.px(64), frame.px(160)));
}

/// The next latents, the first seed, and which classes where the grid cannot hold all of them.
void SamplesPanel::classes_row(const Frame& frame) {
    random_row(frame);
    const int hidden = frame.view.model.classes - class_rows(frame);
    first_class_ = std::clamp(first_class_, 0, hidden);
    if (hidden <= 0) return;
    ImGui::SameLine(0, frame.px(8));
    double first = first_class_;
    const std::string help = std::to_string(class_rows(frame)) + " of "
                             + std::to_string(frame.view.model.classes)
                             + " classes are shown: the first of them";
    if (ImGui::BeginChild("first class",
                          ImVec2(ImGui::GetContentRegionAvail().x - frame.px(42) - checkerboard_width(frame),
                                 ImGui::GetFrameHeight()))) {
        if (slider(frame.theme,
                   {.label = "##first class",
                    .minimum = 0,
                    .maximum = static_cast<double>(hidden),
                    .nudge = 1,
                    .whole = true,
                    .tooltip = help.c_str()},
                   first))
            first_class_ = static_cast<int>(first);
    }
    ImGui::EndChild();
}

void SamplesPanel::row_names(const Frame& frame, const Grid& grid, ImVec2 origin, float tile_height,
                             float width) {
    ImGui::PushFont(nullptr, frame.theme.small_size());
    ImGui::PushStyleColor(ImGuiCol_Text, frame.theme.muted);
    const int rows = static_cast<int>(grid.seeds.size()) / class_columns;
    for (int row = 0; row < rows; ++row) {
        const std::string name = class_name(frame.view.model, grid.first_class + row);
        const float room = width - frame.px(8), wide = std::min(room, ImGui::CalcTextSize(name.c_str()).x);
        ImGui::SetCursorPos(origin
                            + ImVec2(room - wide, tile_height * (static_cast<float>(row) + 0.5f)
                                                      - ImGui::GetTextLineHeight() / 2));
        fitted_text(frame.theme, name, room);
    }
    ImGui::PopStyleColor();
    ImGui::PopFont();
}

float SamplesPanel::checkerboard_width(const Frame& frame) {
    return frame.view.checkerboard ? frame.px(60) : 0;
}

void SamplesPanel::look_at_checkerboard(const Frame& frame, CommandSink& sink, const Grid& shown) {
    const SharedBatch data = frame.view.data ? frame.view.data->thumbnails : SharedBatch();
    if (!shown.images || !data || (shown.images == checked_ && data == checked_against_)) return;
    checked_ = shown.images;
    checked_against_ = data;
    const SampleMark* mark = shown_mark(frame);
    sink.send(LookAtCheckerboard{shown.images, mark ? mark->step : frame.view.model.step});
}

/// "▦ 1.3×": how much of the stride's pattern the samples have, against the data. Muted dots until the grid in sight has
/// been measured.
void SamplesPanel::checkerboard(const Frame& frame) const {
    const CheckerboardFigure& figure = *frame.view.checkerboard;
    const bool known = figure.pictures == checked_;
    const double shown = std::min(figure.ratio, 999.0);
    const std::string text =
        std::string(ICON_FA_CHESS_BOARD " ") + (known ? fixed_text(shown, shown < 9.95 ? 1 : 0) + "×" : "…");
    // Clearly more than in the data, beyond what chance explains.
    const bool high = known && figure.ratio - 2 * figure.error > 1.5;
    ImGui::PushFont(nullptr, frame.theme.small_size());
    ImGui::AlignTextToFramePadding();
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() + frame.px(1));
    ImGui::TextColored(high ? frame.theme.warning : frame.theme.muted, "%s", text.c_str());
    ImGui::PopFont();
    if (!known) return;
    tooltip(
        frame.theme,
        "Checkerboard: energy at the frequency of a stride of two, against the data's. 1 is as in the data "
        "and good; well above it, transposed convolutions leave their pattern (try nearest or bilinear "
        "upsampling); below 1 fine detail is still missing.\n"
            + fixed_text(figure.ratio, 2) + " ± " + fixed_text(figure.error, 2) + " over "
            + std::to_string(figure.count) + " pictures each"
            + (figure.data.empty() ? "" : ", " + figure.data)
            + (figure.split.empty() ? "" : " (" + figure.split + ")")
            + (figure.size > 0 ? ", " + std::to_string(figure.size) + " px, not resized" : "") + ", step "
            + grouped(figure.step));
}

} // namespace ganvas
