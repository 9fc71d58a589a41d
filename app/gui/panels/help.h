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

struct HelpSheet {
    bool open = false;
    /// The window that had the focus when the sheet came, and has it again when the sheet goes; 0: none.
    unsigned focused_before = 0;
};

/// A floating window over the others while it is open. Without it being asked to, no tab comes to the front for it.
void draw_help(const Frame& frame, HelpSheet& sheet);

} // namespace ganvas
