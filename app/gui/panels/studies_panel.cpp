/// Studies: the tables and figures of the reports, run again; one at a time, its table comes in while it runs. What an
/// earlier start left is read back, one table for each length.
#include <algorithm>
#include <cmath>
#include <map>

#include <icons_font_awesome_6.h>
#include <imgui.h>

#include "app/gui/panels/panel.h"
#include "app/gui/panels/study_table.h"
#include "app/gui/panels/weights_row.h"

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
    void length(const Frame& frame, const StudyCard& study, const std::string& total);
    void lengths_row(const Frame& frame, const std::vector<const StudyRun*>& runs, const StudyRun* shown);
    void take_length_of(const StudyRun& run);
    static void state_row(const Frame& frame, CommandSink& sink, const StudyRun& run);
    [[nodiscard]] std::vector<std::string> ticked(const StudyCard& study) const;

    bool asked_ = false; ///< for the list
    std::string chosen_; ///< empty: the one that runs, else the first
    std::string read_;   ///< the study that was asked for last
    std::string shown_;  ///< folder of the table that is shown; empty: the newest
    double minutes_ = 2; ///< a row
    bool full_ = false;  ///< as long as the report instead
    bool inception_ = false;
    std::map<std::string, std::set<std::string>> left_out_; ///< by study: rows that are not ticked
};

const JobStatus* job_of(const View& view, const StudyRun& run) {
    const auto found = std::find_if(view.jobs.begin(), view.jobs.end(),
                                    [&](const JobStatus& job) { return job.id == run.job; });
    return found == view.jobs.end() ? nullptr : &*found;
}

/// Those of this study, the one of this window first.
std::vector<const StudyRun*> runs_of(const View& view, const std::string& study) {
    std::vector<const StudyRun*> runs;
    const bool own = view.study && view.study->name == study;
    if (own) runs.push_back(&*view.study);
    if (const auto known = view.study_results.find(study); known != view.study_results.end())
        for (const StudyRun& run : known->second.runs)
            if (!own || run.out != view.study->out) runs.push_back(&run);
    return runs;
}

std::string length_text(const StudyRun& run) {
    std::string text = run.budget > 0 ? shortened(run.budget) + " min a row" : "as in the report";
    if (!run.extractor.empty()) text += ", Inception";
    return text;
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
            const std::string title = study.title.empty() ? study.name : study.title;
            if (ImGui::Selectable("##study", study.name == chosen_)) {
                if (chosen_ != study.name) shown_.clear();
                chosen_ = study.name;
                read_.clear(); // a click looks at the disk again
            }
            tooltip(frame.theme, study.problem.empty() ? "ganvas reproduce " + study.name : study.problem);
            ImGui::SameLine(frame.px(8));
            fitted_text(frame.theme, title, ImGui::GetContentRegionAvail().x);
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

std::vector<std::string> StudiesPanel::ticked(const StudyCard& study) const {
    const auto left_out = left_out_.find(study.name);
    std::vector<std::string> rows;
    for (const std::string& row : study.rows)
        if (left_out == left_out_.end() || !left_out->second.contains(row)) rows.push_back(row);
    return rows;
}

/// Minutes a row, or the report's own length.
void StudiesPanel::length(const Frame& frame, const StudyCard& study, const std::string& total) {
    const float gap = frame.px(8);
    toggle(frame.theme, "as in the report", full_,
           "Every row as long as the report trained it: hours to days without a GPU");
    ImGui::SameLine(0, gap);
    const float total_width = ImGui::CalcTextSize(total.c_str()).x;
    if (ImGui::BeginChild("budget", ImVec2(ImGui::GetContentRegionAvail().x - total_width - gap,
                                           ImGui::GetFrameHeight()))) {
        const double before = minutes_;
        const std::string help = "Minutes of training for each row; the page says what was cut"
                                 + (study.smaller.empty() ? "" : ". Below 30 minutes: " + study.smaller);
        slider(frame.theme,
               {.label = "##budget",
                .minimum = 0.1,
                .maximum = 120,
                .default_value = 2,
                .format = "%.1f",
                .unit = "min a row",
                .logarithmic = true,
                .tooltip = help.c_str(),
                .disabled_reason = full_ ? "Each row is as long as the report's" : nullptr},
               minutes_);
        // The number that can be read is the one that is used, and names the folder.
        if (minutes_ != before) minutes_ = std::round(minutes_ * 10) / 10;
    }
    ImGui::EndChild();
    ImGui::SameLine(0, gap);
    ImGui::AlignTextToFramePadding();
    muted_text(frame.theme, total);
}

void StudiesPanel::start_row(const Frame& frame, CommandSink& sink, const StudyCard& study) {
    const TrainingState state = frame.view.snapshot.state;
    const std::vector<std::string> rows = ticked(study);
    std::string why;
    if (!study.problem.empty())
        why = study.problem;
    else if (frame.view.study && frame.view.study->running)
        why = "“" + frame.view.study->name + "” runs now: one study at a time";
    else if (state == TrainingState::running || state == TrainingState::opening)
        why = "A run trains in this window: pause it first, they would share the machine";
    else if (rows.empty())
        why = "No row is ticked";
    if (button(frame.theme,
               {.icon = ICON_FA_PLAY,
                .label = "Start",
                .tooltip = "Every ticked row is trained and measured; what an earlier start of this "
                           "length did stays, and one that was cancelled goes on",
                .disabled_reason = why.empty() ? nullptr : why.c_str(),
                .primary = true})) {
        StartStudy start{study.name, full_ ? 0 : minutes_};
        if (rows.size() < study.rows.size()) start.only = rows;
        start.weights = weights_of(frame, inception_);
        sink.send(std::move(start));
        shown_.clear();
    }
    ImGui::SameLine(0, frame.px(12));
    const auto count = static_cast<double>(rows.size());
    length(frame, study,
           std::to_string(rows.size()) + (rows.size() == 1 ? " row" : " rows")
               + (full_ ? "" : " · " + clock_text(60 * count * minutes_)));
    weights_row(frame, sink, inception_);
}

void StudiesPanel::take_length_of(const StudyRun& run) {
    shown_ = run.out;
    full_ = run.budget <= 0;
    if (!full_) minutes_ = run.budget;
    inception_ = !run.extractor.empty();
}

/// Which of the tables is shown, where there are several.
void StudiesPanel::lengths_row(const Frame& frame, const std::vector<const StudyRun*>& runs,
                               const StudyRun* shown) {
    if (runs.size() < 2) return;
    ImGui::PushFont(nullptr, frame.theme.small_size());
    muted_text(frame.theme, "results");
    const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
    const float padding = 2 * ImGui::GetStyle().FramePadding.x;
    for (const StudyRun* run : runs) {
        std::string words = length_text(*run);
        const auto alike = std::count_if(runs.begin(), runs.end(), [&](const StudyRun* one) {
            return length_text(*one) == length_text(*run);
        });
        if (alike > 1 && !run->table.rows.empty()) words += " (" + run->table.rows.front().data + ")";
        if (ImGui::GetItemRectMax().x + frame.px(4) + ImGui::CalcTextSize(words.c_str()).x + padding <= right)
            ImGui::SameLine(0, frame.px(4));
        words += "###" + (run->out.empty() ? "without a folder" : run->out);
        if (button(frame.theme, {.label = words.c_str(),
                                 .tooltip = run->out.c_str(),
                                 .selected = run == shown,
                                 .small = true}))
            take_length_of(*run);
    }
    ImGui::PopFont();
}

/// How far it is, or its page.
void StudiesPanel::state_row(const Frame& frame, CommandSink& sink, const StudyRun& run) {
    const float right = frame.px(120);
    if (run.running) {
        const JobStatus* job = job_of(frame.view, run);
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
    const auto& rows = run.table.rows;
    const auto count = [&](auto holds) { return std::count_if(rows.begin(), rows.end(), holds); };
    const auto begun = count([](const StudyRowView& row) { return row.step > 0 || !row.error.empty(); });
    if (button(frame.theme, {.icon = ICON_FA_ARROW_UP_RIGHT_FROM_SQUARE,
                             .label = "Open the page",
                             .tooltip = run.table.page.c_str(),
                             .disabled_reason = begun ? nullptr : "No row has been trained yet"}))
        sink.open_page(run.table.page);
    ImGui::SameLine(0, frame.px(8));
    ImGui::AlignTextToFramePadding();
    const auto done = count([](const StudyRowView& row) { return row.state == "done"; });
    std::string words =
        std::to_string(done) + " of " + std::to_string(rows.size()) + " rows done, " + length_text(run);
    if (run.table.interrupted) words += "; cancelled: Start goes on with it";
    if (!run.error.empty()) words = run.error;
    ImGui::PushStyleColor(ImGuiCol_Text, run.error.empty() ? frame.theme.muted : frame.theme.error);
    fitted_text(frame.theme, words, ImGui::GetContentRegionAvail().x);
    ImGui::PopStyleColor();
}

void StudiesPanel::draw(const Frame& frame, CommandSink& sink) {
    const View& view = frame.view;
    if (!asked_ && view.studies.empty()) sink.send(ListStudies{});
    asked_ = true;
    if (view.studies.empty()) {
        empty_state(frame.theme,
                    {.icon = ICON_FA_FLASK,
                     .title = "Studies",
                     .hint = "The tables and figures of the five reports, each run again here."});
        return;
    }
    if (chosen_.empty()) chosen_ = view.study ? view.study->name : view.studies.front().name;
    if (read_ != chosen_) sink.send(ReadStudy{chosen_});
    read_ = chosen_;
    const auto card = std::find_if(view.studies.begin(), view.studies.end(),
                                   [&](const StudyCard& one) { return one.name == chosen_; });
    list(frame, std::floor(ImGui::GetContentRegionAvail().y * 0.32f));
    ImGui::Separator();
    if (card == view.studies.end()) return;
    about(frame, *card);

    const std::vector<const StudyRun*> runs = runs_of(view, chosen_);
    const StudyRun* shown = runs.empty() ? nullptr : runs.front();
    for (const StudyRun* run : runs)
        if (run->out == shown_) shown = run;
    const bool runs_now = view.study && view.study->running && view.study->name == chosen_;
    if (!runs_now) start_row(frame, sink, *card);
    lengths_row(frame, runs, shown);
    if (shown) state_row(frame, sink, *shown);
    const auto known = view.study_results.find(chosen_);
    if (shown && !shown->table.rows.empty())
        study_table(frame, shown->table, left_out_[chosen_], runs_now);
    else if (known != view.study_results.end() && !known->second.problem.empty())
        muted_text_wrapped(frame.theme, known->second.problem);
    else
        study_table(frame, known == view.study_results.end() ? StudyView{} : known->second.outline,
                    left_out_[chosen_], runs_now);
}

} // namespace

std::unique_ptr<Panel> make_studies_panel() { return std::make_unique<StudiesPanel>(); }

} // namespace ganvas
