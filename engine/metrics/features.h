/// Features: pictures as rows of numbers that distances between sets of pictures are measured on.
///
/// An extractor is used by one thread at a time (it keeps scratch memory); its weights are read once. Torch stays in
/// the .cpp files; extraction uses as many threads as the calling thread allows torch, always in float32.
/// Errors: `not_found`/`bad_checkpoint` for missing or wrong weights, `usage` for an unknown name or for something that
/// the extractor needs and did not get (a weights file, labelled data, a discriminator), `interrupted`.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/image.h"
#include "engine/core/progress.h"
#include "engine/core/result.h"

namespace ganvas {

class Dataset;
class Discriminator;

/// [count, dimension] floats, row by row; a row is one picture.
struct FeatureMatrix {
    std::int64_t count = 0;
    int dimension = 0;
    std::vector<float> values;

    [[nodiscard]] std::span<const float> row(std::int64_t index) const {
        return {values.data() + static_cast<std::size_t>(index) * dimension,
                static_cast<std::size_t>(dimension)};
    }
    /// Copies rows first … first+rows-1.
    [[nodiscard]] FeatureMatrix part(std::int64_t first, std::int64_t rows) const;
};

class FeatureExtractor {
public:
    virtual ~FeatureExtractor() = default;
    [[nodiscard]] virtual const std::string& name() const = 0; ///< badge: "lite0", "inception", "pixels"
    [[nodiscard]] virtual int dimension() const = 0;
    /// How a picture gets to the size that the features are made at, for the badge.
    [[nodiscard]] virtual std::string resize() const = 0;
    /// What the features depend on besides the pictures: the key of what is kept on disk.
    [[nodiscard]] virtual std::string identity() const { return name(); }
    /// Numbers that belong in the badge: a classifier's held-out accuracy.
    [[nodiscard]] virtual std::map<std::string, double> details() const { return {}; }
    /// Any size; 1 channel is repeated to RGB, alpha is dropped. Appends one row a picture to `into` and, when the
    /// extractor has a classifier and `logits` is given, one row of class logits to it.
    [[nodiscard]] virtual Result<void> extract(const ImageBatch& images, FeatureMatrix& into,
                                               FeatureMatrix* logits = nullptr) = 0;
    [[nodiscard]] virtual bool has_classifier() const { return false; }
    [[nodiscard]] virtual int best_batch() const { return 32; } ///< pictures a call that it works best with
};

/// What an extractor is made from; most need only the name.
struct ExtractorRequest {
    std::string name = "lite0";
    Path weights;                                 ///< inception…: the user's safetensors file
    std::shared_ptr<const Dataset> labelled;      ///< classifier: the data that it learns on
    std::shared_ptr<Discriminator> discriminator; ///< discriminator: in evaluation mode
    std::string discriminator_key;                ///< changes with its weights
    bool use_cache = true;                        ///< a classifier is kept between runs
};

/// The names that make_extractor knows; the first is the default.
[[nodiscard]] const std::vector<std::string>& extractor_names();
/// `lite0` and `lite0-96` read assets_folder()/features/efficientnet_lite0.safetensors; `classifier` may train for
/// seconds (see class_classifier.h).
[[nodiscard]] Result<std::unique_ptr<FeatureExtractor>> make_extractor(const ExtractorRequest& request,
                                                                       const Progress& progress = {});
[[nodiscard]] Result<std::unique_ptr<FeatureExtractor>> make_extractor(const std::string& name);
/// Whether distances on these features are the ones that the names FID, KID and Inception Score belong to.
[[nodiscard]] bool is_inception(const std::string& extractor);

/// Where a set of pictures comes from: a model's samples, a data set, a folder of samples. `images(first, count)` may
/// be called for any range inside [0, size).
struct ImageSource {
    std::string name;       ///< for messages and badges
    std::int64_t size = -1; ///< -1: as many as one likes
    std::function<Result<ImageBatch>(std::int64_t first, int count)> images;
};

/// How pictures of that size get to the features, for the badge: "64x64x3 to 96x96 bilinear". Values of pictures of other
/// sizes cannot be compared, whatever the features are.
[[nodiscard]] std::string resize_text(int width, int height, int channels, const FeatureExtractor& extractor);

/// 0 … size-1 in a seeded order; place k of dataset_images(…, seed) is picture seeded_order(…, seed)[k] of the data set.
[[nodiscard]] std::vector<std::int64_t> seeded_order(std::int64_t size, std::uint64_t seed);

/// The pictures of a data set in a seeded order that does not depend on how many are asked for.
[[nodiscard]] ImageSource dataset_images(std::shared_ptr<const Dataset> dataset, std::uint64_t seed = 0);

/// Rows first … first+count-1 of the source; reports progress from `from` to `to` as fractions.
[[nodiscard]] Result<FeatureMatrix> extract_features(FeatureExtractor& extractor, const ImageSource& source,
                                                     std::int64_t first, std::int64_t count,
                                                     const Progress& progress, double from = 0, double to = 1,
                                                     FeatureMatrix* logits = nullptr);

} // namespace ganvas
