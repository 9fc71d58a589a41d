/// The memory of the picture decoder, with an upper limit and without old contents.
///
/// A decoder believes what a file says: data that unpack to gigabytes behind a header of one pixel, or pixels
/// that no part of the file fills. While a PictureMemory lives, what the decoder of this thread holds stays
/// below its limit (beyond it the decoder gets none and gives up), and every block starts with zeros, so that
/// what a file leaves open is the same each time and nothing of the program. One at a time in a thread;
/// blocks are freed while it lives.
#pragma once

#include <cstddef>

namespace ganvas {

class PictureMemory {
public:
    explicit PictureMemory(std::size_t most); ///< bytes
    ~PictureMemory();
    PictureMemory(const PictureMemory&) = delete;
    PictureMemory& operator=(const PictureMemory&) = delete;

    // What the decoder calls in place of malloc, realloc and free; null where it is too much.
    [[nodiscard]] static void* take(std::size_t bytes);
    [[nodiscard]] static void* resize(void* block, std::size_t bytes);
    static void give_back(void* block);
};

} // namespace ganvas
