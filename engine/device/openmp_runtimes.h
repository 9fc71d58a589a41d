/// Which OpenMP runtimes this process has loaded. Any thread.
///
/// LibTorch brings its own. A second one (of a BLAS that a system library pulled in, of LD_PRELOAD) has threads of its own
/// that compete for the same processors, and on_each_thread (models/parallel.h) may reach the wrong team.
#pragma once

#include <string>
#include <vector>

namespace ganvas {

/// Paths of the loaded libraries whose names are those of GNU's, LLVM's or Intel's runtime.
[[nodiscard]] std::vector<std::string> openmp_runtimes();

/// What the user should know of them; empty where there is one, or none.
[[nodiscard]] std::string warning_of(const std::vector<std::string>& runtimes);

} // namespace ganvas
