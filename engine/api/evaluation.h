/// `ganvas eval` and its relatives: samples measured against data, each value with its badge.
///
/// As operations.h (which includes this): each function blocks its caller, reports through Progress and stops soon after
/// its stop token is set.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/core/progress.h"
#include "engine/core/result.h"

namespace ganvas {

struct EvaluateOptions {
    std::string samples; ///< CKPT, folder or SRC
    std::string data =
        "faces"; ///< SRC, or a CKPT: the distance between two models (the same latents on both sides)
    std::vector<std::string> metrics = {"fd"}; ///< of evaluation_metrics()
    std::int64_t count = 2048;
    std::string extractor = "lite0";
    std::string weights; ///< inception…: a safetensors file; discriminator: a CKPT (empty: `samples`)
    int batches = 1;     ///< > 1: value and spread over that many separate batches of `count` samples
    std::uint64_t seed = 0;
    std::string device = "auto"; ///< where models draw their samples; features are computed on the CPU
    std::function<void(const std::string&)>
        say;                           ///< one line that the user should see: why not the GPU; may be empty
    std::string split;                 ///< of `data`: train, test, all; empty: the model's
    int image_size = 0, channels = -1; ///< of a SRC as samples; 0 and -1: the model's, 64 and 3
    std::vector<std::int64_t> spread_batches = {4, 64, 256, 1024}; ///< of metric `spread`
    int spread_repeats = 10;
    int splits = 0;                 ///< of `is` and `mmd`; 0: ten of at least 100 pictures each, else one
    std::string save_features;      ///< a safetensors file for the features of both sides; empty: none
    std::int64_t sample_batch = 64; ///< of metric `samples`
};

struct MeasuredValue {
    std::string
        name; ///< key: "fd", "kid", "is", "mmd", "precision", "recall", "density", "coverage", "svm" …
    double value = 0, deviation = 0;
    std::int64_t count = 0;
    std::string extractor;
    std::string title;  ///< "FID" on Inception features alone, else "Fréchet distance"
    std::string spread; ///< what the deviation is over, in words
    std::string resize, data, split;
    std::int64_t data_count = 0;
    std::map<std::string, double> details;
    std::string parameters = {}; ///< the rest of the badge: "σ 12.3", "10 splits", "k 3"; see MetricValue
};
[[nodiscard]] Result<std::vector<MeasuredValue>> evaluate(const EvaluateOptions& options,
                                                          const Progress& progress = {});
/// Every name that EvaluateOptions::metrics may hold, and every extractor.
[[nodiscard]] std::vector<std::string> evaluation_metrics();
[[nodiscard]] std::vector<std::string> evaluation_extractors();

/// The third report's figure: what the first filters of D's last convolution look for in pictures of the data, beside a
/// discriminator with first weights; one row a picture, as PNG.
struct FilterOptions {
    std::string checkpoint, data, out;
    int pictures = 10, filters = 6;
    std::uint64_t seed = 0;
    int gap = 2;
};
struct FilterReport {
    std::string out;
    int pictures = 0, filters = 0;
};
[[nodiscard]] Result<FilterReport> filter_pictures(const FilterOptions& options,
                                                   const Progress& progress = {});

} // namespace ganvas
