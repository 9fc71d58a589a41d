#include "engine/metrics/features.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "engine/core/random.h"
#include "engine/data/dataset.h"
#include "engine/metrics/class_classifier.h"
#include "engine/metrics/discriminator_features.h"
#include "engine/metrics/inception.h"
#include "engine/metrics/lite0.h"
#include "engine/metrics/tensors.h"

namespace ganvas {
namespace {

/// Raw pixels: RGB averaged down (or stretched) to 16×16, 0..1; 768 numbers. Needs no weights.
class PixelExtractor final : public FeatureExtractor {
public:
    const std::string& name() const override { return name_; }
    int dimension() const override { return 16 * 16 * 3; }
    int best_batch() const override { return 128; }
    std::string resize() const override { return "16x16 means"; }
    Result<void> extract(const ImageBatch& images, FeatureMatrix& into, FeatureMatrix*) override {
        at::InferenceMode inference;
        auto pictures = rgb_tensor(images);
        auto small = at::adaptive_avg_pool2d(pictures, {16, 16}) / 255.0;
        append_rows(small.contiguous().view({images.count, -1}), into);
        return {};
    }

private:
    std::string name_ = "pixels";
};

} // namespace

FeatureMatrix FeatureMatrix::part(std::int64_t first, std::int64_t rows) const {
    FeatureMatrix out{rows, dimension, {}};
    auto begin = values.begin() + first * dimension;
    out.values.assign(begin, begin + rows * dimension);
    return out;
}

const std::vector<std::string>& extractor_names() {
    static const std::vector<std::string> names = {
        "lite0", "lite0-96", "inception", "inception-pytorch", "discriminator", "classifier", "pixels"};
    return names;
}

bool is_inception(const std::string& extractor) { return extractor.rfind("inception", 0) == 0; }

Result<std::unique_ptr<FeatureExtractor>> make_extractor(const ExtractorRequest& request,
                                                         const Progress& progress) {
    const std::string& name = request.name;
    if (name == "lite0") return make_lite0(224, lite0_weights_path());
    if (name == "lite0-96") return make_lite0(96, lite0_weights_path());
    if (name == "inception") return make_inception(InceptionInput::tensorflow, request.weights);
    if (name == "inception-pytorch") return make_inception(InceptionInput::half_pixel, request.weights);
    if (name == "discriminator")
        return make_discriminator_extractor(request.discriminator, request.discriminator_key);
    if (name == "classifier")
        return make_classifier(request.labelled, ClassifierPlan{}, request.use_cache, progress);
    if (name == "pixels") return std::unique_ptr<FeatureExtractor>(std::make_unique<PixelExtractor>());
    std::string names;
    for (const auto& known : extractor_names()) names += (names.empty() ? "" : ", ") + known;
    return Error{ErrorCode::usage, "unknown feature extractor", name, "one of " + names};
}

Result<std::unique_ptr<FeatureExtractor>> make_extractor(const std::string& name) {
    ExtractorRequest request;
    request.name = name;
    return make_extractor(request);
}

std::string resize_text(int width, int height, int channels, const FeatureExtractor& extractor) {
    return std::to_string(width) + "x" + std::to_string(height) + "x" + std::to_string(channels) + " to "
           + extractor.resize();
}

std::vector<std::int64_t> seeded_order(std::int64_t size, std::uint64_t seed) {
    std::vector<std::int64_t> order(static_cast<std::size_t>(size));
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_below(seed, i, i)]);
    return order;
}

ImageSource dataset_images(std::shared_ptr<const Dataset> dataset, std::uint64_t seed) {
    auto order = std::make_shared<const std::vector<std::int64_t>>(seeded_order(dataset->size(), seed));
    ImageSource source{dataset->source(), dataset->size(), {}};
    source.images = [dataset, order](std::int64_t first, int count) -> Result<ImageBatch> {
        ImageBatch batch{count, dataset->height(), dataset->width(), dataset->channels(), {}};
        batch.pixels.resize(batch.image_bytes() * count);
        for (int k = 0; k < count; ++k) {
            auto pixels = dataset->image((*order)[static_cast<std::size_t>(first + k)]);
            std::memcpy(batch.pixels.data() + k * batch.image_bytes(), pixels.data(), pixels.size());
        }
        if (!dataset->whole())
            return Error{ErrorCode::io, "pictures went away while they were read", dataset->source(),
                         "open the data again"};
        return batch;
    };
    return source;
}

Result<FeatureMatrix> extract_features(FeatureExtractor& extractor, const ImageSource& source,
                                       std::int64_t first, std::int64_t count, const Progress& progress,
                                       double from, double to, FeatureMatrix* logits) {
    if (source.size >= 0 && first + count > source.size)
        return Error{ErrorCode::usage,
                     "not enough pictures: " + std::to_string(first + count) + " are needed", source.name,
                     "it has " + std::to_string(source.size)};
    FeatureMatrix features{0, extractor.dimension(), {}};
    features.values.reserve(static_cast<std::size_t>(count) * extractor.dimension());
    const std::int64_t end = first + count;
    for (std::int64_t at = first; at < end;) {
        if (progress.stop_requested())
            return Error{ErrorCode::interrupted, "measuring was stopped", source.name, ""};
        progress.report(from + (to - from) * static_cast<double>(at - first) / static_cast<double>(count),
                        extractor.name() + " features of " + source.name);
        const int batch = static_cast<int>(std::min<std::int64_t>(extractor.best_batch(), end - at));
        const auto done = progress.part([&]() -> Result<void> {
            auto images = source.images(at, batch);
            if (!images) return images.error();
            return extractor.extract(*images, features, logits);
        });
        if (!done) return done.error();
        at += batch;
    }
    return features;
}

} // namespace ganvas
