/// check_every_fault: a writer is run once well and its file calls are counted; then once for each call of each kind
/// and each way in which that call can fail, on what was there before.
///
/// Held each time: a writer that reports success has written the same as on the good run, one that fails says so in one
/// line with the path and the reason; old files are as they were, or (of several) wholly new; no temporary is left; and
/// the next try, without a fault, succeeds.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "engine/core/files.h"
#include "engine/core/result.h"

namespace ganvas::testing {

struct Writer {
    std::string name;
    std::function<void(const Path& folder)> prepare;       ///< what is there before
    std::function<Result<void>(const Path& folder)> write; ///< makes new content of it
    bool repairs = false; ///< undoes its own writing, for which the disk must not be full for ever
};

/// The number of faults that were tried.
int check_every_fault(const Writer& writer);

/// Files and folders below `folder` with their content; times of writing and the folder's name are made alike, the lock is
/// left out.
[[nodiscard]] std::map<std::string, std::string> files_in(const Path& folder);

} // namespace ganvas::testing
