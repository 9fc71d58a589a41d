/// Which class of a conditional model is drawn, and how much of a second one is mixed in; nothing for other models.
///
/// UI thread, inside an ImGui window. Writes ExplorerState's class, which every explorer's points carry.
#pragma once

#include <string>

#include "app/gui/panels/panel.h"

namespace ganvas {

/// "3: dress", or "class 3" where the model has no names.
[[nodiscard]] std::string class_name(const ModelCard& model, int label);
[[nodiscard]] inline bool has_classes(const Frame& frame) { return frame.view.model.classes > 0; }

/// A list of the classes with the entry "any" (each seed's own) on top; `width` on the screen.
void class_combo(const Frame& frame, float width);
/// The whole row: class, the class mixed into it, how much of that. False (and nothing drawn) without classes.
bool class_row(const Frame& frame);

} // namespace ganvas
