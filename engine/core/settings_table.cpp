/// The table of settings, one block a group; settings.cpp has the code that reads it.
#include "engine/core/settings.h"

namespace ganvas {
namespace {

using Kind = SettingKind;
using enum SettingScope;
using enum SettingRank;
using List = std::vector<SettingDescription>;

SettingDescription integer(std::string key, std::int64_t value, double minimum, double maximum,
                           std::string unit, std::string label, std::string sentence) {
    return {std::move(key),
            Kind::integer,
            value,
            minimum,
            maximum,
            false,
            std::move(unit),
            {},
            "",
            fixed,
            advanced,
            std::move(label),
            std::move(sentence)};
}
SettingDescription real(std::string key, double value, double minimum, double maximum, std::string unit,
                        std::string label, std::string sentence) {
    return {std::move(key),     Kind::real, value, minimum, maximum,  false,
            std::move(unit),    {},         "",    fixed,   advanced, std::move(label),
            std::move(sentence)};
}
SettingDescription boolean(std::string key, bool value, std::string label, std::string sentence) {
    return {std::move(key),   Kind::boolean,      value, 0, 1, false, "", {}, "", fixed, advanced,
            std::move(label), std::move(sentence)};
}
SettingDescription choice(std::string key, std::string value, std::vector<std::string> choices,
                          std::string label, std::string sentence) {
    return {
        std::move(key),   Kind::choice,       value, 0, 0, false, "", std::move(choices), "", fixed, advanced,
        std::move(label), std::move(sentence)};
}
SettingDescription text(std::string key, std::string label, std::string sentence) {
    return {std::move(key), Kind::text,       std::string(),      0, 0, false, "", {}, "", fixed,
            advanced,       std::move(label), std::move(sentence)};
}
SettingDescription live_setting(SettingDescription d) {
    d.scope = live;
    return d;
}
SettingDescription shown(SettingDescription d) {
    d.rank = main;
    return d;
}
SettingDescription logarithmic(SettingDescription d) {
    d.logarithmic = true;
    return d;
}

void add(List& table, std::string group, List rows) {
    for (SettingDescription& row : rows) {
        row.group = group;
        table.push_back(std::move(row));
    }
}

void add_data(List& table) {
    add(table, "Data",
        {
            shown(choice("image.size", "64", {"28", "32", "64", "128"}, "Image size",
                         "Side of the pictures in pixels; every picture is cropped and resized to it.")),
            choice("image.channels", "source", {"source", "1", "3"}, "Channels",
                   "source keeps what the pictures have: grey ones stay grey. 3 makes them colour, 1 grey "
                   "(Rec. 601 luma). A run has the one that its data had from its first step on."),
            choice("data.crop", "automatic", {"automatic", "centre", "celeba", "none"}, "Crop",
                   "Which square of a picture is kept; automatic takes CelebA's 108-pixel face from 178x218 "
                   "pictures and the centre elsewhere."),
            choice("data.split", "all", {"all", "train", "test"}, "Part",
                   "Train on this part of a source that comes in parts (MNIST, CIFAR, train/ and test/ "
                   "folders)."),
            integer("data.limit", 0, 0, 100000000, "images", "Limit",
                    "Train on a random subset of this many pictures; 0 takes all."),
            live_setting(boolean("data.flip", false, "Mirror",
                                 "Show each picture mirrored half of the time; doubles a small set of faces, "
                                 "wrong for digits and text.")),
        });
    add(table, "Latent",
        {
            shown(integer("latent.size", 100, 1, 2048, "numbers", "Latent size",
                          "How many numbers describe one picture (z).")),
            choice("latent.prior", "normal", {"normal", "uniform"}, "Prior",
                   "Distribution that latents are drawn from."),
        });
}

void add_network(List& table, const std::string& prefix, const std::string& group, bool is_generator) {
    const auto key = [&](const char* name) { return prefix + "." + name; };
    List rows = {
        shown(integer(key("width"), 64, 4, 512, "channels", group + " width",
                      "Channels of the layer nearest to the picture; deeper layers have more. Twice the "
                      "width costs about four times the time.")),
        integer(key("maximum_multiple"), 8, 1, 32, "times", "Widest layer",
                "No layer has more channels than width times this."),
        integer(key("kernel"), 4, 3, 7, "pixels", "Kernel", "Side of the convolution kernels."),
        choice(key("activation"), is_generator ? "relu" : "leaky_relu", {"relu", "leaky_relu"}, "Activation",
               "Non-linearity of the hidden layers."),
        choice(key("normalisation"), "batch",
               {"none", "batch", "virtual_batch", "layer", "pixel", "instance"}, "Normalisation",
               "How activations are normalised between layers."),
        choice(
            key("weight_normalisation"), "none", {"none", "spectral"}, "Weight normalisation",
            "Spectral normalisation divides each weight by its largest singular value (Miyato et al. 2018)."),
        real(key("leaky_slope"), 0.2, 0, 1, "", "Leaky slope", "Slope of LeakyReLU below zero."),
        integer(key("depth"), 1, 1, 8, "convolutions", "Depth",
                "Convolutions at each map size; more make the network deeper without making it wider."),
        text(key("attention"), "Self-attention",
             is_generator
                 ? "Layers that self-attention follows, as in 3,4 (Zhang et al. 2019); layer 1 makes the "
                   "first map, each further one doubles it."
                 : "Layers that self-attention follows, as in 3,4 (Zhang et al. 2019); each layer halves the "
                   "map."),
        choice(key("initialisation"), "normal", {"normal", "orthogonal", "xavier"}, "Initialisation",
               "How weights start: normal with the deviation below, orthogonal, or Xavier (Glorot) uniform."),
        real(key("initialisation_std"), 0.02, 0.0001, 1, "", "Initial deviation",
             "Standard deviation of the starting weights; 0.02 in the DCGAN paper."),
        shown(live_setting(logarithmic(real(key("learning_rate"), 2e-4, 1e-7, 0.1, "",
                                            is_generator ? "Learning rate G" : "Learning rate D",
                                            "Adam's step size; may be changed while training.")))),
        real(key("beta1"), 0.5, 0, 0.9999, "", "Adam beta 1", "Decay of Adam's running mean of gradients."),
        real(key("beta2"), 0.999, 0, 0.99999, "", "Adam beta 2",
             "Decay of Adam's running mean of squared gradients."),
        live_setting(integer(key("steps"), 1, 1, 100, "per step", is_generator ? "G updates" : "D updates",
                             "How many updates this network makes in each training step.")),
    };
    if (is_generator) {
        rows.push_back(choice(key("upsampling"), "deconvolution", {"deconvolution", "nearest", "bilinear"},
                              "Upsampling",
                              "How the picture grows: transposed convolution, or nearest/bilinear "
                              "enlargement followed by a convolution."));
        rows.push_back(choice(key("output"), "tanh",
                              {"tanh", "sigmoid", "relu", "linear", "sigmoid_unscaled", "relu_unscaled"},
                              "Output",
                              "Last non-linearity; sigmoid and relu are stretched to begin at black, the "
                              "unscaled ones are left "
                              "beside data in -1 to 1, as the third report's ablation had them."));
        rows.push_back(integer(key("fully_connected"), 0, 0, 8192, "units", "Fully connected layer",
                               "Units of a fully connected layer between the latent and the first map; 0: "
                               "none."));
    } else {
        rows.push_back(choice(key("downsampling"), "strided", {"strided", "max_pool", "average_pool"},
                              "Downsampling", "How the picture shrinks."));
        rows.push_back(real(key("dropout"), 0, 0, 0.95, "", "Dropout",
                            "Share of activations dropped after each layer."));
        rows.push_back(boolean(key("minibatch_deviation"), false, "Minibatch deviation",
                               "Gives the discriminator the spread of the batch, so that a collapsed "
                               "generator is caught (Karras et al. 2018)."));
        rows.push_back(integer(key("minibatch_discrimination"), 0, 0, 512, "kernels",
                               "Minibatch discrimination",
                               "Kernels that tell the discriminator how near the other pictures of the batch "
                               "are (Salimans et al. 2016); 0: none."));
        rows.push_back(integer(key("minibatch_dimensions"), 5, 1, 64, "numbers", "Minibatch dimensions",
                               "Numbers that each kernel of minibatch discrimination compares."));
        rows.push_back(
            integer(key("features"), 0, 0, 8192, "numbers", "Feature vector",
                    "Length of a feature vector (a fully connected layer) between the last map and "
                    "the answer, where a class may join; 0: none."));
        rows.push_back(choice(key("feature_normalisation"), "none", {"none", "batch"},
                              "Feature normalisation", "Batch normalisation of the feature vector."));
        rows.push_back(integer(key("extra_layers"), 0, 0, 8, "layers", "Extra layers",
                               "Fully connected layers as wide as the feature vector, after the class has "
                               "joined it."));
        rows.push_back(choice(key("output"), "linear", {"linear", "sigmoid"}, "Output",
                              "sigmoid squashes the answer to 0 to 1 before the loss, which takes it as it "
                              "takes a linear one; a probability with plain cross-entropy, as in DCGAN, is "
                              "linear here: the same numbers."));
    }
    add(table, group, std::move(rows));
}

void add_loss(List& table) {
    add(table, "Loss",
        {
            shown(choice(
                "loss.kind", "non_saturating",
                {"non_saturating", "saturating", "least_squares", "hinge", "wasserstein", "relativistic"},
                "Loss", "What the two networks optimise; non_saturating is the DCGAN paper's.")),
            live_setting(real("loss.r1", 0, 0, 1000, "", "R1 weight",
                              "Gradient penalty on real pictures (Mescheder et al. 2018); 0 turns it off.")),
            live_setting(real("loss.r2", 0, 0, 1000, "", "R2 weight",
                              "Gradient penalty on generated pictures; 0 turns it off.")),
            integer("loss.penalty_every", 16, 1, 1024, "steps", "Penalty every",
                    "The gradient penalties are computed every so many steps and weighted up."),
            live_setting(real("loss.label_smoothing", 0, 0, 0.5, "", "Label smoothing",
                              "Real pictures count as 1 minus this. For cross-entropy and least squares; "
                              "other losses have no labels.")),
            live_setting(real("loss.fake_smoothing", 0, 0, 0.5, "", "Smoothing of fakes",
                              "Generated pictures count as this; with label smoothing: two-sided. For "
                              "cross-entropy and least squares.")),
            live_setting(real("loss.label_flip", 0, 0, 0.5, "", "Label flipping",
                              "Share of pictures whose label is turned round when the discriminator "
                              "learns.")),
            live_setting(real("loss.instance_noise", 0, 0, 2, "", "Instance noise",
                              "Deviation of noise added to every picture that the discriminator sees, where "
                              "pictures go from -1 to 1; 0 turns it off.")),
            live_setting(integer("loss.instance_noise_steps", 0, 0, 100000000, "steps", "Noise fades over",
                                 "Instance noise falls linearly to nothing over so many steps; 0: it "
                                 "stays.")),
            live_setting(real("loss.gradient_penalty", 0, 0, 1000, "", "Gradient penalty",
                              "Weight of (|gradient| - 1) squared on lines between real and generated "
                              "pictures (WGAN-GP, Gulrajani et al. 2017; 10 there); 0 turns it off.")),
            live_setting(real("loss.weight_clip", 0, 0, 10, "", "Weight clipping",
                              "The discriminator's weights are kept within this of zero (WGAN, Arjovsky et "
                              "al. 2017; 0.01 there); 0 turns it off.")),
        });
    add(table, "Augmentation",
        {
            shown(live_setting(boolean("augment.translation", false, "Translation",
                                       "DiffAugment: shift what the discriminator sees by up to an eighth "
                                       "(Zhao et al. 2020). Helps with few pictures."))),
            shown(live_setting(boolean("augment.colour", false, "Colour",
                                       "DiffAugment: random brightness, saturation and contrast."))),
            shown(live_setting(boolean("augment.cutout", false, "Cutout",
                                       "DiffAugment: hide a random square of half the side."))),
        });
}

void add_condition(List& table) {
    add(table, "Condition",
        {
            choice("condition.generator", "none", {"none", "one_hot", "embedding"}, "Class to G",
                   "What of the class joins the latent: nothing, a one-hot vector, or a learned embedding."),
            integer("condition.generator_size", 200, 1, 2048, "numbers", "Embedding in G",
                    "Length of the generator's class embedding."),
            choice("condition.discriminator", "none",
                   {"none", "concatenate", "embedding_sigmoid", "embedding", "projection"}, "Class to D",
                   "How the discriminator is told the class: one-hot beside its features, an embedding "
                   "beside them (through a sigmoid or not), or the projection of Miyato and Koyama 2018."),
            integer("condition.discriminator_size", 200, 1, 2048, "numbers", "Embedding in D",
                    "Length of the discriminator's class embedding."),
            boolean("condition.normalisation", false, "Conditional normalisation",
                    "Scale and shift of the generator's normalisation belong to the class (conditional batch "
                    "normalisation)."),
        });
}

void add_training(List& table) {
    add(table, "Training",
        {
            shown(integer("train.batch", 64, 2, 4096, "images", "Batch", "Pictures in one step.")),
            shown(choice("train.precision", "auto", {"auto", "float32", "bfloat16"}, "Precision",
                         "bfloat16 is half as fast again on processors that have it and much slower "
                         "elsewhere; auto asks the processor.")),
            choice("train.convolutions", "auto", {"auto", "direct", "winograd"}, "Convolutions",
                   "In float32: Winograd's, with fewer multiplications, or LibTorch's own; they differ in "
                   "the last "
                   "digits. auto asks the processor."),
            choice("train.optimiser", "adam", {"adam", "rmsprop"}, "Optimiser",
                   "Adam, or RMSprop as for weight clipping; RMSprop's decay is beta 2."),
            integer("train.reference_batch", 64, 2, 4096, "images", "Reference batch",
                    "Pictures in the fixed batch whose statistics virtual batch normalisation uses."),
            integer("train.seed", 1, 0, 9007199254740991.0, "", "Seed",
                    "Same seed, same data, same settings and threads: the same run."),
            integer("train.threads", 0, 0, 256, "threads", "Threads",
                    "Processor threads for training; 0 takes all cores."),
            live_setting(real("average.decay", 0.999, 0, 0.999999, "per step", "Average decay",
                              "The pictures shown come from an exponential moving average of the generator; "
                              "it warms up as min(decay, (1 + t) / (10 + t)).")),
            live_setting(integer("train.log_every", 10, 1, 10000, "steps", "Log every",
                                 "Losses are read back and logged every so many steps.")),
            live_setting(real("train.checkpoint_minutes", 5, 0.01, 1440, "minutes", "Checkpoint every",
                              "A checkpoint is written this often, and always at the end.")),
            live_setting(real("train.sample_every_seconds", 10, 1, 86400, "seconds", "Samples every",
                              "The fixed-noise grid gets a new mark this often.")),
            live_setting(integer("train.keep_checkpoints", 3, 1, 1000, "files", "Keep checkpoints",
                                 "The newest so many checkpoints stay; the best and milestones stay too.")),
            live_setting(integer("train.keep_every", 50000, 0, 1000000000, "steps", "Milestone every",
                                 "The first checkpoint after every so many steps stays for good; 0 keeps "
                                 "none of them.")),
        });
    add(table, "Measuring",
        {
            live_setting(boolean("measure.live", true, "Measure live",
                                 "Measure the Frechet distance now and then while training.")),
            shown(live_setting(integer("measure.count", 2048, 16, 100000, "images", "Measure on",
                                       "Generated pictures in each Frechet distance."))),
            live_setting(real("measure.share", 0.1, 0.001, 1, "", "Measuring share",
                              "At most this share of the time goes into measuring; the pauses between "
                              "measurements adapt.")),
            choice("measure.extractor", "lite0-96", {"lite0-96", "lite0"}, "Extractor",
                   "Features that the live Frechet distance uses; lite0-96 is several times faster."),
        });
}

} // namespace

std::vector<SettingDescription> make_setting_descriptions();
std::vector<SettingDescription> make_setting_descriptions() {
    List table;
    add_data(table);
    add_network(table, "generator", "Generator", true);
    add_network(table, "discriminator", "Discriminator", false);
    add_condition(table);
    add_loss(table);
    add_training(table);
    return table;
}

} // namespace ganvas
