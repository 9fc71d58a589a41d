/// What training can be doing and what a user may ask of it then: one pure table for buttons, command line and tests.
#pragma once

#include <string_view>

namespace ganvas {

enum class TrainingState {
    empty,   ///< no run yet: the explorer shows a checkpoint
    opening, ///< data are being read or the model is being built
    running,
    paused,
    stopping, ///< saving
    finished, ///< reached its target; start goes on past it
    failed,   ///< an error; the message says what; start tries again from the last good checkpoint
};

enum class TrainingAction { start, pause, resume, step, stop, save, set, open };

[[nodiscard]] bool allowed(TrainingState state, TrainingAction action);
/// Why not, as a tooltip for the greyed button; empty when allowed.
[[nodiscard]] std::string_view reason_not_allowed(TrainingState state, TrainingAction action);
[[nodiscard]] std::string_view name(TrainingState state);

} // namespace ganvas
