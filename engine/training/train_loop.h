/// TrainLoop: a Trainer on a thread of its own, with commands in and values out.
///
/// Made, commanded and polled on one owner thread (the session's or the command line's); nothing here waits except the
/// destructor and join(). It writes the run: checkpoints every train.checkpoint_minutes and at every stop, metrics, marks.
/// While steps are made a checkpoint costs them a copy of the state, and a thread of its own writes it; a stop waits until
/// it is on the disk.
/// Whatever goes wrong in training ends as state `failed` with a sentence, never as an exception; what was
/// saved stays. Steps that make NaN are taken back, and one that lacks memory leaves the run waiting (train_trouble.cpp). Time counts while steps are made: pauses, marks, saving and opening do not count; what others have done between steps does.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include "engine/core/diversity_point.h"
#include "engine/core/notice.h"
#include "engine/core/progress.h"
#include "engine/core/settings.h"
#include "engine/core/training_incident.h"
#include "engine/core/training_points.h"
#include "engine/core/training_state.h"
#include "engine/data/dataset.h"
#include "engine/runs/run_store.h"
#include "engine/training/model_snapshot.h"

namespace ganvas {

class StepBreaks; // engine/jobs/step_breaks.h
class Trainer;

/// When to stop by itself; totals of the run, 0: no limit. The first that is reached counts.
struct TrainingTarget {
    std::int64_t steps = 0;
    std::int64_t images = 0;
    double epochs = 0;
    double seconds = 0; ///< training time
};

namespace train_command {
struct Pause {};
struct Resume {};
struct Step {
    int count = 1;
};              ///< while paused (or finished): that many steps, then paused again
struct Save {}; ///< a notice when it is on the disk; while steps are made they go on meanwhile
struct Set {
    std::string key, value;
}; ///< a live setting; a notice when it is not one or out of range
struct Keep {
    std::int64_t step = 0;
}; ///< the checkpoint of that step is not deleted when newer ones come
struct Target {
    TrainingTarget target;
}; ///< also lets a finished run go on
} // namespace train_command
using TrainCommand =
    std::variant<train_command::Pause, train_command::Resume, train_command::Step, train_command::Save,
                 train_command::Set, train_command::Target, train_command::Keep>;

struct TrainLoopOptions {
    Settings settings;
    std::string recipe;
    std::string data_source = "faces";
    bool data_moved =
        false; ///< with `resume`: data_source is where the run's own pictures are now, and `data` is set
    SharedDataset data; ///< null: opened on the loop's thread from data_source and the settings
    /// What `data` were opened with; they are used only when the run wants the same. Unset: they are as the settings say.
    std::optional<Preparation> data_preparation = {};
    bool say_skipped =
        true; ///< a notice about pictures that the data left out; false: their opener has said it
    std::string device = "auto";
    TrainingTarget target;
    std::string run_folder; ///< empty: a new folder; else created, or continued with `resume`
    bool resume = false;    ///< go on from the run's newest good checkpoint, or its beginning; live
                            ///< settings that differ from the run's are changed, others are an error
    bool start_paused = false;
    bool write_run = true; ///< false: nothing is written (benchmarks)
    int niceness = 5;      ///< of the training thread; the window stays ahead of it
    /// A loss or a weight that is no longer a number: back to the last good state with half the learning rates, so many
    /// times in a row; then the run waits there. 0: it fails at once, its records as they are.
    int most_rollbacks = 3;
    /// Of training, at least, between two looks at the whole state; a good one is copied, to go back to.
    double seconds_between_good_states = 20;
    bool waits_in_trouble = true; ///< false: where it would wait, it is saved and fails (nobody watches)
    /// A distance that is the lowest so far is followed by a checkpoint, unless one was begun so many seconds of training
    /// before.
    double seconds_between_best = 30;
    std::function<void(Trainer&)> after_step; ///< tests meddle here, on the loop's thread
    std::function<void()> wake;               ///< called on the loop's thread when something was published
    std::function<void(double fraction, std::string_view text)> on_progress; ///< while data are opened
};

/// What a resumed run did before; comes once, before its first new point.
struct TrainHistory {
    std::vector<TrainingPoint> losses;
    std::vector<DistancePoint> distances;
    std::vector<DiversityPoint> diversity;
    std::vector<SampleMark> marks;
    std::vector<TrainingIncident> incidents;
    std::vector<SettingChange> changes;
    std::int64_t begins_at = 0; ///< a fork: the step that it was forked at
};

/// What the data left out, for one notice: how many, and the first with its reason. Empty: nothing.
[[nodiscard]] std::string skipped_words(const Dataset& data);

struct TrainChannel; // train_channel.h

class TrainLoop {
public:
    /// Starts the thread; what fails on the way shows as state `failed`.
    explicit TrainLoop(TrainLoopOptions options);
    ~TrainLoop(); ///< stop() and join()

    void send(TrainCommand command);
    /// Saves and ends the thread; safe to call twice. state() is then `paused` in the last snapshot (a stopped run can
    /// be resumed), or `failed`.
    void stop();
    void join();
    [[nodiscard]] bool running() const;  ///< the thread has not ended
    [[nodiscard]] bool stopping() const; ///< it was told to stop, and has not ended: commands would be lost

    // ---- what came since the last call ----
    [[nodiscard]] std::optional<Snapshot> take_snapshot();
    [[nodiscard]] std::vector<TrainingPoint> take_points();
    [[nodiscard]] std::optional<SharedModel> take_model();
    [[nodiscard]] std::vector<SampleMark> take_marks();
    [[nodiscard]] std::vector<Notice> take_notices();
    /// Steps that went wrong. Points, distances and marks beyond `back_to` that came before are no longer the run's.
    [[nodiscard]] std::vector<TrainingIncident> take_incidents();
    /// Settings that the run changed by itself.
    [[nodiscard]] std::vector<SettingChange> take_changes();
    [[nodiscard]] SharedDataset take_data(); ///< once, after opening
    [[nodiscard]] std::optional<TrainHistory> take_history();

    /// A measured distance joins the run's metrics.
    void add_distance(const DistancePoint& point);
    /// A look at mode collapse joins the run's diversity.csv.
    void add_diversity(const DiversityPoint& point);
    /// While somebody's hand is on a slider the training thread runs at lower priority.
    void set_interactive(bool interactive);
    /// How often weights are copied for the explorer (0: never); the default is one second.
    void set_model_interval(double seconds);

    /// For heavy parts of other threads' work: done between two steps. It stays usable after the loop has gone.
    [[nodiscard]] std::shared_ptr<StepBreaks> breaks() const;

    [[nodiscard]] static std::span<const std::uint64_t> mark_seeds(); ///< 0 … 63

private:
    std::shared_ptr<TrainChannel> channel_;
    std::jthread thread_;
};

} // namespace ganvas
