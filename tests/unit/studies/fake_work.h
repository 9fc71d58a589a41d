/// StudyWork without models: writes run folders of its own making, counts calls, and stops where it is told to.
#pragma once

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "engine/runs/run_store.h"
#include "engine/studies/study_work.h"

namespace ganvas::testing {

class FakeWork final : public StudyWork {
public:
    int stop_after = -1; ///< calls; the next one is interrupted; -1: never
    std::string fails;   ///< folder name whose training fails
    std::string unknown; ///< measure that cannot be measured
    ErrorCode unknown_code = ErrorCode::usage;
    bool undrawn = false; ///< figures fail
    std::atomic<int> at_work = 0, most_at_work = 0;

    std::vector<std::string> calls() const {
        const std::lock_guard lock(mutex_);
        return calls_;
    }

    Result<TrainOutcome> train(const TrainJob& job, const Progress&) override {
        const std::string row = std::filesystem::path(job.folder).filename().string();
        const auto minutes = static_cast<std::int64_t>(job.target.minutes * 1000 + 0.5);
        const std::int64_t steps = job.target.steps > 0 ? job.target.steps : minutes;
        if (!count("train " + row + " " + std::to_string(steps))) return TrainOutcome{0, 0, 0, 0, "", true};
        most_at_work = std::max<int>(most_at_work, ++at_work);
        if (row == fails) {
            --at_work;
            return Error{ErrorCode::bad_data, "losses are no longer finite", "step 3", ""};
        }
        auto store = is_run_folder(job.folder) ? RunStore::open(job.folder) : RunStore::create(job.folder);
        if (!store) return store.error();
        TrainingPoint point;
        point.step = steps;
        point.images = steps * 8;
        point.epoch = static_cast<double>(steps) / 10;
        point.seconds = static_cast<double>(steps) / 100;
        point.discriminator_loss = 0.5F;
        point.generator_loss = 2.0F;
        (void)(*store)->append(point);
        RunInfo info;
        info.step = steps;
        (void)(*store)->write_run(info);
        --at_work;
        return TrainOutcome{steps, steps * 8, point.seconds, point.epoch, job.folder + "/checkpoints/step",
                            false};
    }

    Result<Reading> measure(const MeasureJob& job, const Progress&) override {
        if (!count("measure " + job.measure)) return Error{ErrorCode::interrupted, "interrupted", "", ""};
        if (job.measure == unknown)
            return Error{unknown_code, "unknown metric", job.measure, "it is not built in"};
        Reading reading;
        reading.measured = true;
        reading.value = 100.0 / static_cast<double>(calls().size());
        reading.count = job.count;
        reading.extractor = job.extractor;
        reading.data = "faces";
        return reading;
    }

    Result<std::vector<FigurePicture>> draw(const FigureJob& job, const Progress&) override {
        if (!count("draw " + job.figure.kind)) return Error{ErrorCode::interrupted, "interrupted", "", ""};
        if (undrawn) return Error{ErrorCode::io, "the disk is full", job.out, ""};
        return std::vector<FigurePicture>{{job.out + ".png", "a picture"}};
    }

    Result<double> training_rate(const TrainJob&, int threads, double, const Progress&) override {
        return threads == 0 ? rate_alone : rate_half;
    }
    double rate_alone = 100, rate_half = 40;

private:
    bool count(std::string call) {
        const std::lock_guard lock(mutex_);
        if (stop_after >= 0 && static_cast<int>(calls_.size()) >= stop_after) return false;
        calls_.push_back(std::move(call));
        return true;
    }

    mutable std::mutex mutex_;
    std::vector<std::string> calls_;
};

/// Two rows that train, one that measures the first one's run.
inline Study small_study() {
    Study study;
    study.name = "small";
    study.title = "A <small> study";
    study.report = 1;
    study.section = "1";
    study.about = "about & so on";
    study.differs = "everything";
    study.points = 2;
    StudyData data;
    data.key = data.name = "CelebA";
    data.file = "no-such-file.zip";
    data.stand_ins = {"faces:64"};
    data.differs = "They are drawn.";
    study.data = {data};
    StudyColumn distance;
    distance.key = distance.measure = "fd";
    distance.title = "distance";
    distance.every = true;
    StudyColumn loss;
    loss.key = loss.measure = "generator_loss_mean";
    loss.title = "loss of G";
    study.columns = {distance, loss};
    for (const char* key : {"a", "b"}) {
        StudyRow row;
        row.key = key;
        row.title = std::string("row ") + key;
        row.recipe = "quick";
        row.data = data.key;
        row.target.steps = 20;
        row.report["fd"] = "148.72";
        study.rows.push_back(row);
    }
    StudyRow shared = study.rows[0];
    shared.key = "c";
    shared.title = "the run of a";
    shared.run = "a";
    shared.target = {};
    shared.columns = {"fd"};
    study.rows.push_back(shared);
    StudyFigure grid;
    grid.kind = "grid";
    grid.title = "samples";
    study.figures = {grid};
    return study;
}

} // namespace ganvas::testing
