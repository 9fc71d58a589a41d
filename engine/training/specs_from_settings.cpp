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
constexpr std::array<std::string_view, 2> initialisations{"normal", "orthogonal"};
constexpr std::array<std::string_view, 3> upsamplings{"deconvolution", "nearest", "bilinear"};
constexpr std::array<std::string_view, 3> downsamplings{"strided", "max_pool", "average_pool"};
constexpr std::array<std::string_view, 4> outputs{"tanh", "sigmoid", "relu", "linear"};

int number(const Settings& settings, const std::string& key) { return std::stoi(settings.text(key)); }

/// What both networks' specs share, from the keys that begin with `prefix`.
template <class Spec>
void read_common(const Settings& settings, const std::string& prefix, Spec& spec) {
    spec.image_size = number(settings, "image.size");
    spec.channels = number(settings, "image.channels");
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
}

} // namespace

Result<GeneratorSpec> generator_spec(const Settings& settings) {
    GeneratorSpec spec;
    read_common(settings, "generator.", spec);
    spec.latent_size = int(settings.integer("latent.size"));
    spec.upsampling = pick<Upsampling>(settings.text("generator.upsampling"), upsamplings);
    spec.output = pick<OutputActivation>(settings.text("generator.output"), outputs);
    if (std::string why = problem(spec); !why.empty())
        return Error{ErrorCode::unsupported, std::move(why), "generator", "change the generator's settings"};
    return spec;
}

Result<DiscriminatorSpec> discriminator_spec(const Settings& settings) {
    DiscriminatorSpec spec;
    read_common(settings, "discriminator.", spec);
    spec.downsampling = pick<Downsampling>(settings.text("discriminator.downsampling"), downsamplings);
    spec.leaky_slope = settings.real("discriminator.leaky_slope");
    spec.dropout = settings.real("discriminator.dropout");
    spec.minibatch_deviation = settings.boolean("discriminator.minibatch_deviation");
    if (std::string why = problem(spec); !why.empty())
        return Error{ErrorCode::unsupported, std::move(why), "discriminator",
                     "change the discriminator's settings"};
    return spec;
}

Preparation training_preparation(const Settings& settings) {
    constexpr std::array<std::string_view, 4> crops{"automatic", "centre", "celeba", "none"};
    constexpr std::array<std::string_view, 3> splits{"all", "train", "test"};
    Preparation preparation;
    preparation.size = number(settings, "image.size");
    preparation.channels = number(settings, "image.channels");
    preparation.crop = pick<CropKind>(settings.text("data.crop"), crops);
    preparation.limit = settings.integer("data.limit");
    preparation.limit_seed = std::uint64_t(settings.integer("train.seed"));
    preparation.split = pick<DataSplit>(settings.text("data.split"), splits);
    return preparation;
}

} // namespace ganvas
