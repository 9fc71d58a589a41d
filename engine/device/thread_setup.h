/// What every worker thread sets for itself, and what main sets once for the process.
///
/// LibTorch's thread count, denormal flushing and niceness are properties of one thread; call these on it, first.
#pragma once

#include <functional>
#include <span>
#include <vector>

namespace ganvas {

/// First line of main: keeps big blocks in the heap, so that the steady state of training makes no page faults
/// (a step allocates and frees the same sizes again and again), on any thread.
void tune_allocator();

/// On a worker thread: `threads` for LibTorch's kernels called from it (0: all processors), denormals to zero.
void prepare_worker_thread(int threads, bool flush_denormals = true);

/// Runs `work` on a thread of its own that has all processors for LibTorch's kernels, and waits; what it throws is thrown
/// here. Its helpers end with it. That matters beside training: while more helpers live than there are processors, GNU
/// OpenMP lets every thread of the process sleep at each barrier at once instead of spinning, which takes a quarter of the
/// speed of a small network. So no other thread that stays has helpers.
void on_all_processors(const std::function<void()>& work);

/// Priority of the calling thread, 0 (normal) … 19 (last); threads that it starts later inherit it. False when the
/// system refuses: going back to a smaller number needs a right that an ordinary user does not have.
bool set_thread_niceness(int niceness);

/// The calling thread and LibTorch's helper threads that work for it, by the system's numbers; the helpers are started
/// when they are not there yet. The calling thread alone where LibTorch brings no GNU OpenMP.
[[nodiscard]] std::vector<int> thread_team();

/// Priority of those threads; any thread of the process may call it, while they live.
bool set_niceness(std::span<const int> threads, int niceness);

/// Whether this process may go back from a larger niceness to `niceness`.
[[nodiscard]] bool may_return_to_niceness(int niceness);

} // namespace ganvas
