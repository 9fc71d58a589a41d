/// The checksums of a PNG made right again, so that a mutated one gets past them.
///
/// Pure functions, any thread.
#pragma once

#include "tests/fuzz/fuzz_target.h"

namespace ganvas::fuzz {

/// Checksums of all chunks as far as their lengths lead; nothing happens to what is no PNG.
void repair_png(Bytes& file);

} // namespace ganvas::fuzz
