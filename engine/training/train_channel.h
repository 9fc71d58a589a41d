/// What lies between a TrainLoop's owner and its thread: queues, slots and a bell. Seen by train_*.cpp only.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "engine/core/latest.h"
#include "engine/device/thread_setup.h"
#include "engine/jobs/step_breaks.h"
#include "engine/training/train_loop.h"

namespace ganvas {

struct TrainChannel {
    // ---- to the thread ----
    Queue<TrainCommand> commands;
    Queue<DistancePoint> distances;
    Queue<DiversityPoint> diversity;
    std::atomic<bool> interactive{false}; ///< a hand is on the window
    std::atomic<double> model_interval{1.0};
    StepBreaks breaks; ///< what others bring to be done between steps

    // ---- from the thread ----
    Latest<Snapshot> snapshot;
    Latest<SharedModel> model;
    Latest<SharedDataset> data;
    Latest<TrainHistory> history;
    Queue<TrainingPoint> points;
    Queue<SampleMark> marks;
    Queue<Notice> notices;
    Queue<TrainingIncident> incidents;
    Queue<SettingChange> changes;
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

    /// Any thread: lets the training threads give way to a hand on the window, or takes it back.
    void set_interactive(bool wanted) {
        breaks.hold_off(wanted);
        std::lock_guard lock(mutex);
        interactive = wanted;
        set_niceness(team, wanted ? interactive_niceness : niceness);
    }
    /// On the thread: who gives way, and from what; empty when they could not come back, or at the end.
    void set_team(std::vector<int> threads, int usual_niceness) {
        std::lock_guard lock(mutex);
        team = std::move(threads);
        niceness = usual_niceness;
        set_niceness(team, interactive ? interactive_niceness : niceness);
    }

    static constexpr int interactive_niceness = 15;
    std::mutex mutex;
    std::vector<int> team; ///< guarded by mutex
    int niceness = 0;      ///< guarded by mutex
    std::condition_variable_any bell;
    std::uint64_t rings = 0; ///< guarded by mutex
};

} // namespace ganvas
