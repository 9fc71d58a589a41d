/// MappedFile: a read-only memory map of a whole file; moves, unmaps when destroyed. An empty file maps to an empty span.
///
/// Any thread may read. A file that another program cuts short while it is mapped (or that the disk refuses) does not
/// end the program: what is missing reads as zeros, and whole() says so from then on. That is a handler of SIGBUS, put up
/// by the first map, for addresses inside maps only; a program may have 512 maps guarded at once, more are not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/core/files.h"
#include "engine/core/result.h"

namespace ganvas {

class MappedFile {
public:
    [[nodiscard]] static Result<MappedFile> open(const Path& path);
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    ~MappedFile();
    [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {data_, size_}; }
    /// False once something that was read was no longer there. Ask after reading.
    [[nodiscard]] bool whole() const;

private:
    MappedFile(const std::uint8_t* data, std::size_t size, int guard)
        : data_(data), size_(size), guard_(guard) {}
    const std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
    int guard_ = -1; ///< number of its guard; -1: none
};

} // namespace ganvas
