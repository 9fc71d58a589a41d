/// OutputFile: a file that is written piece by piece under a temporary name and takes its place only when whole.
///
/// For content too large to hold twice (checkpoints); small files use write_file, which is one of these. One thread. It
/// owns the temporary: without commit() it is removed and what was there stays. A path that is a device or pipe is
/// written directly, since a rename would replace it. Errors are `io` or `not_found`; the first one sticks and every
/// later call returns it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "engine/core/file_calls.h"
#include "engine/core/files.h"
#include "engine/core/result.h"

namespace ganvas {

class OutputFile {
public:
    explicit OutputFile(Path path);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    [[nodiscard]] Result<void> write(std::span<const std::uint8_t> bytes);
    /// fsync, rename, fsync of the folder.
    [[nodiscard]] Result<void> commit();

private:
    Error fail(int system_code);

    Path path_;
    Path temporary_; ///< empty when written directly
    FileDescriptor file_;
    std::optional<Error> error_;
};

/// Removes the temporaries that killed programs left of files in `folder` whose names begin with `start`. Only where no
/// other program can be writing such a file now.
void remove_leftovers(const Path& folder, std::string_view start);

} // namespace ganvas
