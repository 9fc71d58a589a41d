#include "engine/jobs/job_thread.h"

#include <utility>

namespace ganvas {

JobThread::JobThread(std::function<void()> on_done)
    : on_done_(std::move(on_done)), thread_([this](const std::stop_token& stop) { work(stop); }) {}

JobThread::~JobThread() {
    thread_.request_stop();
    thread_.join();
}

bool JobThread::start(Job job) {
    {
        MutexLock lock(mutex_);
        if (busy_) return false;
        busy_ = true;
        job_ = std::move(job);
    }
    changed_.notify_all();
    return true;
}

bool JobThread::busy() const {
    MutexLock lock(mutex_);
    return busy_;
}

void JobThread::wait() const {
    MutexLock lock(mutex_);
    changed_.wait(lock, [&]() GANVAS_REQUIRES(mutex_) { return !busy_; });
}

void JobThread::work(const std::stop_token& stop) {
    MutexLock lock(mutex_);
    while (true) {
        changed_.wait(lock, stop, [&]() GANVAS_REQUIRES(mutex_) { return job_ != nullptr; });
        Job job = std::exchange(job_, nullptr);
        if (!job) return; // the stop: a job that was started before it is still done
        lock.unlock();
        job();
        job = nullptr;
        lock.lock();
        busy_ = false;
        lock.unlock();
        changed_.notify_all();
        if (on_done_) on_done_();
        lock.lock();
    }
}

} // namespace ganvas
