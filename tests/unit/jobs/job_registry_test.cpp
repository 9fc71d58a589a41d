// Jobs: order, progress, cancel, failures, exceptions, and an end that never hangs.
#include <doctest/doctest.h>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "engine/jobs/job_registry.h"

using namespace ganvas;

namespace {

/// Work that says it has begun and then runs until it is asked to stop.
JobRegistry::Work endless(std::promise<void>& begun) {
    return [&begun](const Progress& progress) -> Result<std::string> {
        begun.set_value();
        while (!progress.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return Error{ErrorCode::interrupted, "interrupted", "", ""};
    };
}

} // namespace

TEST_CASE("jobs run in order and leave their results in the list") {
    std::mutex mutex;
    std::vector<int> order;
    std::atomic<int> wakes = 0;
    JobOptions options;
    options.wake = [&] { ++wakes; };
    JobRegistry jobs(options);
    for (int i = 0; i < 5; ++i)
        jobs.submit("job " + std::to_string(i), [&, i](const Progress& progress) -> Result<std::string> {
            progress.report(0.5, "half way");
            std::lock_guard lock(mutex);
            order.push_back(i);
            return "result " + std::to_string(i);
        });
    jobs.wait_idle();
    CHECK(order == std::vector<int>{0, 1, 2, 3, 4});
    const auto reports = jobs.reports();
    REQUIRE(reports.size() == 5);
    for (int i = 0; i < 5; ++i) {
        CHECK(reports[i].id == static_cast<std::uint64_t>(i + 1));
        CHECK(reports[i].phase == JobPhase::done);
        CHECK(reports[i].fraction == 1.0);
        CHECK(reports[i].detail == "half way");
        CHECK(reports[i].result == "result " + std::to_string(i));
    }
    CHECK(jobs.busy() == 0);
    CHECK(wakes >= 5);
}

TEST_CASE("errors and exceptions become readable failures and the worker lives on") {
    JobRegistry jobs;
    jobs.submit("bad", [](const Progress&) -> Result<std::string> {
        return Error{ErrorCode::bad_data, "nothing readable", "folder", "open another"};
    });
    jobs.submit("throws",
                [](const Progress&) -> Result<std::string> { throw std::runtime_error("tensor trouble"); });
    jobs.submit("throws oddly", [](const Progress&) -> Result<std::string> { throw 7; });
    jobs.submit("too large", [](const Progress&) -> Result<std::string> { throw std::bad_alloc(); });
    jobs.submit("too large for torch", [](const Progress&) -> Result<std::string> {
        throw std::runtime_error(
            "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory: you "
            "tried to allocate 4000000000000 bytes.\nException raised from alloc (a stack)");
    });
    jobs.submit("a stack", [](const Progress&) -> Result<std::string> {
        throw std::runtime_error("sizes differ\nException raised from check_sizes (a stack)");
    });
    jobs.submit("good", [](const Progress&) -> Result<std::string> { return std::string("fine"); });
    jobs.wait_idle();
    const auto reports = jobs.reports();
    REQUIRE(reports.size() == 7);
    CHECK(reports[0].phase == JobPhase::failed);
    CHECK(reports[0].result == "nothing readable (folder): open another");
    CHECK(reports[1].phase == JobPhase::failed);
    CHECK(reports[1].result.find("tensor trouble") != std::string::npos);
    CHECK(reports[2].phase == JobPhase::failed);
    for (const int k : {3, 4}) {
        CHECK(reports[k].phase == JobPhase::failed);
        CHECK(reports[k].result.starts_with("the memory ran out ("));
        CHECK(reports[k].result.find("fewer or smaller pictures") != std::string::npos);
    }
    CHECK(reports[5].result == "sizes differ (a stack)");
    CHECK(reports[6].phase == JobPhase::done);
}

TEST_CASE("cancel stops a running job and keeps a waiting one from starting") {
    JobRegistry jobs;
    std::promise<void> begun;
    std::atomic<bool> second_ran = false;
    const auto first = jobs.submit("first", endless(begun));
    const auto second = jobs.submit("second", [&](const Progress&) -> Result<std::string> {
        second_ran = true;
        return std::string();
    });
    begun.get_future().wait();
    CHECK(jobs.busy() == 2);
    CHECK(jobs.reports()[0].phase == JobPhase::running);
    CHECK(jobs.cancel(second));
    CHECK(jobs.reports()[1].phase == JobPhase::cancelled);
    CHECK(jobs.cancel(first));
    jobs.wait_idle();
    CHECK(jobs.reports()[0].phase == JobPhase::cancelled);
    CHECK_FALSE(second_ran);
    CHECK_FALSE(jobs.cancel(first));
    CHECK_FALSE(jobs.cancel(99));
}

TEST_CASE("an interrupted error nobody asked for is a failure") {
    JobRegistry jobs;
    jobs.submit("odd", [](const Progress&) -> Result<std::string> {
        return Error{ErrorCode::interrupted, "interrupted", "", ""};
    });
    jobs.wait_idle();
    CHECK(jobs.reports()[0].phase == JobPhase::failed);
}

TEST_CASE("the destructor stops what runs, drops what waits and joins") {
    std::promise<void> begun;
    std::atomic<bool> late = false;
    const auto start = std::chrono::steady_clock::now();
    {
        JobRegistry jobs;
        jobs.submit("endless", endless(begun));
        jobs.submit("late", [&](const Progress&) -> Result<std::string> {
            late = true;
            return std::string();
        });
        begun.get_future().wait();
    }
    CHECK_FALSE(late);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE("two threads work at the same time, at low priority") {
    JobOptions options;
    options.threads = 2;
    options.niceness = 5;
    JobRegistry jobs(options);
    const int usual = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
    std::atomic<int> inside = 0;
    std::atomic<int> niceness = 0;
    std::atomic<bool> met = false;
    const auto meet = [&](const Progress& progress) -> Result<std::string> {
        ++inside;
        niceness = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
        for (int i = 0; i < 5000 && inside < 2 && !progress.stop_requested(); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        if (inside == 2) met = true;
        return std::string();
    };
    jobs.submit("one", meet);
    jobs.submit("two", meet);
    jobs.wait_idle();
    CHECK(met);
    CHECK(niceness == std::min(usual + 5, 19));
    CHECK(::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())) == usual);
}

TEST_CASE("the list forgets the oldest ended jobs and progress wakes are thinned out") {
    std::atomic<int> wakes = 0;
    JobOptions options;
    options.kept = 3;
    options.wake = [&] { ++wakes; };
    JobRegistry jobs(options);
    jobs.submit("chatty", [](const Progress& progress) -> Result<std::string> {
        for (int i = 0; i < 10000; ++i) progress.report(i / 10000.0, "working");
        return std::string();
    });
    jobs.wait_idle();
    CHECK(wakes < 1000);
    for (int i = 0; i < 10; ++i)
        jobs.submit("n", [](const Progress&) -> Result<std::string> { return std::string(); });
    jobs.wait_idle();
    const auto reports = jobs.reports();
    REQUIRE(reports.size() == 3);
    CHECK(reports.back().id == 11);
}

TEST_CASE("a job may submit and cancel others") {
    JobRegistry jobs;
    jobs.submit("parent", [&](const Progress&) -> Result<std::string> {
        const auto child =
            jobs.submit("child", [](const Progress&) -> Result<std::string> { return std::string(); });
        jobs.cancel(child);
        jobs.submit("other", [](const Progress&) -> Result<std::string> { return std::string("done"); });
        return std::string();
    });
    jobs.wait_idle();
    const auto reports = jobs.reports();
    REQUIRE(reports.size() == 3);
    CHECK(reports[1].phase == JobPhase::cancelled);
    CHECK(reports[2].result == "done");
}
