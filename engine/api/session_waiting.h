/// What a session waits for: data and runs that jobs open, a start, and runs that were left.
///
/// Internal to engine/api; UI thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/api/opened_run.h"
#include "engine/api/session_values.h"
#include "engine/data/dataset.h"
#include "engine/training/train_loop.h"

namespace ganvas {

/// Which data, and how they are prepared: what is wanted against what was opened.
struct DataWish {
    std::string source; ///< as the user wrote it
    Preparation preparation;
};
/// A start that waits until its data are there, and until the run that was left is saved.
struct WaitingStart {
    bool paused = false;
    int steps = 0; ///< to make while paused
};
/// A job that opens data; of several only the last counts.
struct DataOpening {
    std::uint64_t token = 0, job = 0;
    DataWish wish;
    std::string source_before; ///< what is wanted again when it fails
};
/// A job that opens a run or checkpoint; of several only the last counts. What is open stays until it is there.
struct RunOpening {
    std::uint64_t token = 0, job = 0;
    AfterOpening then = AfterOpening::explore;
    std::optional<WaitingStart> start;     ///< train on as soon as it is open
    std::optional<RestoredState> restored; ///< an exported file's state, which means this model
    /// Going back in a run: the settings and the target that hold now, not those of the checkpoint.
    struct Going {
        Settings settings;
        TrainingTarget target;
    };
    std::optional<Going> back = {};
};
/// A run that was left while it trained: its loop saves it and ends, and poll() hears when.
struct LeavingRun {
    std::unique_ptr<TrainLoop> loop;
    Snapshot last;
};

/// The file that `session.json` remembers: which run, and whether it was training.
struct RememberedRun {
    std::string folder;
    bool was_training = false;
};
[[nodiscard]] RememberedRun remembered_run();

} // namespace ganvas
