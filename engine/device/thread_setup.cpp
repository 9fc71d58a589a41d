#include "engine/device/thread_setup.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <malloc.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <thread>

namespace ganvas {

void tune_allocator() {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
    mallopt(M_TOP_PAD, 64 << 20);
#endif
}

void prepare_worker_thread(int threads, bool flush_denormals) {
    const int all = int(std::max(1u, std::thread::hardware_concurrency()));
    at::set_num_threads(threads > 0 ? threads : all);
    at::globalContext().setFlushDenormal(flush_denormals);
}

bool set_thread_niceness(int niceness) {
    const auto thread = static_cast<id_t>(syscall(SYS_gettid));
    return setpriority(PRIO_PROCESS, thread, niceness) == 0;
}

bool set_team_niceness(int niceness) {
    std::atomic<bool> all = set_thread_niceness(niceness);
    at::parallel_for(0, at::get_num_threads(), 1, [&](std::int64_t, std::int64_t) {
        if (!set_thread_niceness(niceness)) all = false;
    });
    return all;
}

bool may_return_to_niceness(int niceness) {
    if (geteuid() == 0) return true;
    rlimit limit{};
    return getrlimit(RLIMIT_NICE, &limit) == 0 && std::int64_t(limit.rlim_cur) >= 20 - niceness;
}

} // namespace ganvas
