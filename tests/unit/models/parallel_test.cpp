#include "models/parallel.h"

#include <ATen/Parallel.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace ganvas;

namespace {

/// On a thread of its own: the number of LibTorch's threads belongs to the thread that sets it.
template <class Work>
void with_threads(int threads, Work work) {
    std::thread([&] {
        at::set_num_threads(threads);
        work();
    }).join();
}

} // namespace

TEST_CASE("parts cover everything once, whatever the number of threads") {
    for (const int threads : {1, 2, 3})
        for (const std::int64_t count : {0, 1, 2, 3, 64, 1001})
            with_threads(threads, [&] {
                std::vector<std::atomic<int>> visits(static_cast<std::size_t>(count));
                std::atomic<int> calls{0};
                parallel_parts(count, [&](std::int64_t begin, std::int64_t end) {
                    ++calls;
                    for (std::int64_t n = begin; n < end; ++n) ++visits[static_cast<std::size_t>(n)];
                });
                for (const auto& visited : visits) CHECK(visited == 1);
                CHECK(calls == std::min<std::int64_t>(count, threads));
            });
}

TEST_CASE("two threads work at once, and they are the two that LibTorch's kernels use") {
    with_threads(2, [] {
        std::mutex mutex;
        std::set<std::thread::id> team, workers;
        on_each_thread([&] {
            std::lock_guard lock(mutex);
            team.insert(std::this_thread::get_id());
        });
        CHECK(team.size() == 2);
        CHECK(team.contains(std::this_thread::get_id()));
        std::atomic<int> arrived{0};
        bool met = true;
        parallel_parts(2, [&](std::int64_t, std::int64_t) {
            ++arrived;
            const auto began = std::chrono::steady_clock::now();
            while (arrived < 2 && std::chrono::steady_clock::now() - began < std::chrono::seconds(20))
                std::this_thread::yield();
            std::lock_guard lock(mutex);
            met = met && arrived == 2;
            workers.insert(std::this_thread::get_id());
        });
        CHECK(met);
        CHECK(workers == team);
    });
}

TEST_CASE("a part that throws is told of once all have ended, and a call inside another is one part") {
    with_threads(2, [] {
        CHECK_THROWS_WITH_AS(parallel_parts(64,
                                            [](std::int64_t begin, std::int64_t) {
                                                if (begin > 0) throw std::runtime_error("the second half");
                                            }),
                             "the second half", std::runtime_error);
        std::atomic<int> inner{0};
        parallel_parts(2, [&](std::int64_t, std::int64_t) {
            parallel_parts(10, [&](std::int64_t begin, std::int64_t end) {
                CHECK(begin == 0);
                CHECK(end == 10);
                ++inner;
            });
        });
        CHECK(inner == 2);
    });
}
