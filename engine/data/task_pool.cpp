#include "engine/data/task_pool.h"

#include <algorithm>

#include "engine/core/processors.h"

namespace ganvas {

TaskPool::TaskPool(int threads, std::size_t most_tasks, std::size_t most_cost)
    : most_tasks_(std::max<std::size_t>(1, most_tasks)), most_cost_(most_cost) {
    for (int i = 0; i < std::max(1, threads); ++i)
        threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

TaskPool::~TaskPool() {
    for (auto& thread : threads_) thread.request_stop();
    threads_.clear();
}

void TaskPool::put(std::size_t cost, Task task) {
    MutexLock lock(mutex_);
    changed_.wait(lock, [&]() GANVAS_REQUIRES(mutex_) {
        // One task always gets in, however costly.
        return queue_.size() < most_tasks_ && (queued_cost_ == 0 || queued_cost_ + cost <= most_cost_);
    });
    queued_cost_ += cost;
    queue_.push_back({cost, std::move(task)});
    lock.unlock();
    changed_.notify_all();
}

bool TaskPool::wait_idle(std::chrono::milliseconds time) {
    MutexLock lock(mutex_);
    return changed_.wait_for(lock, time,
                             [&]() GANVAS_REQUIRES(mutex_) { return queue_.empty() && running_ == 0; });
}

void TaskPool::work(const std::stop_token& stop) {
    MutexLock lock(mutex_);
    while (true) {
        if (!changed_.wait(lock, stop, [&]() GANVAS_REQUIRES(mutex_) { return !queue_.empty(); })) return;
        if (stop.stop_requested()) return;
        Waiting next = std::move(queue_.front());
        queue_.pop_front();
        ++running_;
        lock.unlock();
        changed_.notify_all();
        next.task();
        next.task = nullptr; // what it held goes before its cost does
        lock.lock();
        --running_;
        queued_cost_ -= next.cost;
        changed_.notify_all();
    }
}

int decoding_threads() { return std::max(2, usable_processors()); }

} // namespace ganvas
