/// Live Fréchet distance while a model trains, at a cadence that costs training no more than a set share.
///
/// One job thread drives a DistanceMonitor: ask due(), measure(), publish the point. It starts no thread. Cost is what
/// training loses to a measurement (measuring_cost.h); measuring again only after cost / share seconds of training keeps
/// the loss below `share`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/core/progress.h"
#include "engine/core/result.h"
#include "engine/core/training_points.h"
#include "engine/data/dataset.h"
#include "engine/metrics/evaluate.h"

namespace ganvas {

/// When to measure next; pure arithmetic on training seconds.
class DistanceCadence {
public:
    explicit DistanceCadence(double share) : share_(share) {}
    [[nodiscard]] bool due(double training_seconds) const { return training_seconds >= next_; }
    [[nodiscard]] double next() const { return next_; }   ///< training seconds
    [[nodiscard]] double spent() const { return spent_; } ///< cost of all measurements, seconds
    /// A measurement that began at `training_seconds` cost training `cost` seconds (the data's
    /// statistics included: they are paid back too).
    void measured(double training_seconds, double cost);

private:
    double share_;
    double next_ = 0, spent_ = 0;
};

struct MonitorOptions {
    std::string extractor = "lite0-96";
    Path weights = {}; ///< inception…: the user's file
    std::int64_t count = 2048;
    double share = 0.1; ///< of training time
    int resamples = 4;
    std::uint64_t seed = 0;
    std::string split = "all"; ///< of the data, for the badge
};

/// Where training was when the weights that are measured were copied.
struct TrainingMoment {
    std::int64_t step = 0, images = 0;
    double seconds = 0, epoch = 0;
};

class DistanceMonitor {
public:
    DistanceMonitor(MonitorOptions options, SharedDataset data);
    ~DistanceMonitor();

    [[nodiscard]] bool due(double training_seconds) const { return cadence_.due(training_seconds); }
    [[nodiscard]] double spent() const { return cadence_.spent(); }
    /// Blocks for seconds. `generated` must be of the weights of `moment`. The first call also makes (or loads) the
    /// data's statistics. Error `interrupted` on stop.
    [[nodiscard]] Result<DistancePoint> measure(const ImageSource& generated, const TrainingMoment& moment,
                                                const Progress& progress);
    [[nodiscard]] const MonitorOptions& options() const { return options_; }

private:
    MonitorOptions options_;
    SharedDataset data_;
    DistanceCadence cadence_;
    std::unique_ptr<FeatureExtractor> extractor_;
    std::optional<FrechetReference> reference_;
};

} // namespace ganvas
