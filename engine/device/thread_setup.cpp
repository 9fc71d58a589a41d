#include "engine/device/thread_setup.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <malloc.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <limits>
#include <mutex>
#include <thread>

#include "engine/core/processors.h"
#include "models/parallel.h"

namespace ganvas {

void tune_allocator() {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
    mallopt(M_TOP_PAD, 64 << 20);
    // Training has a thread of its own, and glibc would give it an arena of heaps of at most 64 MB: what is larger than
    // one would be mapped and unmapped in every step, whatever the thresholds say.
    mallopt(M_ARENA_MAX, 1);
#endif
}

void prepare_worker_thread(int threads, bool flush_denormals) {
    const int all = usable_processors();
    // The first question on a thread takes over whatever another thread has set last, and later than here it would undo
    // what is set now.
    (void)at::get_num_threads();
    at::set_num_threads(threads > 0 ? threads : all);
    at::globalContext().setFlushDenormal(flush_denormals);
}

void on_all_processors(const std::function<void()>& work) {
    std::exception_ptr thrown;
    std::thread([&] {
        prepare_worker_thread(0);
        try {
            work();
        } catch (...) {
            thrown = std::current_exception();
        }
    }).join();
    if (thrown) std::rethrow_exception(thrown);
}

bool set_thread_niceness(int niceness) {
    const auto thread = static_cast<id_t>(syscall(SYS_gettid));
    return setpriority(PRIO_PROCESS, thread, niceness) == 0;
}

std::vector<int> thread_team() {
    std::mutex mutex;
    std::vector<int> threads;
    on_each_thread([&] {
        std::lock_guard lock(mutex);
        threads.push_back(static_cast<int>(syscall(SYS_gettid)));
    });
    std::sort(threads.begin(), threads.end());
    return threads;
}

bool set_niceness(std::span<const int> threads, int niceness) {
    bool all = true;
    for (const int thread : threads)
        if (setpriority(PRIO_PROCESS, static_cast<id_t>(thread), niceness) != 0) all = false;
    return all;
}

bool may_return_to_niceness(int niceness) {
    if (geteuid() == 0) return true;
    rlimit limit{};
    return getrlimit(RLIMIT_NICE, &limit) == 0 && std::int64_t(limit.rlim_cur) >= 20 - niceness;
}

} // namespace ganvas
