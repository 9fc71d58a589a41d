#include "models/discriminator.h"

#include <stdexcept>

#include "models/initialisation.h"

namespace ganvas {

Discriminator::Discriminator(const DiscriminatorSpec& spec)
    : spec_(spec), dropout_(make_random_generator(0)) {
    if (const std::string why = problem(spec); !why.empty()) throw std::invalid_argument(why);
    const int count = doublings(spec.image_size);
    const bool bias = has_bias(spec.normalisation);
    const Resampling resampling =
        spec.downsampling == Downsampling::strided ? Resampling::halve : Resampling::same;

    int channels = spec.channels;
    for (int i = 0; i < count; ++i) {
        const std::string number = std::to_string(i + 1);
        const int outputs = hidden_channels(spec.width, spec.maximum_multiple, count - 1 - i, count);
        down_.push_back(register_module("down" + number, std::make_shared<Convolution>(ConvolutionOptions{
                                                             channels, outputs, spec.kernel, resampling, bias,
                                                             spec.weight_normalisation})));
        normalise_.push_back(register_module(
            "normalise" + number, std::make_shared<NormalisationLayer>(
                                      i == 0 ? Normalisation::none : spec.normalisation, outputs)));
        channels = outputs;
    }
    readout_ = register_module(
        "readout", std::make_shared<Readout>(channels + (spec.minibatch_deviation ? 1 : 0),
                                             smallest_map(spec.image_size), bias, spec.weight_normalisation));
}

std::vector<torch::Tensor> Discriminator::layer_maps(const torch::Tensor& pictures) {
    std::vector<torch::Tensor> all;
    auto maps = pictures;
    for (std::size_t i = 0; i < down_.size(); ++i) {
        maps = down_[i]->forward(maps);
        if (spec_.downsampling == Downsampling::max_pool) maps = at::max_pool2d(maps, 2);
        if (spec_.downsampling == Downsampling::average_pool) maps = at::avg_pool2d(maps, 2);
        // A one-channel picture has no channels-last layout of its own: without this the whole network would follow
        // its row-major order.
        if (i == 0) maps = maps.contiguous(torch::MemoryFormat::ChannelsLast);
        maps = normalise_[i]->forward(maps);
        maps =
            spec_.activation == Activation::relu ? at::relu(maps) : at::leaky_relu(maps, spec_.leaky_slope);
        if (spec_.dropout > 0 && is_training()) {
            const double kept = 1 - spec_.dropout;
            const auto mask = at::empty(maps.sizes(), at::kFloat).bernoulli_(kept, dropout_);
            maps = maps * (mask / kept).to(maps.device(), maps.scalar_type());
        }
        all.push_back(maps);
    }
    return all;
}

torch::Tensor Discriminator::features(const torch::Tensor& pictures) { return layer_maps(pictures).back(); }

void Discriminator::seed_dropout(std::uint64_t seed) { dropout_.set_current_seed(seed); }

torch::Tensor Discriminator::forward(const torch::Tensor& pictures, int groups) {
    auto maps = features(pictures);
    if (spec_.minibatch_deviation) maps = append_minibatch_deviation(maps, groups);
    return readout_->forward(maps);
}

} // namespace ganvas
