#include "app/gui/panels/study_table.h"

#include <algorithm>
#include <cmath>

#include <imgui.h>

namespace ganvas {
namespace {

constexpr float widest_words = 150; ///< of a finding or a report's value, before it is cut

std::string value_text(const StudyCell& cell) {
    const double size = std::fabs(cell.value);
    const int digits = size >= 100 ? 1 : size >= 1 ? 2 : 3;
    const bool whole = cell.value == std::floor(cell.value) && cell.deviation == 0 && size < 1e15;
    std::string text =
        whole ? grouped(static_cast<std::int64_t>(cell.value)) : fixed_text(cell.value, digits);
    if (cell.deviation > 0) text += " ± " + fixed_text(cell.deviation, digits);
    return text;
}

std::string cell_help(const StudyCell& cell) {
    std::string help;
    const auto line = [&](const std::string& text) {
        if (!text.empty()) help += (help.empty() ? "" : "\n") + text;
    };
    if (cell.measured) {
        const std::string badge =
            cell.extractor.empty() ? std::string()
                                   : cell.extractor + ", N " + std::to_string(cell.count) + ", " + cell.data;
        line(cell.badge.empty() ? badge : cell.badge);
    }
    line(cell.finding);
    if (!cell.measured && cell.reason != cell.finding) line(cell.reason);
    if (!cell.report.empty()) line("The report: " + cell.report);
    return help;
}

/// Text of the cell's own width where it is short; longer text is cut, with the whole in the cell's tooltip.
void words(const Frame& frame, const std::string& text, const ImVec4& colour) {
    ImGui::PushStyleColor(ImGuiCol_Text, colour);
    const float width = ImGui::CalcTextSize(text.c_str()).x;
    if (width <= frame.px(widest_words))
        ImGui::TextUnformatted(text.c_str());
    else
        fitted_text(frame.theme, text, frame.px(widest_words));
    ImGui::PopStyleColor();
}

/// Ours above the report's.
void draw_cell(const Frame& frame, const StudyCell& cell) {
    ImGui::BeginGroup();
    if (cell.measured)
        words(frame, value_text(cell), frame.theme.text);
    else if (!cell.finding.empty())
        words(frame, cell.finding, frame.theme.text);
    else
        words(frame, "–", frame.theme.muted);
    if (!cell.report.empty()) words(frame, "report: " + cell.report, frame.theme.muted);
    ImGui::EndGroup();
    if (const std::string help = cell_help(cell); !help.empty()) tooltip(frame.theme, help);
}

void draw_row(const Frame& frame, const StudyRowView& row, std::set<std::string>& left_out, bool locked) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    bool taken = !left_out.contains(row.key);
    const std::string label = (row.title.empty() ? row.key : row.title) + "###" + row.key;
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(frame.px(2), 0));
    const std::string about = row.key + (row.data.empty() ? "" : "\n" + row.data);
    if (toggle(frame.theme, label.c_str(), taken, about.c_str(),
               locked ? "The study runs: its rows are chosen when it starts" : nullptr)) {
        if (taken)
            left_out.erase(row.key);
        else
            left_out.insert(row.key);
    }
    ImGui::PopStyleVar();
    ImGui::TableNextColumn();
    ImGui::TextColored(row.error.empty() ? frame.theme.muted : frame.theme.error, "%s", row.state.c_str());
    std::string help = row.error;
    if (help.empty() && row.step > 0) {
        help = "step " + grouped(row.step) + ", " + clock_text(row.seconds);
        for (const std::string& other : row.shared_with) help += "\nthe same run is " + other;
    }
    if (!help.empty()) tooltip(frame.theme, help);
    for (const StudyCell& cell : row.cells)
        if (ImGui::TableNextColumn()) draw_cell(frame, cell);
}

} // namespace

void study_table(const Frame& frame, const StudyView& view, std::set<std::string>& left_out, bool locked) {
    if (view.rows.empty()) return muted_text(frame.theme, "reading its rows…");
    const int columns = 2 + static_cast<int>(view.rows.front().cells.size());
    constexpr ImGuiTableFlags flags = ImGuiTableFlags_ScrollX | ImGuiTableFlags_ScrollY
                                      | ImGuiTableFlags_RowBg | ImGuiTableFlags_BordersInnerV
                                      | ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_Resizable
                                      | ImGuiTableFlags_NoSavedSettings;
    ImGui::PushFont(nullptr, frame.theme.small_size());
    const ImVec2 space = ImGui::GetContentRegionAvail();
    // Widths belong to one study's columns.
    if (ImGui::BeginTable(("study table##" + view.study).c_str(), columns, flags,
                          ImVec2(space.x, std::max(space.y, frame.px(90))))) {
        ImGui::TableSetupScrollFreeze(1, 1);
        ImGui::TableSetupColumn("row");
        ImGui::TableSetupColumn("state");
        for (const StudyCell& cell : view.rows.front().cells)
            ImGui::TableSetupColumn(cell.title.empty() ? cell.column.c_str() : cell.title.c_str());
        ImGui::TableHeadersRow();
        for (const StudyRowView& row : view.rows) draw_row(frame, row, left_out, locked);
        ImGui::EndTable();
    }
    ImGui::PopFont();
}

} // namespace ganvas
