#include "models/specs.h"

#include <algorithm>

namespace ganvas {
namespace {

std::string shape_text(int channels, int size) {
    return std::to_string(channels) + " x " + std::to_string(size) + " x " + std::to_string(size);
}

std::string name(Normalisation normalisation) {
    switch (normalisation) {
    case Normalisation::none: return "";
    case Normalisation::batch: return "batch norm";
    case Normalisation::layer: return "layer norm";
    case Normalisation::pixel: return "pixel norm";
    case Normalisation::virtual_batch: return "virtual batch norm";
    case Normalisation::instance: return "instance norm";
    }
    return "";
}

std::string name(Activation activation) { return activation == Activation::relu ? "ReLU" : "LeakyReLU"; }

std::string name(OutputActivation output) {
    switch (output) {
    case OutputActivation::tanh: return "tanh";
    case OutputActivation::sigmoid: return "sigmoid";
    case OutputActivation::relu: return "ReLU";
    case OutputActivation::linear: return "linear";
    }
    return "";
}

std::string kernel_text(int kernel) { return std::to_string(kernel) + "x" + std::to_string(kernel); }

std::int64_t normalisation_parameters(Normalisation normalisation, int channels) {
    const bool affine = normalisation != Normalisation::none && normalisation != Normalisation::pixel;
    return affine ? 2 * channels : 0;
}

std::int64_t convolution_parameters(int inputs, int outputs, int kernel, bool bias) {
    return std::int64_t(inputs) * outputs * kernel * kernel + (bias ? outputs : 0);
}

LayerDescription row(std::string text, int channels, int size, std::int64_t parameters) {
    return {std::move(text), shape_text(channels, size), channels, size, size, parameters};
}

std::string common_problem(int image_size, int channels, int width, int maximum_multiple, int kernel,
                           Normalisation normalisation, bool attention, int classes) {
    if (image_size != 28 && image_size != 32 && image_size != 64 && image_size != 128)
        return "the image size must be 28, 32, 64 or 128 pixels";
    if (channels != 1 && channels != 3) return "pictures have 1 or 3 channels";
    if (width < 1 || width > 4096) return "the width must be 1 to 4096 channels";
    if (maximum_multiple < 1) return "the widest layer must be at least once the width";
    if (kernel < 3 || kernel > 7) return "the kernel must be 3 to 7 pixels";
    if (normalisation == Normalisation::virtual_batch) return "virtual batch normalisation is not available";
    if (attention) return "self-attention is not available";
    if (classes != 0) return "conditional models are not available";
    return "";
}

} // namespace

int smallest_map(int image_size) { return image_size == 28 ? 7 : 4; }

int doublings(int image_size) {
    int count = 0;
    for (int size = smallest_map(image_size); size < image_size; size *= 2) ++count;
    return count;
}

int hidden_channels(int width, int maximum_multiple, int number, int count) {
    int multiple = 1;
    for (int i = number; i < count - 1 && multiple < maximum_multiple; ++i) multiple *= 2;
    return width * std::min(multiple, maximum_multiple);
}

std::string problem(const GeneratorSpec& spec) {
    if (spec.latent_size < 1) return "the latent needs at least one number";
    return common_problem(spec.image_size, spec.channels, spec.width, spec.maximum_multiple, spec.kernel,
                          spec.normalisation, !spec.attention_after.empty(), spec.classes);
}

std::string problem(const DiscriminatorSpec& spec) {
    if (spec.dropout < 0 || spec.dropout >= 1) return "dropout must be at least 0 and below 1";
    return common_problem(spec.image_size, spec.channels, spec.width, spec.maximum_multiple, spec.kernel,
                          spec.normalisation, !spec.attention_after.empty(), spec.classes);
}

bool has_bias(Normalisation normalisation) { return normalisation != Normalisation::batch; }

std::vector<LayerDescription> describe(const GeneratorSpec& spec) {
    if (!problem(spec).empty()) return {};
    const int count = doublings(spec.image_size);
    const bool bias = has_bias(spec.normalisation);
    const std::string spectral =
        spec.weight_normalisation == WeightNormalisation::spectral ? ", spectral" : "";
    const std::string normalised = name(spec.normalisation).empty() ? "" : ", " + name(spec.normalisation);
    int size = smallest_map(spec.image_size);
    int channels = hidden_channels(spec.width, spec.maximum_multiple, 0, count);

    std::vector<LayerDescription> rows;
    rows.push_back({"latent", std::to_string(spec.latent_size), spec.latent_size, 1, 1, 0});
    rows.push_back(row("project: fully connected" + spectral + normalised + ", " + name(spec.activation),
                       channels, size,
                       std::int64_t(spec.latent_size) * channels * size * size + (bias ? channels : 0)
                           + normalisation_parameters(spec.normalisation, channels)));
    for (int i = 0; i < count; ++i) {
        const bool last = i == count - 1;
        const int outputs =
            last ? spec.channels : hidden_channels(spec.width, spec.maximum_multiple, i + 1, count);
        std::string kind = spec.upsampling == Upsampling::deconvolution ? "transposed convolution "
                           : spec.upsampling == Upsampling::nearest     ? "nearest x2 + convolution "
                                                                        : "bilinear x2 + convolution ";
        std::string text = (last ? "picture: " : "up " + std::to_string(i + 1) + ": ") + kind
                           + kernel_text(spec.kernel) + spectral
                           + (last ? ", " + name(spec.output) : normalised + ", " + name(spec.activation));
        size *= 2;
        rows.push_back(row(std::move(text), outputs, size,
                           convolution_parameters(channels, outputs, spec.kernel, bias)
                               + (last ? 0 : normalisation_parameters(spec.normalisation, outputs))));
        channels = outputs;
    }
    return rows;
}

std::vector<LayerDescription> describe(const DiscriminatorSpec& spec) {
    if (!problem(spec).empty()) return {};
    const int count = doublings(spec.image_size);
    const bool bias = has_bias(spec.normalisation);
    const std::string spectral =
        spec.weight_normalisation == WeightNormalisation::spectral ? ", spectral" : "";
    const char* pool = spec.downsampling == Downsampling::strided    ? " / 2"
                       : spec.downsampling == Downsampling::max_pool ? " + max pool 2x2"
                                                                     : " + average pool 2x2";
    int size = spec.image_size;
    int channels = spec.channels;

    std::vector<LayerDescription> rows{row("picture", channels, size, 0)};
    for (int i = 0; i < count; ++i) {
        const int outputs = hidden_channels(spec.width, spec.maximum_multiple, count - 1 - i, count);
        const Normalisation normalisation = i == 0 ? Normalisation::none : spec.normalisation;
        std::string text =
            "down " + std::to_string(i + 1) + ": convolution " + kernel_text(spec.kernel) + pool + spectral;
        if (!name(normalisation).empty()) text += ", " + name(normalisation);
        text += ", " + name(spec.activation);
        if (spec.dropout > 0) text += ", dropout";
        size /= 2;
        rows.push_back(row(std::move(text), outputs, size,
                           convolution_parameters(channels, outputs, spec.kernel, bias)
                               + normalisation_parameters(normalisation, outputs)));
        channels = outputs;
    }
    if (spec.minibatch_deviation) rows.push_back(row("minibatch deviation", ++channels, size, 0));
    rows.push_back({"logit: fully connected" + spectral, "1", 1, 1, 1,
                    std::int64_t(channels) * size * size + (bias ? 1 : 0)});
    return rows;
}

} // namespace ganvas
