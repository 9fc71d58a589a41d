#include "engine/training/out_of_memory.h"

#include <new>
#include <string_view>

#include <c10/util/Exception.h>

namespace ganvas {

bool ran_out_of_memory(const std::exception& caught) {
    if (dynamic_cast<const std::bad_alloc*>(&caught) || dynamic_cast<const c10::OutOfMemoryError*>(&caught))
        return true;
    // The processor's allocator has no type of its own for it.
    return std::string_view(caught.what()).find("can't allocate memory") != std::string_view::npos;
}

} // namespace ganvas
