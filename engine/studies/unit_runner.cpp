#include "engine/studies/unit_runner.h"

#include <algorithm>
#include <cmath>

#include "engine/runs/run_store.h"
#include "engine/studies/run_figures.h"
#include "engine/studies/run_measures.h"
#include "engine/studies/shared_training.h"
#include "engine/studies/study_cost.h"

namespace ganvas {
namespace {

constexpr double share_of_training = 0.7, share_of_figures = 0.15; ///< of the progress bar

bool is_interruption(const Error& error) { return error.code == ErrorCode::interrupted; }

Error interruption(const StudyUnit& unit) {
    return {ErrorCode::interrupted, "interrupted", unit.key, "what is done is saved"};
}

Reading not_measured(std::string reason, bool settled) {
    Reading reading;
    reading.reason = std::move(reason);
    reading.settled = settled;
    return reading;
}

} // namespace

StudyTarget part_of(const StudyTarget& whole, double part) {
    const auto some = [part](std::int64_t total) {
        return total > 0 ? std::max<std::int64_t>(1, std::llround(static_cast<double>(total) * part)) : 0;
    };
    return {whole.epochs * part, some(whole.steps), some(whole.images), whole.minutes * part};
}

TrainJob train_job(const StudyUnit& unit, const StudyOptions& options) {
    TrainJob job;
    job.folder = unit.folder;
    job.recipe = unit.row->recipe;
    job.data = unit.data.source;
    job.assignments = unit.assignments;
    job.seed = unit.seed;
    job.target = unit.target;
    job.device = options.device;
    return job;
}

UnitRunner::UnitRunner(const StudyPlan& plan, const StudyUnit& unit, StudyWork& work,
                       const Progress& progress, Watch watch)
    : plan_(plan), unit_(unit), work_(work), progress_(progress), watch_(std::move(watch)),
      out_(plan.options.out) {}

Result<void> UnitRunner::run() {
    record_ = read_record(out_, unit_.key);
    forget_what_failed();
    if (record_.done) return {};
    record_.error.clear();
    record_.run_folder = unit_.folder;
    if (record_.data_source.empty()) {
        record_.data_source = unit_.data.source, record_.data_name = unit_.data.name;
        record_.data_split = unit_.data.split, record_.stand_in = unit_.data.stand_in;
    }
    auto worked = work_through();
    if (!worked && !is_interruption(worked.error())) {
        record_.error = worked.error().line();
        (void)save("failed"); // the row's own failure is what is told
    }
    return worked;
}

/// A reading or figure that failed is tried again whenever the study goes on; what comes of other readings goes with it.
void UnitRunner::forget_what_failed() {
    if (!forget_failures(record_)) return;
    for (PointRecord& point : record_.points)
        for (const StudyColumn& column : plan_.study->columns)
            if (is_run_measure(column.measure)) point.readings.erase(column.key);
}

Result<void> UnitRunner::work_through() {
    if (!unit_.trains)
        if (auto taken = take_points_of_owner(); !taken) return taken;
    for (std::size_t point = 0; point < static_cast<std::size_t>(unit_.points); ++point) {
        if (point >= record_.points.size())
            if (auto trained = train_to(point); !trained) return trained;
        if (auto measured = measure_at(point); !measured) return measured;
    }
    if (auto measured = measure_run(); !measured) return measured;
    if (auto drawn = draw(); !drawn) return drawn;
    record_.done = true;
    return save("done");
}

/// Where the other row's run was stopped and measured; the readings are this row's own.
Result<void> UnitRunner::take_points_of_owner() {
    const UnitRecord theirs = read_record(out_, unit_.owner);
    if (!theirs.done)
        return Error{ErrorCode::bad_data, "the run that it measures is not finished", unit_.owner,
                     theirs.error};
    for (std::size_t i = record_.points.size(); i < theirs.points.size(); ++i) {
        record_.points.push_back(theirs.points[i]);
        record_.points.back().readings.clear();
    }
    return {};
}

Result<void> UnitRunner::train_to(std::size_t point) {
    const double part = static_cast<double>(point + 1) / unit_.points;
    Progress own;
    own.stop = progress_.stop;
    const double before = static_cast<double>(point) / unit_.points;
    double towards = part; // `fraction` is of the stop that is trained to
    own.on_report = [&](double fraction, std::string_view text) {
        const double within = std::clamp((fraction * towards - before) / (part - before), 0.0, 1.0);
        report(share_of_training * (before + within * (part - before)), std::string(text));
    };
    if (!unit_.training.empty()) {
        auto shared = train_shared(unit_, plan_.options, part, work_, own);
        if (!shared) return shared.error();
        record_.points.push_back(shared.take());
        return save("trained");
    }
    TrainJob job = train_job(unit_, plan_.options);
    std::vector<double> stops; // a run draws its samples wherever it stops
    for (const double mark : unit_.marks)
        if (mark > before && mark < part) stops.push_back(mark);
    stops.push_back(part);
    for (const double stop : stops) {
        job.target = part_of(unit_.target, stop);
        towards = stop;
        auto trained = work_.train(job, own);
        if (!trained) return trained.error();
        if (trained->interrupted) return interruption(unit_);
        if (stop == part)
            record_.points.push_back({part,
                                      trained->step,
                                      trained->images,
                                      trained->seconds,
                                      trained->epoch,
                                      trained->checkpoint,
                                      {}});
    }
    return save("trained");
}

Result<void> UnitRunner::measure_at(std::size_t point) {
    const bool last = point + 1 == static_cast<std::size_t>(unit_.points);
    for (const PlannedColumn& planned : unit_.columns) {
        const StudyColumn& column = *planned.column;
        PointRecord& at = record_.points[point];
        if (is_run_measure(column.measure) || (!last && !column.every) || at.readings.contains(column.key))
            continue;
        if (progress_.stop_requested()) return interruption(unit_);
        report(share_of_training * at.part, "measuring " + column.title);
        auto reading = measure_column(planned, point);
        if (!reading) return reading.error();
        at.readings[column.key] = reading.take();
        if (auto saved = save("measured"); !saved) return saved;
    }
    return {};
}

Result<Reading> UnitRunner::measure_column(const PlannedColumn& planned, std::size_t point) {
    if (!planned.refused.empty()) return not_measured(planned.refused, true);
    MeasureJob job;
    job.measure = planned.column->measure;
    job.extractor = planned.extractor;
    job.folder = unit_.folder;
    job.checkpoint = record_.points[point].checkpoint;
    if (point > 0) job.previous_checkpoint = record_.points[point - 1].checkpoint;
    job.data = unit_.data.source;
    job.count = planned.count;
    job.batches = planned.column->batches;
    job.pool = planned.pool;
    if (planned.extractor.starts_with("inception")) job.weights = plan_.options.weights;
    keep_company(job, planned, point);
    Progress own;
    own.stop = progress_.stop;
    auto reading = work_.measure(job, own);
    if (reading) return reading;
    if (is_interruption(reading.error()) || progress_.stop_requested()) return interruption(unit_);
    return not_measured(reading.error().line(), reading.error().code == ErrorCode::unsupported);
}

/// Columns of the same features that are measured at this point too, whether before or after this one: the same list for
/// each of them.
void UnitRunner::keep_company(MeasureJob& job, const PlannedColumn& planned, std::size_t point) const {
    const bool last = point + 1 == static_cast<std::size_t>(unit_.points);
    job.splits = planned.column->splits;
    std::vector<const PlannedColumn*> company = {&planned};
    for (const PlannedColumn& other : unit_.columns) {
        if (&other == &planned || (!last && !other.column->every)) continue;
        if (!std::all_of(company.begin(), company.end(),
                         [&](const PlannedColumn* one) { return measured_together(*one, other); }))
            continue;
        company.push_back(&other);
        if (job.splits == 0) job.splits = other.column->splits;
        job.companions.push_back(other.column->measure);
    }
}

/// What the run's own records say; at the last point, once everything else is there.
Result<void> UnitRunner::measure_run() {
    auto metrics = read_metrics(Path(unit_.folder));
    bool any = false;
    for (const PlannedColumn& planned : unit_.columns) {
        const StudyColumn& column = *planned.column;
        auto& readings = record_.points.back().readings;
        if (!is_run_measure(column.measure) || readings.contains(column.key)) continue;
        readings[column.key] = metrics ? run_measure(column.measure, metrics->training, record_.points)
                                       : not_measured(metrics.error().line(), false);
        any = true;
    }
    return any ? save("measured") : Result<void>{};
}

bool UnitRunner::draws(const StudyFigure& figure) const {
    // The page's own drawings.
    if (figure.kind == "curves" || figure.kind == "loss_functions" || figure.kind == "upsampling")
        return false;
    return shows(figure, *unit_.row);
}

Result<void> UnitRunner::draw() {
    const auto& figures = plan_.study->figures;
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const int number = static_cast<int>(i);
        if (!draws(figures[i]) || record_.figures.contains(number)) continue;
        if (progress_.stop_requested()) return interruption(unit_);
        report(share_of_training + share_of_figures, "drawing " + figures[i].title);
        if (auto made = make_folder(figures_folder(out_)); !made) return made;
        FigureJob job;
        job.figure = figures[i];
        if (is_run_figure(job.figure.kind)) job.figure.moments = figure_moments(job.figure, unit_.target);
        job.folder = unit_.folder;
        job.checkpoint = record_.points.back().checkpoint;
        job.data = unit_.data.source;
        job.out =
            (figures_folder(out_) / (unit_.key + "-" + std::to_string(number + 1) + "-" + figures[i].kind))
                .string();
        Progress own;
        own.stop = progress_.stop;
        auto drawn = is_run_figure(job.figure.kind) ? draw_run_figure(job) : work_.draw(job, own);
        if (!drawn && (is_interruption(drawn.error()) || progress_.stop_requested()))
            return interruption(unit_);
        FigureRecord record;
        if (drawn)
            record.pictures = drawn.take();
        else
            record.reason = drawn.error().line();
        // Beside the page, so that the folder can be moved.
        for (FigurePicture& picture : record.pictures)
            picture.file = Path(picture.file).lexically_relative(out_).string();
        record_.figures[number] = std::move(record);
        if (auto saved = save("drawn"); !saved) return saved;
    }
    return {};
}

Result<void> UnitRunner::save(const std::string& phase) {
    if (auto written = write_record(out_, unit_.key, record_); !written) return written;
    if (watch_) watch_(record_, phase);
    return {};
}

void UnitRunner::report(double part_of_unit, const std::string& text) const {
    progress_.report(std::min(part_of_unit, 0.999), text);
}

} // namespace ganvas
