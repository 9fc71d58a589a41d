#include "engine/api/live_measures.h"

#include <algorithm>

#include "engine/api/checkpoint_model.h"
#include "engine/core/progress_part.h"
#include "engine/metrics/class_classifier.h"

namespace ganvas {
namespace {

/// Of the share of time that measuring may take: the distance's part, and what the measures of mode collapse get.
constexpr double distance_part = 0.8;
/// Of the time, while a measurement is under way; what it took is paid back afterwards.
constexpr double busy_share = 0.3;
/// Training seconds before the first measurement: before them there is only noise to measure.
constexpr double first_seconds = 5;
/// … and before the classifier that counts modes is trained, where the cache does not hold it: that takes half a minute.
constexpr double seconds_before_classifier = 300;
/// After a cancelled measurement training goes on for so long before the next.
constexpr double pause_seconds = 10;
/// Latents of what is measured: none that a hand is likely to look at.
constexpr std::uint64_t first_seed = 1'000'000;

MonitorOptions distance_options(const Settings& settings) {
    MonitorOptions options;
    options.extractor = settings.text("measure.extractor");
    options.count = settings.integer("measure.count");
    options.split = settings.text("data.split");
    options.share = settings.real("measure.share") * distance_part;
    return options;
}

DiversityOptions diversity_options(const Settings& settings) {
    DiversityOptions options;
    options.extractor = settings.text("measure.extractor");
    options.count = std::min<std::int64_t>(options.count, settings.integer("measure.count"));
    options.split = settings.text("data.split");
    options.share = settings.real("measure.share") * (1 - distance_part);
    return options;
}

} // namespace

LiveMeasures::LiveMeasures(const Settings& settings, SharedDataset data)
    : prior_(prior_of(settings)), share_(settings.real("measure.share")), data_(data),
      distance_(distance_options(settings), data),
      diversity_(std::in_place, diversity_options(settings), data), not_before_(first_seconds) {}

bool LiveMeasures::due(std::int64_t step, double training_seconds) const {
    return !failed_ && step > 0 && training_seconds >= not_before_ && distance_.due(training_seconds)
           && distance_.spent() + (diversity_ ? diversity_->spent() : 0) <= share_ * training_seconds;
}

Result<std::string> LiveMeasures::measure(const SharedModel& model, const TrainingMoment& moment,
                                          StepBreaks* breaks, const Receiver& receiver,
                                          const Progress& progress) {
    std::optional<StepVisit> visit;
    Progress within = progress;
    if (breaks) {
        visit.emplace(*breaks, busy_share, progress.stop);
        within.compute = [&visit](const StepBreaks::Part& part) { return visit->run(part); };
    }
    auto renderer = Renderer::create(model, prior_);
    const ImageSource samples = renderer ? sample_images(**renderer, first_seed) : ImageSource{};
    auto point = renderer ? distance_.measure(samples, moment, part_of(within, 0, distance_part))
                          : Result<DistancePoint>(renderer.error());
    if (!point) {
        const Error& error = point.error();
        if (error.code == ErrorCode::interrupted) {
            not_before_ = moment.seconds + pause_seconds;
            return error;
        }
        failed_ = true;
        return Error{error.code, error.what, error.where,
                     "it is not measured beside training until its settings or the data change"};
    }
    receiver.distance(*point);
    if (!diversity_ || !diversity_->due(moment.seconds)) return std::to_string(point->value);
    diversity_->set_count_modes(moment.seconds >= seconds_before_classifier
                                || classifier_is_kept(*data_, {}));
    auto spread = diversity_->measure(samples, moment, part_of(within, distance_part, 1));
    if (!spread) {
        if (spread.error().code != ErrorCode::interrupted)
            diversity_.reset(); // the distance goes on without it
        return spread.error();
    }
    receiver.diversity(*spread);
    return std::to_string(point->value);
}

} // namespace ganvas
