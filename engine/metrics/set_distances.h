/// Distances and scores between two feature sets other than Fréchet's, each with the spread that belongs to it.
///
/// Pure functions, any thread. Error `usage` when a set is too small or the dimensions differ; never NaN for finite
/// features.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/result.h"
#include "engine/metrics/features.h"

namespace ganvas {

struct Estimate {
    double value = 0;
    double deviation = 0; ///< what it is over stands at each function
};

/// Kernel distance (Bińkowski et al. 2018): the unbiased squared MMD with k(x, y) = (x·y / D + 1)³, mean and standard
/// deviation over `subsets` seeded subsets of `subset_size` (at most the smaller set). May be slightly negative.
[[nodiscard]] Result<Estimate> kernel_distance(const FeatureMatrix& a, const FeatureMatrix& b,
                                               int subsets = 100, int subset_size = 1000,
                                               std::uint64_t seed = 0);

/// Inception Score's formula exp(E KL(p(y|x) ‖ p(y))) on any classifier's logits, mean and deviation over `splits`.
[[nodiscard]] Result<Estimate> classifier_score(const FeatureMatrix& logits, int splits = 10);

/// The score of all pictures at once; deviation over `resamples` bootstrap draws.
[[nodiscard]] Result<Estimate> resampled_score(const FeatureMatrix& logits, int resamples,
                                               std::uint64_t seed);

/// Bandwidth σ of the Gaussian kernel exp(−|x − y|² / 2σ²): the median distance between two of the first
/// `bandwidth_rows` rows. Of the data alone, so that models measured against the same data have the same kernel.
constexpr std::int64_t bandwidth_rows = 1000;
[[nodiscard]] double median_bandwidth(const FeatureMatrix& data);

/// Squared MMD (Gretton et al. 2012), Gaussian kernel. Linear: section 6, the mean of h over disjoint pairs, deviation
/// is its standard error. Quadratic: the unbiased U-statistic; deviation over four disjoint quarters, halved.
[[nodiscard]] Result<Estimate> linear_discrepancy(const FeatureMatrix& a, const FeatureMatrix& b,
                                                  double bandwidth);
/// The linear one of each of `splits` equal parts (of four rows or more, else fewer parts): mean and deviation over them.
[[nodiscard]] Result<Estimate> linear_discrepancy_by_splits(const FeatureMatrix& a, const FeatureMatrix& b,
                                                            double bandwidth, int splits);
[[nodiscard]] Result<Estimate> quadratic_discrepancy(const FeatureMatrix& a, const FeatureMatrix& b,
                                                     double bandwidth);

/// Improved precision and recall (Kynkäänniemi et al. 2019): share of generated pictures inside the real manifold made
/// of balls to the k-th neighbour, and the other way round.
struct PrecisionRecall {
    double precision = 0;
    double recall = 0;
    double precision_deviation = 0, recall_deviation = 0; ///< standard errors of the two shares
};
[[nodiscard]] Result<PrecisionRecall> precision_recall(const FeatureMatrix& real,
                                                       const FeatureMatrix& generated, int neighbours = 3);

/// Density and coverage (Naeem et al. 2020) with balls around the real pictures to their k-th neighbour: how many balls
/// a generated picture lies in, over k; and the share of balls with a generated picture in them. A point on a ball's
/// edge is inside, so that constant sets give numbers.
struct DensityCoverage {
    double density = 0;
    double coverage = 0;
    double density_deviation = 0, coverage_deviation = 0; ///< standard errors
};
[[nodiscard]] Result<DensityCoverage> density_coverage(const FeatureMatrix& real,
                                                       const FeatureMatrix& generated, int neighbours = 5);

/// The nearest row of `among` for each row of `queries`, by Euclidean distance.
struct NearestRow {
    std::int64_t index = 0;
    double distance = 0;
};
[[nodiscard]] Result<std::vector<NearestRow>> nearest_rows(const FeatureMatrix& queries,
                                                           const FeatureMatrix& among);
/// The same within one set: the nearest other row.
[[nodiscard]] Result<std::vector<NearestRow>> nearest_others(const FeatureMatrix& features);

/// Mean Euclidean distance between two different rows, over all pairs of the first 4,096 rows: how different pictures
/// are from each other. Deviation over four disjoint quarters, halved (none below eight rows).
[[nodiscard]] Result<Estimate> mean_pairwise_distance(const FeatureMatrix& features);

} // namespace ganvas
