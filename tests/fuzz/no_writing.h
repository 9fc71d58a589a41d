/// From here on the kernel refuses the calling thread everything that a reader has no business with.
///
/// For good, and for the threads it starts: opening for writing, making, renaming and removing files,
/// starting programs. Whoever tries dies of it with a line on stderr. Only where the system has seccomp for
/// this processor (x86-64, arm64); elsewhere false is returned and nothing is refused.
#pragma once

namespace ganvas::fuzz {

[[nodiscard]] bool forbid_writing();

} // namespace ganvas::fuzz
