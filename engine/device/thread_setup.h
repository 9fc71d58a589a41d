/// What every worker thread sets for itself, and what main sets once for the process.
///
/// LibTorch's thread count, denormal flushing and niceness are properties of one thread; call these on it, first.
#pragma once

namespace ganvas {

/// First line of main: keeps big blocks in the heap, so that the steady state of training makes no page faults
/// (a step allocates and frees the same sizes again and again).
void tune_allocator();

/// On a worker thread: `threads` for LibTorch's kernels called from it (0: all processors), denormals to zero.
void prepare_worker_thread(int threads, bool flush_denormals = true);

/// Priority of the calling thread, 0 (normal) … 19 (last). Also reaches the OpenMP helpers that were started from it
/// only when it is called before them. False when the system refuses (lowering the number needs a right).
bool set_thread_niceness(int niceness);

}  // namespace ganvas
