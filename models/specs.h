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
/// sigmoid's [0, 1] and relu's [0, …) are shifted to begin at -1, where black is; the unscaled ones are left beside data
/// in [-1, 1], as the third report's ablation had them.
enum class OutputActivation { tanh, sigmoid, relu, linear, sigmoid_unscaled, relu_unscaled };
enum class Normalisation { none, batch, layer, pixel, virtual_batch, instance };
enum class WeightNormalisation { none, spectral };
enum class WeightInitialisation { normal, orthogonal, xavier };
/// sigmoid: the answer is squashed to 0…1 before the loss, which takes it as it takes a linear one. D as a probability
/// with plain cross-entropy (Goodfellow et al. 2014) is `linear` here: the same numbers, computed from the logit.
enum class AnswerOutput { linear, sigmoid };
enum class GeneratorCondition { none, one_hot, embedding };
enum class DiscriminatorCondition { none, concatenate, embedding_sigmoid, embedding, projection };

struct GeneratorSpec {
    int image_size = 64; ///< 28, 32, 64 or 128
    int channels = 3;    ///< 1 or 3
    int latent_size = 100;
    int width = 64;           ///< channels of the last hidden layer; doubles towards the latent
    int maximum_multiple = 8; ///< widest layer = width * this
    int kernel = 4;           ///< 3–7
    Upsampling upsampling = Upsampling::deconvolution;
    Activation activation = Activation::relu;
    double leaky_slope = 0.2;
    Normalisation normalisation = Normalisation::batch;
    WeightNormalisation weight_normalisation = WeightNormalisation::none;
    OutputActivation output = OutputActivation::tanh;
    WeightInitialisation initialisation = WeightInitialisation::normal;
    double initialisation_std = 0.02;
    int depth = 1;           ///< convolutions at each map size
    int fully_connected = 0; ///< units of a fully connected layer between latent and first map; 0: none
    std::vector<int> attention_after; ///< layers counted from 1: the first map, then one a doubling
    int classes = 0;                  ///< 0: unconditional, and what follows is not read
    GeneratorCondition condition = GeneratorCondition::none; ///< what of the class joins the latent
    int class_embedding = 200;                               ///< its length for `embedding`
    bool conditional_normalisation = false; ///< scale and shift of each normalisation belong to the class
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
    int depth = 1;                    ///< convolutions at each map size
    std::vector<int> attention_after; ///< layers counted from 1: one a halving
    int features = 0; ///< length of the feature vector after the last map (a fully connected layer); 0: none
    Normalisation feature_normalisation = Normalisation::none; ///< of that vector: none or batch
    int minibatch_discrimination = 0;                          ///< kernels of Salimans et al. 2016; 0: none
    int minibatch_dimensions = 5;                              ///< numbers that each kernel compares
    int extra_layers = 0; ///< fully connected layers of `features` units after the class has joined
    AnswerOutput output = AnswerOutput::linear;
    int classes = 0; ///< 0: unconditional, and what follows is not read
    DiscriminatorCondition condition = DiscriminatorCondition::none;
    int class_embedding = 200; ///< length for embedding and embedding_sigmoid
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
/// Side of the kernels that keep the map's size (`depth`): the nearest odd one below.
[[nodiscard]] int odd_kernel(int kernel);
/// What the first layer of a generator takes: the latent and what of the class joins it.
[[nodiscard]] int input_size(const GeneratorSpec& spec);
/// How many numbers of the class join D's feature vector.
[[nodiscard]] int joined_class_size(const DiscriminatorSpec& spec);
/// Whether the last map becomes a vector with layers of its own; else one fully connected layer reads the answer off it.
[[nodiscard]] bool has_feature_head(const DiscriminatorSpec& spec);
/// Channels of self-attention's f, g and h.
[[nodiscard]] int attention_channels(int channels); ///< channels / 8, at least 1
/// "3,4" → {3, 4}; false when it is no such list. Empty text: an empty list.
[[nodiscard]] bool parse_layer_list(const std::string& text, std::vector<int>& layers);

} // namespace ganvas
