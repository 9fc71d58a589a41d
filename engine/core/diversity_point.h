/// One look at how different a model's samples are from each other, for the live curves of mode collapse.
///
/// A value, any thread; history like DistancePoint (lossless, through queues). Its badge is count, batch, extractor, resize,
/// data and split; the modes are counted by the data set's own classifier.
#pragma once

#include <cstdint>
#include <string>

namespace ganvas {

struct DiversityPoint {
    std::int64_t step = 0;
    std::int64_t images = 0;
    double seconds = 0; ///< training time
    double epoch = 0;
    double between_batches =
        0; ///< Fréchet distance between two batches of samples, mean over pairs of batches
    double between_batches_deviation = 0;
    double since_last =
        -1; ///< Fréchet distance to the same latents' samples at the point before; -1: the first point
    double since_last_deviation = 0; ///< bootstrap over the samples of this point
    double pairwise = 0;             ///< mean distance between two samples' features
    double pairwise_deviation = 0;
    double data_pairwise = 0; ///< the same of the data: what a healthy model comes near to
    double data_pairwise_deviation = 0;
    int modes = -1; ///< classes with at least one sample; -1: the data have no classes
    int classes = 0;
    double modes_deviation = 0;  ///< bootstrap over the samples
    double effective_modes = -1; ///< exp of the entropy of the shares
    double effective_modes_deviation = 0;
    std::int64_t count = 0; ///< N samples
    std::int64_t batch = 0; ///< samples a batch
    std::string extractor;
    std::string data;
    std::string resize = {}, split = {};
};

/// Whether two points may stand on one axis.
[[nodiscard]] inline bool same_badge(const DiversityPoint& a, const DiversityPoint& b) {
    return a.extractor == b.extractor && a.data == b.data && a.resize == b.resize && a.split == b.split
           && a.count == b.count && a.batch == b.batch;
}

} // namespace ganvas
