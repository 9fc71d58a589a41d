/// What lies between a TrainLoop's owner and its thread: queues, slots and a bell. Seen by train_*.cpp only.
#pragma once

#include <atomic>
#include <condition_variable>

#include "engine/core/latest.h"
#include "engine/core/thread_annotations.h"
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
            const MutexLock lock(mutex);
            ++rings;
        }
        bell.notify_all();
    }
    /// On the thread: waits for a ring that came after `seen` (updated), or for the stop.
    void wait(std::uint64_t& seen, const std::stop_token& stop) {
        MutexLock lock(mutex);
        bell.wait(lock, stop, [&]() GANVAS_REQUIRES(mutex) { return rings != seen; });
        seen = rings;
    }

    /// Any thread: lets the training threads give way to a hand on the window, or takes it back.
    void set_interactive(bool wanted) {
        breaks.hold_off(wanted);
        const MutexLock lock(mutex);
        interactive = wanted;
        set_niceness(team, wanted ? interactive_niceness : niceness);
    }
    /// On the thread: who gives way, and from what; empty when they could not come back, or at the end.
    void set_team(std::vector<int> threads, int usual_niceness) {
        const MutexLock lock(mutex);
        team = std::move(threads);
        niceness = usual_niceness;
        set_niceness(team, interactive ? interactive_niceness : niceness);
    }

    static constexpr int interactive_niceness = 15;
    Mutex mutex;
    std::vector<int> team GANVAS_GUARDED_BY(mutex);
    int niceness GANVAS_GUARDED_BY(mutex) = 0;
    std::condition_variable_any bell; ///< waits with mutex
    std::uint64_t rings GANVAS_GUARDED_BY(mutex) = 0;
};

} // namespace ganvas
