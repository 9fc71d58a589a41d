#include "engine/jobs/job_registry.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <stop_token>
#include <thread>
#include <utility>

#include "engine/core/caught.h"
#include "engine/core/thread_annotations.h"

namespace ganvas {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto shortest_wake_interval = std::chrono::milliseconds(50);

bool ended(JobPhase phase) { return phase != JobPhase::waiting && phase != JobPhase::running; }

double seconds_between(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
}

/// Best effort: a system that refuses leaves the worker at normal priority.
void lower_priority(int niceness) {
    if (niceness == 0) return;
    const int current = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
    (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), current + niceness);
}

struct Job {
    JobReport report;
    JobRegistry::Work work;
    std::stop_source stop;
    Clock::time_point started;
};

} // namespace

struct JobRegistry::State {
    JobOptions options;
    mutable Mutex mutex;
    std::condition_variable_any work_came;                          ///< waits with mutex
    mutable std::condition_variable_any job_ended;                  ///< waits with mutex
    std::deque<std::shared_ptr<Job>> jobs GANVAS_GUARDED_BY(mutex); ///< oldest first; what is in them too
    std::uint64_t next_id GANVAS_GUARDED_BY(mutex) = 1;
    Clock::time_point last_wake GANVAS_GUARDED_BY(mutex){};
    std::vector<std::jthread> workers; ///< last: joined before the rest goes

    [[nodiscard]] std::shared_ptr<Job> next_waiting() const GANVAS_REQUIRES(mutex) {
        for (const auto& job : jobs)
            if (job->report.phase == JobPhase::waiting) return job;
        return nullptr;
    }
    [[nodiscard]] std::size_t busy() const GANVAS_REQUIRES(mutex) {
        return static_cast<std::size_t>(std::count_if(
            jobs.begin(), jobs.end(), [](const auto& job) { return !ended(job->report.phase); }));
    }
    void wake() const {
        if (options.wake) options.wake();
    }

    /// The oldest ended ones leave the list.
    void forget_old() GANVAS_REQUIRES(mutex) {
        std::size_t excess = jobs.size() - busy();
        excess -= std::min(excess, options.kept);
        for (auto job = jobs.begin(); excess > 0 && job != jobs.end();) {
            if (ended((*job)->report.phase)) {
                job = jobs.erase(job);
                --excess;
            } else {
                ++job;
            }
        }
    }

    void report_progress(Job& job, double fraction, std::string_view text) {
        {
            MutexLock lock(mutex);
            job.report.fraction =
                fraction >= 0 ? std::min(fraction, 1.0) : 0.0; // a NaN shows as nothing done
            job.report.detail = text;
            const auto now = Clock::now();
            if (now - last_wake < shortest_wake_interval) return;
            last_wake = now;
        }
        wake();
    }

    Result<std::string> run(const std::shared_ptr<Job>& job) {
        Progress progress;
        progress.stop = job->stop.get_token();
        progress.on_report = [this, job](double fraction, std::string_view text) {
            report_progress(*job, fraction, text);
        };
        try {
            return job->work(progress);
        } catch (const std::exception& exception) {
            return error_of(exception, job->report.title);
        } catch (...) {
            return Error{ErrorCode::internal, "an unknown failure", job->report.title, ""};
        }
    }

    void finish(Job& job, Result<std::string> result) {
        // What the work captured is released outside the lock: its destructor may be long, or call back here.
        const Work released = std::exchange(job.work, nullptr);
        {
            MutexLock lock(mutex);
            JobReport& report = job.report;
            report.seconds = seconds_between(job.started, Clock::now());
            if (result.ok()) {
                report.phase = JobPhase::done;
                report.fraction = 1;
                report.result = result.take();
            } else if (result.error().code == ErrorCode::interrupted && job.stop.stop_requested()) {
                report.phase = JobPhase::cancelled;
            } else {
                report.phase = JobPhase::failed;
                report.result = result.error().line();
            }
            forget_old();
        }
        job_ended.notify_all();
        wake();
    }

    void work_until(std::stop_token stop) {
        lower_priority(options.niceness);
        if (options.on_worker_start) options.on_worker_start();
        while (true) {
            std::shared_ptr<Job> job;
            {
                MutexLock lock(mutex);
                work_came.wait(lock, stop,
                               [&]() GANVAS_REQUIRES(mutex) { return next_waiting() != nullptr; });
                if (stop.stop_requested()) return;
                job = next_waiting();
                job->report.phase = JobPhase::running;
                job->started = Clock::now();
            }
            wake();
            finish(*job, run(job));
        }
    }
};

JobRegistry::JobRegistry(JobOptions options) : state_(std::make_unique<State>()) {
    state_->options = std::move(options);
    const int threads = std::clamp(state_->options.threads, 1, 16);
    for (int i = 0; i < threads; ++i)
        state_->workers.emplace_back(
            [state = state_.get()](std::stop_token stop) { state->work_until(std::move(stop)); });
}

JobRegistry::~JobRegistry() {
    for (std::jthread& worker : state_->workers) worker.request_stop();
    cancel_all();
    state_->workers.clear(); // joins
}

std::uint64_t JobRegistry::submit(std::string title, Work work) {
    auto job = std::make_shared<Job>();
    job->report.title = std::move(title);
    job->work = std::move(work);
    std::uint64_t id = 0;
    {
        MutexLock lock(state_->mutex);
        id = job->report.id = state_->next_id++;
        state_->jobs.push_back(std::move(job));
    }
    state_->work_came.notify_one();
    return id;
}

bool JobRegistry::cancel(std::uint64_t id) {
    std::shared_ptr<Job> job;
    Work released;
    bool changed = false;
    {
        MutexLock lock(state_->mutex);
        for (const auto& candidate : state_->jobs)
            if (candidate->report.id == id && !ended(candidate->report.phase)) job = candidate;
        if (!job) return false;
        if (job->report.phase == JobPhase::waiting) {
            job->report.phase = JobPhase::cancelled;
            released = std::exchange(job->work, nullptr);
            changed = true;
            state_->forget_old();
        }
    }
    job->stop.request_stop(); // outside the lock: stop callbacks may call back here
    if (changed) {
        state_->job_ended.notify_all();
        state_->wake();
    }
    return true;
}

void JobRegistry::cancel_all() {
    for (const JobReport& report : reports())
        if (!ended(report.phase)) cancel(report.id);
}

std::vector<JobReport> JobRegistry::reports() const {
    MutexLock lock(state_->mutex);
    std::vector<JobReport> all;
    for (const auto& job : state_->jobs) {
        all.push_back(job->report);
        if (job->report.phase == JobPhase::running)
            all.back().seconds = seconds_between(job->started, Clock::now());
    }
    return all;
}

std::size_t JobRegistry::busy() const {
    MutexLock lock(state_->mutex);
    return state_->busy();
}

void JobRegistry::wait_idle() const {
    MutexLock lock(state_->mutex);
    state_->job_ended.wait(lock, [&]() GANVAS_REQUIRES(state_->mutex) { return state_->busy() == 0; });
}

} // namespace ganvas
