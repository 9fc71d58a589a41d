/// What is measured beside training, by the window's session and by `ganvas train`: the Fréchet distance, and as long as
/// their own part of the time allows it the measures of mode collapse.
///
/// One job thread measures when due() says so. On the processor its heavy parts are done between
/// training's steps (step_breaks.h). The measures together take at most measure.share of the training time.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "engine/core/latent_prior.h"
#include "engine/jobs/step_breaks.h"
#include "engine/metrics/distance_monitor.h"
#include "engine/metrics/diversity_monitor.h"
#include "engine/training/model_snapshot.h"

namespace ganvas {

class LiveMeasures {
public:
    LiveMeasures(const Settings& settings, SharedDataset data);

    /// Whether a model of this step is to be measured. One that has seen nothing yet is not; nor is any soon after a
    /// measurement was cancelled, or ever after one failed: it would fail again at once.
    [[nodiscard]] bool due(std::int64_t step, double training_seconds) const;

    /// Called on the thread that measures, as soon as the point is there.
    struct Receiver {
        std::function<void(const DistancePoint&)> distance;
        std::function<void(const DiversityPoint&)> diversity;
    };
    /// Blocks for seconds; the distance as text. `breaks` null: training does not need the processor. Errors: of the
    /// distance, `interrupted` on a stop; of the measures of mode collapse, which are then not tried again.
    [[nodiscard]] Result<std::string> measure(const SharedModel& model, const TrainingMoment& moment,
                                              StepBreaks* breaks, const Receiver& receiver,
                                              const Progress& progress);

private:
    LatentPrior prior_;
    double share_;
    SharedDataset data_;
    DistanceMonitor distance_;
    std::optional<DiversityMonitor> diversity_;
    double not_before_; ///< training seconds
    bool failed_ = false;
};

} // namespace ganvas
