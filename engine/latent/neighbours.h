/// Nearest training images of a picture: does the model remember or invent?
///
/// Distance is the root mean square difference of the pictures averaged down to 16×16, in 0..1 of full scale. Building
/// reads the whole data set once (a job thread); find() is quick and const: any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/core/image.h"
#include "engine/core/progress.h"
#include "engine/core/result.h"
#include "engine/data/dataset.h"

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
    /// Nearest first. `usage` when the picture's shape is not the data set's.
    [[nodiscard]] Result<std::vector<Neighbour>> find(const Image& image, int count) const;
    [[nodiscard]] const SharedDataset& dataset() const { return dataset_; }
    /// Whether find() can look for pictures of this shape among the images of `source`.
    [[nodiscard]] bool serves(const std::string& source, int size, int channels) const;

private:
    SharedDataset dataset_;
    std::size_t length_ = 0;           ///< numbers a picture
    std::vector<std::uint8_t> blocks_; ///< [size, length], rounded
};

} // namespace ganvas
