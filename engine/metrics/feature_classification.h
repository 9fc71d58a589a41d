/// How well the classes of a labelled data set can be told apart on features: the third report's table 1.
///
/// Blocks (a job thread, Progress). Training rows go straight from the extractor into the solver; when the memory allows
/// fewer than there are, the seeded first ones are taken and the counts say so. Errors: those of support_vectors.h,
/// the extractor's and the source's, `interrupted`.
#pragma once

#include <vector>

#include "engine/data/dataset.h"
#include "engine/metrics/features.h"
#include "engine/metrics/support_vectors.h"

namespace ganvas {

/// Pictures with the class of each, in the source's order.
struct LabelledPictures {
    ImageSource images;
    std::vector<int> labels;
};
/// The labelled pictures among places [from, to) of the seeded order, as fractions of the data set; see class_labels().
[[nodiscard]] Result<LabelledPictures> labelled_pictures(SharedDataset data, std::uint64_t seed,
                                                         double from = 0, double to = 1);

struct FeatureClassification {
    double train_accuracy = 0, test_accuracy = 0;
    double train_deviation = 0, test_deviation = 0; ///< standard errors of the two shares
    std::int64_t train_count = 0, test_count = 0;
    std::int64_t train_available = 0; ///< more than train_count when memory or `count` left some out
    std::int64_t bytes = 0;           ///< that the solver's rows take
    int dimension = 0, classes = 0;
};
/// What was learned from and tested on, for who wants to try another solver: rows in the order of their labels.
struct ClassifiedFeatures {
    FeatureMatrix train, test;
    std::vector<int> train_labels, test_labels;
};
/// At most `count` pictures of each side. `kept`: filled in when it is not null (four bytes a number, of the test side too, which
/// the solver does not hold).
[[nodiscard]] Result<FeatureClassification>
classify_features(FeatureExtractor& extractor, const LabelledPictures& train, const LabelledPictures& test,
                  std::int64_t count, const SupportVectorOptions& options, const Progress& progress,
                  ClassifiedFeatures* kept = nullptr);

} // namespace ganvas
