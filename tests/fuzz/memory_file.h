/// Bytes as a file with a path, for readers that open one: in memory, written anew for each input.
///
/// One thread, one file at a time: path() names the newest content. prepare() makes, once, a folder of links
/// (readers look at a file's ending) below the temporary folder, which the end of the program removes.
#pragma once

#include <filesystem>

#include "tests/fuzz/fuzz_target.h"

namespace ganvas::fuzz {

class MemoryFile {
public:
    static void prepare();
    explicit MemoryFile(View bytes);
    /// "/proc/self/fd/N", or with an ending (".csv") a link to it.
    [[nodiscard]] std::filesystem::path path(const char* ending = "") const;
};

} // namespace ganvas::fuzz
