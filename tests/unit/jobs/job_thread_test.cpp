// One job at a time on a thread of its own: refused while one runs, waited for, released before it counts as done.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <thread>

#include "engine/jobs/job_thread.h"

using namespace ganvas;

TEST_CASE("a second job is refused while one runs, and comes after it") {
    JobThread thread;
    CHECK_FALSE(thread.busy());
    thread.wait(); // for nothing
    std::promise<void> begun, go_on;
    std::atomic<int> done = 0;
    REQUIRE(thread.start([&] {
        begun.set_value();
        go_on.get_future().wait();
        ++done;
    }));
    begun.get_future().wait();
    CHECK(thread.busy());
    CHECK_FALSE(thread.start([&] { done = 100; }));
    go_on.set_value();
    thread.wait();
    CHECK_FALSE(thread.busy());
    CHECK(done == 1);
    REQUIRE(thread.start([&] { ++done; }));
    thread.wait();
    CHECK(done == 2);
}

TEST_CASE("what a job held is its owner's alone once it is done, and the owner is called") {
    std::atomic<int> calls = 0;
    auto lent = std::make_shared<int>(7);
    std::thread::id where;
    {
        JobThread thread([&] { ++calls; });
        for (int round = 1; round <= 100; ++round) {
            REQUIRE(thread.start([lent, &where] { where = std::this_thread::get_id(); }));
            thread.wait();
            REQUIRE(lent.use_count() == 1);
        }
        CHECK(where != std::this_thread::get_id());
    }
    CHECK(calls == 100);
}

TEST_CASE("the destructor waits for a job, also for one that has not begun") {
    for (int round = 0; round < 50; ++round) {
        std::atomic<bool> done = false;
        {
            JobThread thread;
            REQUIRE(thread.start([&] {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
                done = true;
            }));
        }
        REQUIRE(done);
    }
}
