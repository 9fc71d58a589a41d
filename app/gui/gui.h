/// The window as one function: opens it, runs it until it is closed, saves what it remembers.
///
/// Call on main's thread. Errors (one line each): no display, no OpenGL 3.3, missing fonts or shaders, a session that
/// cannot be made, a screenshot that cannot be written. Closing while training asks nothing: the session saves.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "engine/api/bench.h"
#include "engine/api/session.h"

namespace ganvas {

struct GuiOptions {
    std::string run;           ///< run folder or checkpoint; empty: the shipped faces
    bool start = false;        ///< train the defaults at once
    double exit_after = 0;     ///< seconds; 0: until closed
    std::string screenshot;    ///< PNG of the last frame, written before the exit
    int width = 0, height = 0; ///< 0: as it was left, else 1280 x 800 at the monitor's scale
    std::string device = "auto";
    std::stop_token stop; ///< closes the window as its own button does
};

using SessionMaker = std::function<Result<std::unique_ptr<Session>>(SessionOptions)>;

/// The exit code (0).
[[nodiscard]] Result<int> run_gui(const GuiOptions& options);
/// The same with another engine behind it.
[[nodiscard]] Result<int> run_gui(const GuiOptions& options, const SessionMaker& make);

/// `ganvas bench gui`: the default layout at 1280 x 800; see gui_bench.cpp for how each figure is taken.
[[nodiscard]] Result<BenchReport> bench_gui(const Progress& progress);

} // namespace ganvas
