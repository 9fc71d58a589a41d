#include "engine/api/study_engine.h"

#include <chrono>

#include "engine/api/bench.h"
#include "engine/api/operations.h"
#include "engine/runs/run_store.h"

namespace ganvas {
namespace {

constexpr std::size_t most_values = 512;

/// How far a run is towards one of its limits.
double fraction_of(const StudyTarget& target, const Snapshot& now) {
    double fraction = 0;
    const auto towards = [&](double done, double whole) {
        if (whole > 0) fraction = std::max(fraction, std::min(1.0, done / whole));
    };
    towards(now.epoch, target.epochs);
    towards(static_cast<double>(now.step), static_cast<double>(target.steps));
    towards(static_cast<double>(now.images), static_cast<double>(target.images));
    towards(now.seconds / 60, target.minutes);
    return fraction;
}

TrainOptions train_options(const TrainJob& job) {
    TrainOptions options;
    options.data = job.data;
    options.recipe = job.recipe;
    options.out = job.folder;
    options.steps = job.target.steps;
    options.images = job.target.images;
    options.epochs = job.target.epochs;
    options.minutes = job.target.minutes;
    options.device = job.device;
    options.takes_back = false; // what a row compares stays as it is to the end
    options.resume = is_run_folder(job.folder);
    // A run that goes on keeps its settings: what was asked for is in it already.
    if (!options.resume) {
        options.assignments = job.assignments;
        options.seed = job.seed;
    }
    return options;
}

class EngineWork final : public StudyWork {
public:
    Result<TrainOutcome> train(const TrainJob& job, const Progress& progress) override {
        TrainOutcome outcome;
        auto report = ganvas::train(
            train_options(job),
            [&](const Snapshot& now) {
                outcome.epoch = now.epoch;
                char text[96];
                std::snprintf(text, sizeof text, "training, step %lld, %.0f images/s",
                              static_cast<long long>(now.step), now.images_per_second);
                progress.report(fraction_of(job.target, now), text);
            },
            {}, progress);
        if (!report) return report.error();
        outcome.step = report->steps;
        outcome.images = report->images;
        outcome.seconds = report->seconds;
        outcome.checkpoint = report->checkpoint;
        outcome.interrupted = report->interrupted;
        return outcome;
    }

    Result<Reading> measure(const MeasureJob& job, const Progress& progress) override {
        return measure_for_study(job, shelves_, progress);
    }

    Result<std::vector<FigurePicture>> draw(const FigureJob& job, const Progress& progress) override {
        return draw_for_study(job, shelves_.labels, progress);
    }

    Result<double> training_rate(const TrainJob& job, int threads, double seconds,
                                 const Progress& progress) override {
        BenchTrainOptions options;
        options.recipe = job.recipe;
        options.assignments = job.assignments;
        options.assignments.push_back("train.threads=" + std::to_string(threads));
        options.seconds = seconds;
        options.device = job.device;
        Progress quiet;
        quiet.stop = progress.stop;
        auto report = bench_train(options, quiet);
        if (!report) return report.error();
        for (const auto& [name, value] : *report)
            if (name == "images_per_second") return value;
        return Error{ErrorCode::internal, "the trial gave no rate", job.recipe, ""};
    }

private:
    StudyShelves shelves_;
};

} // namespace

void ValueShelf::put(const std::string& key, const MeasuredValue& value) {
    const MutexLock lock(mutex_);
    if (values_.insert_or_assign(key, value).second) order_.push_back(key);
    while (order_.size() > most_values) {
        values_.erase(order_.front());
        order_.pop_front();
    }
}

std::optional<MeasuredValue> ValueShelf::find(const std::string& key) const {
    const MutexLock lock(mutex_);
    const auto found = values_.find(key);
    return found == values_.end() ? std::nullopt : std::optional(found->second);
}

std::unique_ptr<StudyWork> make_study_work() { return std::make_unique<EngineWork>(); }

} // namespace ganvas
