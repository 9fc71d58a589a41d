#include "engine/metrics/feature_classification.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/metrics/class_classifier.h"

namespace ganvas {

Result<LabelledPictures> labelled_pictures(SharedDataset data, std::uint64_t seed, double from, double to) {
    auto labels = class_labels(*data);
    if (!labels) return labels.error();
    const auto order = seeded_order(data->size(), seed);
    const auto place = [&](double share) {
        return static_cast<std::size_t>(std::llround(share * static_cast<double>(order.size())));
    };
    auto rows = std::make_shared<std::vector<std::int64_t>>();
    LabelledPictures made;
    for (std::size_t k = place(from); k < place(to); ++k) {
        const int label = labels->of_picture[static_cast<std::size_t>(order[k])];
        if (label < 0) continue;
        rows->push_back(order[k]);
        made.labels.push_back(label);
    }
    made.images = {data->source(), static_cast<std::int64_t>(rows->size()), {}};
    made.images.images = [data, rows](std::int64_t first, int count) -> Result<ImageBatch> {
        ImageBatch batch{count, data->height(), data->width(), data->channels(), {}};
        batch.pixels.resize(batch.image_bytes() * static_cast<std::size_t>(count));
        for (int k = 0; k < count; ++k)
            std::memcpy(batch.pixels.data() + static_cast<std::size_t>(k) * batch.image_bytes(),
                        data->image((*rows)[static_cast<std::size_t>(first + k)]).data(),
                        batch.image_bytes());
        return batch;
    };
    return made;
}

namespace {

/// Features batch by batch; `use(features, first)` for each.
template <class Use>
Result<void> by_batches(FeatureExtractor& extractor, const LabelledPictures& pictures, std::int64_t count,
                        const Progress& progress, double from, double to, Use use) {
    constexpr std::int64_t chunk = 256;
    for (std::int64_t first = 0; first < count; first += chunk) {
        const auto rows = std::min(chunk, count - first);
        const double start = from + (to - from) * static_cast<double>(first) / static_cast<double>(count);
        const double end =
            from + (to - from) * static_cast<double>(first + rows) / static_cast<double>(count);
        auto features = extract_features(extractor, pictures.images, first, rows, progress, start, end);
        if (!features) return features.error();
        Result<void> used = use(*features, first);
        if (!used) return used;
    }
    return {};
}

/// Adds rows to those that are there.
void append(FeatureMatrix& to, std::vector<int>& labels, const FeatureMatrix& from, std::span<const int> of) {
    to.dimension = from.dimension;
    to.count += from.count;
    to.values.insert(to.values.end(), from.values.begin(), from.values.end());
    labels.insert(labels.end(), of.begin(), of.end());
}

std::span<const int> labels_of(const LabelledPictures& pictures, std::int64_t first, std::int64_t count) {
    return std::span(pictures.labels)
        .subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
}

} // namespace

Result<FeatureClassification> classify_features(FeatureExtractor& extractor, const LabelledPictures& train,
                                                const LabelledPictures& test, std::int64_t count,
                                                const SupportVectorOptions& options, const Progress& progress,
                                                ClassifiedFeatures* kept) {
    FeatureClassification out;
    out.dimension = extractor.dimension();
    out.train_available = train.images.size;
    // Features that are kept take as much again: LIBLINEAR has 16 bytes for a number, both parts and the copy that is
    // written four each.
    const std::int64_t most =
        SupportVectors::most_rows(out.dimension, kept ? options.memory / 2 : options.memory);
    out.train_count = std::min({count, train.images.size, most});
    out.test_count = std::min({count, test.images.size, kept ? most : count});
    if (out.train_count < 2 || out.test_count < 1)
        return Error{ErrorCode::usage, "too few labelled pictures to learn from and to test on",
                     train.images.name, "at least two and one"};
    SupportVectors classifier(out.dimension, options);
    classifier.reserve(out.train_count);
    if (kept) {
        const auto numbers = [&](std::int64_t rows) {
            return static_cast<std::size_t>(rows) * static_cast<std::size_t>(out.dimension);
        };
        kept->train.values.reserve(numbers(out.train_count));
        kept->test.values.reserve(numbers(out.test_count));
    }
    auto added = by_batches(extractor, train, out.train_count, progress, 0, 0.5,
                            [&](const FeatureMatrix& features, std::int64_t first) {
                                const auto labels = labels_of(train, first, features.count);
                                if (kept) append(kept->train, kept->train_labels, features, labels);
                                return classifier.add(features, labels);
                            });
    if (!added) return added.error();
    progress.report(0.5, "training the support vector machine");
    if (auto trained = classifier.train(); !trained) return trained.error();
    out.classes = static_cast<int>(classifier.classes().size());
    out.bytes = classifier.bytes();
    out.train_accuracy = classifier.train_accuracy();
    std::int64_t right = 0;
    auto tested = by_batches(extractor, test, out.test_count, progress, 0.7, 1,
                             [&](const FeatureMatrix& features, std::int64_t first) -> Result<void> {
                                 auto found = classifier.predict(features);
                                 if (!found) return found.error();
                                 const auto labels = labels_of(test, first, features.count);
                                 for (std::size_t k = 0; k < found->size(); ++k)
                                     right += (*found)[k] == labels[k];
                                 if (kept) append(kept->test, kept->test_labels, features, labels);
                                 return {};
                             });
    if (!tested) return tested.error();
    out.test_accuracy = static_cast<double>(right) / static_cast<double>(out.test_count);
    const auto error = [](double share, std::int64_t n) {
        return std::sqrt(share * (1 - share) / static_cast<double>(n));
    };
    out.test_deviation = error(out.test_accuracy, out.test_count);
    out.train_deviation = error(out.train_accuracy, out.train_count);
    return out;
}

} // namespace ganvas
