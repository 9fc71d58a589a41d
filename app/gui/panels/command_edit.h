/// What undo knows of training's settings: a command that changed one, and what takes it back.
///
/// Plain values, UI thread only. An edit belongs to the run (or to the run that is not begun yet) in which it was made: when
/// another one is open, the window forgets it (UndoStack::forget_commands).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/api/session.h"

namespace ganvas {

struct CommandEdit {
    std::vector<Command> back, forth;
    std::string gone_back, gone_forth; ///< said then
};

/// A changed setting, another recipe (with the changes that it replaces), another target; nothing for every other command, for
/// one that changes nothing, and for one that would be refused.
[[nodiscard]] std::optional<CommandEdit> edit_of(const Command& command, const View& view);

/// Why no other recipe can be chosen; null: one can.
[[nodiscard]] const char* recipe_fixed(const View& view);

/// Why these cannot be asked for any more; empty: they can.
[[nodiscard]] std::string why_refused(const std::vector<Command>& commands, const View& view);

} // namespace ganvas
