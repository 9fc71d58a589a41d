/// A few threads that run tasks from a bounded queue, for decoding.
///
/// One thread puts and waits; the tasks run on the pool's own threads, which it owns and joins. Tasks must not throw.
/// Destroying the pool drops what is still queued and waits for what runs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "engine/core/thread_annotations.h"

namespace ganvas {

class TaskPool {
public:
    using Task = std::function<void()>;

    /// At most `most_tasks` wait in the queue, and no more than about `most_cost` bytes with them.
    TaskPool(int threads, std::size_t most_tasks, std::size_t most_cost);
    ~TaskPool();
    TaskPool(const TaskPool&) = delete;
    TaskPool& operator=(const TaskPool&) = delete;

    /// Waits while the queue is full.
    void put(std::size_t cost, Task task);
    /// True once nothing is queued or running; waits for that at most `time`.
    [[nodiscard]] bool wait_idle(std::chrono::milliseconds time);

private:
    struct Waiting {
        std::size_t cost;
        Task task;
    };
    void work(const std::stop_token& stop);

    const std::size_t most_tasks_;
    const std::size_t most_cost_;
    Mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Waiting> queue_ GANVAS_GUARDED_BY(mutex_);
    std::size_t queued_cost_ GANVAS_GUARDED_BY(mutex_) = 0; ///< of queued and running tasks
    int running_ GANVAS_GUARDED_BY(mutex_) = 0;
    std::vector<std::jthread> threads_; ///< last: joined before the rest goes
};

/// One thread a core, at least two.
[[nodiscard]] int decoding_threads();

} // namespace ganvas
