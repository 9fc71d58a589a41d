/// The measures behind metric_names(), each one row of a table: what it needs, and how it comes from features.
///
/// Internal to engine/metrics: evaluate.cpp gathers what the chosen rows need and calls them. Pure functions, any thread.
#pragma once

#include <string>
#include <vector>

#include "engine/metrics/evaluate.h"

namespace ganvas {

/// What a measure computes from; parts that no chosen measure needs are empty.
struct MeasureInput {
    const FeatureMatrix& data;
    const FrechetReference* reference; ///< null unless needed, and for features too long for a covariance
    const FeatureMatrix& generated;
    const FeatureMatrix& logits;       ///< of the generated pictures, by the extractor's own classifier
    const FeatureMatrix& class_logits; ///< of the generated pictures, by the data set's classifier
    const FeatureMatrix* data_class_logits;
    double bandwidth; ///< of Gaussian kernels; 0 unless needed
    const EvaluationRequest& request;
};

struct MeasureNeeds {
    bool data = false;      ///< the data's features
    bool reference = false; ///< the data's mean and covariance
    bool logits = false;
    bool bandwidth = false; ///< the median distance between pictures of the data
    bool classes = false;   ///< the answers of a classifier that learnt the data's labels
};

struct Measure {
    std::string key;
    std::string description;
    MeasureNeeds needs;
    Result<MetricValue> (*compute)(const MeasureInput& input);
};

[[nodiscard]] const std::vector<Measure>& measures();
/// Null when there is none of that key.
[[nodiscard]] const Measure* find_measure(const std::string& key);

} // namespace ganvas
