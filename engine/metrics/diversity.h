/// How different generated pictures are from each other: the measures of mode collapse that the second report asks for.
///
/// Pure functions on features, any thread. Error `usage` when there are too few pictures; never NaN.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/result.h"
#include "engine/metrics/features.h"
#include "engine/metrics/set_distances.h"

namespace ganvas {

/// Fréchet distance between two batches of the same model's samples: what is left of it when two batches differ by
/// chance alone. It falls when the samples become alike. `features` holds at least 2 * batch rows; as many disjoint pairs
/// of batches as there are (at most `pairs`) give mean and deviation.
struct SampleBatches {
    Estimate distance;
    int pairs = 0;
};
[[nodiscard]] Result<SampleBatches> distance_between_batches(const FeatureMatrix& features,
                                                             std::int64_t batch = 64, int pairs = 8);

/// Which classes a classifier sees in generated pictures.
struct ModeCount {
    std::int64_t count = 0; ///< pictures
    int classes = 0;        ///< of the classifier
    int found = 0;          ///< classes with at least one picture
    double effective = 0;   ///< exp of the entropy of the shares: as many equally frequent classes
    double divergence =
        -1; ///< Kullback–Leibler from the data's shares, one picture added to each class; -1: no data
    double found_deviation = 0, effective_deviation = 0; ///< over 100 bootstrap resamples
    std::vector<double> shares;                          ///< [classes]
};
/// A picture's class is the largest of its logits. `data` may be null.
[[nodiscard]] Result<ModeCount> count_modes(const FeatureMatrix& logits, const FeatureMatrix* data,
                                            std::uint64_t seed = 0);

/// The second report's table 1: how much the Fréchet distance of a batch varies with the batch's size.
struct BatchSpread {
    std::int64_t batch = 0;
    double mean = 0, deviation = 0;
    double relative = 0; ///< deviation / mean, in percent
    /// Standard error of `relative`, of normal draws: relative · sqrt(1 / (2 (n − 1)) + (relative / 100)² / n).
    double relative_error = 0;
    int repeats = 0;
    bool disjoint = false; ///< no picture is in two repeats; else the spread is somewhat too small
};
/// Both sides are drawn anew for each of the `repeats` (at least two) batches, by `seed`. A batch that a side has too few
/// pictures for is a `usage` error.
[[nodiscard]] Result<BatchSpread> batch_spread(const FeatureMatrix& data, const FeatureMatrix& generated,
                                               std::int64_t batch, int repeats = 10, std::uint64_t seed = 0);
/// The same for each batch size.
[[nodiscard]] Result<std::vector<BatchSpread>> spread_by_batch(const FeatureMatrix& data,
                                                               const FeatureMatrix& generated,
                                                               const std::vector<std::int64_t>& batches,
                                                               int repeats = 10, std::uint64_t seed = 0);

} // namespace ganvas
