#include "models/layers/refinement.h"

#include "models/layers/activation.h"

namespace ganvas {

Refinement::Refinement(const RefinementOptions& options) : options_(options) {
    for (int i = 0; i < options.count; ++i) {
        const std::string number = std::to_string(i + 1);
        convolutions_.push_back(register_module(
            "convolution" + number, std::make_shared<Convolution>(ConvolutionOptions{
                                        options.channels, options.channels, options.kernel, Resampling::same,
                                        options.bias, options.weight_normalisation})));
        normalise_.push_back(register_module(
            "normalise" + number,
            std::make_shared<NormalisationLayer>(options.normalisation, options.channels, options.classes)));
    }
}

torch::Tensor Refinement::forward(const torch::Tensor& maps, const torch::Tensor& class_rows) {
    auto answer = maps;
    for (std::size_t i = 0; i < convolutions_.size(); ++i) {
        answer = normalise_[i]->forward(convolutions_[i]->forward(answer), class_rows);
        answer = activate(answer, options_.activation, options_.leaky_slope);
    }
    return answer;
}

} // namespace ganvas
