/// RunLock: keeps two programs from one run.
///
/// A lock on the file .lock in the run's folder, held as long as this lives; a killed program leaves none behind. One
/// thread. File systems without locks are used as they are. Errors are `io` or `not_found`.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "engine/core/file_calls.h"
#include "engine/core/files.h"
#include "engine/core/result.h"

namespace ganvas {

class RunLock {
public:
    /// Refuses with the number of the process that holds it.
    [[nodiscard]] static Result<std::unique_ptr<RunLock>> take(const Path& folder);
    RunLock(FileDescriptor file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}
    /// Whether this lock still is the one in the folder, which may have been removed, moved or made anew meanwhile.
    [[nodiscard]] bool is_in(const Path& folder) const;
    /// Whether the folder's lock has this one's name in it: on some network disks a file does not look the same twice.
    [[nodiscard]] bool is_named_in(const Path& folder) const;

private:
    FileDescriptor file_;
    std::string name_; ///< process number, and a random one (two containers may both have a process 1)
};

} // namespace ganvas
