/// RunRecorder: what a training run leaves on disk.
///
/// Belongs to the training thread; owns the RunStore and the thread that writes what is saved. Failures while training (a
/// full disk, a folder taken away) come back as notices, each kind once until it works again, and training goes on;
/// failures at the beginning are errors.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/notice.h"
#include "engine/core/training_state.h"
#include "engine/data/dataset.h"
#include "engine/runs/run_store.h"
#include "engine/training/checkpoint_writer.h"
#include "engine/training/train_loop.h"
#include "engine/training/trainer.h"

namespace ganvas {

class RunRecorder {
public:
    using Say = std::function<void(NoticeLevel, std::string)>;

    enum class SavedBy { itself, hand }; ///< a hand is told also when it went well

    /// A recorder that writes nothing when options.write_run is false. `on_written` is called on the writer's thread when a
    /// save has ended: collect() then tells what became of it.
    [[nodiscard]] static Result<std::unique_ptr<RunRecorder>> create(const TrainLoopOptions& options, Say say,
                                                                     std::function<void()> on_written);

    /// Settings of the run: the folder's own when it is resumed, else the options'.
    [[nodiscard]] const Settings& settings() const { return info_.settings; }
    [[nodiscard]] const std::string& data_source() const { return info_.data_source; }
    [[nodiscard]] std::string folder() const { return store_ ? store_->folder().string() : std::string(); }

    /// Once the trainer stands: puts the newest good checkpoint into it (a resumed run) and returns the training
    /// seconds until then; writes run.json.
    [[nodiscard]] Result<double> begin(Trainer& trainer, const Dataset& data,
                                       const std::map<std::string, std::string>& versions);
    /// What a resumed run did before.
    [[nodiscard]] TrainHistory history() const;

    void add(const TrainingPoint& point);
    void add(const DistancePoint& point);
    void add(const DiversityPoint& point);
    void add(const SampleMark& mark);
    void changed(std::int64_t step, const std::string& key, const std::string& value);
    void set_target(const TrainingTarget& target);
    /// A step went wrong: what was recorded beyond incident.back_to goes (checkpoints are set aside), and the settings
    /// that were changed about it are noted there.
    void went_back(const TrainingIncident& incident, const std::vector<SettingChange>& changes);
    /// The newest whole checkpoint before that step; empty when there is none.
    [[nodiscard]] std::optional<TensorFile> checkpoint_before(std::int64_t step) const;
    [[nodiscard]] const std::vector<std::int64_t>& checkpoints() const {
        return checkpoints_;
    }                             ///< steps, rising; only what is whole on the disk
    void keep(std::int64_t step); ///< that checkpoint is not pruned

    // ---- saving ----
    /// Copies the state and has it written beside training; false while the save before is being written: nothing was done.
    [[nodiscard]] bool start_save(Trainer& trainer, double seconds, SavedBy by);
    [[nodiscard]] bool saving() const { return writer_ && writer_->busy(); }
    /// Tells what became of a save that has ended since; true: one has.
    bool collect();
    /// Until nothing is being written, and collect().
    void wait();
    /// Waits for the save before and for this one. True when the checkpoint is on disk (or nothing is written at all).
    bool save(Trainer& trainer, double seconds, RunState state, const std::string& message = {},
              SavedBy by = SavedBy::itself);
    /// run.json alone, after a failure: the last checkpoint stays what it is.
    void fail(const std::string& message);

private:
    RunRecorder(Say say) : say_(std::move(say)) {}
    void report(const std::string& kind, const Result<void>& result);
    void list_checkpoints();
    void say_what_differs(const std::map<std::string, std::string>& before,
                          const std::map<std::string, std::string>& now) const;
    [[nodiscard]] SaveOrder order(Trainer& trainer, double seconds, RunState state,
                                  const std::string& message);
    bool tell(const SaveReport& done);
    void tell_saved(std::int64_t step);
    void write_run();

    Say say_;
    std::unique_ptr<RunStore> store_;
    RunInfo info_;
    bool resumed_ = false, data_moved_ = false;
    std::vector<SettingChange> resumed_changes_; ///< live settings that were given with the resume
    std::int64_t saved_step_ = -1;
    std::vector<std::int64_t> checkpoints_;
    std::vector<std::string> failing_;         ///< kinds whose last write failed
    SavedBy saved_by_ = SavedBy::itself;       ///< the save that is being written
    bool run_changed_ = false;                 ///< run.json is to be written again after that
    std::unique_ptr<CheckpointWriter> writer_; ///< null without a store; last: it uses the store
};

} // namespace ganvas
