/// A small network that tells the classes of a labelled data set apart: features, a score and modes for grey digits and
/// other pictures that an ImageNet network says little about.
///
/// Four 3×3 convolutions (32, 64, 128, 128; the last three halve) with batch norm and ReLU on the picture at 32×32, a
/// layer of 128 numbers (the features) and one logit a class; Adam on the cross-entropy, on nine tenths of the data. Its
/// weights, the order and the shifts of pictures come from counters and the number of steps from the data's size, so it
/// is the same network again at the same thread count. Kept in cache_folder()/classifiers, keyed by the data's
/// fingerprint, written atomically; a bad file is trained anew. Trains on the calling thread, 10 to 60 s on two cores.
#pragma once

#include <string>
#include <vector>

#include "engine/data/dataset.h"
#include "engine/metrics/features.h"

namespace ganvas {

/// What the pictures of a data set are told apart by.
struct ClassLabels {
    std::vector<std::string> names;
    std::vector<int> of_picture; ///< [size of the data set], -1: none
};
/// The data's classes; of a data set with attributes alone, the combinations of its (up to four) most even ones, as
/// "Smiling+Male-". Error `usage` for a data set without labels.
[[nodiscard]] Result<ClassLabels> class_labels(const Dataset& data);

struct ClassifierPlan {
    std::int64_t images = 20000; ///< at most; a seeded subset
    int epochs = 5;
    std::int64_t fewest_steps = 400; ///< of 64 pictures
    std::uint64_t seed = 1;
};

/// For a data set of so many batches (1 or more): `epochs`, or more where they would not make `fewest_steps`, but then at
/// most 40: more would only learn a small data set by heart.
[[nodiscard]] std::int64_t epochs_to_learn(std::int64_t batches, std::int64_t epochs,
                                           std::int64_t fewest_steps);

/// Whether the cache holds it: then it costs nothing to speak of.
[[nodiscard]] bool classifier_is_kept(const Dataset& labelled, const ClassifierPlan& plan);

/// An extractor with has_classifier(); details(): "held_out_accuracy", "held_out", "classes". Errors: `usage` without
/// labelled data, `bad_data` with fewer than 40 labelled pictures, `interrupted`.
[[nodiscard]] Result<std::unique_ptr<FeatureExtractor>>
make_classifier(SharedDataset labelled, const ClassifierPlan& plan, bool use_cache, const Progress& progress);

} // namespace ganvas
