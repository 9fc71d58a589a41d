/// The one quantile of the project: of times that a bench took, of distances between pictures, of losses.
///
/// A pure function, any thread.
#pragma once

#include <algorithm>
#include <vector>

namespace ganvas {

/// `share` 0 … 1 of the values lie below: 0.5 is the median. Between two values the line (type 7 of Hyndman and Fan 1996);
/// -1 without any.
[[nodiscard]] inline double quantile(std::vector<double> values, double share) {
    if (values.empty()) return -1;
    std::sort(values.begin(), values.end());
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
}

} // namespace ganvas
