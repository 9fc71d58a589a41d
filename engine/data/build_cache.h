/// Decodes a source into a cache file, in parallel.
///
/// Runs on the calling thread, which reports progress, with a pool of threads that decode; both end before it returns.
/// Unreadable pictures are left out and named. Errors: `bad_data` (none left), `io`, `interrupted`; no cache then.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/progress.h"
#include "engine/core/result.h"
#include "engine/data/cache.h"
#include "engine/data/dataset.h"
#include "engine/data/source.h"

namespace ganvas {

[[nodiscard]] Result<void> build_cache(const Path& path, const std::string& key, Source& source,
                                       const Preparation& preparation, const Progress& progress);

/// `limit` different numbers below `count`, ascending, the same for the same seed; all where the limit is 0 or larger.
[[nodiscard]] std::vector<std::int64_t> choose_subset(std::int64_t count, std::int64_t limit,
                                                      std::uint64_t seed);

} // namespace ganvas
