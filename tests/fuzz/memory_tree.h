/// Files that lie in memory as a data set's source, and the pictures of a source loaded.
///
/// One thread. The bytes are copied one by one, so that the address sanitiser sees the end of each file.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/data/file_tree.h"
#include "engine/data/source.h"
#include "tests/fuzz/fuzz_target.h"

namespace ganvas::fuzz {

class MemoryTree : public FileTree {
public:
    explicit MemoryTree(const std::vector<std::pair<std::string, View>>& files);
    [[nodiscard]] Result<std::vector<FileBytes>> read(std::span<const std::size_t> indices,
                                                      std::size_t limit) override;
    [[nodiscard]] Result<void> stream(std::span<const std::size_t> indices, std::size_t file_limit,
                                      const Receive& receive) override;

private:
    std::vector<FileBytes> contents_;
};

/// Loads the first pictures, one after another, and checks that each is whole.
void load_some(Source& source, std::int64_t most = 8);

/// What a picture file's own header declares: bytes of the pixels as they are stored, 16-bit ones counted
/// twice.
[[nodiscard]] std::size_t declared_pixels(View file);

} // namespace ganvas::fuzz
