#include "engine/api/study_job.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "engine/api/evaluation.h"
#include "engine/core/elapsed.h"
#include "engine/studies/study_file.h"
#include "engine/studies/study_page.h"

namespace ganvas {
namespace {

StudyCell cell_view(const StudyPlan& plan, const StudyColumn& column, const TableCell& cell,
                    const TableRow& row) {
    const Study& study = *plan.study;
    StudyCell view;
    view.column = column.key;
    view.title = column_title(column, plan.options);
    view.measured = cell.measured;
    view.value = cell.value;
    view.deviation = cell.deviation;
    view.count = cell.badge.count;
    view.extractor = cell.badge.extractor;
    view.data = cell.badge.data;
    view.reason = cell.reason;
    view.finding = cell.finding;
    view.report = cell.report;
    if (cell.measured) view.badge = badge_text(cell, row, study);
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

/// Names of extractors and their weights, as `ganvas eval` takes them.
Result<void> check_extractor(const ReproduceOptions& options) {
    const auto names = evaluation_extractors();
    const bool inception = options.extractor.starts_with("inception");
    std::error_code code;
    if (!options.extractor.empty() && std::find(names.begin(), names.end(), options.extractor) == names.end())
        return Error{
            ErrorCode::usage, "unknown extractor", options.extractor,
            "inception and inception-pytorch with --weights, or lite0, lite0-96, classifier, pixels"};
    if (options.extractor == "discriminator")
        return Error{ErrorCode::usage, "each row's own discriminator would be another measure",
                     options.extractor, "inception and inception-pytorch are meant here"};
    if (inception && options.weights.empty())
        return Error{ErrorCode::usage, "this extractor needs its weights", options.extractor,
                     "name the safetensors file with --weights"};
    if (!inception && !options.weights.empty())
        return Error{ErrorCode::usage, "these weights are nobody's", options.weights,
                     "add --extractor inception"};
    if (inception && !std::filesystem::is_regular_file(options.weights, code))
        return Error{ErrorCode::not_found, "no such file", options.weights,
                     "third_party/convert_inception.py makes it"};
    return {};
}

/// The plan with those of the study's other rows that an earlier start has records of: table and page keep them.
StudyPlan with_earlier_rows(const StudyPlan& plan) {
    if (plan.options.only.empty()) return plan;
    StudyOptions every = plan.options;
    every.only.clear();
    auto whole = plan_study(*plan.study, every);
    if (!whole) return plan; // a row without pictures: then nothing of it is there either
    StudyPlan shown = plan;
    for (StudyUnit& unit : whole->units) {
        const bool chosen = std::any_of(plan.units.begin(), plan.units.end(),
                                        [&](const StudyUnit& one) { return one.key == unit.key; });
        if (!chosen && !(read_record(plan.options.out, unit.key) == UnitRecord{}))
            shown.units.push_back(std::move(unit));
    }
    return shown;
}

} // namespace

StudyView make_view(const StudyPlan& plan, const std::vector<UnitRecord>& records) {
    const StudyTable table = make_table(plan, records);
    StudyView view;
    view.study = plan.study->name;
    view.title = plan.study->title;
    view.out = plan.options.out;
    view.page = (Path(plan.options.out) / "index.html").string();
    for (const TableRow& row : table.rows) {
        StudyRowView shown{row.row->key, row.row->title, state_name(row.state), row.error, row.data,       "",
                           row.step,     row.epoch,      row.seconds,           {},        row.shared_with};
        for (std::size_t i = 0; i < plan.units.size(); ++i)
            if (plan.units[i].row == row.row && shown.run_folder.empty())
                shown.run_folder =
                    records[i].run_folder.empty() ? plan.units[i].folder : records[i].run_folder;
        for (std::size_t c = 0; c < row.cells.size(); ++c)
            shown.cells.push_back(cell_view(plan, plan.study->columns[c], row.cells[c], row));
        view.rows.push_back(std::move(shown));
    }
    return view;
}

Result<Study> asked_study(const ReproduceOptions& options, const std::string& name) {
    auto study = load_study(name);
    if (study && !options.seeds.empty()) study->seeds = options.seeds;
    return study;
}

Result<StudyJob> plan_job(const ReproduceOptions& options, const std::string& name) {
    if (auto fine = check_extractor(options); !fine) return fine.error();
    auto study = asked_study(options, name);
    if (!study) return study.error();
    StudyJob job{std::make_unique<Study>(study.take()), {}};
    StudyOptions wanted;
    wanted.out = options.out;
    wanted.only = options.only;
    wanted.budget = options.budget;
    wanted.data = options.data;
    wanted.assignments = options.assignments;
    wanted.at_once = options.at_once;
    wanted.device = options.device;
    wanted.study = name;
    wanted.extractor = options.extractor;
    wanted.weights = options.weights;
    wanted.trainings = options.trainings;
    auto plan = plan_study(*job.study, wanted);
    if (!plan) return plan.error();
    job.plan = plan.take();
    return job;
}

Result<StudyView> run_job(const StudyJob& job, const StudyPace& pace, StudyWork& work,
                          const Progress& progress, const std::function<void(const StudyView&)>& on_change,
                          std::chrono::steady_clock::time_point start) {
    const StudyPlan shown = with_earlier_rows(job.plan);
    Scribe scribe(shown, on_change);
    const auto outcome = work_through(job.plan, pace, work, progress,
                                      [&](const StudyUnit& unit, const UnitRecord& record,
                                          const std::string& phase) { scribe.write(unit, record, phase); });
    return scribe.finish(outcome, seconds_since(start));
}

StudyView failed_view(const StudyJob& job, const Error& error) {
    StudyView view;
    view.study = job.study->name;
    view.title = job.study->title;
    view.out = job.plan.options.out;
    view.failures = {error.line()};
    view.interrupted = error.code == ErrorCode::interrupted;
    return view;
}

} // namespace ganvas
