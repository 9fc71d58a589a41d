#include "models/layers/class_embedding.h"

#include <cmath>
#include <stdexcept>

#include "models/layers/convolution.h"

namespace ganvas {

ClassEmbedding::ClassEmbedding(int classes, int size, bool unit_deviation,
                               WeightNormalisation weight_normalisation)
    : unit_deviation_(unit_deviation) {
    weight = register_parameter("weight", torch::empty({classes, size}));
    if (weight_normalisation == WeightNormalisation::spectral)
        u = register_buffer("u", torch::ones({classes}) / std::sqrt(double(classes)));
}

torch::Tensor ClassEmbedding::forward(const torch::Tensor& class_rows) {
    const auto used = u.defined() ? weight / spectral_norm(weight, u, is_training() ? 1 : 0) : weight;
    return at::matmul(class_rows, used);
}

torch::Tensor one_hot_rows(const std::vector<int>& classes, int count) {
    auto rows = at::zeros({std::int64_t(classes.size()), count}, at::kFloat);
    float* values = rows.mutable_data_ptr<float>();
    for (const int one : classes) {
        if (one < 0 || one >= count) throw std::invalid_argument("a class that the model does not know");
        values[one] = 1;
        values += count;
    }
    return rows;
}

} // namespace ganvas
