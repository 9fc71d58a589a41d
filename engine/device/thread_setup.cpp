#include "engine/device/thread_setup.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <dlfcn.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <mutex>

#include "engine/core/processors.h"

namespace ganvas {

void tune_allocator() {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
    mallopt(M_TOP_PAD, 64 << 20);
#endif
}

void prepare_worker_thread(int threads, bool flush_denormals) {
    const int all = usable_processors();
    at::set_num_threads(threads > 0 ? threads : all);
    at::globalContext().setFlushDenormal(flush_denormals);
}

bool set_thread_niceness(int niceness) {
    const auto thread = static_cast<id_t>(syscall(SYS_gettid));
    return setpriority(PRIO_PROCESS, thread, niceness) == 0;
}

std::vector<int> thread_team() {
    struct Found {
        std::mutex mutex;
        std::vector<int> threads;
    } found;
    const auto note = [](void* data) {
        auto& to = *static_cast<Found*>(data);
        std::lock_guard lock(to.mutex);
        to.threads.push_back(static_cast<int>(syscall(SYS_gettid)));
    };
    // This project is compiled without OpenMP, so that at::parallel_for would be a plain loop here. This is the call that
    // the compiler makes of `omp parallel`, in the runtime that LibTorch brought; 0: as many threads as were set.
    using Parallel = void (*)(void (*)(void*), void*, unsigned threads, unsigned flags);
    static const auto parallel = reinterpret_cast<Parallel>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
    if (parallel)
        parallel(note, &found, 0, 0);
    else
        note(&found);
    std::sort(found.threads.begin(), found.threads.end());
    return found.threads;
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
