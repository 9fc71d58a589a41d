#include "models/generator.h"

#include <stdexcept>

#include <torch/nn/functional.h>

namespace ganvas {

Generator::Generator(const GeneratorSpec& spec) : spec_(spec) {
    if (const std::string why = problem(spec); !why.empty()) throw std::invalid_argument(why);
    const int count = doublings(spec.image_size);
    const bool bias = has_bias(spec.normalisation);
    const bool deconvolution = spec.upsampling == Upsampling::deconvolution;

    int channels = hidden_channels(spec.width, spec.maximum_multiple, 0, count);
    project_ = register_module("project", std::make_shared<LatentProjection>(
                                              spec.latent_size, channels, smallest_map(spec.image_size), bias,
                                              spec.weight_normalisation));
    for (int i = 0; i < count; ++i) {
        const std::string number = std::to_string(i);
        normalise_.push_back(register_module(
            "normalise" + number, std::make_shared<NormalisationLayer>(spec.normalisation, channels)));
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
    const std::vector<double> scale{2.0, 2.0};
    switch (spec_.upsampling) {
    case Upsampling::deconvolution: return maps;
    case Upsampling::nearest: return at::upsample_nearest2d(maps, at::OptionalIntArrayRef(), scale);
    case Upsampling::bilinear: return at::upsample_bilinear2d(maps, at::OptionalIntArrayRef(), false, scale);
    }
    return maps;
}

torch::Tensor Generator::forward(const torch::Tensor& latents) {
    auto maps = project_->forward(latents);
    for (std::size_t i = 0; i < up_.size(); ++i) {
        maps = normalise_[i]->forward(maps);
        maps = spec_.activation == Activation::relu ? at::relu(maps) : at::leaky_relu(maps, 0.2);
        maps = up_[i]->forward(upsample(maps));
    }
    maps = maps.to(torch::kFloat32);
    switch (spec_.output) {
    case OutputActivation::tanh: return at::tanh(maps);
    case OutputActivation::sigmoid: return at::sigmoid(maps) * 2 - 1;
    case OutputActivation::relu: return at::relu(maps) - 1;
    case OutputActivation::linear: return maps;
    }
    return maps;
}

} // namespace ganvas
