/// The history of a run: logged points of training and measured distances.
///
/// Value types, any thread; lossless through queues, and the rows of metrics.csv.
#pragma once

#include <cstdint>
#include <string>

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
    std::int64_t count = 0; ///< N generated images
    std::string extractor;  ///< "lite0-96"
    std::string data;       ///< name of the data set
};

} // namespace ganvas
