/// TrainRun: one run from opening to end, on the training thread. Used by TrainLoop only.
///
/// Owns the trainer and the recorder. work() is the only catch-all of its thread: whatever happens ends in a published
/// state. Commands are drained between steps.
#pragma once

#include <chrono>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

#include "engine/device/device.h"
#include "engine/training/run_recorder.h"
#include "engine/training/train_channel.h"
#include "engine/training/trainer.h"

namespace ganvas {

class TrainRun {
public:
    TrainRun(TrainLoopOptions options, TrainChannel& channel, std::stop_token stop);
    ~TrainRun();
    void work();

private:
    using Clock = std::chrono::steady_clock;

    // ---- opening ----
    [[nodiscard]] Result<void> open();
    [[nodiscard]] Result<SharedDataset> open_data();
    [[nodiscard]] Result<void> make_trainer();

    // ---- running ----
    void loop();
    void turn(); ///< commands, then a step, the end, or a wait
    [[nodiscard]] bool stepping() const { return state_ == TrainingState::running || single_steps_ > 0; }
    void make_step();
    void step_and_publish();
    void step_or_move_to_cpu();
    void drain_commands();
    bool note_distance(const DistancePoint& point);
    void obey(const TrainCommand& command);
    void change_setting(const train_command::Set& command);
    [[nodiscard]] bool target_reached() const;
    void finish();
    void close();
    void fail(std::string message);
    void give_way();

    // ---- saving (train_saving.cpp); never a state that is not sound ----
    bool save(RunState state); ///< waits until it is on the disk; false: it is not
    void save_beside();        ///< waits for a copy only; what becomes of it is collected in a later turn
    void collect_save();
    [[nodiscard]] bool save_is_due() const;
    [[nodiscard]] RunRecorder::SavedBy asker(); ///< of the save that is made now; it is answered with it

    // ---- when a step goes wrong (train_trouble.cpp) ----
    [[nodiscard]] bool is_sound();
    void remember(); ///< the state as it is, which is sound
    void restore(bool older);
    void forget_later_steps();
    void take_back(); ///< of what is not a number
    void survive_out_of_memory();
    void record(const TrainingIncident& incident, const std::vector<SettingChange>& changes);
    void wait_in_trouble(const std::string& what, const std::string& hint);
    bool within_memory(const std::function<void()>& work); ///< false: memory did not suffice

    // ---- publishing (train_publish.cpp) ----
    void say(NoticeLevel level, std::string text);
    void publish_snapshot();
    void publish_model();
    void publish_due();
    [[nodiscard]] bool log_point(); ///< false: the losses are not finite, and nothing was logged
    void make_mark();
    [[nodiscard]] double seconds_left() const;

    TrainLoopOptions options_;
    TrainChannel& channel_;
    std::stop_token stop_;
    Clock::time_point began_ = Clock::now();
    std::unique_ptr<RunRecorder> recorder_;
    std::unique_ptr<Trainer> trainer_;
    SharedDataset data_;
    DeviceChoice device_;

    TrainingState state_ = TrainingState::opening;
    std::string message_;
    TrainingTarget target_;
    std::int64_t single_steps_ = 0; ///< still to make before pausing again
    std::uint64_t rings_seen_ = 0;
    double seconds_ = 0;                     ///< training time
    double saved_seconds_ = 0;               ///< training time at the last checkpoint
    std::map<DistanceBadge, double> lowest_; ///< distance so far
    bool best_due_ = false;                  ///< a checkpoint, since a distance was the lowest so far
    double mark_seconds_ = -1;               ///< … at the last mark
    std::int64_t mark_step_ = -1;
    bool save_asked_ = false;  ///< by a hand, while steps are made: with the next one
    double save_began_ = 0;    ///< training time when the save that is being written was copied
    double save_seconds_ = -1; ///< training time that a save takes to be on the disk; -1: not known yet
    double checkpoint_pause_ms_ = -1; ///< the longest that a copy kept training waiting; -1: none has
    std::int64_t model_step_ = -1;
    std::int64_t logged_step_ = 0;
    double remembered_seconds_ = 0, remember_pause_ = 0; ///< when a good state was kept, and until the next
    int rollbacks_ = 0;                                  ///< with changed settings, in a row
    int halvings_ = 0;               ///< of the learning rates, since a hand last chose them or went on
    double went_back_seconds_ = 0;   ///< training time when it last went back
    bool waiting_ = false;           ///< trouble that stayed; until a hand goes on
    std::int64_t went_back_to_ = -1; ///< step
    bool step_whole_ = true;         ///< no step was left half made
    bool gives_way_by_priority_ = false;
    double last_step_seconds_ = 0;
    Clock::time_point last_snapshot_{}, last_model_{};

    struct Moment {
        double seconds;
        std::int64_t images, steps;
    };
    std::deque<Moment> recent_; ///< the last seconds of training, for the rate
};

} // namespace ganvas
