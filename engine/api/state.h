/// What training can be doing and what a user may ask of it then: one pure table for buttons, command line and tests.
#pragma once

#include <string_view>

#include "engine/core/training_state.h"

namespace ganvas {

enum class TrainingAction { start, pause, resume, step, stop, save, set, open };

[[nodiscard]] bool allowed(TrainingState state, TrainingAction action);
/// Why not, as a tooltip for the greyed button; empty when allowed.
[[nodiscard]] std::string_view reason_not_allowed(TrainingState state, TrainingAction action);
[[nodiscard]] std::string_view name(TrainingState state);

} // namespace ganvas
