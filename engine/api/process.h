/// What main does first, before any memory is taken or thread started.
#pragma once

#include <string>

namespace ganvas {

/// Keeps large blocks in the heap (training then makes no page faults in its steady state); main thread, once, first.
void tune_process();

/// What the user should know of the process before it computes: a second OpenMP runtime. Empty: nothing.
[[nodiscard]] std::string process_warning();

} // namespace ganvas
