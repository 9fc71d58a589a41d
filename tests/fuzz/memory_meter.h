/// The most memory that was held at once since the meter was made.
///
/// One meter at a time; allocations of every thread count. With the address sanitiser everything that malloc
/// gives is counted, without it what C++ allocates (operator new); with the thread sanitiser nothing is, and
/// peak() is 0.
#pragma once

#include <cstddef>

namespace ganvas::fuzz {

class MemoryMeter {
public:
    MemoryMeter();
    [[nodiscard]] std::size_t peak() const; ///< bytes beyond what was held when the meter was made

private:
    std::size_t before_;
};

} // namespace ganvas::fuzz
