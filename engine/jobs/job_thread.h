/// JobThread: a thread of its own for one job at a time, for work that must not queue up behind itself.
///
/// One owner thread calls every member; jobs run on the thread that this owns, and must not throw. A second job is refused
/// while one runs: its owner knows whether it waits, comes later or is not needed any more. What a job held is released
/// before it counts as done, so what the owner lent it may be used again. The destructor waits for the job.
#pragma once

#include <condition_variable>
#include <functional>
#include <stop_token>
#include <thread>

#include "engine/core/thread_annotations.h"

namespace ganvas {

class JobThread {
public:
    using Job = std::function<void()>;

    /// `on_done` is called on the job's thread after each job.
    explicit JobThread(std::function<void()> on_done = {});
    ~JobThread();
    JobThread(const JobThread&) = delete;
    JobThread& operator=(const JobThread&) = delete;

    /// False while a job runs: then nothing was done.
    [[nodiscard]] bool start(Job job);
    [[nodiscard]] bool busy() const;
    /// Until no job runs.
    void wait() const;

private:
    void work(const std::stop_token& stop);

    const std::function<void()> on_done_;
    mutable Mutex mutex_;
    mutable std::condition_variable_any changed_; ///< waits with mutex_
    Job job_ GANVAS_GUARDED_BY(mutex_);           ///< not begun yet
    bool busy_ GANVAS_GUARDED_BY(mutex_) = false;
    std::jthread thread_; ///< last: joined before the rest goes
};

} // namespace ganvas
