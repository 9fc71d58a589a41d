/// Studies: the tables and figures of the reports, run again; one at a time, its table comes in while it runs.
#include <algorithm>
#include <cmath>

#include <icons_font_awesome_6.h>
#include <imgui.h>

#include "app/gui/panels/panel.h"

namespace ganvas {
namespace {

class StudiesPanel final : public Panel {
public:
    PanelId id() const override { return PanelId::studies; }
    const char* title() const override { return "Studies"; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    void list(const Frame& frame, float height);
    void about(const Frame& frame, const StudyCard& study) const;
    void start_row(const Frame& frame, CommandSink& sink, const StudyCard& study);
    static void running_row(const Frame& frame, CommandSink& sink, const StudyRun& run);
    static void table(const Frame& frame, const StudyView& view);

    bool asked_ = false; ///< for the list
    std::string chosen_; ///< empty: the one that runs, else the first
    double minutes_ = 2;
};

std::string value_text(const StudyCell& cell) {
    const double size = std::fabs(cell.value);
    const int digits = size >= 100 ? 1 : size >= 1 ? 2 : 3;
    std::string text = fixed_text(cell.value, digits);
    if (cell.deviation > 0) text += " ± " + fixed_text(cell.deviation, digits);
    return text;
}

std::string cell_help(const StudyCell& cell) {
    std::string help;
    const auto line = [&](const std::string& text) {
        if (!text.empty()) help += (help.empty() ? "" : "\n") + text;
    };
    if (!cell.report.empty()) line("The report: " + cell.report);
    line(cell.finding);
    if (cell.measured && !cell.extractor.empty())
        line(cell.extractor + ", N " + std::to_string(cell.count) + ", " + cell.data);
    if (!cell.measured) line(cell.reason);
    return help;
}

const JobStatus* job_of(const View& view, const StudyRun& run) {
    const auto found = std::find_if(view.jobs.begin(), view.jobs.end(),
                                    [&](const JobStatus& job) { return job.id == run.job; });
    return found == view.jobs.end() ? nullptr : &*found;
}

void StudiesPanel::list(const Frame& frame, float height) {
    if (ImGui::BeginChild("list", ImVec2(0, height))) {
        int report = 0;
        for (const StudyCard& study : frame.view.studies) {
            if (study.report != report && study.report > 0) {
                report = study.report;
                section_label(frame.theme, ("Report " + std::to_string(report)).c_str());
            }
            ImGui::PushID(study.name.c_str());
            const std::string words = study.title.empty() ? study.name : study.title;
            if (ImGui::Selectable("##study", study.name == chosen_)) chosen_ = study.name;
            tooltip(frame.theme, study.problem.empty() ? "ganvas reproduce " + study.name : study.problem);
            ImGui::SameLine(frame.px(8));
            fitted_text(frame.theme, words, ImGui::GetContentRegionAvail().x);
            ImGui::PopID();
        }
    }
    ImGui::EndChild();
}

void StudiesPanel::about(const Frame& frame, const StudyCard& study) const {
    ImGui::PushFont(frame.theme.bold_font, frame.theme.text_size());
    fitted_text(frame.theme, study.title.empty() ? study.name : study.title,
                ImGui::GetContentRegionAvail().x);
    ImGui::PopFont();
    if (!study.problem.empty()) return muted_text_wrapped(frame.theme, study.problem);
    ImGui::PushFont(nullptr, frame.theme.small_size());
    ImGui::PushStyleColor(ImGuiCol_Text, frame.theme.muted);
    fitted_text(frame.theme, study.about, ImGui::GetContentRegionAvail().x);
    ImGui::PopStyleColor();
    if (!study.missing.empty()) {
        std::string all;
        for (const std::string& sentence : study.missing) all += (all.empty() ? "" : "\n") + sentence;
        ImGui::TextColored(frame.theme.warning, ICON_FA_TRIANGLE_EXCLAMATION "  runs on stand-in data");
        tooltip(frame.theme, all);
    }
    ImGui::PopFont();
}

void StudiesPanel::start_row(const Frame& frame, CommandSink& sink, const StudyCard& study) {
    const TrainingState state = frame.view.snapshot.state;
    const char* why = !study.problem.empty() ? study.problem.c_str()
                      : state == TrainingState::running || state == TrainingState::opening
                          ? "A run trains in this window: pause it first, they would share the machine"
                          : nullptr;
    if (button(frame.theme, {.icon = ICON_FA_PLAY,
                             .label = "Start",
                             .tooltip = "Every row is trained and measured; one that was cancelled goes on",
                             .disabled_reason = why,
                             .primary = true}))
        sink.send(StartStudy{study.name, minutes_});
    ImGui::SameLine(0, frame.px(12));
    const auto rows = static_cast<double>(study.rows.size());
    const std::string total = std::to_string(study.rows.size()) + (study.rows.size() == 1 ? " row" : " rows")
                              + " · about " + clock_text(60 * rows * minutes_);
    const float total_width = ImGui::CalcTextSize("99 rows · about 10:00:00").x;
    if (ImGui::BeginChild("budget",
                          ImVec2(ImGui::GetContentRegionAvail().x - total_width, ImGui::GetFrameHeight())))
        slider(frame.theme,
               {.label = "budget",
                .minimum = 0.1,
                .maximum = 120,
                .default_value = 2,
                .format = "%.1f",
                .unit = "min a row",
                .logarithmic = true,
                .tooltip = "Minutes of training for each row; the page says what was cut",
                .label_width = frame.px(52)},
               minutes_);
    ImGui::EndChild();
    ImGui::SameLine(0, frame.px(8));
    ImGui::AlignTextToFramePadding();
    muted_text(frame.theme, total);
}

void StudiesPanel::running_row(const Frame& frame, CommandSink& sink, const StudyRun& run) {
    const JobStatus* job = job_of(frame.view, run);
    const float right = frame.px(120);
    if (run.running) {
        progress_bar(frame.theme, job ? job->fraction : 0,
                     ImVec2(ImGui::GetContentRegionAvail().x - right - frame.px(8), ImGui::GetFrameHeight()),
                     job ? job->detail : std::string());
        ImGui::SameLine(0, frame.px(8));
        if (button(frame.theme, {.icon = ICON_FA_STOP,
                                 .label = "Cancel",
                                 .tooltip = "What is done stays; Start goes on from there",
                                 .size = {right, 0}}))
            sink.send(CancelJob{run.job});
        return;
    }
    const bool written =
        std::any_of(run.table.rows.begin(), run.table.rows.end(),
                    [](const StudyRowView& row) { return row.step > 0 || !row.error.empty(); });
    if (button(frame.theme, {.icon = ICON_FA_ARROW_UP_RIGHT_FROM_SQUARE,
                             .label = "Open the page",
                             .tooltip = run.table.page.c_str(),
                             .disabled_reason = written ? nullptr : "No row has been trained yet"}))
        sink.open_page(run.table.page);
    ImGui::SameLine(0, frame.px(8));
    ImGui::AlignTextToFramePadding();
    if (!run.error.empty())
        fitted_text(frame.theme, run.error, ImGui::GetContentRegionAvail().x);
    else
        muted_text(frame.theme, run.table.interrupted ? "cancelled: Start goes on with it" : "done");
}

void StudiesPanel::table(const Frame& frame, const StudyView& view) {
    if (view.rows.empty()) return muted_text(frame.theme, "the table comes with the first row");
    const int columns = 2 + static_cast<int>(view.rows.front().cells.size());
    constexpr ImGuiTableFlags flags = ImGuiTableFlags_ScrollX | ImGuiTableFlags_ScrollY
                                      | ImGuiTableFlags_RowBg | ImGuiTableFlags_BordersInnerV
                                      | ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_Resizable;
    ImGui::PushFont(nullptr, frame.theme.small_size());
    if (ImGui::BeginTable("study table", columns, flags, ImGui::GetContentRegionAvail())) {
        ImGui::TableSetupScrollFreeze(1, 1);
        ImGui::TableSetupColumn("row");
        ImGui::TableSetupColumn("state");
        for (const StudyCell& cell : view.rows.front().cells)
            ImGui::TableSetupColumn(cell.title.empty() ? cell.column.c_str() : cell.title.c_str());
        ImGui::TableHeadersRow();
        for (const StudyRowView& row : view.rows) {
            ImGui::TableNextRow();
            ImGui::TableNextColumn();
            ImGui::TextUnformatted(row.title.empty() ? row.key.c_str() : row.title.c_str());
            tooltip(frame.theme, row.key + (row.data.empty() ? "" : "\n" + row.data));
            ImGui::TableNextColumn();
            ImGui::TextColored(row.error.empty() ? frame.theme.muted : frame.theme.error, "%s",
                               row.state.c_str());
            tooltip(frame.theme, row.error.empty()
                                     ? "step " + grouped(row.step) + ", " + clock_text(row.seconds)
                                     : row.error);
            for (const StudyCell& cell : row.cells) {
                if (!ImGui::TableNextColumn()) continue;
                if (cell.measured)
                    ImGui::TextUnformatted(value_text(cell).c_str());
                else
                    ImGui::TextColored(frame.theme.muted, "–");
                if (const std::string help = cell_help(cell); !help.empty()) tooltip(frame.theme, help);
            }
        }
        ImGui::EndTable();
    }
    ImGui::PopFont();
}

void StudiesPanel::draw(const Frame& frame, CommandSink& sink) {
    const auto& studies = frame.view.studies;
    if (!asked_ && studies.empty()) sink.send(ListStudies{});
    asked_ = true;
    if (studies.empty()) {
        empty_state(frame.theme,
                    {.icon = ICON_FA_FLASK,
                     .title = "Studies",
                     .hint = "The tables and figures of the five reports, each run again here."});
        return;
    }
    if (chosen_.empty()) chosen_ = frame.view.study ? frame.view.study->name : studies.front().name;
    const auto card = std::find_if(studies.begin(), studies.end(),
                                   [&](const StudyCard& one) { return one.name == chosen_; });
    list(frame, std::floor(ImGui::GetContentRegionAvail().y * 0.4f));
    ImGui::Separator();
    if (card == studies.end()) return;
    about(frame, *card);
    const bool own = frame.view.study && frame.view.study->name == chosen_;
    if (frame.view.study && frame.view.study->running && !own)
        muted_text(frame.theme, "“" + frame.view.study->name + "” runs now: one study at a time.");
    else if (!own || !frame.view.study->running)
        start_row(frame, sink, *card);
    if (!own) return;
    running_row(frame, sink, *frame.view.study);
    table(frame, frame.view.study->table);
}

} // namespace

std::unique_ptr<Panel> make_studies_panel() { return std::make_unique<StudiesPanel>(); }

} // namespace ganvas
