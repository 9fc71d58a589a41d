/// RunLock: keeps two programs from one run.
///
/// A lock on the file .lock in the run's folder, held as long as this lives; a killed program leaves none behind. One
/// thread. File systems without locks are used as they are. Errors are `io` or `not_found`.
#pragma once

#include <memory>

#include "engine/core/file_calls.h"
#include "engine/core/files.h"
#include "engine/core/result.h"

namespace ganvas {

class RunLock {
public:
    /// Refuses with the number of the process that holds it.
    [[nodiscard]] static Result<std::unique_ptr<RunLock>> take(const Path& folder);
    explicit RunLock(FileDescriptor file) : file_(std::move(file)) {}
    /// Whether this lock still is the one in the folder, which may have been removed, moved or made anew meanwhile.
    [[nodiscard]] bool is_in(const Path& folder) const;

private:
    FileDescriptor file_;
};

/// Whether the folder's lock names this very process.
[[nodiscard]] bool lock_names_us(const Path& folder);

} // namespace ganvas
