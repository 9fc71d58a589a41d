/// InputFile: a regular file read from front to back, its length known when it is opened.
///
/// One thread; owns the open file. Opening something else (a folder, a device, a pipe) is `bad_data`; a missing file is
/// `not_found`; what the system refuses, `io`.
#pragma once

#include <cstdint>
#include <span>

#include "engine/core/file_calls.h"
#include "engine/core/files.h"
#include "engine/core/result.h"

namespace ganvas {

class InputFile {
public:
    [[nodiscard]] static Result<InputFile> open(const Path& path);
    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// As many bytes as there are, at most out.size(): fewer only at the end of the file.
    [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> out);
    /// Passes over bytes; going beyond the end shows with the next read.
    void skip(std::uint64_t bytes);

private:
    InputFile(Path path, FileDescriptor file, std::uint64_t size)
        : path_(std::move(path)), file_(std::move(file)), size_(size) {}

    Path path_;
    FileDescriptor file_;
    std::uint64_t size_;
};

} // namespace ganvas
