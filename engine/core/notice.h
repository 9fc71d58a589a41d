/// A message to the user; made on any thread, shown by the window or printed by the command line.
#pragma once

#include <cstdint>
#include <string>

namespace ganvas {

enum class NoticeLevel { info, warning, error };
/// What a notice offers to do at once; `target` says with what.
enum class NoticeAction {
    none,
    continue_run, ///< ContinueRun{target}
    new_run_on,   ///< NewRun{target}
    new_run_with, ///< NewRun, then UseRecipe{target}
    show_health,  ///< the panel that says what is wrong, and what to do
};
struct Notice {
    std::uint64_t id = 0;
    NoticeLevel level = NoticeLevel::info;
    std::string text;
    double time = 0; ///< seconds since the program's start
    NoticeAction action = NoticeAction::none;
    std::string target = {};
};

} // namespace ganvas
