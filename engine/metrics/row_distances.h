/// What the distances between feature sets share; for .cpp files of metrics only.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "engine/metrics/set_distances.h"
#include "engine/metrics/tensors.h"

namespace ganvas {

inline Result<void> check_pair(const FeatureMatrix& a, const FeatureMatrix& b, std::int64_t least) {
    if (a.dimension != b.dimension)
        return Error{ErrorCode::usage, "the two sides have features of different extractors", "", ""};
    if (std::min(a.count, b.count) < least)
        return Error{ErrorCode::usage, "too few pictures", std::to_string(std::min(a.count, b.count)),
                     "at least " + std::to_string(least) + " on each side"};
    for (const auto* side : {&a, &b})
        if (!at::isfinite(matrix_view(*side).sum()).item<bool>())
            return Error{ErrorCode::bad_data, "the features are not finite", "",
                         "the pictures or the weights are broken"};
    return {};
}

inline Estimate mean_and_deviation(const std::vector<double>& values) {
    const double mean =
        std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    double squares = 0;
    for (double value : values) squares += (value - mean) * (value - mean);
    return {mean, values.size() > 1 ? std::sqrt(squares / static_cast<double>(values.size() - 1)) : 0.0};
}

/// Features so large that float overflows give no number: that is said, not passed on.
inline Result<Estimate> finite(const Estimate& estimate) {
    if (std::isfinite(estimate.value) && std::isfinite(estimate.deviation)) return estimate;
    return Error{ErrorCode::bad_data, "the features are too large to measure a distance on", "",
                 "the weights are broken, or training has run away"};
}

/// [m, D], [n, D] → [m, n]; never negative.
inline at::Tensor squared_distances(const at::Tensor& x, const at::Tensor& y) {
    auto lengths_x = x.square().sum(1, true), lengths_y = y.square().sum(1, true);
    return (lengths_x + lengths_y.t() - 2 * x.matmul(y.t())).clamp_min_(0);
}

} // namespace ganvas
