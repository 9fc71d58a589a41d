#include "models/layers/feature_head.h"

#include <stdexcept>

#include "models/layers/activation.h"

namespace ganvas {

FeatureHead::FeatureHead(const DiscriminatorSpec& spec, int channels, int size) : spec_(spec) {
    const WeightNormalisation spectral = spec.weight_normalisation;
    std::int64_t length = std::int64_t(channels) * size * size;
    if (spec.features > 0) {
        const bool batch = spec.feature_normalisation == Normalisation::batch;
        features_ =
            register_module("features", std::make_shared<Dense>(length, spec.features, !batch, spectral));
        normalise_ = register_module(
            "normalise", std::make_shared<NormalisationLayer>(spec.feature_normalisation, spec.features));
        length = spec.features;
    }
    const int projected = spec.features > 0 ? spec.features : channels;
    if (spec.minibatch_discrimination > 0) {
        minibatch_ = register_module(
            "minibatch", std::make_shared<MinibatchDiscrimination>(length, spec.minibatch_discrimination,
                                                                   spec.minibatch_dimensions));
        length += spec.minibatch_discrimination;
    }
    const int joined = joined_class_size(spec);
    if (joined > 0 && spec.condition != DiscriminatorCondition::concatenate)
        embedding_ = register_module("embedding", std::make_shared<ClassEmbedding>(
                                                      spec.classes, joined, true, WeightNormalisation::none));
    length += joined;
    for (int i = 0; i < spec.extra_layers; ++i) {
        extra_.push_back(register_module("extra" + std::to_string(i + 1),
                                         std::make_shared<Dense>(length, spec.features, true, spectral)));
        length = spec.features;
    }
    if (spec.classes > 0 && spec.condition == DiscriminatorCondition::projection)
        projection_ = register_module(
            "projection", std::make_shared<ClassEmbedding>(spec.classes, projected, false, spectral));
    answer_ = register_module("answer", std::make_shared<Dense>(length, 1, true, spectral));
}

torch::Tensor FeatureHead::join_class(const torch::Tensor& vectors, const torch::Tensor& class_rows) {
    auto joined = embedding_ ? embedding_->forward(class_rows) : class_rows;
    if (spec_.condition == DiscriminatorCondition::embedding_sigmoid) joined = at::sigmoid(joined);
    return at::cat({vectors, joined.to(vectors.scalar_type())}, 1);
}

torch::Tensor FeatureHead::forward(const torch::Tensor& maps, int groups, const torch::Tensor& class_rows) {
    const bool conditional = spec_.classes > 0 && spec_.condition != DiscriminatorCondition::none;
    if (conditional && !class_rows.defined())
        throw std::invalid_argument("a conditional discriminator needs the classes");
    auto vectors = maps.permute({0, 2, 3, 1}).flatten(1); // channels last: no copy
    if (features_)
        vectors =
            activate(normalise_->forward(features_->forward(vectors)), spec_.activation, spec_.leaky_slope);
    torch::Tensor projected;
    if (projection_)
        projected = (projection_->forward(class_rows) * (features_ ? vectors : maps.sum({2, 3}))).sum(1);
    if (minibatch_) vectors = minibatch_->forward(vectors, groups);
    if (joined_class_size(spec_) > 0) vectors = join_class(vectors, class_rows);
    for (const auto& layer : extra_)
        vectors = activate(layer->forward(vectors), spec_.activation, spec_.leaky_slope);
    auto answers = answer_->forward(vectors).squeeze(1);
    if (projected.defined()) answers = answers + projected;
    return answers.scalar_type() == torch::kFloat64 ? answers : answers.to(torch::kFloat32);
}

} // namespace ganvas
