/// `ganvas train`: a TrainLoop driven to its target from the calling thread.
#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>

#include "engine/api/checkpoint_model.h"
#include "engine/api/lasting_name.h"
#include "engine/api/live_measures.h"
#include "engine/api/operations.h"
#include "engine/api/session_fork.h"
#include "engine/core/latest.h"
#include "engine/device/thread_setup.h"
#include "engine/jobs/job_registry.h"
#include "engine/runs/recipe.h"
#include "engine/runs/run_store.h"
#include "engine/training/specs_from_settings.h"
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

/// A run that goes on takes only live settings; the others made its model and its data.
Result<void> check_changes(const Settings& wanted, const Settings& own) {
    for (const std::string& key : wanted.differences(own))
        if (find_setting(key)->scope != SettingScope::live)
            return Error{ErrorCode::usage, "this setting holds for a whole run", key,
                         "the run has " + own.as_text(key) + "; start a new run to change it"};
    return {};
}

/// What to train, and the run that is to be made of another's checkpoint first, where --from asks for one.
struct Plan {
    TrainLoopOptions loop;
    std::optional<ForkRequest> fork;
};

/// A resumed run keeps its own settings and data; only where the data are may be told anew.
Result<void> start_from_run(const TrainOptions& options, Plan& plan) {
    if (!options.from.empty())
        return Error{ErrorCode::usage, "a fork is a new run", "--from and --resume", "give one of them"};
    if (options.out.empty())
        return Error{ErrorCode::usage, "no run to go on with", "--resume", "name its folder with --out"};
    auto info = read_run(Path(options.out));
    if (!info) return info.error();
    if (!options.recipe.empty() && options.recipe != info->recipe)
        return Error{ErrorCode::usage, "the run has another recipe", options.recipe,
                     "it was begun with " + info->recipe + "; start a new run for another"};
    plan.loop.settings = info->settings;
    plan.loop.recipe = info->recipe;
    plan.loop.data_source = info->data_source;
    const std::string named = lasting_name(options.data);
    plan.loop.data_moved = !named.empty() && named != info->data_source;
    if (plan.loop.data_moved) plan.loop.data_source = named;
    return {};
}

/// A fork has the networks and the state of its checkpoint; how they are trained may change.
Result<void> start_from_checkpoint(const TrainOptions& options, Plan& plan) {
    if (!options.recipe.empty())
        return Error{ErrorCode::usage, "a fork keeps its parent's recipe", options.recipe,
                     "change single settings with --set"};
    auto opened = open_checkpoint(options.from);
    if (!opened) return opened.error();
    plan.loop.settings = opened->note.settings;
    plan.loop.recipe = opened->note.recipe;
    plan.loop.data_source = options.data.empty() ? opened->note.data : lasting_name(options.data);
    plan.fork = ForkRequest{opened->path,     opened->run_folder,    {},
                            plan.loop.recipe, plan.loop.data_source, options.out};
    return {};
}

Result<void> start_from_recipe(const TrainOptions& options, Plan& plan) {
    plan.loop.recipe = options.recipe.empty() ? "quick" : options.recipe;
    plan.loop.data_source = options.data.empty() ? "faces" : lasting_name(options.data);
    auto recipe = load_recipe(plan.loop.recipe);
    if (!recipe) return recipe.error();
    plan.loop.settings = recipe.take();
    return {};
}

Result<Plan> plan_of(const TrainOptions& options) {
    if (!options.resume && !options.out.empty() && is_run_folder(options.out))
        return Error{ErrorCode::usage, "the folder holds a run already", options.out,
                     "add --resume to go on with it, or choose another --out"};
    Plan plan;
    auto started = options.resume         ? start_from_run(options, plan)
                   : options.from.empty() ? start_from_recipe(options, plan)
                                          : start_from_checkpoint(options, plan);
    if (!started) return started.error();
    TrainLoopOptions& loop = plan.loop;
    const Settings own = loop.settings;
    for (const std::string& assignment : options.assignments)
        if (auto set = loop.settings.assign(assignment); !set) return set.error();
    if (options.seed)
        if (auto set = loop.settings.set_value("train.seed", static_cast<std::int64_t>(*options.seed)); !set)
            return set.error();
    if (options.resume)
        if (auto allowed = check_changes(loop.settings, own); !allowed) return allowed.error();
    loop.device = options.device;
    loop.waits_in_trouble = false; // nobody would hear it
    if (!options.takes_back) loop.most_rollbacks = 0;
    loop.target = {options.steps, options.images, options.epochs, options.minutes * 60};
    loop.run_folder = options.out;
    loop.resume = options.resume;
    return plan;
}

/// Makes the new run of a fork, which the loop then goes on with.
Result<void> make_planned_fork(Plan& plan) {
    if (!plan.fork) return {};
    plan.fork->settings = plan.loop.settings;
    auto folder = make_fork(*plan.fork);
    if (!folder) return folder.error();
    plan.loop.run_folder = folder->string();
    plan.loop.resume = true;
    return {};
}

/// Opens the data on this thread, before there is a run folder: what is wrong with a source or a setting then keeps its
/// error code, leaves nothing behind, and preparing shows its progress.
Result<void> open_data(TrainLoopOptions& loop, const Progress& progress) {
    if (auto spec = generator_spec(loop.settings); !spec) return spec.error();
    if (auto spec = discriminator_spec(loop.settings); !spec) return spec.error();
    auto data = open_dataset(loop.data_source, training_preparation(loop.settings), progress);
    if (!data) {
        Error error = data.error();
        if (loop.resume && !loop.data_moved && error.code == ErrorCode::not_found)
            error.hint = "where the run's data have moved, name their place with --data";
        return error;
    }
    if (loop.data_moved) {
        auto info = read_run(Path(loop.run_folder));
        if (!info) return info.error();
        if ((*data)->fingerprint() != info->data_fingerprint)
            return Error{ErrorCode::usage, "not the pictures that the run was trained on", loop.data_source,
                         "it was trained on " + info->data_source + "; start a new run for others"};
    }
    loop.data = data.take();
    return {};
}

/// Passes notices on. The error that ends the run is its result and is not said twice, nor is what follows from it:
/// errors wait for a moment, in which the failed state would come.
class Notices {
public:
    using Clock = std::chrono::steady_clock;
    explicit Notices(std::function<void(const std::string&)> on_notice) : on_notice_(std::move(on_notice)) {}

    void take(const std::vector<Notice>& fresh) {
        for (const Notice& notice : fresh) {
            if (notice.level == NoticeLevel::error)
                held_.emplace_back(Clock::now() + std::chrono::seconds(1), notice.text);
            else if (on_notice_)
                on_notice_(notice.text);
        }
    }
    void pass_errors(const Snapshot& last, bool ended) {
        if (last.state == TrainingState::failed) held_.clear();
        while (!held_.empty() && (ended || held_.front().first <= Clock::now())) {
            if (on_notice_) on_notice_(held_.front().second);
            held_.pop_front();
        }
    }

private:
    std::function<void(const std::string&)> on_notice_;
    std::deque<std::pair<Clock::time_point, std::string>> held_;
};

/// Live measures (measure.live) on a thread of their own; made and asked on the loop's owner thread.
class MeasuredBeside {
public:
    MeasuredBeside(TrainLoop& loop, const Settings& settings, SharedDataset data)
        : loop_(loop), measures_(settings, std::move(data)),
          jobs_({.on_worker_start = [] { prepare_worker_thread(1); }}) {
        constexpr double seconds_between_models = 2;
        loop_.set_model_interval(seconds_between_models);
    }

    /// Gives the run what was measured, and begins the next measurement when it is due. The line of an error, or nothing.
    [[nodiscard]] std::vector<std::string> follow(const Snapshot& now) {
        if (auto fresh = loop_.take_model()) model_ = std::move(*fresh);
        for (const DistancePoint& point : distances_.take_all()) loop_.add_distance(point);
        for (const DiversityPoint& point : diversity_.take_all()) loop_.add_diversity(point);
        if (jobs_.busy() == 0 && now.state == TrainingState::running && model_
            && measures_.due(model_->step, now.seconds))
            begin(now);
        return errors_.take_all();
    }

private:
    void begin(const Snapshot& now) {
        const TrainingMoment moment{model_->step, model_->images, now.seconds, now.epoch};
        const auto breaks = now.device.starts_with("cuda") ? nullptr : loop_.breaks();
        jobs_.submit("measuring", [this, moment, breaks, model = model_](const Progress& progress) {
            const LiveMeasures::Receiver receiver{
                [this](const DistancePoint& point) { distances_.put(point); },
                [this](const DiversityPoint& point) { diversity_.put(point); }};
            auto measured = measures_.measure(model, moment, breaks.get(), receiver, progress);
            if (!measured && measured.error().code != ErrorCode::interrupted)
                errors_.put(measured.error().line());
            return measured;
        });
    }

    TrainLoop& loop_;
    LiveMeasures measures_; ///< the job's while one is busy
    SharedModel model_;
    Queue<DistancePoint> distances_;
    Queue<DiversityPoint> diversity_;
    Queue<std::string> errors_;
    JobRegistry jobs_; ///< last: its job ends before the rest goes
};

/// The loop's words are a whole line already where they come from an Error.
Error failure_of(const Snapshot& last) {
    if (last.message.find(" (") != std::string::npos) return {ErrorCode::bad_data, last.message, "", ""};
    return {ErrorCode::bad_data, last.message, last.run_folder.empty() ? "no run folder" : last.run_folder,
            "what was saved goes on with --resume"};
}

/// A folder that this command made, for a run that did not make a step, goes again.
void remove_stillborn(const Path& folder) {
    std::error_code code;
    if (!folder.empty()) std::filesystem::remove_all(folder, code);
}

/// What was reached, and where it is saved: an error when the last step is not.
Result<TrainReport> report_of(const Snapshot& last, bool interrupted) {
    TrainReport report{last.step,    last.images,
                       last.seconds, last.seconds > 0 ? static_cast<double>(last.images) / last.seconds : 0,
                       "",           last.run_folder,
                       interrupted};
    auto checkpoint = newest_good_checkpoint(Path(last.run_folder));
    if (checkpoint && checkpoint->step >= last.step) {
        report.checkpoint = checkpoint->path.string();
        return report;
    }
    if (interrupted && last.step == 0)
        return Error{ErrorCode::interrupted, "interrupted before the first step", last.run_folder,
                     "start again"};
    const std::string kept = checkpoint ? "; step " + std::to_string(checkpoint->step) + " is safe" : "";
    std::error_code code;
    const bool gone = !std::filesystem::is_directory(last.run_folder, code);
    return Error{ErrorCode::io, "step " + std::to_string(last.step) + " could not be saved" + kept,
                 last.run_folder,
                 gone ? "the run's folder is gone" : "make room in the folder, then go on with --resume"};
}

bool over(TrainingState state) { return state == TrainingState::finished || state == TrainingState::failed; }

} // namespace

Result<TrainReport> train(const TrainOptions& options, std::function<void(const Snapshot&)> on_snapshot,
                          std::function<void(const std::string&)> on_notice, const Progress& progress) {
    auto plan = plan_of(options);
    if (!plan) return plan.error();
    TrainLoopOptions& prepared = plan->loop;
    if (auto opened = open_data(prepared, progress); !opened) return opened.error();
    std::error_code code;
    const bool is_new = options.out.empty() || !std::filesystem::exists(options.out, code);
    Bell bell;
    if (auto forked = make_planned_fork(*plan); !forked) return forked.error();
    prepared.wake = [&bell] { bell.ring(); };
    const Settings settings = prepared.settings;
    const SharedDataset data = prepared.data;
    TrainLoop loop(std::move(prepared));
    loop.set_model_interval(0);
    std::optional<MeasuredBeside> measured;
    if (settings.boolean("measure.live")) measured.emplace(loop, settings, data);
    Snapshot last;
    bool stepped = false; // also where the step was taken back
    Notices notices(on_notice);
    const auto take = [&] {
        notices.take(loop.take_notices());
        (void)loop.take_points();
        (void)loop.take_marks();
        if (!loop.take_incidents().empty()) stepped = true;
        (void)loop.take_changes();
        if (auto snapshot = loop.take_snapshot()) {
            last = std::move(*snapshot);
            if (on_snapshot) on_snapshot(last);
        }
        notices.pass_errors(last, false);
        if (!measured) return;
        for (const std::string& line : measured->follow(last))
            if (on_notice) on_notice(line);
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
    measured.reset(); // what is not measured by now is not waited for
    loop.stop();
    loop.join();
    take();
    notices.pass_errors(last, true);
    if (last.state == TrainingState::failed) {
        // Without a run folder the folder may be another program's, which came first.
        if (is_new && last.step == 0 && !stepped) remove_stillborn(last.run_folder);
        return failure_of(last);
    }
    return report_of(last, interrupted);
}

} // namespace ganvas
