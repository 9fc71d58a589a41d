#include "engine/api/reproduce.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <numeric>
#include <utility>

#include "engine/api/study_engine.h"
#include "engine/api/study_job.h"
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

/// OUT/STUDY and OUT/trainings for a study among several.
ReproduceOptions part_of_many(const ReproduceOptions& options, const std::string& study) {
    ReproduceOptions part = options;
    part.out = (Path(options.out) / Path(study).stem()).string();
    if (part.trainings.empty()) part.trainings = (Path(options.out) / "trainings").string();
    return part;
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
        StudyOptions shortly;
        shortly.budget = 1;
        card.smaller = smaller_words(*study, shortly);
        for (const StudyRow& row : study->rows) card.rows.push_back(row.key);
        for (const StudyData& data : study->data)
            if (const ChosenData chosen = choose_data(data); !chosen.missing.empty())
                card.missing.push_back(chosen.missing);
        cards.push_back(std::move(card));
    }
    return cards;
}

Result<StudyView> read_study(const ReproduceOptions& options) {
    auto study = asked_study(options, options.study);
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
