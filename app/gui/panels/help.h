/// The help sheet (F1): every key and every movement of the hand on one page. Not a tab.
#pragma once

#include <span>

#include "app/gui/panels/panel.h"

namespace ganvas {

struct HelpLine {
    const char* keys;
    const char* what;
};
[[nodiscard]] std::span<const HelpLine> help_lines();

/// A floating window over the others; `open` becomes false when it is closed.
void draw_help(const Frame& frame, bool& open);

} // namespace ganvas
