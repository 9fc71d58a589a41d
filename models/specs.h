/// A model is data: what a generator and a discriminator are made of.
///
/// Value types, no torch. The builders (generator.h, discriminator.h) assemble layers from these; a new experiment is
/// new data, not a branch. Sizes in pixels, channels as counts. Shapes follow Radford et al. 2015 (DCGAN): the
/// generator starts at size / 2^stages and doubles; the discriminator mirrors it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ganvas {

enum class Upsampling { deconvolution, nearest, bilinear };
enum class Downsampling { strided, max_pool, average_pool };
enum class Activation { relu, leaky_relu };
enum class OutputActivation { tanh, sigmoid, relu, linear };
enum class Normalisation { none, batch, layer, pixel, virtual_batch, instance };
enum class WeightNormalisation { none, spectral };
enum class WeightInitialisation { normal, orthogonal };

struct GeneratorSpec {
    int image_size = 64; ///< 28, 32, 64 or 128
    int channels = 3;    ///< 1 or 3
    int latent_size = 100;
    int width = 64;           ///< channels of the last hidden layer; doubles towards the latent
    int maximum_multiple = 8; ///< widest layer = width * this
    int kernel = 4;           ///< 3–7
    Upsampling upsampling = Upsampling::deconvolution;
    Activation activation = Activation::relu;
    Normalisation normalisation = Normalisation::batch;
    WeightNormalisation weight_normalisation = WeightNormalisation::none;
    OutputActivation output = OutputActivation::tanh;
    WeightInitialisation initialisation = WeightInitialisation::normal;
    double initialisation_std = 0.02;
    std::vector<int> attention_after; ///< hidden layer numbers from 1; for later models
    int classes = 0;                  ///< 0: unconditional
    bool operator==(const GeneratorSpec&) const = default;
};

struct DiscriminatorSpec {
    int image_size = 64;
    int channels = 3;
    int width = 64; ///< channels of the first layer; doubles
    int maximum_multiple = 8;
    int kernel = 4;
    Downsampling downsampling = Downsampling::strided;
    Activation activation = Activation::leaky_relu;
    double leaky_slope = 0.2;
    Normalisation normalisation = Normalisation::batch; ///< never on the first layer
    WeightNormalisation weight_normalisation = WeightNormalisation::none;
    WeightInitialisation initialisation = WeightInitialisation::normal;
    double initialisation_std = 0.02;
    double dropout = 0;
    bool minibatch_deviation = false; ///< minibatch standard deviation channel before the last layer
    std::vector<int> attention_after;
    int classes = 0;
    bool operator==(const DiscriminatorSpec&) const = default;
};

/// One row of the model table and of the drawing.
struct LayerDescription {
    std::string name;  ///< "up 3: transposed convolution 4x4"
    std::string shape; ///< "128 x 16 x 16"
    int channels = 0, height = 0, width = 0;
    std::int64_t parameters = 0;
};

/// Without building anything: usable on any thread, also by the window.
[[nodiscard]] std::vector<LayerDescription> describe(const GeneratorSpec& spec);
[[nodiscard]] std::vector<LayerDescription> describe(const DiscriminatorSpec& spec);

/// Why nothing can be built from it, as a sentence for a person; empty when it can.
[[nodiscard]] std::string problem(const GeneratorSpec& spec);
[[nodiscard]] std::string problem(const DiscriminatorSpec& spec);

/// How both networks step between 1x1 and the picture: 28 px: 7, 14, 28; others from 4.
[[nodiscard]] int smallest_map(int image_size); ///< 7 or 4
[[nodiscard]] int doublings(int image_size);    ///< steps from the smallest map to the picture
/// Channels of hidden layer `number` (0 next to the latent) of `count`: width * 2^(count - 1 - number), capped.
[[nodiscard]] int hidden_channels(int width, int maximum_multiple, int number, int count);

/// Layers have a bias unless the network is batch-normalised (as in the paper's own code).
[[nodiscard]] bool has_bias(Normalisation normalisation);

} // namespace ganvas
