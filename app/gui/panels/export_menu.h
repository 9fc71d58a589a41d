/// The rows of an Export menu: each writes a file, and at its right end copies the `ganvas …` line that writes the same.
///
/// UI thread, inside an ImGui window. One value stands behind both halves of a row, so that they cannot differ; where no
/// line makes it, the copy is greyed and its tooltip says why.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "app/gui/panels/panel.h"

namespace ganvas {

struct ExportEntry {
    const char* label = "";
    HasCommandLine what = {};              ///< its path is only a suggestion
    const char* disabled_reason = nullptr; ///< not null: there is nothing to write yet
    bool separated = false;                ///< from the entry above, by a line
};

/// One row of a menu. `shortcut` ends the tooltip of its copy.
void export_entry(const Frame& frame, CommandSink& sink, const ExportEntry& entry,
                  const char* shortcut = nullptr);
/// All rows; Ctrl+Shift+C is the first one's.
void export_entries(const Frame& frame, CommandSink& sink, std::span<const ExportEntry> entries);

enum class ButtonWords { icons_only, words };
/// Two buttons in a row: the menu of all entries, and the first one's line to the clipboard. Ctrl+E and Ctrl+Shift+C
/// press them. `entries` are made only when they are wanted. `disabled_reason` greys both.
void export_buttons(const Frame& frame, CommandSink& sink,
                    const std::function<std::vector<ExportEntry>()>& entries, ButtonWords words,
                    const char* disabled_reason = nullptr);
/// The end of a plot's menu: "Export", its button and the copy beside it.
void curves_export_row(const Frame& frame, CommandSink& sink, const ExportCurves& what, const char* help);

/// A save dialog, then the export as a job; the name's ending sets the format. What is no file is asked for at once.
void ask_and_export(CommandSink& sink, const HasCommandLine& what);
/// The `ganvas …` line to the clipboard; where no command makes it, one line says why and the clipboard stays.
void copy_as_command(CommandSink& sink, const HasCommandLine& what);

} // namespace ganvas
