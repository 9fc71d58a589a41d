// The model table: every layer of a spec with its shape and its parameters, without building anything.
#include <algorithm>

#include "models/specs.h"

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
    case OutputActivation::sigmoid_unscaled: return "sigmoid, unscaled";
    case OutputActivation::relu_unscaled: return "ReLU, unscaled";
    }
    return "";
}

std::string kernel_text(int kernel) { return std::to_string(kernel) + "x" + std::to_string(kernel); }

std::int64_t convolution_parameters(int inputs, int outputs, int kernel, bool bias) {
    return std::int64_t(inputs) * outputs * kernel * kernel + (bias ? outputs : 0);
}

std::int64_t dense_parameters(std::int64_t inputs, int outputs, bool bias) {
    return inputs * outputs + (bias ? outputs : 0);
}

/// What the layers of one network have in common, and the rows so far.
struct Table {
    Normalisation normalisation;
    bool conditional; ///< conditional normalisation
    int classes;
    std::string activation, spectral;
    bool bias;
    std::vector<LayerDescription> rows;

    template <class Spec>
    Table(const Spec& spec, bool conditional_, int classes_)
        : normalisation(spec.normalisation), conditional(conditional_), classes(classes_),
          activation(", " + name(spec.activation)),
          spectral(spec.weight_normalisation == WeightNormalisation::spectral ? ", spectral" : ""),
          bias(has_bias(spec.normalisation)) {}

    [[nodiscard]] std::string normalised(Normalisation kind) const {
        if (name(kind).empty()) return "";
        return (conditional ? ", conditional " : ", ") + name(kind);
    }
    [[nodiscard]] std::int64_t normalisation_parameters(Normalisation kind, int channels) const {
        if (kind == Normalisation::none) return 0;
        if (conditional) return std::int64_t(2) * channels * classes;
        return kind == Normalisation::pixel ? 0 : 2 * channels;
    }
    void map(std::string text, int channels, int size, std::int64_t parameters) {
        rows.push_back({std::move(text), shape_text(channels, size), channels, size, size, parameters});
    }
    void vector(std::string text, int length, std::int64_t parameters) {
        rows.push_back({std::move(text), std::to_string(length), length, 1, 1, parameters});
    }
    /// Further convolutions at one size, then self-attention.
    void refine(const std::string& stage, int channels, int size, int kernel, int depth, bool attention) {
        const int odd = odd_kernel(kernel);
        for (int i = 1; i < depth; ++i)
            map(stage + "." + std::to_string(i + 1) + ": convolution " + kernel_text(odd) + spectral
                    + normalised(normalisation) + activation,
                channels, size,
                convolution_parameters(channels, channels, odd, bias)
                    + normalisation_parameters(normalisation, channels));
        if (!attention) return;
        const std::int64_t narrow = attention_channels(channels);
        map("self-attention" + spectral, channels, size, 4 * narrow * channels + 1);
    }
};

bool contains(const std::vector<int>& list, int number) {
    return std::find(list.begin(), list.end(), number) != list.end();
}

/// From the last map to the answer, by way of a feature vector.
void describe_head(const DiscriminatorSpec& spec, int channels, int size, Table& table) {
    std::int64_t length = std::int64_t(channels) * size * size;
    if (spec.features > 0) {
        const bool batch = spec.feature_normalisation == Normalisation::batch;
        table.vector(
            "features: fully connected" + table.spectral + (batch ? ", batch norm" : "") + table.activation,
            spec.features, dense_parameters(length, spec.features, !batch) + (batch ? 2 * spec.features : 0));
        length = spec.features;
    }
    const int projected = spec.features > 0 ? spec.features : channels;
    if (spec.minibatch_discrimination > 0) {
        const std::int64_t kernels =
            std::int64_t(spec.minibatch_discrimination) * spec.minibatch_dimensions * length;
        length += spec.minibatch_discrimination;
        table.vector("minibatch discrimination", int(length), kernels);
    }
    const int joined = joined_class_size(spec);
    if (joined > 0) {
        length += joined;
        const bool learned = spec.condition != DiscriminatorCondition::concatenate;
        const char* text = spec.condition == DiscriminatorCondition::concatenate ? "class, one-hot, joins"
                           : spec.condition == DiscriminatorCondition::embedding
                               ? "class embedding joins"
                               : "class embedding, sigmoid, joins";
        table.vector(text, int(length), learned ? std::int64_t(spec.classes) * joined : 0);
    }
    for (int i = 0; i < spec.extra_layers; ++i) {
        table.vector("extra " + std::to_string(i + 1) + ": fully connected" + table.spectral
                         + table.activation,
                     spec.features, dense_parameters(length, spec.features, true));
        length = spec.features;
    }
    if (spec.classes > 0 && spec.condition == DiscriminatorCondition::projection)
        table.vector("class projection" + table.spectral, 1, std::int64_t(spec.classes) * projected);
    table.vector("logit: fully connected" + table.spectral
                     + (spec.output == AnswerOutput::sigmoid ? ", sigmoid" : ""),
                 1, dense_parameters(length, 1, true));
}

} // namespace

std::vector<LayerDescription> describe(const GeneratorSpec& spec) {
    if (!problem(spec).empty()) return {};
    const int count = doublings(spec.image_size);
    Table table(spec, spec.conditional_normalisation, spec.classes);
    int size = smallest_map(spec.image_size);
    int channels = hidden_channels(spec.width, spec.maximum_multiple, 0, count);

    table.vector("latent", spec.latent_size, 0);
    int inputs = input_size(spec);
    if (inputs > spec.latent_size) {
        const bool learned = spec.condition == GeneratorCondition::embedding;
        table.vector(learned ? "class embedding joins" : "class, one-hot, joins", inputs,
                     learned ? std::int64_t(spec.classes) * spec.class_embedding : 0);
    }
    if (spec.fully_connected > 0) {
        table.vector("fully connected" + table.spectral + table.activation, spec.fully_connected,
                     dense_parameters(inputs, spec.fully_connected, true));
        inputs = spec.fully_connected;
    }
    table.map("project: fully connected" + table.spectral + table.normalised(spec.normalisation)
                  + table.activation,
              channels, size,
              std::int64_t(inputs) * channels * size * size + (table.bias ? channels : 0)
                  + table.normalisation_parameters(spec.normalisation, channels));
    table.refine("project", channels, size, spec.kernel, spec.depth, contains(spec.attention_after, 1));
    const std::string kind = spec.upsampling == Upsampling::deconvolution ? "transposed convolution "
                             : spec.upsampling == Upsampling::nearest     ? "nearest x2 + convolution "
                                                                          : "bilinear x2 + convolution ";
    for (int i = 0; i < count; ++i) {
        const bool last = i == count - 1;
        const std::string stage = last ? "picture" : "up " + std::to_string(i + 1);
        const int outputs =
            last ? spec.channels : hidden_channels(spec.width, spec.maximum_multiple, i + 1, count);
        size *= 2;
        table.map(
            stage + ": " + kind + kernel_text(spec.kernel) + table.spectral
                + (last ? ", " + name(spec.output) : table.normalised(spec.normalisation) + table.activation),
            outputs, size,
            convolution_parameters(channels, outputs, spec.kernel, table.bias)
                + (last ? 0 : table.normalisation_parameters(spec.normalisation, outputs)));
        if (!last)
            table.refine(stage, outputs, size, spec.kernel, spec.depth,
                         contains(spec.attention_after, i + 2));
        channels = outputs;
    }
    return std::move(table.rows);
}

std::vector<LayerDescription> describe(const DiscriminatorSpec& spec) {
    if (!problem(spec).empty()) return {};
    const int count = doublings(spec.image_size);
    Table table(spec, false, spec.classes);
    const char* pool = spec.downsampling == Downsampling::strided    ? " / 2"
                       : spec.downsampling == Downsampling::max_pool ? " + max pool 2x2"
                                                                     : " + average pool 2x2";
    int size = spec.image_size;
    int channels = spec.channels;

    table.map("picture", channels, size, 0);
    for (int i = 0; i < count; ++i) {
        const int outputs = hidden_channels(spec.width, spec.maximum_multiple, count - 1 - i, count);
        const Normalisation normalisation = i == 0 ? Normalisation::none : spec.normalisation;
        const std::string stage = "down " + std::to_string(i + 1);
        size /= 2;
        table.map(stage + ": convolution " + kernel_text(spec.kernel) + pool + table.spectral
                      + table.normalised(normalisation) + table.activation
                      + (spec.dropout > 0 ? ", dropout" : ""),
                  outputs, size,
                  convolution_parameters(channels, outputs, spec.kernel, table.bias)
                      + table.normalisation_parameters(normalisation, outputs));
        table.refine(stage, outputs, size, spec.kernel, spec.depth, contains(spec.attention_after, i + 1));
        channels = outputs;
    }
    if (spec.minibatch_deviation) table.map("minibatch deviation", ++channels, size, 0);
    if (has_feature_head(spec)) {
        describe_head(spec, channels, size, table);
    } else {
        table.vector("logit: fully connected" + table.spectral
                         + (spec.output == AnswerOutput::sigmoid ? ", sigmoid" : ""),
                     1, dense_parameters(std::int64_t(channels) * size * size, 1, table.bias));
    }
    return std::move(table.rows);
}

} // namespace ganvas
