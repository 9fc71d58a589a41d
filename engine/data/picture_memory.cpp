#include "engine/data/picture_memory.h"

#include <cstdlib>
#include <cstring>
#include <malloc.h>

namespace ganvas {
namespace {

constexpr std::size_t most_outside = std::size_t(1)
                                     << 20; ///< for headers, which are read without a limit of their own

thread_local std::size_t held = 0;
thread_local std::size_t limit = most_outside;

} // namespace

PictureMemory::PictureMemory(std::size_t most) {
    held = 0;
    limit = most;
}

PictureMemory::~PictureMemory() {
    held = 0;
    limit = most_outside;
}

void* PictureMemory::take(std::size_t bytes) {
    if (held >= limit || bytes > limit - held) return nullptr;
    void* block = std::calloc(1, bytes == 0 ? 1 : bytes);
    if (block != nullptr) held += ::malloc_usable_size(block);
    return block;
}

void* PictureMemory::resize(void* block, std::size_t bytes) {
    // Both blocks count until the old one is gone, as they do in memory.
    void* larger = take(bytes);
    if (larger == nullptr || block == nullptr) return larger;
    const std::size_t before = ::malloc_usable_size(block);
    std::memcpy(larger, block, before < bytes ? before : bytes);
    give_back(block);
    return larger;
}

void PictureMemory::give_back(void* block) {
    if (block == nullptr) return;
    const std::size_t bytes = ::malloc_usable_size(block);
    held -= bytes < held ? bytes : held;
    std::free(block);
}

} // namespace ganvas
