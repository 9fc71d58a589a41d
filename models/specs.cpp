#include "models/specs.h"

#include <algorithm>
#include <charconv>

namespace ganvas {
namespace {

std::string common_problem(int image_size, int channels, int width, int maximum_multiple, int kernel,
                           int depth) {
    if (image_size != 28 && image_size != 32 && image_size != 64 && image_size != 128)
        return "the image size must be 28, 32, 64 or 128 pixels";
    if (channels != 1 && channels != 3) return "pictures have 1 or 3 channels";
    if (width < 1 || width > 4096) return "the width must be 1 to 4096 channels";
    if (maximum_multiple < 1) return "the widest layer must be at least once the width";
    if (kernel < 3 || kernel > 7) return "the kernel must be 3 to 7 pixels";
    if (depth < 1 || depth > 8) return "the depth must be 1 to 8 convolutions at each size";
    return "";
}

std::string attention_problem(const std::vector<int>& layers, int count) {
    for (const int layer : layers)
        if (layer < 1 || layer > count)
            return "self-attention sits after layers 1 to " + std::to_string(count) + ", not after layer "
                   + std::to_string(layer);
    std::vector<int> sorted = layers;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
        return "self-attention sits twice after one layer";
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
    if (spec.fully_connected < 0) return "a fully connected layer has at least one unit";
    if (spec.classes < 0
        || (spec.classes == 0
            && (spec.condition != GeneratorCondition::none || spec.conditional_normalisation)))
        return "a conditional model needs classes";
    if (spec.class_embedding < 1) return "an embedding has at least one number";
    if (spec.conditional_normalisation && spec.normalisation == Normalisation::none)
        return "conditional normalisation needs a normalisation";
    if (std::string why = common_problem(spec.image_size, spec.channels, spec.width, spec.maximum_multiple,
                                         spec.kernel, spec.depth);
        !why.empty())
        return why;
    return attention_problem(spec.attention_after, doublings(spec.image_size));
}

std::string problem(const DiscriminatorSpec& spec) {
    if (spec.dropout < 0 || spec.dropout >= 1) return "dropout must be at least 0 and below 1";
    if (spec.features < 0 || spec.minibatch_discrimination < 0 || spec.extra_layers < 0
        || spec.minibatch_dimensions < 1 || spec.class_embedding < 1)
        return "layers have at least one unit";
    if (spec.classes < 0 || (spec.classes == 0 && spec.condition != DiscriminatorCondition::none))
        return "a conditional model needs classes";
    if (spec.extra_layers > 0 && spec.features == 0)
        return "extra layers need a feature vector (discriminator.features)";
    if (spec.feature_normalisation != Normalisation::none) {
        if (spec.feature_normalisation != Normalisation::batch)
            return "the feature vector is normalised by batch or not at all";
        if (spec.features == 0)
            return "there is no feature vector to normalise (discriminator.features is 0)";
    }
    if (std::string why = common_problem(spec.image_size, spec.channels, spec.width, spec.maximum_multiple,
                                         spec.kernel, spec.depth);
        !why.empty())
        return why;
    return attention_problem(spec.attention_after, doublings(spec.image_size));
}

bool has_bias(Normalisation normalisation) { return normalisation != Normalisation::batch; }

int odd_kernel(int kernel) { return kernel % 2 == 1 ? kernel : kernel - 1; }

int input_size(const GeneratorSpec& spec) {
    if (spec.classes == 0) return spec.latent_size;
    switch (spec.condition) {
    case GeneratorCondition::none: return spec.latent_size;
    case GeneratorCondition::one_hot: return spec.latent_size + spec.classes;
    case GeneratorCondition::embedding: return spec.latent_size + spec.class_embedding;
    }
    return spec.latent_size;
}

int joined_class_size(const DiscriminatorSpec& spec) {
    if (spec.classes == 0) return 0;
    switch (spec.condition) {
    case DiscriminatorCondition::none:
    case DiscriminatorCondition::projection: return 0;
    case DiscriminatorCondition::concatenate: return spec.classes;
    case DiscriminatorCondition::embedding_sigmoid:
    case DiscriminatorCondition::embedding: return spec.class_embedding;
    }
    return 0;
}

bool has_feature_head(const DiscriminatorSpec& spec) {
    return spec.features > 0 || spec.minibatch_discrimination > 0
           || (spec.classes > 0 && spec.condition != DiscriminatorCondition::none);
}

int attention_channels(int channels) { return std::max(1, channels / 8); }

bool parse_layer_list(const std::string& text, std::vector<int>& layers) {
    std::vector<int> numbers;
    const char *at = text.data(), *end = at + text.size();
    const auto skip_spaces = [&] {
        while (at != end && *at == ' ') ++at;
    };
    skip_spaces();
    while (at != end) {
        int number = 0;
        const auto [after, failure] = std::from_chars(at, end, number);
        if (failure != std::errc() || number < 1) return false;
        numbers.push_back(number);
        at = after;
        skip_spaces();
        if (at == end) break;
        if (*at++ != ',') return false;
        skip_spaces();
        if (at == end) return false;
    }
    layers = std::move(numbers);
    return true;
}

} // namespace ganvas
