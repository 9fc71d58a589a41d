/// The history of a run: logged points of training and measured distances.
///
/// Value types, any thread; lossless through queues, and the rows of metrics.csv.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace ganvas {

/// One logged point of training; losses are means since the point before.
struct TrainingPoint {
    std::int64_t step = 0;
    std::int64_t images = 0;
    double seconds = 0; ///< training time only
    double epoch = 0;
    float discriminator_loss = 0;
    float generator_loss = 0;
    float real_score = 0; ///< mean D(x) after a sigmoid
    float fake_score = 0; ///< mean D(G(z)) after a sigmoid
};

/// A measured Fréchet distance with its badge; never called FID.
struct DistancePoint {
    std::int64_t step = 0;
    std::int64_t images = 0;
    double seconds = 0;
    double epoch = 0;
    double value = 0;
    double deviation = 0; ///< over `resamples` resamples
    int resamples = 0;
    std::int64_t count = 0;  ///< N generated images
    std::string extractor;   ///< "lite0-96"
    std::string data;        ///< name of the data set
    std::string resize = {}; ///< how a picture gets to the extractor's size; empty: not recorded (older runs)
    std::string split = {};  ///< of the data: "all", "train", "test"; empty: not recorded
};

/// What makes two distances comparable: points with different badges never share an axis. One that was not recorded is
/// another one than any that was.
struct DistanceBadge {
    std::string extractor, data, split, resize;
    std::int64_t count = 0;
    auto operator<=>(const DistanceBadge&) const = default;

    /// "lite0-96 · N 2048 · faces", and "(train)" where it is a part: short, without the resize.
    [[nodiscard]] std::string text() const {
        const std::string line = extractor + " · N " + std::to_string(count) + " · " + data;
        return split.empty() || split == "all" ? line : line + " (" + split + ")";
    }
    /// All of it, for a tooltip or a caption: no two badges have the same.
    [[nodiscard]] std::string whole_text() const {
        return text() + (split == "all" ? " (all)" : "") + (resize.empty() ? "" : " · " + resize);
    }
};
[[nodiscard]] inline DistanceBadge distance_badge(const DistancePoint& point) {
    return {point.extractor, point.data, point.split, point.resize, point.count};
}

/// One of several runs: its curves, under the name that they are told apart by.
struct NamedCurves {
    std::string name;
    std::vector<TrainingPoint> training;
    std::vector<DistancePoint> distances;
};

} // namespace ganvas
