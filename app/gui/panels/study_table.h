/// A study's table: each row beside what the report had, with a box that takes the row into the next start.
///
/// UI thread, inside an ImGui window; keeps nothing.
#pragma once

#include <set>
#include <string>

#include "app/gui/panels/panel.h"

namespace ganvas {

/// Fills the space that is left. `left_out` holds the keys of rows that are not ticked; `locked` while the study runs.
void study_table(const Frame& frame, const StudyView& view, std::set<std::string>& left_out, bool locked);

} // namespace ganvas
