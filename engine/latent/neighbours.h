/// Nearest training images of a picture: does the model remember or invent?
///
/// Distance is the root mean square difference of the pictures averaged down to 16×16, in 0..1 of full scale ("blocks"); or, with
/// an extractor, the Euclidean distance of their features: what they show, not where. Building reads the data set once
/// (a job thread); find() is const: any thread, one at a time where features are made.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/core/image.h"
#include "engine/core/progress.h"
#include "engine/core/result.h"
#include "engine/data/dataset.h"
#include "engine/metrics/features.h"

namespace ganvas {

struct Neighbour {
    std::int64_t index = 0; ///< in the data set
    double distance = 0;
};

/// A picture averaged down to 16×16 blocks (area-weighted), HWC; smaller pictures keep their size.
[[nodiscard]] std::vector<float> block_means(const std::uint8_t* pixels, int height, int width, int channels);

class NeighbourIndex {
public:
    [[nodiscard]] static Result<NeighbourIndex> build(SharedDataset dataset, const Progress& progress);
    /// Of more pictures than 256 MB of features hold, those that come first in a seeded order: compared() says how many.
    [[nodiscard]] static Result<NeighbourIndex>
    build(SharedDataset dataset, std::shared_ptr<FeatureExtractor> extractor, const Progress& progress);
    /// Nearest first. `usage` when the picture's shape is not the data set's.
    [[nodiscard]] Result<std::vector<Neighbour>> find(const Image& image, int count) const;
    [[nodiscard]] const SharedDataset& dataset() const { return dataset_; }
    /// Whether find() can look for pictures of this shape among the images of `source`, by these features.
    [[nodiscard]] bool serves(const std::string& source, int size, int channels,
                              const std::string& features = "blocks") const;
    [[nodiscard]] std::string features() const { return extractor_ ? extractor_->name() : "blocks"; }
    [[nodiscard]] std::int64_t compared() const;

private:
    [[nodiscard]] std::vector<Neighbour> by_blocks(const Image& image) const;
    [[nodiscard]] Result<std::vector<Neighbour>> by_features(const Image& image) const;

    SharedDataset dataset_;
    std::size_t length_ = 0;                      ///< numbers a picture
    std::vector<std::uint8_t> blocks_;            ///< [size, length], rounded
    std::shared_ptr<FeatureExtractor> extractor_; ///< null: blocks
    std::shared_ptr<std::mutex> one_at_a_time_;   ///< in extractor_
    FeatureMatrix rows_;                          ///< with an extractor
    std::vector<std::int64_t> order_;             ///< row k is this picture of the data set
};

} // namespace ganvas
