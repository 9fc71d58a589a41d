/// Measures a set of pictures against a data set: what `ganvas eval`, the window's "measure" and live curves use.
///
/// Runs on a job thread with Progress; owns nothing between calls except files in cache_folder()/statistics (the data's
/// mean and covariance, or its features), keyed by the data's fingerprint, the extractor's identity, the count and the
/// seed, written atomically and checked on reading (a bad one is made anew). Errors: `usage` (unknown metric or
/// extractor, too few pictures, no labels), those of the sources, `interrupted`.
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
    Path weights;                                 ///< of the inception extractors
    std::shared_ptr<Discriminator> discriminator; ///< of the discriminator extractor, with its key
    std::string discriminator_key;
    int splits = 0; ///< `is`, `mmd`: parts of the pictures; 1: all at once; 0: see splits_for()
    std::int64_t sample_batch = 64;                                ///< `samples`: pictures a batch
    std::vector<std::int64_t> spread_batches = {4, 64, 256, 1024}; ///< `spread`: sizes too large are left out
    int spread_repeats = 10;
    Path save_features; ///< when set: the features of both sides, as tensors "generated", "data" and "logits"
};

/// What the generated pictures are compared with.
struct ReferencePictures {
    ImageSource images;
    std::string key;        ///< of the pictures and their order; empty: nothing is kept on disk
    SharedDataset labelled; ///< where a classifier learns; null: nowhere
    std::string name;       ///< source as the user wrote it
    std::string split = "all";
};
[[nodiscard]] ReferencePictures reference_pictures(SharedDataset data, std::uint64_t seed,
                                                   std::string split = "all");

/// One value with its badge; values with different badges never share an axis.
struct MetricValue {
    double value = 0;
    double deviation = 0;
    int resamples = 0;      ///< what the deviation is over; 0: a formula's standard error, or no spread
    std::string spread;     ///< the same in words: "4 bootstrap resamples", "10 splits"
    std::int64_t count = 0; ///< generated pictures
    std::int64_t data_count = 0;
    std::string title; ///< "FID" on Inception features alone, else "Fréchet distance"
    std::string extractor;
    std::string resize; ///< how a picture gets to the extractor's size
    std::string data;   ///< source as the user wrote it
    std::string split;
    std::string parameters = {}; ///< what else two values must share: "σ 12.3", "10 splits", "3 neighbours"
    std::map<std::string, double>
        details; ///< pr: "precision", "recall"; mmd: "linear", "quadratic", "bandwidth"; …
};

struct Evaluation {
    std::map<std::string, MetricValue> metrics;
    double images_per_second = 0; ///< of feature extraction
    double seconds = 0;
};

/// fd, kid, is, mmd, pr (precision and recall), dc (density and coverage), diversity (mean pairwise distance), samples
/// (Fréchet distance between two batches of samples), spread (of the Fréchet distance by batch size), modes (classes
/// that a classifier finds), nn (nearest pictures of the data).
[[nodiscard]] const std::vector<std::string>& metric_names();
/// Splits "fd,kid" and checks; `usage` names what is not known.
[[nodiscard]] Result<std::vector<std::string>> parse_metrics(const std::string& text);
/// Parts that a score of so many pictures is computed over where the request leaves it open: ten where each has at
/// least a hundred pictures, else one, since a score of few pictures is far too low.
[[nodiscard]] int splits_for(int requested, std::int64_t count);
/// The name that a value may carry: FID, KID and Inception Score belong to Inception features.
[[nodiscard]] std::string metric_title(const std::string& metric, const std::string& extractor);

[[nodiscard]] Result<Evaluation> evaluate(const ImageSource& generated, const ReferencePictures& data,
                                          const EvaluationRequest& request, const Progress& progress);
[[nodiscard]] Result<Evaluation> evaluate(const ImageSource& generated, SharedDataset data,
                                          const EvaluationRequest& request, const Progress& progress);
/// {"metrics":{"fd":{"value":…,"std":…,"count":…,"extractor":"lite0",…}}} as in the command line's contract.
[[nodiscard]] std::string to_json(const Evaluation& evaluation);

/// The data's side of the Fréchet distance, from the cache when it is there.
[[nodiscard]] Result<FrechetReference> data_reference(SharedDataset data, FeatureExtractor& extractor,
                                                      std::int64_t count, std::uint64_t seed, bool use_cache,
                                                      const Progress& progress);
[[nodiscard]] Result<FrechetReference> data_reference(const ReferencePictures& data,
                                                      FeatureExtractor& extractor, std::int64_t count,
                                                      bool use_cache, const Progress& progress);
/// The features themselves, kept on disk up to 128 MB.
[[nodiscard]] Result<FeatureMatrix> data_features(const ReferencePictures& data, FeatureExtractor& extractor,
                                                  std::int64_t count, bool use_cache,
                                                  const Progress& progress);

} // namespace ganvas
