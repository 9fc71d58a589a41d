#include "engine/metrics/distance_monitor.h"

#include <algorithm>

#include "engine/core/progress_part.h"
#include "engine/metrics/measuring_cost.h"

namespace ganvas {
void DistanceCadence::measured(double training_seconds, double cost) {
    next_ = training_seconds + cost / std::max(share_, 1e-3);
    spent_ += cost;
}

DistanceMonitor::DistanceMonitor(MonitorOptions options, SharedDataset data)
    : options_(std::move(options)), data_(std::move(data)), cadence_(options_.share) {}

DistanceMonitor::~DistanceMonitor() = default;

Result<DistancePoint> DistanceMonitor::measure(const ImageSource& generated, const TrainingMoment& moment,
                                               const Progress& progress) {
    const MeasuringCost cost(cadence_, moment.seconds, progress);
    if (!extractor_) {
        ExtractorRequest request;
        request.name = options_.extractor;
        request.weights = options_.weights;
        auto made = make_extractor(request, progress);
        if (!made) return made.error();
        extractor_ = made.take();
    }
    const bool first = !reference_;
    if (first) {
        auto reference = data_reference(data_, *extractor_, options_.count, options_.seed, true,
                                        part_of(cost.progress(), 0, 0.5));
        if (!reference) return reference.error();
        reference_ = reference.take();
    }
    const double from = first ? 0.5 : 0;
    auto features =
        extract_features(*extractor_, generated, 0, options_.count, part_of(cost.progress(), from, 0.95));
    if (!features) return features.error();
    const Progress rest = part_of(cost.progress(), 0.95, 1);
    auto value = rest.part([&] { return reference_->distance(*features); });
    if (!value) return value.error();
    rest.report(0, "resampling");
    auto spread = frechet_spread(*reference_, *features, options_.resamples, options_.seed, rest);
    if (!spread) return spread.error();

    DistancePoint point;
    point.step = moment.step;
    point.images = moment.images;
    point.seconds = moment.seconds;
    point.epoch = moment.epoch;
    point.value = *value;
    point.deviation = spread->deviation;
    point.resamples = spread->resamples;
    point.count = options_.count;
    point.extractor = extractor_->name();
    point.data = data_->source();
    point.resize = resize_text(data_->width(), data_->height(), data_->channels(), *extractor_);
    point.split = options_.split;
    progress.report(1, "measured");
    return point;
}

} // namespace ganvas
