/// What a notice offers to do at once: its button's words, and the command behind it. UI thread, pure.
#pragma once

#include <string>

#include "app/gui/panels/panel.h"

namespace ganvas {

/// Empty: it offers nothing.
[[nodiscard]] std::string action_words(NoticeAction action, const std::string& target);
void act_on(NoticeAction action, const std::string& target, CommandSink& sink);

} // namespace ganvas
