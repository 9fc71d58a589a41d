/// What a training thread says of itself: plain data, immutable once published.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/image.h"

namespace ganvas {

enum class TrainingState {
    empty,   ///< no run yet: the explorer shows a checkpoint
    opening, ///< data are being read or the model is being built
    running,
    paused,
    stopping, ///< saving
    finished, ///< reached its target; start goes on past it
    failed,   ///< an error; the message says what; start tries again from the last good checkpoint
};

/// Lossy state of training; the newest wins.
struct Snapshot {
    TrainingState state = TrainingState::empty;
    std::string message; ///< why, when failed or finished
    std::int64_t step = 0, images = 0, epoch_images = 0;
    double epoch = 0;
    double images_per_second = 0;
    double milliseconds_per_step = 0;
    double checkpoint_pause_ms = -1; ///< the longest that a save kept training waiting; -1: none has yet
    double seconds = 0;              ///< training time
    std::int64_t target_steps = 0;   ///< 0: none
    double target_seconds = 0;       ///< 0: none
    double target_epochs = 0;        ///< 0: none
    std::int64_t target_images = 0;  ///< 0: none
    double seconds_left = -1;        ///< -1: no target
    std::int64_t resident_bytes = 0; ///< memory of the process
    std::int64_t device_bytes = -1;  ///< GPU memory in use; -1 without one
    std::string device;              ///< "cpu", "cuda: NVIDIA …"
    std::string precision;           ///< "float32", "bfloat16"
    int threads = 0;
    std::string run_folder;
    std::vector<std::int64_t> checkpoints = {}; ///< steps that the run can be taken back to, rising
};

/// A mark of the fixed-noise history: one 8x8 (or so) batch from the averaged weights.
struct SampleMark {
    std::int64_t step = 0, images = 0;
    double seconds = 0;
    SharedBatch images_batch;
};

} // namespace ganvas
