#include "models/discriminator.h"

#include <algorithm>
#include <stdexcept>

#include "models/initialisation.h"
#include "models/layers/activation.h"

namespace ganvas {

Discriminator::Discriminator(const DiscriminatorSpec& spec)
    : spec_(spec), dropout_(make_random_generator(0)) {
    if (const std::string why = problem(spec); !why.empty()) throw std::invalid_argument(why);
    const int count = doublings(spec.image_size);
    const bool bias = has_bias(spec.normalisation);
    const Resampling resampling =
        spec.downsampling == Downsampling::strided ? Resampling::halve : Resampling::same;

    refine_.resize(std::size_t(count));
    attention_.resize(std::size_t(count));
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
        if (spec.depth > 1)
            refine_[std::size_t(i)] =
                register_module("refine" + number, std::make_shared<Refinement>(RefinementOptions{
                                                       outputs, spec.depth - 1, odd_kernel(spec.kernel), bias,
                                                       spec.normalisation, 0, spec.weight_normalisation,
                                                       spec.activation, spec.leaky_slope}));
        if (std::count(spec.attention_after.begin(), spec.attention_after.end(), i + 1) > 0)
            attention_[std::size_t(i)] = register_module(
                "attention" + number, std::make_shared<SelfAttention>(outputs, spec.weight_normalisation));
        channels = outputs;
    }
    if (spec.minibatch_deviation) ++channels;
    if (has_feature_head(spec))
        head_ = register_module("head",
                                std::make_shared<FeatureHead>(spec, channels, smallest_map(spec.image_size)));
    else
        readout_ =
            register_module("readout", std::make_shared<Readout>(channels, smallest_map(spec.image_size),
                                                                 bias, spec.weight_normalisation));
}

torch::Tensor Discriminator::dropped(const torch::Tensor& maps) {
    const double kept = 1 - spec_.dropout;
    const auto mask = at::empty(maps.sizes(), at::kFloat).bernoulli_(kept, dropout_);
    return maps * (mask / kept).to(maps.device(), maps.scalar_type());
}

torch::Tensor Discriminator::run_layer(std::size_t index, const torch::Tensor& input,
                                       torch::Tensor* attention) {
    auto maps = down_[index]->forward(input);
    if (spec_.downsampling == Downsampling::max_pool) maps = at::max_pool2d(maps, 2);
    if (spec_.downsampling == Downsampling::average_pool) maps = at::avg_pool2d(maps, 2);
    // A one-channel picture has no channels-last layout of its own: without this the whole network would follow
    // its row-major order.
    if (index == 0) maps = maps.contiguous(torch::MemoryFormat::ChannelsLast);
    maps = activate(normalise_[index]->forward(maps), spec_.activation, spec_.leaky_slope);
    if (refine_[index]) maps = refine_[index]->forward(maps);
    if (spec_.dropout > 0 && is_training()) maps = dropped(maps);
    if (attention_[index]) maps = attention_[index]->forward(maps, attention);
    return maps;
}

torch::Tensor Discriminator::features(const torch::Tensor& pictures) {
    auto maps = pictures;
    for (std::size_t i = 0; i < down_.size(); ++i) maps = run_layer(i, maps);
    return maps;
}

std::vector<torch::Tensor> Discriminator::layer_maps(const torch::Tensor& pictures) {
    std::vector<torch::Tensor> all;
    for (std::size_t i = 0; i < down_.size(); ++i)
        all.push_back(run_layer(i, i == 0 ? pictures : all.back()));
    return all;
}

std::vector<AttentionMap> Discriminator::attention_maps(const torch::Tensor& pictures) {
    std::vector<AttentionMap> all;
    auto maps = pictures;
    for (std::size_t i = 0; i < down_.size(); ++i) {
        torch::Tensor weights;
        maps = run_layer(i, maps, &weights);
        if (weights.defined()) all.push_back({int(i) + 1, int(maps.size(2)), int(maps.size(3)), weights});
    }
    return all;
}

void Discriminator::take_reference(const torch::Tensor& pictures) {
    set_recording(*this, true);
    (void)features(pictures);
    set_recording(*this, false);
}

void Discriminator::seed_dropout(std::uint64_t seed) { dropout_.set_current_seed(seed); }

torch::Tensor Discriminator::forward(const torch::Tensor& pictures, int groups,
                                     const torch::Tensor& class_rows) {
    auto maps = features(pictures);
    if (spec_.minibatch_deviation) maps = append_minibatch_deviation(maps, groups);
    const auto answers = head_ ? head_->forward(maps, groups, class_rows) : readout_->forward(maps);
    return spec_.output == AnswerOutput::sigmoid ? answers.sigmoid() : answers;
}

} // namespace ganvas
