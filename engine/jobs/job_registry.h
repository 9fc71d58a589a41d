/// JobRegistry: long tasks on a few background threads, with progress, cancel and a list that can be shown.
///
/// Any thread may call any member; none waits for a job, except the destructor, which asks every job to stop
/// and joins. Work runs at low priority, gets a Progress to report to and to hear the stop from, and returns
/// a line for the list (a path, a figure) or an Error. An exception is caught here and becomes the job's
/// failure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/progress.h"
#include "engine/core/result.h"

namespace ganvas {

enum class JobPhase { waiting, running, done, failed, cancelled };

/// One line of the list; api's JobStatus mirrors it.
struct JobReport {
    std::uint64_t id = 0;
    std::string title;   ///< "Measuring Fréchet distance"
    std::string detail;  ///< what it is doing now
    double fraction = 0; ///< 0..1
    double seconds = 0;  ///< since it started, or what it took
    JobPhase phase = JobPhase::waiting;
    std::string result; ///< what the work returned when done; the error's line when failed
};

struct JobOptions {
    int threads = 1;                            ///< 1–16
    int niceness = 10;                          ///< of the workers (Linux: per thread); 0 leaves alone
    std::function<void()> on_worker_start = {}; ///< on each worker, before its first job
    std::size_t kept = 64;                      ///< ended jobs that stay in the list
    std::function<void()> wake =
        {}; ///< called on workers when the list changed, progress at most 20 times a second
};

class JobRegistry {
public:
    using Work = std::function<Result<std::string>(const Progress&)>;

    explicit JobRegistry(JobOptions options = {});
    ~JobRegistry();
    JobRegistry(const JobRegistry&) = delete;
    JobRegistry& operator=(const JobRegistry&) = delete;

    /// Ids count from 1. Jobs start in the order in which they came.
    std::uint64_t submit(std::string title, Work work);
    /// A waiting job never starts; a running one is asked to stop. False when it has ended or never was.
    bool cancel(std::uint64_t id);
    void cancel_all();
    /// Oldest first.
    [[nodiscard]] std::vector<JobReport> reports() const;
    /// Waiting and running ones.
    [[nodiscard]] std::size_t busy() const;
    /// Waits until nothing is waiting or running: for programs that exit after their work, and for tests.
    void wait_idle() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace ganvas
