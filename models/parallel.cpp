#include "models/parallel.h"

#include <ATen/Parallel.h>

#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

namespace ganvas {

void on_each_thread(const std::function<void()>& work) {
    using Parallel = void (*)(void (*)(void*), void*, unsigned threads, unsigned flags);
    static const auto parallel = reinterpret_cast<Parallel>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
    if (!parallel) {
        work();
        return;
    }
    auto* whole = const_cast<std::function<void()>*>(&work);
    const unsigned as_set = 0; // as many threads as at::set_num_threads asked for
    parallel([](void* data) { (*static_cast<std::function<void()>*>(data))(); }, whole, as_set, 0);
}

void parallel_parts(std::int64_t count,
                    const std::function<void(std::int64_t begin, std::int64_t end)>& work) {
    if (count <= 0) return;
    const std::int64_t parts =
        at::in_parallel_region() ? 1 : std::min<std::int64_t>(count, at::get_num_threads());
    if (parts <= 1) {
        work(0, count);
        return;
    }
    std::atomic<std::int64_t> next{0};
    std::mutex mutex;
    std::exception_ptr first;
    on_each_thread(
        [&] { // a thread takes parts until none is left, so that fewer threads than asked for do them all
            for (std::int64_t part = next++; part < parts; part = next++) {
                try {
                    work(part * count / parts, (part + 1) * count / parts);
                } catch (...) {
                    std::lock_guard lock(mutex);
                    if (!first) first = std::current_exception();
                }
            }
        });
    if (first) std::rethrow_exception(first);
}

} // namespace ganvas
