/// Whether an exception says that memory did not suffice, the processor's or the GPU's.
#pragma once

#include <exception>

namespace ganvas {

/// bad_alloc, or what torch throws in its place. Any thread.
[[nodiscard]] bool ran_out_of_memory(const std::exception& caught);

} // namespace ganvas
