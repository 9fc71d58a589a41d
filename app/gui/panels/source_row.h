/// Where pictures come from: a path to type, what was opened lately, the file dialogs.
///
/// UI thread; keeps only the text being typed.
#pragma once

#include <string>

#include "app/gui/panels/panel.h"

namespace ganvas {

class SourceRow {
public:
    /// Path field with a list of recent sources, and buttons for a folder and a file. Sends OpenData.
    void draw(const Frame& frame, CommandSink& sink);

private:
    std::string typed_, shown_; ///< shown_: the source that typed_ started from
};

/// Asks for a folder or a file (an archive, IDX, CIFAR) and opens it as data.
void ask_for_data(CommandSink& sink, FileQuestion::Kind kind);

} // namespace ganvas
