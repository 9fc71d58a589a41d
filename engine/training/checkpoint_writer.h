/// CheckpointWriter: puts a run's state on the disk while the next steps are made.
///
/// The training thread calls every member and owns it; it owns the thread that writes, one save at a time (a second is
/// refused, never queued). On that thread, in this order: metrics.csv and diversity.csv are made to last, the checkpoint is
/// written, then run.json, then old checkpoints go. While busy() the owner leaves run.json, the checkpoints and rewind()
/// of the store alone. Nothing fails here: what could not be written is in the report.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/latest.h"
#include "engine/jobs/job_thread.h"
#include "engine/runs/run_store.h"
#include "engine/training/checkpoint.h"
#include "engine/training/trainer_state.h"

namespace ganvas {

/// All that is written of one moment of a run.
struct SaveOrder {
    std::int64_t step = 0;
    SharedTrainerState state; ///< null: that step's checkpoint is on the disk
    CheckpointNote note;      ///< of the checkpoint
    RunInfo info;             ///< run.json
    int keep_last = 3;
    std::int64_t keep_every = 0;
};

struct SaveReport {
    std::int64_t step = 0;
    bool saved = false; ///< its checkpoint is on the disk
    /// "the metrics", "a checkpoint" … in the order in which they were written.
    std::vector<std::pair<std::string, Result<void>>> parts;
};

class CheckpointWriter {
public:
    /// `on_done` is called on the writer's thread after each save.
    CheckpointWriter(RunStore& store, std::function<void()> on_done);
    CheckpointWriter(const CheckpointWriter&) = delete;
    CheckpointWriter& operator=(const CheckpointWriter&) = delete;

    /// From now on that checkpoint is not pruned.
    void keep(std::int64_t step);
    /// False while the save before is still being written: then nothing was done.
    [[nodiscard]] bool start(SaveOrder order);
    [[nodiscard]] bool busy() const { return thread_.busy(); }
    /// What became of a save that has ended, once.
    [[nodiscard]] std::optional<SaveReport> take() { return report_.take(); }
    /// The same, after waiting for it.
    [[nodiscard]] std::optional<SaveReport> wait();

private:
    [[nodiscard]] SaveReport write(const SaveOrder& order);
    void write_parts(const SaveOrder& order, SaveReport& report);
    [[nodiscard]] PrunePolicy policy(const SaveOrder& order);

    RunStore& store_;
    Mutex mutex_;
    std::vector<std::int64_t> kept_ GANVAS_GUARDED_BY(mutex_); ///< steps
    Latest<SaveReport> report_;                                ///< of the save that ended last
    JobThread thread_;                                         ///< last: joined before the rest goes
};

} // namespace ganvas
