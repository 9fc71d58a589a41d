/// What the window remembers between starts: theme, scale, place, recent data, the layout of the panels, what was picked.
///
/// UI thread. Two files in config_folder(): window.json and layout.ini, both written atomically; a missing or damaged
/// file gives the defaults (the error is the caller's to show), and never stops the window.
#pragma once

#include <string>
#include <vector>

#include "app/gui/panels/explorer_state.h"
#include "app/gui/widgets/theme.h"
#include "app/gui/window.h"
#include "engine/core/result.h"

namespace ganvas {

struct Preferences {
    ThemeKind theme = ThemeKind::dark;
    float scale = 1; ///< the user's own, on top of the monitor's
    bool smooth_pictures = false;
    WindowPlace place;
    std::vector<std::string> recent_data;   ///< newest first, at most 10
    std::vector<std::string> hidden_panels; ///< titles
    std::string inception_weights;          ///< the user's file of Inception-v3; empty: none
    ExplorerState explorer;                 ///< without what explorer_memory.h leaves out
    std::string layout;                     ///< ImGui's settings text; empty: the default layout
    bool operator==(const Preferences&) const = default;

    void remember_data(const std::string& source);
};

[[nodiscard]] Result<Preferences> load_preferences();
[[nodiscard]] Result<void> save_preferences(const Preferences& preferences);

} // namespace ganvas
