/// Networks that learnt the labels of a data set, kept while a study runs: its rows ask the same questions.
///
/// Internal to engine/api. get() may be called by two threads; the second one waits while the first one trains (10 to
/// 120 s), and both may then use what they were given, which is not changed any more. Errors: those of opening the data,
/// `usage` for data without labels, `bad_data` with too few pictures, `interrupted`.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "engine/core/thread_annotations.h"
#include "engine/data/dataset.h"
#include "engine/latent/attribute_classifier.h"

namespace ganvas {

struct LearnedLabels {
    Questions questions;
    AttributeClassifier classifier;
    ClassifierReport report;
};

class LabelShelf {
public:
    [[nodiscard]] Result<std::shared_ptr<const LearnedLabels>>
    get(const std::string& source, const Preparation& preparation, const Progress& progress);

private:
    Mutex mutex_;
    /// By the data's fingerprint.
    std::map<std::string, std::shared_ptr<const LearnedLabels>> learned_ GANVAS_GUARDED_BY(mutex_);
};

} // namespace ganvas
