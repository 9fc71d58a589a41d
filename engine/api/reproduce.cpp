#include "engine/api/reproduce.h"

#include <chrono>

#include "engine/api/study_engine.h"
#include "engine/studies/study_file.h"
#include "engine/studies/study_page.h"

namespace ganvas {
namespace {

using Clock = std::chrono::steady_clock;

StudyCell cell_view(const StudyColumn& column, const TableCell& cell) {
    StudyCell view;
    view.column = column.key;
    view.title = column.title;
    view.measured = cell.measured;
    view.value = cell.value;
    view.deviation = cell.deviation;
    view.count = cell.badge.count;
    view.extractor = cell.badge.extractor;
    view.data = cell.badge.data;
    view.reason = cell.reason;
    view.finding = cell.finding;
    view.report = cell.report;
    return view;
}

StudyView make_view(const StudyPlan& plan, const std::vector<UnitRecord>& records) {
    const StudyTable table = make_table(plan, records);
    StudyView view;
    view.study = plan.study->name;
    view.title = plan.study->title;
    view.out = plan.options.out;
    view.page = (Path(plan.options.out) / "index.html").string();
    for (const TableRow& row : table.rows) {
        StudyRowView shown{row.row->key, row.row->title, state_name(row.state), row.error, row.data, "",
                           row.step,     row.epoch,      row.seconds,           {}};
        for (const StudyUnit& unit : plan.units)
            if (unit.row == row.row && shown.run_folder.empty()) shown.run_folder = unit.folder;
        for (std::size_t c = 0; c < row.cells.size(); ++c)
            shown.cells.push_back(cell_view(plan.study->columns[c], row.cells[c]));
        view.rows.push_back(std::move(shown));
    }
    return view;
}

/// Keeps the records as they come and the page beside them; called by one worker at a time.
class Scribe {
public:
    Scribe(const StudyPlan& plan, const std::function<void(const StudyView&)>& on_change)
        : plan_(plan), on_change_(on_change), records_(read_records(plan)) {}

    void write(const StudyUnit& unit, const UnitRecord& record, const std::string& phase) {
        for (std::size_t i = 0; i < plan_.units.size(); ++i)
            if (plan_.units[i].key == unit.key) records_[i] = record;
        if (on_change_) on_change_(make_view(plan_, records_));
        // A page holds every picture, so it is not written for each of them.
        if (phase == "trained" || phase == "done" || phase == "failed") page_ = write_page();
    }

    Result<StudyView> finish(const StudyOutcome& outcome, double seconds) {
        page_ = write_page();
        if (!page_) return page_.error();
        StudyView view = make_view(plan_, records_);
        view.failures = outcome.failures;
        view.interrupted = outcome.interrupted;
        view.seconds = seconds;
        return view;
    }

private:
    Result<void> write_page() const {
        return write_study_page(plan_, records_, read_pace(plan_.options.out));
    }

    const StudyPlan& plan_;
    const std::function<void(const StudyView&)>& on_change_;
    std::vector<UnitRecord> records_;
    Result<void> page_;
};

} // namespace

std::vector<StudyCard> list_studies() {
    std::vector<StudyCard> cards;
    for (const std::string& name : study_names()) {
        StudyCard card;
        card.name = name;
        auto study = load_study(name);
        if (!study) {
            card.problem = study.error().line();
            cards.push_back(std::move(card));
            continue;
        }
        card.title = study->title;
        card.section = study->section;
        card.report = study->report;
        card.about = study->about;
        for (const StudyRow& row : study->rows) card.rows.push_back(row.key);
        for (const StudyData& data : study->data)
            if (const ChosenData chosen = choose_data(data); !chosen.missing.empty())
                card.missing.push_back(chosen.missing);
        cards.push_back(std::move(card));
    }
    return cards;
}

Result<StudyView> reproduce(const ReproduceOptions& options, const Progress& progress,
                            const std::function<void(const StudyView&)>& on_change) {
    const auto start = Clock::now();
    auto study = load_study(options.study);
    if (!study) return study.error();
    auto plan = plan_study(*study, {options.out, options.only, options.budget, options.data,
                                    options.assignments, options.at_once, options.device, options.study});
    if (!plan) return plan.error();
    auto work = make_study_work();
    Scribe scribe(*plan, on_change);
    auto outcome = run_study(*plan, *work, progress,
                             [&](const StudyUnit& unit, const UnitRecord& record, const std::string& phase) {
                                 scribe.write(unit, record, phase);
                             });
    if (!outcome) return outcome.error();
    return scribe.finish(*outcome, std::chrono::duration<double>(Clock::now() - start).count());
}

} // namespace ganvas
