/// StepBreaks: heavy parts of another thread's work, done between two steps of a thread that has every processor.
///
/// A step whose threads share a processor with something else waits for its slowest thread, and a second team of threads
/// costs the first its speed even while it rests (engine/device/thread_setup.h). So a guest does not compute beside the
/// host: it brings its parts, and the host does them on its own threads, one at a time between two steps. Each call may be
/// made by its thread only; hold_off() by any.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <stop_token>

#include "engine/core/thread_annotations.h"

namespace ganvas {

class StepBreaks {
public:
    using Part = std::function<void()>;

    // ---- the host ----
    void open();  ///< steps are made from now on
    void close(); ///< no more steps for now: guests do their parts themselves
    /// Between two steps: does the part that waits, if any.
    void serve();

    // ---- a guest; one at a time ----
    /// Returns when the part is done; what it throws is thrown here. False when a stop came before it began.
    [[nodiscard]] bool run(const Part& part, const std::stop_token& stop);

    /// While true no part begins: a hand is on the window.
    void hold_off(bool wanted);

private:
    enum class Place { none, waiting, under_way, done };

    Mutex mutex_;
    std::condition_variable_any changed_; ///< waits with mutex_
    std::atomic<bool> asked_ = false;     ///< a part waits: seen without the mutex
    const Part* part_ GANVAS_GUARDED_BY(mutex_) = nullptr;
    Place place_ GANVAS_GUARDED_BY(mutex_) = Place::none;
    std::exception_ptr thrown_ GANVAS_GUARDED_BY(mutex_);
    bool open_ GANVAS_GUARDED_BY(mutex_) = false;
    bool held_off_ GANVAS_GUARDED_BY(mutex_) = false;
};

/// A guest's work in parts that together take at most `share` of the time while it lives. One thread.
class StepVisit {
public:
    StepVisit(StepBreaks& breaks, double share, std::stop_token stop);

    /// As StepBreaks::run, after a rest where the parts so far took more than their share.
    [[nodiscard]] bool run(const StepBreaks::Part& part);
    [[nodiscard]] double seconds() const { return seconds_; } ///< of all parts so far

private:
    using Clock = std::chrono::steady_clock;
    StepBreaks& breaks_;
    const double share_;
    const std::stop_token stop_;
    const Clock::time_point began_ = Clock::now();
    double seconds_ = 0;
};

} // namespace ganvas
