/// The command line: parses, calls engine/api, prints text or JSON, returns the exit code of the contract.
///
/// Called once from main's thread. The window's programs are passed in, so that this library needs no graphics.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "engine/api/bench.h"
#include "engine/core/result.h"

namespace ganvas {

struct WindowRequest {
    std::string run; ///< run folder or checkpoint; empty: the shipped faces
    bool start = false;
    double exit_after = 0;  ///< seconds; 0: until closed
    std::string screenshot; ///< PNG written before the exit
    int width = 0, height = 0;
    std::string device = "auto";
    std::stop_token stop; ///< an interrupt: the window closes, which saves
};

struct WindowPrograms {
    std::function<Result<void>(const WindowRequest&)> run;
    std::function<Result<BenchReport>(const Progress&)> bench;
};

/// 0 done, 1 failed, 2 usage, 130 interrupted.
[[nodiscard]] int run_command_line(int argc, const char* const* argv, const WindowPrograms& window);

} // namespace ganvas
