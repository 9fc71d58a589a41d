/// Measures a set of pictures against a data set: what `ganvas eval`, the window's "measure" and live curves use.
///
/// Runs on a job thread with Progress; owns nothing between calls except files in cache_folder()/statistics, keyed by
/// the data's fingerprint, the extractor and the count, written atomically and checked on reading (a bad one is made
/// anew). Errors: `usage` (unknown metric or extractor, too few pictures), those of the sources, `interrupted`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/core/progress.h"
#include "engine/core/result.h"
#include "engine/data/dataset.h"
#include "engine/metrics/features.h"
#include "engine/metrics/frechet.h"

namespace ganvas {

struct EvaluationRequest {
    std::vector<std::string> metrics = {"fd"}; ///< of metric_names()
    std::int64_t count = 2048;                 ///< pictures of each side; a smaller set is used whole
    std::string extractor = "lite0";
    int batches =
        1; ///< > 1: that many separate batches of `count` generated pictures; value and std over them
    std::uint64_t seed = 0; ///< of resamples and of the data's order
    bool use_cache = true;
};

/// One value with its badge; values with different badges never share an axis.
struct MetricValue {
    double value = 0;
    double deviation = 0;
    int resamples = 0;      ///< what the deviation is over; 0: no spread
    std::int64_t count = 0; ///< generated pictures
    std::int64_t data_count = 0;
    std::string extractor;
    std::string data; ///< source as the user wrote it
    std::map<std::string, double>
        details; ///< pr: "precision", "recall"; mmd: "linear", "quadratic", "bandwidth"
};

struct Evaluation {
    std::map<std::string, MetricValue> metrics;
    double images_per_second = 0; ///< of feature extraction
    double seconds = 0;
};

/// "fd", "kid", "is", "mmd", "pr"
[[nodiscard]] const std::vector<std::string>& metric_names();
/// Splits "fd,kid" and checks; `usage` names what is not known.
[[nodiscard]] Result<std::vector<std::string>> parse_metrics(const std::string& text);

[[nodiscard]] Result<Evaluation> evaluate(const ImageSource& generated, SharedDataset data,
                                          const EvaluationRequest& request, const Progress& progress);
/// {"metrics":{"fd":{"value":…,"std":…,"count":…,"extractor":"lite0",…}}} as in the command line's contract.
[[nodiscard]] std::string to_json(const Evaluation& evaluation);

/// The data's side of the Fréchet distance, from the cache when it is there.
[[nodiscard]] Result<FrechetReference> data_reference(SharedDataset data, FeatureExtractor& extractor,
                                                      std::int64_t count, std::uint64_t seed, bool use_cache,
                                                      const Progress& progress);

} // namespace ganvas
