#include "models/generator.h"

#include <algorithm>
#include <stdexcept>

#include <torch/nn/functional.h>

#include "models/layers/activation.h"
#include "models/layers/upsampling.h"

namespace ganvas {

Generator::Generator(const GeneratorSpec& spec) : spec_(spec) {
    if (const std::string why = problem(spec); !why.empty()) throw std::invalid_argument(why);
    const int count = doublings(spec.image_size);
    const bool bias = has_bias(spec.normalisation);
    const bool deconvolution = spec.upsampling == Upsampling::deconvolution;
    const int norm_classes = spec.conditional_normalisation ? spec.classes : 0;

    int inputs = input_size(spec);
    if (spec.classes > 0 && spec.condition == GeneratorCondition::embedding)
        embedding_ =
            register_module("embedding", std::make_shared<ClassEmbedding>(spec.classes, spec.class_embedding,
                                                                          true, WeightNormalisation::none));
    if (spec.fully_connected > 0) {
        fully_connected_ =
            register_module("fully_connected", std::make_shared<Dense>(inputs, spec.fully_connected, true,
                                                                       spec.weight_normalisation));
        inputs = spec.fully_connected;
    }
    int channels = hidden_channels(spec.width, spec.maximum_multiple, 0, count);
    project_ = register_module(
        "project", std::make_shared<LatentProjection>(inputs, channels, smallest_map(spec.image_size), bias,
                                                      spec.weight_normalisation));
    refine_.resize(std::size_t(count));
    attention_.resize(std::size_t(count));
    for (int i = 0; i < count; ++i) {
        const std::string number = std::to_string(i);
        normalise_.push_back(register_module(
            "normalise" + number,
            std::make_shared<NormalisationLayer>(spec.normalisation, channels, norm_classes)));
        if (spec.depth > 1)
            refine_[std::size_t(i)] = register_module(
                "refine" + number,
                std::make_shared<Refinement>(RefinementOptions{
                    channels, spec.depth - 1, odd_kernel(spec.kernel), bias, spec.normalisation, norm_classes,
                    spec.weight_normalisation, spec.activation, spec.leaky_slope}));
        if (std::count(spec.attention_after.begin(), spec.attention_after.end(), i + 1) > 0)
            attention_[std::size_t(i)] = register_module(
                "attention" + number, std::make_shared<SelfAttention>(channels, spec.weight_normalisation));
        const int outputs =
            i == count - 1 ? spec.channels : hidden_channels(spec.width, spec.maximum_multiple, i + 1, count);
        up_.push_back(register_module(
            i == count - 1 ? "picture" : "up" + std::to_string(i + 1),
            std::make_shared<Convolution>(ConvolutionOptions{
                channels, outputs, spec.kernel, deconvolution ? Resampling::double_size : Resampling::same,
                bias, spec.weight_normalisation})));
        channels = outputs;
    }
}

torch::Tensor Generator::upsample(const torch::Tensor& maps) const {
    return ganvas::upsample(maps, spec_.upsampling);
}

torch::Tensor Generator::first_map(const torch::Tensor& latents, const torch::Tensor& class_rows) {
    auto vectors = latents;
    if (spec_.classes > 0 && spec_.condition != GeneratorCondition::none) {
        const auto joined = embedding_ ? embedding_->forward(class_rows) : class_rows;
        vectors = at::cat({latents, joined.to(latents.scalar_type())}, 1);
    }
    if (fully_connected_)
        vectors = activate(fully_connected_->forward(vectors), spec_.activation, spec_.leaky_slope);
    return project_->forward(vectors);
}

torch::Tensor Generator::run(const torch::Tensor& latents, const torch::Tensor& class_rows,
                             std::vector<AttentionMap>* attention) {
    if (spec_.classes > 0 && !class_rows.defined())
        throw std::invalid_argument("a conditional generator needs the classes");
    auto maps = first_map(latents, class_rows);
    for (std::size_t i = 0; i < up_.size(); ++i) {
        maps = activate(normalise_[i]->forward(maps, class_rows), spec_.activation, spec_.leaky_slope);
        if (refine_[i]) maps = refine_[i]->forward(maps, class_rows);
        if (attention_[i]) {
            torch::Tensor weights;
            maps = attention_[i]->forward(maps, attention ? &weights : nullptr);
            if (attention) attention->push_back({int(i) + 1, int(maps.size(2)), int(maps.size(3)), weights});
        }
        maps = up_[i]->forward(upsample(maps));
    }
    maps = maps.to(torch::kFloat32);
    switch (spec_.output) {
    case OutputActivation::tanh: return at::tanh(maps);
    case OutputActivation::sigmoid: return at::sigmoid(maps) * 2 - 1;
    case OutputActivation::relu: return at::relu(maps) - 1;
    case OutputActivation::linear: return maps;
    case OutputActivation::sigmoid_unscaled: return at::sigmoid(maps);
    case OutputActivation::relu_unscaled: return at::relu(maps);
    }
    return maps;
}

torch::Tensor Generator::forward(const torch::Tensor& latents, const torch::Tensor& class_rows) {
    return run(latents, class_rows, nullptr);
}

std::vector<AttentionMap> Generator::attention_maps(const torch::Tensor& latents,
                                                    const torch::Tensor& class_rows) {
    std::vector<AttentionMap> attention;
    (void)run(latents, class_rows, &attention);
    return attention;
}

void Generator::take_reference(const torch::Tensor& latents, const torch::Tensor& class_rows) {
    set_recording(*this, true);
    (void)run(latents, class_rows, nullptr);
    set_recording(*this, false);
}

} // namespace ganvas
