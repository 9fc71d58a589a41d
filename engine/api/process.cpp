#include "engine/api/process.h"

#include "engine/device/thread_setup.h"

namespace ganvas {

void tune_process() { tune_allocator(); }

} // namespace ganvas
