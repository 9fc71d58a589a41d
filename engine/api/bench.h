/// Measurements behind `ganvas bench`: medians and quantiles of the real program, printed by the command line.
///
/// Each blocks for the given seconds or so. Machines are shared and noisy: compare ratios taken in one run.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/progress.h"
#include "engine/core/result.h"

namespace ganvas {

/// Names with their unit ("images_per_second") and values, in the order to print.
using BenchReport = std::vector<std::pair<std::string, double>>;

struct BenchTrainOptions {
    std::string recipe = "quick";
    std::vector<std::string> assignments;
    double seconds = 20;
    std::string device = "auto";
    bool profile = false; ///< also where a step's time goes, from further steps
};
[[nodiscard]] Result<BenchReport> bench_train(const BenchTrainOptions& options,
                                              const Progress& progress = {});
[[nodiscard]] Result<BenchReport> bench_latent(const std::string& checkpoint, const Progress& progress = {});
[[nodiscard]] Result<BenchReport> bench_metrics(std::int64_t count, const Progress& progress = {});
/// Drawing, decoding, and opening `images` faces first and from the cache.
[[nodiscard]] Result<BenchReport> bench_data(std::int64_t images = 10'000, const Progress& progress = {});

} // namespace ganvas
