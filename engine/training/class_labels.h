/// Classes of pictures for conditional models. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/result.h"
#include "engine/data/dataset.h"

namespace ganvas {

/// How many classes a conditional model of these data has; `bad_data` when pictures have none.
[[nodiscard]] Result<int> count_classes(const Dataset& data);

/// `count` classes drawn as often as the data have them; (seed) alone decides.
[[nodiscard]] std::vector<int> draw_classes(const Dataset& data, std::int64_t count, std::uint64_t seed);

} // namespace ganvas
