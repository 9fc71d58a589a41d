/// The data's side of a measurement and its files in cache_folder()/statistics; see evaluate.h.
#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <optional>

#include "engine/metrics/evaluate.h"
#include "engine/runs/tensor_file.h"

namespace ganvas {
namespace {

constexpr std::int64_t largest_kept = std::int64_t(128) << 20; ///< bytes of features
constexpr const char* features_kind = "ganvas.data_features";

std::string file_name_part(const std::string& text) {
    std::string out;
    for (char c : text) out += std::isalnum(static_cast<unsigned char>(c)) || c == '-' ? c : '_';
    return out;
}

Path kept_file(const ReferencePictures& data, const FeatureExtractor& extractor, std::int64_t count,
               const char* what) {
    const auto seed = data.key.find_last_of('/');
    return cache_folder() / "statistics"
           / (file_name_part(data.key.substr(0, seed)) + "-" + file_name_part(extractor.identity()) + "-"
              + std::to_string(count) + "-" + file_name_part(data.key.substr(seed + 1)) + what
              + ".safetensors");
}

std::optional<FeatureMatrix> load_features(const Path& path, int dimension, std::int64_t count) {
    auto file = read_tensor_file(path);
    if (!file || file->text("kind") != features_kind) return std::nullopt;
    auto values = file->floats("features", {count, dimension});
    if (!values) return std::nullopt;
    return FeatureMatrix{count, dimension, values.take()};
}

} // namespace

ReferencePictures reference_pictures(SharedDataset data, std::uint64_t seed, std::string split) {
    ReferencePictures reference;
    reference.images = dataset_images(data, seed);
    reference.key = data->fingerprint() + "/" + std::to_string(seed);
    reference.name = data->source();
    reference.split = std::move(split);
    reference.labelled = std::move(data);
    return reference;
}

Result<FrechetReference> data_reference(SharedDataset data, FeatureExtractor& extractor, std::int64_t count,
                                        std::uint64_t seed, bool use_cache, const Progress& progress) {
    return data_reference(reference_pictures(std::move(data), seed), extractor, count, use_cache, progress);
}

Result<FrechetReference> data_reference(const ReferencePictures& data, FeatureExtractor& extractor,
                                        std::int64_t count, bool use_cache, const Progress& progress) {
    if (data.images.size >= 0) count = std::min(count, data.images.size);
    use_cache = use_cache && !data.key.empty();
    const Path path = use_cache ? kept_file(data, extractor, count, "") : Path();
    std::error_code ignored;
    if (use_cache && std::filesystem::exists(path, ignored)) {
        auto cached = FrechetReference::load(path, extractor.dimension(), count);
        if (cached) return cached;
    }
    auto features = extract_features(extractor, data.images, 0, count, progress);
    if (!features) return features.error();
    auto made = progress.part([&]() -> Result<FrechetReference> {
        auto statistics = gaussian_statistics(*features);
        if (!statistics) return statistics.error();
        return FrechetReference::from(statistics.take());
    });
    if (!made) return made.error();
    auto reference = made.take();
    // A cache that cannot be written costs time, not the measurement.
    if (use_cache && make_folder(path.parent_path())) (void)reference.save(path);
    return reference;
}

Result<FeatureMatrix> data_features(const ReferencePictures& data, FeatureExtractor& extractor,
                                    std::int64_t count, bool use_cache, const Progress& progress) {
    if (data.images.size >= 0) count = std::min(count, data.images.size);
    use_cache = use_cache && !data.key.empty()
                && count * extractor.dimension() * static_cast<std::int64_t>(sizeof(float)) <= largest_kept;
    const Path path = use_cache ? kept_file(data, extractor, count, "-features") : Path();
    std::error_code ignored;
    if (use_cache && std::filesystem::exists(path, ignored))
        if (auto kept = load_features(path, extractor.dimension(), count)) return std::move(*kept);
    auto features = extract_features(extractor, data.images, 0, count, progress);
    if (features && use_cache && make_folder(path.parent_path())) {
        TensorFile file;
        file.add_floats("features", {features->count, features->dimension}, features->values);
        file.metadata["kind"] = features_kind;
        (void)write_tensor_file(path, file);
    }
    return features;
}

} // namespace ganvas
