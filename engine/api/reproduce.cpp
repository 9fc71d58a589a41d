#include "engine/api/reproduce.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <numeric>
#include <utility>

#include "engine/api/evaluation.h"
#include "engine/api/study_engine.h"
#include "engine/core/elapsed.h"
#include "engine/core/processors.h"
#include "engine/studies/overview_page.h"
#include "engine/studies/shared_training.h"
#include "engine/studies/study_cost.h"
#include "engine/studies/study_file.h"
#include "engine/studies/study_page.h"

namespace ganvas {
namespace {

using Clock = std::chrono::steady_clock;
constexpr double seconds_a_figure = 2;
constexpr double long_run_minutes = 60;

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

/// A study with its plan, which points to it.
struct StudyJob {
    std::unique_ptr<Study> study;
    StudyPlan plan;
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

Result<StudyJob> plan_job(const ReproduceOptions& options, const std::string& name) {
    if (auto fine = check_extractor(options); !fine) return fine.error();
    auto study = load_study(name);
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

/// OUT/STUDY and OUT/trainings for a study among several.
ReproduceOptions part_of_many(const ReproduceOptions& options, const std::string& study) {
    ReproduceOptions part = options;
    part.out = (Path(options.out) / Path(study).stem()).string();
    if (part.trainings.empty()) part.trainings = (Path(options.out) / "trainings").string();
    return part;
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

Result<StudyView> run_job(const StudyJob& job, const StudyPace& pace, StudyWork& work,
                          const Progress& progress, const std::function<void(const StudyView&)>& on_change,
                          Clock::time_point start) {
    const StudyPlan shown = with_earlier_rows(job.plan);
    Scribe scribe(shown, on_change);
    const auto outcome = work_through(job.plan, pace, work, progress,
                                      [&](const StudyUnit& unit, const UnitRecord& record,
                                          const std::string& phase) { scribe.write(unit, record, phase); });
    return scribe.finish(outcome, seconds_since(start));
}

/// One pace for all, found with the first study that has two rows to train; then folders and shared runs for all of them.
Result<StudyPace> prepare_many(std::vector<StudyJob>& jobs, const std::string& out, StudyWork& work,
                               const Progress& progress) {
    if (auto made = make_folder(out); !made) return made.error();
    const StudyJob* lead = &jobs.front();
    for (const StudyJob& job : jobs)
        if (lead->plan.units.size() < 2 && job.plan.units.size() > 1) lead = &job;
    StudyPlan trial = lead->plan;
    trial.options.out = out;
    auto pace = choose_pace(trial, work, progress);
    if (!pace) return pace.error();
    for (StudyJob& job : jobs) {
        StudyOptions& options = job.plan.options;
        options.at_once = pace->at_once;
        options.pace_reason = pace->reason;
        // All share one folder of runs, so the runs are given out once every plan is known.
        const std::string trainings = std::exchange(options.trainings, {});
        auto prepared = prepare_study(job.plan, work, progress);
        if (!prepared) return prepared.error();
        options.trainings = trainings;
    }
    std::vector<StudyPlan*> plans;
    for (StudyJob& job : jobs) plans.push_back(&job.plan);
    if (auto assigned = assign_trainings(plans); !assigned) return assigned.error();
    return pace;
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

/// OUT/index.html, written anew after each study.
class Overview {
public:
    Overview(const ReproduceOptions& options, const std::vector<StudyJob>& jobs) : out_(options.out) {
        char text[160];
        std::snprintf(text, sizeof text, "%zu studies, %s", jobs.size(),
                      options.budget > 0 ? "cut to this machine: minutes of training a row "
                                         : "as long as the reports");
        about_ = text;
        if (options.budget > 0) about_ += number_text(options.budget);
        for (const StudyJob& job : jobs) {
            OverviewEntry entry;
            entry.name = job.study->name;
            entry.title = job.study->title;
            entry.section = job.study->section;
            entry.report = job.study->report;
            entry.rows = static_cast<int>(job.study->rows.size());
            entries_.push_back(std::move(entry));
        }
    }

    void add(const StudyView& view) {
        for (OverviewEntry& entry : entries_) {
            if (entry.name != view.study) continue;
            entry.page = view.page.empty() ? "" : Path(view.page).lexically_relative(out_).string();
            if (view.rows.empty() && !view.failures.empty()) entry.problem = view.failures.front();
            entry.done = entry.failed = entry.cells = entry.measured = 0;
            for (const StudyRowView& row : view.rows) {
                entry.done += row.state == "done";
                entry.failed += row.state == "failed";
                for (const StudyCell& cell : row.cells) {
                    entry.cells += cell.reason != "not part of this row";
                    entry.measured += cell.measured || !cell.finding.empty();
                }
            }
        }
    }

    Result<void> write() const { return write_overview(out_, entries_, about_); }

private:
    static std::string number_text(double value) {
        char text[40];
        std::snprintf(text, sizeof text, "%g", value);
        return text;
    }
    std::string out_, about_;
    std::vector<OverviewEntry> entries_;
};

/// What the rows that are still to be done will take to be measured and drawn.
double measuring_minutes(const StudyJob& job) {
    const int cores = usable_processors();
    double seconds = 0;
    for (const StudyUnit& unit : job.plan.units)
        if (!read_record(job.plan.options.out, unit.key).done)
            seconds += measuring_seconds(unit.columns, unit.points, cores)
                       + seconds_a_figure * static_cast<double>(job.study->figures.size());
    return seconds / 60;
}

/// What each of the studies still takes when they are worked through in this order; a run that several share counts
/// for the first.
std::vector<double> minutes_each(const std::vector<StudyJob>& jobs) {
    std::vector<double> minutes;
    std::vector<const StudyPlan*> plans;
    double trained = 0;
    for (const StudyJob& job : jobs) {
        plans.push_back(&job.plan);
        const TrainingCount count = count_trainings(plans);
        // A run whose length is not in minutes is taken for a long one.
        const double all = count.open_minutes > 0 ? count.open_minutes : long_run_minutes * count.open;
        minutes.push_back(all - trained + measuring_minutes(job));
        trained = all;
    }
    return minutes;
}

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

Result<StudyView> read_study(const ReproduceOptions& options) {
    auto study = load_study(options.study);
    if (!study) return study.error();
    StudyOptions wanted;
    const bool outline = options.out.empty();
    wanted.out = outline ? "." : options.out;
    wanted.budget = options.budget;
    wanted.data = options.data;
    wanted.assignments = options.assignments;
    wanted.extractor = options.extractor;
    auto plan = plan_study(*study, wanted);
    if (!plan) return plan.error();
    StudyView view =
        make_view(*plan, outline ? std::vector<UnitRecord>(plan->units.size()) : read_records(*plan));
    if (!outline) return view;
    view.out.clear();
    view.page.clear();
    for (StudyRowView& row : view.rows) row.run_folder.clear();
    return view;
}

Result<StudyView> reproduce(const ReproduceOptions& options, const Progress& progress,
                            const std::function<void(const StudyView&)>& on_change) {
    const auto start = Clock::now();
    auto job = plan_job(options, options.study);
    if (!job) return job.error();
    auto work = make_study_work();
    auto pace = prepare_study(job->plan, *work, progress);
    if (!pace) return pace.error();
    return run_job(*job, *pace, *work, progress, on_change, start);
}

Result<ReproductionEstimate> estimate_reproduction(const ReproduceOptions& options,
                                                   const std::vector<std::string>& studies) {
    const bool alone = studies.size() == 1;
    if (!alone && !options.only.empty())
        return Error{ErrorCode::usage, "rows belong to one study", "--only", "name one study"};
    ReproductionEstimate estimate;
    std::vector<StudyJob> jobs;
    for (const std::string& study : studies) {
        auto job = plan_job(alone ? options : part_of_many(options, study), study);
        if (!job) return job.error();
        const StudyOptions& planned = job->plan.options;
        if (auto free = check_folder(planned.out, plan_identity(*job->study, planned)); !free)
            return free.error();
        // A trial that was made before decided how long the runs are.
        if (read_pace(alone ? planned.out : options.out).at_once > 1) share_machine(job->plan);
        jobs.push_back(job.take());
    }
    std::vector<const StudyPlan*> plans;
    for (const StudyJob& job : jobs) {
        plans.push_back(&job.plan);
        ++estimate.studies;
        for (const StudyUnit& unit : job.plan.units) {
            ++estimate.rows;
            for (const PlannedColumn& planned : unit.columns)
                estimate.largest_count = std::max(estimate.largest_count, planned.count);
        }
        estimate.measuring_minutes += measuring_minutes(job);
    }
    const TrainingCount trainings = count_trainings(plans);
    estimate.trainings = trainings.all;
    const int at_once = read_pace(alone ? plans.front()->options.out : options.out).at_once;
    estimate.training_minutes = trainings.open_minutes / at_once;
    return estimate;
}

Result<std::vector<StudyView>> reproduce_studies(const ReproduceOptions& options,
                                                 const std::vector<std::string>& studies,
                                                 const Progress& progress,
                                                 const std::function<void(const StudyView&)>& on_change) {
    if (options.out.empty())
        return Error{ErrorCode::usage, "no folder to write to", "reproduce", "name one with --out"};
    if (!options.only.empty())
        return Error{ErrorCode::usage, "rows belong to one study", "--only", "name one study"};
    std::vector<StudyJob> jobs;
    for (const std::string& study : studies) {
        auto job = plan_job(part_of_many(options, study), study);
        if (!job) return job.error();
        jobs.push_back(job.take());
    }
    auto work = make_study_work();
    auto pace = prepare_many(jobs, options.out, *work, progress);
    if (!pace) return pace.error();
    Overview overview(options, jobs);
    const std::vector<double> minutes = minutes_each(jobs);
    const double all_minutes = std::max(1e-6, std::accumulate(minutes.begin(), minutes.end(), 0.0));
    double minutes_before = 0;
    std::vector<StudyView> views;
    for (std::size_t k = 0; k < jobs.size() && !progress.stop_requested(); ++k) {
        Progress own;
        own.stop = progress.stop;
        own.on_report = [&](double fraction, std::string_view text) {
            progress.report((minutes_before + fraction * minutes[k]) / all_minutes,
                            jobs[k].study->name + ", " + std::string(text));
        };
        auto done = run_job(jobs[k], *pace, *work, own, on_change, Clock::now());
        StudyView view = done ? done.take() : failed_view(jobs[k], done.error());
        overview.add(view);
        if (auto written = overview.write(); !written) return written.error();
        views.push_back(std::move(view));
        minutes_before += minutes[k];
    }
    return views;
}

} // namespace ganvas
