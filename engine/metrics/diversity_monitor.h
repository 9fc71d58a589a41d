/// Live measures of mode collapse while a model trains: the Fréchet distance between two batches of its samples and
/// since the point before (with the same latents), the mean pairwise distance, and the classes that the samples cover.
///
/// As distance_monitor.h: one job thread drives it (due(), measure(), publish), it starts no thread, and it measures
/// again only after cost / share seconds of training. The first measure() also makes or loads the data's side, and, for
/// data with classes or attributes, trains or loads the small classifier.
#pragma once

#include <memory>
#include <optional>

#include "engine/core/diversity_point.h"
#include "engine/metrics/distance_monitor.h"
#include "engine/metrics/set_distances.h"

namespace ganvas {

struct DiversityOptions {
    std::string extractor = "lite0-96";
    std::int64_t count = 256; ///< samples; the first ones of `generated`, so the same latents each time
    std::int64_t batch = 64;
    double share = 0.05; ///< of training time
    std::uint64_t seed = 0;
    std::string split = "all"; ///< of the data, for the badge
    bool count_modes = true;   ///< where the data have classes
};

class DiversityMonitor {
public:
    DiversityMonitor(DiversityOptions options, SharedDataset data);
    ~DiversityMonitor();

    [[nodiscard]] bool due(double training_seconds) const { return cadence_.due(training_seconds); }
    [[nodiscard]] double spent() const { return cadence_.spent(); }
    /// From now on the classes that the samples cover are counted (or not), where the data have some.
    void set_count_modes(bool wanted) { options_.count_modes = wanted; }
    /// Blocks for a second or so. `generated` must be of the weights of `moment`. Error `interrupted` on stop.
    [[nodiscard]] Result<DiversityPoint> measure(const ImageSource& generated, const TrainingMoment& moment,
                                                 const Progress& progress);
    [[nodiscard]] const DiversityOptions& options() const { return options_; }

private:
    [[nodiscard]] Result<void> prepare(const Progress& progress);
    [[nodiscard]] Result<void> prepare_classifier(const Progress& progress);

    DiversityOptions options_;
    SharedDataset data_;
    DistanceCadence cadence_;
    std::unique_ptr<FeatureExtractor> extractor_, classifier_;
    std::optional<Estimate> data_pairwise_;
    FeatureMatrix last_; ///< features of the point before
};

} // namespace ganvas
