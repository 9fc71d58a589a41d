/// The small network that answers yes or no to every attribute of a picture; internal to learning directions.
///
/// Five 3×3 convolutions (16, 32, 64, 128, 128; all but the first strided) with batch norm and ReLU on the picture at
/// 64×64 or less, one linear layer to the answers; trained with Adam on the mean of the binary cross-entropies. Its
/// weights, the order of the pictures and their augmentation come from counters, so it touches no global random
/// generator. One thread.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/ATen.h>

#include "engine/core/image.h"
#include "engine/core/progress.h"
#include "engine/core/result.h"
#include "engine/data/dataset.h"

namespace ganvas {

/// What the labelled data set asks: attributes, or one question a class.
struct Questions {
    std::vector<std::string> names;
    bool from_classes = false;
    [[nodiscard]] bool answer(const Dataset& data, std::int64_t index, std::size_t question) const;
};
[[nodiscard]] Result<Questions> questions_of(const Dataset& data);

struct ClassifierReport {
    std::vector<double> accuracy;  ///< held out, one a question
    std::vector<double> base_rate; ///< of the majority answer on the held-out pictures
    std::int64_t held_out = 0;
};

class AttributeClassifier {
public:
    AttributeClassifier(int channels, int questions, std::uint64_t seed);

    struct Plan {
        std::int64_t images = 10000;
        int epochs = 8;
        double seconds = 120;
        std::uint64_t seed = 1;
    };
    /// Trains on nine tenths and reports on the rest.
    [[nodiscard]] Result<ClassifierReport> train(const Dataset& data, const Questions& questions,
                                                 const Plan& plan, const Progress& progress);
    /// Logits [N, questions] of pictures of any size.
    [[nodiscard]] at::Tensor logits(const ImageBatch& images) const;

private:
    struct Layer {
        at::Tensor weight, scale, shift, mean, variance;
        int stride = 1;
    };
    [[nodiscard]] at::Tensor forward(const at::Tensor& pictures, bool training) const;
    [[nodiscard]] at::Tensor prepare(const ImageBatch& images) const;

    std::vector<Layer> layers_;
    at::Tensor weight_, bias_;
};

} // namespace ganvas
