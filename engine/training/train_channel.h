/// What lies between a TrainLoop's owner and its thread: queues, slots and a bell. Seen by train_*.cpp only.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "engine/core/latest.h"
#include "engine/training/train_loop.h"

namespace ganvas {

struct TrainChannel {
    // ---- to the thread ----
    Queue<TrainCommand> commands;
    Queue<DistancePoint> distances;
    std::atomic<bool> interactive{false};
    std::atomic<double> model_interval{1.0};

    // ---- from the thread ----
    Latest<Snapshot> snapshot;
    Latest<SharedModel> model;
    Latest<SharedDataset> data;
    Latest<TrainHistory> history;
    Queue<TrainingPoint> points;
    Queue<SampleMark> marks;
    Queue<Notice> notices;
    std::atomic<bool> ended{false};

    /// Wakes the thread when it waits (paused, finished).
    void ring() {
        {
            std::lock_guard lock(mutex);
            ++rings;
        }
        bell.notify_all();
    }
    /// On the thread: waits for a ring that came after `seen` (updated), or for the stop.
    void wait(std::uint64_t& seen, const std::stop_token& stop) {
        std::unique_lock lock(mutex);
        bell.wait(lock, stop, [&] { return rings != seen; });
        seen = rings;
    }

    std::mutex mutex;
    std::condition_variable_any bell;
    std::uint64_t rings = 0; ///< guarded by mutex
};

} // namespace ganvas
