/// OutputFile: a file that is written piece by piece under a temporary name and takes its place only when
/// whole.
///
/// For content too large to hold twice (checkpoints); small files use write_file. One thread. It owns the
/// temporary: without commit() it is removed and what was there stays. A path that is a device or pipe is
/// written directly, since a rename would replace it. Errors are `io`; the first one sticks and every later
/// call returns it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

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
    int descriptor_ = -1;
    std::optional<Error> error_;
};

/// An `io` error (`not_found` for a missing path) with the system's words and a hint.
[[nodiscard]] Error file_error(const char* what, const Path& path, int system_code);

} // namespace ganvas
