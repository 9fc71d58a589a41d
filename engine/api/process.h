/// What main does first, before any memory is taken or thread started.
#pragma once

namespace ganvas {

/// Keeps large blocks in the heap (training then makes no page faults in its steady state); main thread, once, first.
void tune_process();

} // namespace ganvas
