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
        data_pairwise_ = pairwise->value;
    }
    if (options_.count_modes && !classifier_ && data_->class_names().size() > 1) {
        auto made = make_classifier(data_, ClassifierPlan{}, true, progress);
        if (!made) return made.error();
        classifier_ = made.take();
    }
    return {};
}

Result<DiversityPoint> DiversityMonitor::measure(const ImageSource& generated, const TrainingMoment& moment,
                                                 const Progress& progress) {
    const MeasuringCost cost(cadence_, moment.seconds);
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
    point.data_pairwise = *data_pairwise_;
    auto batches = distance_between_batches(*features, point.batch);
    if (!batches) return batches.error();
    point.between_batches = batches->distance.value;
    point.between_batches_deviation = batches->distance.deviation;
    auto pairwise = mean_pairwise_distance(*features);
    if (!pairwise) return pairwise.error();
    point.pairwise = pairwise->value;
    point.pairwise_deviation = pairwise->deviation;
    if (last_.count > 0) {
        auto since = frechet_distance(*features, last_);
        if (!since) return since.error();
        point.since_last = *since;
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
    }
    last_ = features.take();
    return point;
}

} // namespace ganvas
