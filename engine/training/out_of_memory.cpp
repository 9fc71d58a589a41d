#include "engine/training/out_of_memory.h"

#include <c10/util/Exception.h>

#include "engine/core/caught.h"

namespace ganvas {

bool ran_out_of_memory(const std::exception& caught) {
    return dynamic_cast<const c10::OutOfMemoryError*>(&caught) != nullptr || says_out_of_memory(caught);
}

} // namespace ganvas
