#include "engine/metrics/diversity_monitor.h"

#include <algorithm>

#include "engine/metrics/class_classifier.h"
#include "engine/metrics/diversity.h"
#include "engine/metrics/measuring_cost.h"
#include "engine/metrics/set_distances.h"

namespace ganvas {

DiversityMonitor::DiversityMonitor(DiversityOptions options, SharedDataset data)
    : options_(std::move(options)), data_(std::move(data)), cadence_(options_.share) {}

DiversityMonitor::~DiversityMonitor() = default;

Result<void> DiversityMonitor::prepare(const Progress& progress) {
    if (!extractor_) {
        auto made = make_extractor(options_.extractor);
        if (!made) return made.error();
        extractor_ = made.take();
    }
    if (!data_pairwise_) {
        auto features = data_features(reference_pictures(data_, options_.seed), *extractor_, options_.count,
                                      true, progress);
        if (!features) return features.error();
        auto pairwise = mean_pairwise_distance(*features);
        if (!pairwise) return pairwise.error();
        data_pairwise_ = *pairwise;
    }
    return options_.count_modes && !classifier_ ? prepare_classifier(progress) : Result<void>();
}

/// Data without labels, or with too few of them, have no modes to count; the other measures go on.
Result<void> DiversityMonitor::prepare_classifier(const Progress& progress) {
    auto made = class_labels(*data_).ok() ? make_classifier(data_, ClassifierPlan{}, true, progress)
                                          : Error{ErrorCode::usage, "no labels", data_->source(), ""};
    if (made)
        classifier_ = made.take();
    else if (made.error().code == ErrorCode::usage || made.error().code == ErrorCode::bad_data)
        options_.count_modes = false;
    else
        return made.error();
    return {};
}

Result<DiversityPoint> DiversityMonitor::measure(const ImageSource& generated, const TrainingMoment& moment,
                                                 const Progress& outer) {
    const MeasuringCost cost(cadence_, moment.seconds, outer);
    const Progress& progress = cost.progress();
    if (auto ready = prepare(progress); !ready) return ready.error();
    auto features = extract_features(*extractor_, generated, 0, options_.count, progress);
    if (!features) return features.error();
    DiversityPoint point;
    point.step = moment.step;
    point.images = moment.images;
    point.seconds = moment.seconds;
    point.epoch = moment.epoch;
    point.count = options_.count;
    point.batch = std::min(options_.batch, options_.count / 2);
    point.extractor = extractor_->name();
    point.data = data_->source();
    point.resize = resize_text(data_->width(), data_->height(), data_->channels(), *extractor_);
    point.split = options_.split;
    point.data_pairwise = data_pairwise_->value;
    point.data_pairwise_deviation = data_pairwise_->deviation;
    auto batches = distance_between_batches(*features, point.batch);
    if (!batches) return batches.error();
    point.between_batches = batches->distance.value;
    point.between_batches_deviation = batches->distance.deviation;
    auto pairwise = mean_pairwise_distance(*features);
    if (!pairwise) return pairwise.error();
    point.pairwise = pairwise->value;
    point.pairwise_deviation = pairwise->deviation;
    if (last_.count > 0) {
        auto since = progress.part([&] { return frechet_distance(*features, last_); });
        if (!since) return since.error();
        point.since_last = *since;
        auto spread = frechet_spread(last_, *features, 4, options_.seed, progress);
        if (!spread) return spread.error();
        point.since_last_deviation = spread->deviation;
    }
    if (classifier_) {
        FeatureMatrix logits;
        auto unused = extract_features(*classifier_, generated, 0, options_.count, progress, 0, 1, &logits);
        if (!unused) return unused.error();
        auto modes = count_modes(logits, nullptr, options_.seed);
        if (!modes) return modes.error();
        point.modes = modes->found;
        point.classes = modes->classes;
        point.effective_modes = modes->effective;
        point.modes_deviation = modes->found_deviation;
        point.effective_modes_deviation = modes->effective_deviation;
    }
    last_ = features.take();
    return point;
}

} // namespace ganvas
