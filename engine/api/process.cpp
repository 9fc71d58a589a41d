#include "engine/api/process.h"

#include "engine/device/openmp_runtimes.h"
#include "engine/device/thread_setup.h"

namespace ganvas {

void tune_process() { tune_allocator(); }

std::string process_warning() { return warning_of(openmp_runtimes()); }

} // namespace ganvas
