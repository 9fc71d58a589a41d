/// Fréchet distance between Gaussians fitted to two feature sets (Heusel et al. 2017, Dowson & Landau 1982).
///
///   d² = |m1 − m2|² + tr S1 + tr S2 − 2 tr (S1^½ S2 S1^½)^½,   S over N − 1, all in double.
///
/// Called FID on Inception features only. Pure functions on values, any thread. The trace of the root comes from the
/// eigenvalues of Fᵀ S2 F with S1 = F Fᵀ, negatives (rounding) set to zero, so rank-deficient, tiny and constant sets
/// give a finite number; fewer than two pictures or non-finite features are refused (`usage`, `bad_data`).
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/result.h"
#include "engine/metrics/features.h"

namespace ganvas {

struct GaussianStatistics {
    std::int64_t count = 0;
    int dimension = 0;
    std::vector<double> mean;       ///< [D]
    std::vector<double> covariance; ///< [D, D], over count − 1
};

[[nodiscard]] Result<GaussianStatistics> gaussian_statistics(const FeatureMatrix& features);

/// Error `usage` when the dimensions differ.
[[nodiscard]] Result<double> frechet_distance(const GaussianStatistics& a, const GaussianStatistics& b);

/// Longer features than this make covariances that do not fit in memory (D² doubles).
constexpr int longest_for_covariance = 4096;

/// Between two sets: where they have fewer pictures than numbers a picture, neither covariance is made: the singular
/// values of X1 X2ᵀ are what the trace needs. `usage` when features are long and there are more than 8,192 pictures.
[[nodiscard]] Result<double> frechet_distance(const FeatureMatrix& a, const FeatureMatrix& b);

/// One side kept ready: the data's mean and a factor of its covariance, so that each distance to it costs one product and one
/// eigenvalue problem (of the smaller of N and D).
class FrechetReference {
public:
    [[nodiscard]] static FrechetReference from(GaussianStatistics statistics);
    [[nodiscard]] Result<double> distance(const FeatureMatrix& features) const;
    /// The same for the picked rows (repeats allowed): a bootstrap resample without copying the pictures.
    [[nodiscard]] Result<double> distance(const FeatureMatrix& features,
                                          const std::vector<std::int64_t>& rows) const;
    [[nodiscard]] const GaussianStatistics& statistics() const { return statistics_; }

    /// Both are kept on disk between runs; see data_reference in evaluate.h.
    [[nodiscard]] Result<void> save(const Path& path) const;
    [[nodiscard]] static Result<FrechetReference> load(const Path& path, int dimension, std::int64_t count);

private:
    GaussianStatistics statistics_;
    std::vector<double>
        root_; ///< [D, D] a factor F of the covariance F Fᵀ: Cholesky's, or the symmetric root
    double trace_ = 0;
};

struct Spread {
    double deviation = 0; ///< standard deviation over the resamples
    int resamples = 0;
};

/// Error bar from `resamples` bootstrap draws (N of N with replacement) of the generated features against the fixed
/// data. A resample repeats pictures, so its distance is biased upwards: only the spread of the resamples is used, the
/// value stays that of the whole set. `seed` makes it repeatable. Each resample is a part of the work (Progress::part).
[[nodiscard]] Result<Spread> frechet_spread(const FrechetReference& data, const FeatureMatrix& generated,
                                            int resamples = 4, std::uint64_t seed = 0,
                                            const Progress& progress = {});
[[nodiscard]] Result<Spread> frechet_spread(const FeatureMatrix& data, const FeatureMatrix& generated,
                                            int resamples = 4, std::uint64_t seed = 0,
                                            const Progress& progress = {});

} // namespace ganvas
