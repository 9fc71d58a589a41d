#include "engine/latent/neighbours.h"

#include <algorithm>
#include <cmath>

namespace ganvas {
namespace {

constexpr int grid = 16;

/// Overlap of source pixel columns with each of `out` equal parts of `in` pixels, as weights that sum to one a part.
struct Part {
    int first = 0;
    std::vector<float> weights;
};
std::vector<Part> parts(int in, int out) {
    std::vector<Part> made(static_cast<std::size_t>(out));
    const double step = static_cast<double>(in) / out;
    for (int k = 0; k < out; ++k) {
        const double from = k * step, to = (k + 1) * step;
        auto& part = made[static_cast<std::size_t>(k)];
        part.first = static_cast<int>(from);
        for (int pixel = part.first; pixel < in && pixel < to - 1e-9; ++pixel)
            part.weights.push_back(
                static_cast<float>((std::min<double>(pixel + 1, to) - std::max<double>(pixel, from)) / step));
    }
    return made;
}

} // namespace

std::vector<float> block_means(const std::uint8_t* pixels, int height, int width, int channels) {
    const auto rows = parts(height, std::min(grid, height)), columns = parts(width, std::min(grid, width));
    std::vector<float> means(rows.size() * columns.size() * channels, 0.0f);
    std::vector<float> line(columns.size() * channels);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        for (std::size_t i = 0; i < rows[r].weights.size(); ++i) {
            const std::uint8_t* source =
                pixels + static_cast<std::size_t>(rows[r].first + i) * width * channels;
            std::fill(line.begin(), line.end(), 0.0f);
            for (std::size_t c = 0; c < columns.size(); ++c)
                for (std::size_t j = 0; j < columns[c].weights.size(); ++j)
                    for (int k = 0; k < channels; ++k)
                        line[c * channels + k] +=
                            columns[c].weights[j] * source[(columns[c].first + j) * channels + k];
            for (std::size_t k = 0; k < line.size(); ++k)
                means[r * line.size() + k] += rows[r].weights[i] * line[k];
        }
    }
    return means;
}

Result<NeighbourIndex> NeighbourIndex::build(SharedDataset dataset, const Progress& progress) {
    NeighbourIndex index;
    index.dataset_ = std::move(dataset);
    const auto& data = *index.dataset_;
    index.length_ = static_cast<std::size_t>(std::min(grid, data.height())) * std::min(grid, data.width())
                    * data.channels();
    index.blocks_.resize(static_cast<std::size_t>(data.size()) * index.length_);
    for (std::int64_t k = 0; k < data.size(); ++k) {
        if (k % 256 == 0) {
            if (progress.stop_requested())
                return Error{ErrorCode::interrupted, "the search was stopped", data.source(), ""};
            progress.report(static_cast<double>(k) / static_cast<double>(data.size()),
                            "reading " + data.source());
        }
        const auto means = block_means(data.image(k).data(), data.height(), data.width(), data.channels());
        auto* target = index.blocks_.data() + static_cast<std::size_t>(k) * index.length_;
        for (std::size_t i = 0; i < index.length_; ++i)
            target[i] = static_cast<std::uint8_t>(std::lround(means[i]));
    }
    progress.report(1, "ready");
    return index;
}

Result<NeighbourIndex> NeighbourIndex::build(SharedDataset dataset,
                                             std::shared_ptr<FeatureExtractor> extractor,
                                             const Progress& progress) {
    constexpr std::int64_t most_bytes = 256 << 20;
    const std::int64_t most = most_bytes / (std::int64_t(sizeof(float)) * extractor->dimension());
    NeighbourIndex index;
    index.dataset_ = std::move(dataset);
    index.extractor_ = std::move(extractor);
    index.one_at_a_time_ = std::make_shared<std::mutex>();
    const std::int64_t count = std::min(index.dataset_->size(), most);
    index.order_ = seeded_order(index.dataset_->size(), 0);
    auto rows = extract_features(*index.extractor_, dataset_images(index.dataset_), 0, count, progress);
    if (!rows) return rows.error();
    index.rows_ = rows.take();
    return index;
}

bool NeighbourIndex::serves(const std::string& source, int size, int channels,
                            const std::string& features) const {
    return dataset_->source() == source && dataset_->width() == size && dataset_->height() == size
           && dataset_->channels() == channels && this->features() == features;
}

std::int64_t NeighbourIndex::compared() const { return extractor_ ? rows_.count : dataset_->size(); }

std::vector<Neighbour> NeighbourIndex::by_blocks(const Image& image) const {
    const auto means = block_means(image.pixels.data(), image.height, image.width, image.channels);
    std::vector<int> wanted(length_);
    for (std::size_t i = 0; i < length_; ++i) wanted[i] = static_cast<int>(std::lround(means[i]));
    std::vector<Neighbour> all(static_cast<std::size_t>(dataset_->size()));
    for (std::size_t k = 0; k < all.size(); ++k) {
        const std::uint8_t* row = blocks_.data() + k * length_;
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < length_; ++i) {
            const int difference = wanted[i] - row[i];
            sum += difference * difference;
        }
        all[k] = {static_cast<std::int64_t>(k),
                  std::sqrt(static_cast<double>(sum) / static_cast<double>(length_)) / 255};
    }
    return all;
}

Result<std::vector<Neighbour>> NeighbourIndex::by_features(const Image& image) const {
    FeatureMatrix wanted;
    {
        const std::lock_guard lock(*one_at_a_time_);
        const ImageBatch batch{1, image.height, image.width, image.channels, image.pixels};
        if (auto made = extractor_->extract(batch, wanted); !made) return made.error();
    }
    const auto own = wanted.row(0);
    std::vector<Neighbour> all(static_cast<std::size_t>(rows_.count));
    for (std::size_t k = 0; k < all.size(); ++k) {
        const auto row = rows_.row(static_cast<std::int64_t>(k));
        double sum = 0;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const double difference = double(own[i]) - double(row[i]);
            sum += difference * difference;
        }
        all[k] = {order_[k], std::sqrt(sum)};
    }
    return all;
}

Result<std::vector<Neighbour>> NeighbourIndex::find(const Image& image, int count) const {
    if (image.width != dataset_->width() || image.height != dataset_->height()
        || image.channels != dataset_->channels())
        return Error{ErrorCode::usage, "the picture has another shape than the data set", dataset_->source(),
                     "open the data that the model was trained on"};
    auto found = extractor_ ? by_features(image) : Result<std::vector<Neighbour>>(by_blocks(image));
    if (!found) return found.error();
    auto all = found.take();
    const auto kept = std::min<std::size_t>(static_cast<std::size_t>(std::max(count, 0)), all.size());
    std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept), all.end(),
                      [](const Neighbour& a, const Neighbour& b) {
                          return a.distance != b.distance ? a.distance < b.distance : a.index < b.index;
                      });
    all.resize(kept);
    return all;
}

} // namespace ganvas
