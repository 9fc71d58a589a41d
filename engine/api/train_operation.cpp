/// `ganvas train`: a TrainLoop driven to its target from the calling thread.
#include <condition_variable>
#include <filesystem>
#include <mutex>

#include "engine/api/operations.h"
#include "engine/runs/recipe.h"
#include "engine/runs/run_store.h"
#include "engine/training/train_loop.h"

namespace ganvas {
namespace {

/// The loop's wake call as something to wait on.
struct Bell {
    std::mutex mutex;
    std::condition_variable rung;
    void ring() { rung.notify_all(); }
    void wait(std::chrono::milliseconds longest) {
        std::unique_lock lock(mutex);
        rung.wait_for(lock, longest);
    }
};

/// A resumed run keeps its own settings and data; --set changes what may change.
Result<TrainLoopOptions> loop_options(const TrainOptions& options) {
    TrainLoopOptions loop;
    if (options.resume) {
        if (options.out.empty())
            return Error{ErrorCode::usage, "no run to go on with", "--resume", "name its folder with --out"};
        auto info = read_run(Path(options.out));
        if (!info) return info.error();
        loop.settings = info->settings;
        loop.recipe = info->recipe;
        loop.data_source = info->data_source;
    } else {
        if (!options.out.empty() && is_run_folder(options.out))
            return Error{ErrorCode::usage, "the folder holds a run already", options.out,
                         "add --resume to go on with it, or choose another --out"};
        auto recipe = load_recipe(options.recipe);
        if (!recipe) return recipe.error();
        loop.settings = recipe.take();
        loop.recipe = options.recipe;
        loop.data_source = options.data;
    }
    for (const std::string& assignment : options.assignments)
        if (auto set = loop.settings.assign(assignment); !set) return set.error();
    if (options.seed)
        if (auto set = loop.settings.set_value("train.seed", static_cast<std::int64_t>(*options.seed)); !set)
            return set.error();
    loop.device = options.device;
    loop.target = {options.steps, options.images, options.epochs, options.minutes * 60};
    loop.run_folder = options.out;
    loop.resume = options.resume;
    return loop;
}

bool over(TrainingState state) { return state == TrainingState::finished || state == TrainingState::failed; }

} // namespace

Result<TrainReport> train(const TrainOptions& options, std::function<void(const Snapshot&)> on_snapshot,
                          std::function<void(const std::string&)> on_notice, const Progress& progress) {
    auto prepared = loop_options(options);
    if (!prepared) return prepared.error();
    Bell bell;
    prepared->wake = [&bell] { bell.ring(); };
    TrainLoop loop(prepared.take());
    loop.set_model_interval(0);
    Snapshot last;
    const auto take = [&] {
        for (const Notice& said : loop.take_notices())
            if (on_notice) on_notice(said.text);
        (void)loop.take_points();
        (void)loop.take_marks();
        if (auto snapshot = loop.take_snapshot()) {
            last = std::move(*snapshot);
            if (on_snapshot) on_snapshot(last);
        }
    };
    bool interrupted = false;
    while (loop.running() && !over(last.state)) {
        bell.wait(std::chrono::milliseconds(100));
        take();
        if (progress.stop_requested()) {
            interrupted = true;
            break;
        }
    }
    loop.stop();
    loop.join();
    const TrainingState ended = last.state;
    const std::string message = last.message;
    take();
    if (ended == TrainingState::failed || last.state == TrainingState::failed) {
        const bool has_words = !last.message.empty();
        return Error{ErrorCode::bad_data, has_words ? last.message : message, "", ""};
    }
    TrainReport report{last.step,    last.images,
                       last.seconds, last.seconds > 0 ? static_cast<double>(last.images) / last.seconds : 0,
                       "",           last.run_folder,
                       interrupted};
    if (auto checkpoint = newest_good_checkpoint(Path(last.run_folder)))
        report.checkpoint = checkpoint->path.string();
    else
        return checkpoint.error();
    return report;
}

} // namespace ganvas
