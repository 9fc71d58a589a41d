/// The page that leads to the pages of several studies: OUT/index.html.
///
/// Free functions, any thread; nothing from outside, every text escaped. Errors: `io`.
#pragma once

#include <string>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/result.h"

namespace ganvas {

struct OverviewEntry {
    std::string name, title, section, page; ///< page: relative to the overview; empty: none is written yet
    int report = 0;
    int rows = 0, done = 0, failed = 0;
    int cells = 0, measured = 0; ///< of the table, where a row has the column
    std::string problem;         ///< why the study could not be run at all
};

[[nodiscard]] std::string overview_html(const std::vector<OverviewEntry>& entries, const std::string& about);
[[nodiscard]] Result<void> write_overview(const Path& out, const std::vector<OverviewEntry>& entries,
                                          const std::string& about);

} // namespace ganvas
