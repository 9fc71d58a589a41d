/// What a Trainer is made of; seen by trainer*.cpp and their tests only.
#pragma once

#include <memory>
#include <vector>

#include "engine/training/batch_source.h"
#include "engine/training/network_optimiser.h"
#include "engine/training/reference_batch.h"
#include "engine/training/trainer.h"
#include "engine/training/uploader.h"
#include "models/augmentation.h"
#include "models/discriminator.h"
#include "models/generator.h"
#include "models/losses.h"

namespace ganvas {

/// Settings that a step reads, as plain values; refreshed by set_live().
struct StepSettings {
    LossKind loss = LossKind::nonsaturating;
    int batch = 64;
    int generator_steps = 1, discriminator_steps = 1;
    double generator_rate = 0, discriminator_rate = 0;
    double r1 = 0, r2 = 0;
    int penalty_every = 16;
    double smoothing = 0, fake_smoothing = 0, label_flip = 0;
    double instance_noise = 0;
    std::int64_t instance_noise_steps = 0;
    double gradient_penalty = 0, weight_clip = 0;
    double average_decay = 0.999;
    bool uniform_prior = false;
    std::uint64_t seed = 1;
    AugmentationSpec augmentation;
};
[[nodiscard]] StepSettings step_settings(const Settings& settings);

/// Pictures with N(0, instance_noise²) on each value, less with each of instance_noise_steps and none after them; they
/// themselves where it is 0. `draw` numbers the tensors of one step.
[[nodiscard]] torch::Tensor with_instance_noise(const torch::Tensor& pictures, const StepSettings& now,
                                                std::int64_t step, std::uint64_t draw);
/// What D is told of `count` real and as many generated pictures: the smoothing, and a share of label_flip of either kind
/// exchanged. (seed, update) alone decide which.
[[nodiscard]] Labels draw_labels(std::int64_t count, const StepSettings& now, std::int64_t update,
                                 c10::Device device);

struct Trainer::Parts {
    Parts(const Settings& settings_, SharedDataset data_, const DeviceChoice& choice,
          const GeneratorSpec& generator_spec, const DiscriminatorSpec& discriminator_spec);

    // ---- the algorithm's pieces ----
    [[nodiscard]] torch::Tensor draw_real();
    [[nodiscard]] torch::Tensor generate();
    void update_discriminator(const torch::Tensor& real, const torch::Tensor& fake);
    void update_generator(const torch::Tensor& fake, const torch::Tensor& real);
    void update_average();

    [[nodiscard]] torch::Tensor draw_latents();
    [[nodiscard]] torch::Tensor augmented(const torch::Tensor& pictures);
    /// Answers to real and fake pictures; one pass where pictures do not mix in the batch.
    [[nodiscard]] std::pair<torch::Tensor, torch::Tensor> judge(const torch::Tensor& real,
                                                                const torch::Tensor& fake);
    /// Every tensor of the state by its name in a file.
    [[nodiscard]] std::vector<std::pair<std::string, torch::Tensor>> tensors() const;
    /// What the state counts, in the order of its names in a file.
    using Counters = TrainerState::Counters;
    [[nodiscard]] Counters counters() const;
    void set_counters(const Counters& counters);
    [[nodiscard]] std::vector<std::string> class_names() const; ///< of a conditional model
    void add_gradient_penalty(const torch::Tensor& real, const torch::Tensor& fake);

    // ---- what variants of the algorithm add (trainer_variants.cpp); each does nothing where it is not asked for ----
    void make_reference();
    /// The reference batch at the present weights; G's is kept while G's weights stay and no gradient is wanted.
    void take_generator_reference();
    /// D's is taken for every update of D; between them it is kept.
    void take_discriminator_reference(bool weights_learn);
    void take_average_reference();
    /// Draws classes for the latents of draw number `draw`.
    void draw_fake_classes(std::uint64_t draw);
    /// Class rows of real, then generated pictures; undefined without classes.
    [[nodiscard]] torch::Tensor both_classes() const;
    void add_interpolate_penalty(const torch::Tensor& real, const torch::Tensor& fake);
    void clip_weights();

    Settings settings;
    StepSettings now;
    SharedDataset data;
    c10::Device device;
    Precision precision;
    bool winograd; ///< convolutions with fewer multiplications (models/layers/winograd.h)
    Generator generator;
    Discriminator discriminator;
    Generator average;
    NetworkOptimiser generator_optimiser;
    NetworkOptimiser discriminator_optimiser;
    BatchSource batches;
    Uploader uploader;

    std::int64_t step = 0;
    std::int64_t images = 0;
    std::uint64_t latent_draws = 0;       ///< batches of latents drawn so far
    std::uint64_t augmentation_draws = 0; ///< tables of uniforms drawn so far
    std::int64_t discriminator_updates = 0;
    ReferenceBatch reference;               ///< of virtual batch normalisation; undefined tensors without it
    bool generator_reference_fresh = false; ///< it was passed at G's present weights
    bool discriminator_reference_fresh = false; ///< at D's, by an update of G
    torch::Tensor real_classes,
        fake_classes;              ///< [N, classes] of the last pictures drawn and made; or undefined
    std::uint64_t noise_draws = 0; ///< tensors of instance noise drawn in this step
    torch::Tensor judged_real;     ///< what D saw in its last update, for losses that pair
    std::uint64_t identity = 0;    ///< makes this trainer's snapshots unlike any other's

    std::shared_ptr<TrainerState> remembered; ///< on the CPU, laid out as the networks are; null: nothing was
    std::shared_ptr<TrainerState>
        spare; ///< to write into while somebody has the other; null: none was needed

    torch::Tensor sums; ///< [4]: D loss, G loss, sigmoid D(x), sigmoid D(G(z)); on the device
    int summed_discriminator = 0, summed_generator = 0, summed_steps = 0;
};

} // namespace ganvas
