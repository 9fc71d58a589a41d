/// How far two rows of numbers are apart at most.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

namespace ganvas::testing {

inline double worst_difference(std::span<const float> a, std::span<const float> b) {
    double most = 0;
    for (std::size_t k = 0; k < a.size(); ++k) most = std::max<double>(most, std::abs(a[k] - b[k]));
    return most;
}

} // namespace ganvas::testing
