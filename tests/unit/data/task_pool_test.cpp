#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>

#include "engine/data/task_pool.h"

using namespace ganvas;

TEST_CASE("every task runs once, however small the queue") {
    std::vector<std::atomic<int>> runs(500);
    {
        TaskPool pool(3, 2, 100);
        for (auto& run : runs) pool.put(60, [&run] { ++run; });
        while (!pool.wait_idle(std::chrono::milliseconds(100))) {
        }
    }
    for (const auto& run : runs) CHECK(run == 1);
}

TEST_CASE("costly tasks do not run beside each other, and one that is too costly still runs") {
    std::atomic<int> now = 0, most = 0, done = 0;
    TaskPool pool(4, 64, 100);
    for (int i = 0; i < 12; ++i)
        pool.put(i % 3 == 0 ? 1000 : 90, [&] {
            most = std::max(most.load(), ++now);
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            --now;
            ++done;
        });
    while (!pool.wait_idle(std::chrono::milliseconds(100))) {
    }
    CHECK(done == 12);
    CHECK(most == 1);
}

TEST_CASE("a pool that goes drops what waits and finishes what runs") {
    std::atomic<int> started = 0, finished = 0;
    {
        TaskPool pool(2, 100, 0);
        for (int i = 0; i < 50; ++i)
            pool.put(0, [&] {
                ++started;
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
                ++finished;
            });
    }
    CHECK(started == finished);
    CHECK(started < 50);
}
