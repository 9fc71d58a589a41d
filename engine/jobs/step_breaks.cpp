#include "engine/jobs/step_breaks.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "engine/core/elapsed.h"

namespace ganvas {

void StepBreaks::open() {
    MutexLock lock(mutex_);
    open_ = true;
}

void StepBreaks::close() {
    MutexLock lock(mutex_);
    open_ = false;
    changed_.notify_all();
}

void StepBreaks::serve() {
    if (!asked_) return;
    MutexLock lock(mutex_);
    if (place_ != Place::waiting || held_off_) return;
    place_ = Place::under_way;
    const Part* part = part_;
    lock.unlock();
    std::exception_ptr thrown;
    try {
        (*part)();
    } catch (...) {
        thrown = std::current_exception();
    }
    lock.lock();
    asked_ = false;
    thrown_ = thrown;
    place_ = Place::done;
    changed_.notify_all();
}

bool StepBreaks::run(const Part& part, const std::stop_token& stop) {
    const std::stop_callback wake(stop, [this] {
        MutexLock lock(mutex_);
        changed_.notify_all();
    });
    MutexLock lock(mutex_);
    part_ = &part;
    place_ = Place::waiting;
    asked_ = true;
    while (place_ == Place::under_way
           || (place_ == Place::waiting && !stop.stop_requested() && (open_ || held_off_)))
        changed_.wait(lock);
    const bool done = std::exchange(place_, Place::none) == Place::done;
    part_ = nullptr;
    asked_ = false;
    const std::exception_ptr thrown = std::exchange(thrown_, nullptr);
    lock.unlock();
    if (thrown) std::rethrow_exception(thrown);
    if (done) return true;
    if (stop.stop_requested()) return false;
    part(); // nobody makes steps
    return true;
}

void StepBreaks::hold_off(bool wanted) {
    MutexLock lock(mutex_);
    held_off_ = wanted;
    changed_.notify_all();
}

StepVisit::StepVisit(StepBreaks& breaks, double share, std::stop_token stop)
    : breaks_(breaks), share_(std::clamp(share, 0.01, 1.0)), stop_(std::move(stop)) {}

bool StepVisit::run(const StepBreaks::Part& part) {
    const double rest = seconds_ / share_ - seconds_since(began_);
    if (rest > 0) {
        std::mutex mutex;
        std::condition_variable_any stopped;
        std::unique_lock lock(mutex);
        (void)stopped.wait_for(lock, stop_, std::chrono::duration<double>(rest), [] { return false; });
    }
    return breaks_.run(
        [&] {
            const auto begin = Clock::now();
            part();
            seconds_ += seconds_since(begin);
        },
        stop_);
}

} // namespace ganvas
