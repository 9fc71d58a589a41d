/// The right part of the menu bar: data, recipe, the training buttons, and training in one line. Not a tab.
///
/// UI thread, between ImGui::BeginMainMenuBar and End.
#pragma once

#include "app/gui/panels/panel.h"

namespace ganvas {

void draw_toolbar(const Frame& frame, CommandSink& sink);

/// Space and the first button: start, pause or go on, whichever is possible now.
void train_or_pause(const View& view, CommandSink& sink);
/// Why the action is not possible now, for a button's tooltip; null where it is.
[[nodiscard]] const char* why_not(const View& view, TrainingAction action);
/// "18.3k img · 310 img/s · epoch 2.1 · 3:12 left".
[[nodiscard]] std::string training_line(const Snapshot& snapshot);

} // namespace ganvas
