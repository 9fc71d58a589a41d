/// What a finding's button does: its words, and the commands behind it. UI thread, pure.
#pragma once

#include <string>
#include <vector>

#include "app/gui/panels/panel.h"

namespace ganvas {

/// Empty for a fix that only shows something (act_on_fix brings that panel to the front).
[[nodiscard]] std::vector<Command> fix_commands(const HealthFix& fix);
/// "Learning rate D: 0.0002 → 0.0001. …" for the tooltip.
[[nodiscard]] std::string fix_words(const HealthFix& fix, const Settings& settings);
/// Why not now; empty: it can be done.
[[nodiscard]] std::string fix_refused(const HealthFix& fix, const View& view);
void act_on_fix(const HealthFix& fix, CommandSink& sink);

} // namespace ganvas
