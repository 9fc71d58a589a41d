#include "engine/training/specs_from_settings.h"

#include <array>
#include <string_view>

namespace ganvas {
namespace {

/// The enumerator at the place of the text in `names`, which follow the enumeration's order.
template <class Enum, std::size_t N>
Enum pick(const std::string& text, const std::array<std::string_view, N>& names) {
    for (std::size_t i = 0; i < N; ++i)
        if (names[i] == text) return static_cast<Enum>(i);
    return static_cast<Enum>(0); // Settings has checked the choice
}

constexpr std::array<std::string_view, 6> normalisations{"none",  "batch",         "layer",
                                                         "pixel", "virtual_batch", "instance"};
constexpr std::array<std::string_view, 2> weight_normalisations{"none", "spectral"};
constexpr std::array<std::string_view, 2> activations{"relu", "leaky_relu"};
constexpr std::array<std::string_view, 3> initialisations{"normal", "orthogonal", "xavier"};
constexpr std::array<std::string_view, 3> upsamplings{"deconvolution", "nearest", "bilinear"};
constexpr std::array<std::string_view, 3> downsamplings{"strided", "max_pool", "average_pool"};
constexpr std::array<std::string_view, 6> outputs{"tanh",   "sigmoid",          "relu",
                                                  "linear", "sigmoid_unscaled", "relu_unscaled"};
constexpr std::array<std::string_view, 2> answer_outputs{"linear", "sigmoid"};
constexpr std::array<std::string_view, 3> generator_conditions{"none", "one_hot", "embedding"};
constexpr std::array<std::string_view, 5> discriminator_conditions{"none", "concatenate", "embedding_sigmoid",
                                                                   "embedding", "projection"};

int number(const Settings& settings, const std::string& key) { return std::stoi(settings.text(key)); }

/// What both networks' specs share, from the keys that begin with `prefix`.
template <class Spec>
Result<void> read_common(const Settings& settings, const std::string& prefix, Spec& spec) {
    spec.image_size = number(settings, "image.size");
    spec.channels = model_channels(settings);
    spec.width = int(settings.integer(prefix + "width"));
    spec.maximum_multiple = int(settings.integer(prefix + "maximum_multiple"));
    spec.kernel = int(settings.integer(prefix + "kernel"));
    spec.activation = pick<Activation>(settings.text(prefix + "activation"), activations);
    spec.normalisation = pick<Normalisation>(settings.text(prefix + "normalisation"), normalisations);
    spec.weight_normalisation =
        pick<WeightNormalisation>(settings.text(prefix + "weight_normalisation"), weight_normalisations);
    spec.initialisation =
        pick<WeightInitialisation>(settings.text(prefix + "initialisation"), initialisations);
    spec.initialisation_std = settings.real(prefix + "initialisation_std");
    spec.leaky_slope = settings.real(prefix + "leaky_slope");
    spec.depth = int(settings.integer(prefix + "depth"));
    const std::string& attention = settings.text(prefix + "attention");
    if (!parse_layer_list(attention, spec.attention_after))
        return Error{ErrorCode::usage, "not a list of layers: " + attention, prefix + "attention",
                     "write numbers with commas, as in 3,4"};
    return {};
}

/// A class that only one network is told means nothing to either.
Result<void> check_condition(const Settings& settings) {
    const bool generator =
        settings.text("condition.generator") != "none" || settings.boolean("condition.normalisation");
    const bool discriminator = settings.text("condition.discriminator") != "none";
    if (generator == discriminator) return {};
    return generator
               ? Error{ErrorCode::usage, "the generator is told the class, the discriminator is not",
                       "condition.discriminator", "set it to concatenate, embedding or projection"}
               : Error{ErrorCode::usage, "the discriminator is told the class, the generator is not",
                       "condition.generator", "set it to one_hot or embedding, or condition.normalisation"};
}

} // namespace

bool is_conditional(const Settings& settings) {
    return settings.text("condition.generator") != "none" || settings.boolean("condition.normalisation")
           || settings.text("condition.discriminator") != "none";
}

Result<GeneratorSpec> generator_spec(const Settings& settings, int classes) {
    GeneratorSpec spec;
    if (auto read = read_common(settings, "generator.", spec); !read) return read.error();
    if (auto fits = check_condition(settings); !fits) return fits.error();
    spec.fully_connected = int(settings.integer("generator.fully_connected"));
    spec.classes = is_conditional(settings) ? classes : 0;
    spec.condition = pick<GeneratorCondition>(settings.text("condition.generator"), generator_conditions);
    spec.class_embedding = int(settings.integer("condition.generator_size"));
    spec.conditional_normalisation = settings.boolean("condition.normalisation");
    spec.latent_size = int(settings.integer("latent.size"));
    spec.upsampling = pick<Upsampling>(settings.text("generator.upsampling"), upsamplings);
    spec.output = pick<OutputActivation>(settings.text("generator.output"), outputs);
    if (std::string why = problem(spec); !why.empty())
        return Error{ErrorCode::unsupported, std::move(why), "generator", "change the generator's settings"};
    return spec;
}

Result<DiscriminatorSpec> discriminator_spec(const Settings& settings, int classes) {
    DiscriminatorSpec spec;
    if (auto read = read_common(settings, "discriminator.", spec); !read) return read.error();
    if (auto fits = check_condition(settings); !fits) return fits.error();
    spec.features = int(settings.integer("discriminator.features"));
    spec.feature_normalisation = settings.text("discriminator.feature_normalisation") == "batch"
                                     ? Normalisation::batch
                                     : Normalisation::none;
    spec.minibatch_discrimination = int(settings.integer("discriminator.minibatch_discrimination"));
    spec.minibatch_dimensions = int(settings.integer("discriminator.minibatch_dimensions"));
    spec.extra_layers = int(settings.integer("discriminator.extra_layers"));
    spec.output = pick<AnswerOutput>(settings.text("discriminator.output"), answer_outputs);
    spec.classes = is_conditional(settings) ? classes : 0;
    spec.condition =
        pick<DiscriminatorCondition>(settings.text("condition.discriminator"), discriminator_conditions);
    spec.class_embedding = int(settings.integer("condition.discriminator_size"));
    spec.downsampling = pick<Downsampling>(settings.text("discriminator.downsampling"), downsamplings);
    spec.dropout = settings.real("discriminator.dropout");
    spec.minibatch_deviation = settings.boolean("discriminator.minibatch_deviation");
    if (std::string why = problem(spec); !why.empty())
        return Error{ErrorCode::unsupported, std::move(why), "discriminator",
                     "change the discriminator's settings"};
    return spec;
}

int model_channels(const Settings& settings, std::optional<int> data_channels) {
    if (settings.text("image.channels") != "source") return number(settings, "image.channels");
    return data_channels.value_or(3);
}

Settings with_channels(Settings settings, std::optional<int> data_channels) {
    (void)settings.set("image.channels",
                       std::to_string(model_channels(settings, data_channels))); // is in the table
    return settings;
}

Preparation training_preparation(const Settings& settings) {
    constexpr std::array<std::string_view, 4> crops{"automatic", "centre", "celeba", "none"};
    constexpr std::array<std::string_view, 3> splits{"all", "train", "test"};
    Preparation preparation;
    preparation.size = number(settings, "image.size");
    const bool own = settings.text("image.channels") == "source";
    preparation.channels = own ? 0 : number(settings, "image.channels");
    preparation.crop = pick<CropKind>(settings.text("data.crop"), crops);
    preparation.limit = settings.integer("data.limit");
    preparation.limit_seed = std::uint64_t(settings.integer("train.seed"));
    preparation.split = pick<DataSplit>(settings.text("data.split"), splits);
    return preparation;
}

bool prepares_alike(const Preparation& one, const Preparation& other) {
    // The seed only chooses which pictures a limit leaves.
    return one.size == other.size && one.channels == other.channels && one.crop == other.crop
           && one.limit == other.limit && (one.limit == 0 || one.limit_seed == other.limit_seed)
           && one.split == other.split;
}

} // namespace ganvas
