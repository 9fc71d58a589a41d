/// LibTorch's helper threads, for loops of our own.
///
/// at::parallel_for is a template: in code that is compiled without OpenMP, as this project's is, it is a plain loop.
/// These two make the call that a compiler makes of `omp parallel`, in the OpenMP runtime that LibTorch brought, so that
/// the threads which its kernels use are used here too (a second team would compete with them for the processors).
/// Where LibTorch brings no GNU OpenMP both do all of the work on the calling thread.
#pragma once

#include <cstdint>
#include <functional>

namespace ganvas {

/// Runs `work` once on the calling thread and once on each helper thread that LibTorch has for it
/// (at::set_num_threads), starting those that are not there yet. `work` must not throw.
void on_each_thread(const std::function<void()>& work);

/// Covers 0 … count - 1 with consecutive parts [begin, end), one for each thread; `work` runs on several threads at
/// once. Inside another such call it is one part. The first exception of a part is thrown again here.
void parallel_parts(std::int64_t count,
                    const std::function<void(std::int64_t begin, std::int64_t end)>& work);

} // namespace ganvas
