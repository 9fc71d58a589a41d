// What variants of the game add to a step: classes, the reference batch of virtual batch normalisation, instance noise,
// flipped labels, the penalty on interpolates, clipped weights. Each depends on counters and the seed alone.
#include <algorithm>

#include "engine/core/random.h"
#include "engine/training/autocast.h"
#include "engine/training/class_labels.h"
#include "engine/training/step_phase.h"
#include "engine/training/trainer_parts.h"
#include "models/initialisation.h"
#include "models/layers/class_embedding.h"

namespace ganvas {
namespace {

using torch::Tensor;

constexpr std::uint64_t class_stream = 0x636c6173736573ULL;
constexpr std::uint64_t noise_stream = 0x6e6f697365ULL;
constexpr std::uint64_t flip_stream = 0x666c6970ULL;
constexpr std::uint64_t line_stream = 0x6c696e6573ULL;

/// [N] uniforms in [0, 1).
Tensor uniforms(std::uint64_t seed, std::int64_t first, std::int64_t count) {
    Tensor numbers = at::empty({count}, at::kFloat);
    float* values = numbers.mutable_data_ptr<float>();
    for (std::int64_t i = 0; i < count; ++i)
        values[i] = float(random_uniform(seed, std::uint64_t(first + i)));
    return numbers;
}

} // namespace

// ---- virtual batch normalisation -----------------------------------------------------------------------------------
void Trainer::Parts::make_reference() {
    if (!generator.needs_reference() && !discriminator.needs_reference()) return;
    reference = make_reference_batch(data, {settings.integer("train.reference_batch"), now.seed,
                                            generator.spec().latent_size, now.uniform_prior,
                                            generator.spec().classes, settings.boolean("data.flip")});
    reference.latents = reference.latents.to(device);
    reference.pictures = reference.pictures.to(device);
    if (reference.class_rows.defined()) reference.class_rows = reference.class_rows.to(device);
    generator_reference_fresh = discriminator_reference_fresh = false;
}

void Trainer::Parts::take_generator_reference() {
    const bool gradients = torch::GradMode::is_enabled();
    if (!generator.needs_reference() || (generator_reference_fresh && !gradients)) return;
    generator.take_reference(reference.latents, reference.class_rows);
    generator_reference_fresh = true;
}

void Trainer::Parts::take_discriminator_reference(bool weights_learn) {
    if (!discriminator.needs_reference() || (discriminator_reference_fresh && !weights_learn)) return;
    discriminator_reference_fresh = !weights_learn; // after an update they are other weights
    const AutocastScope autocast(precision, device.type());
    discriminator.take_reference(reference.pictures);
}

void Trainer::Parts::take_average_reference() {
    if (!average.needs_reference()) return;
    torch::NoGradGuard no_gradients;
    average.take_reference(reference.latents, reference.class_rows);
}

// ---- classes -------------------------------------------------------------------------------------------------------
void Trainer::Parts::draw_fake_classes(std::uint64_t draw) {
    const int classes = generator.spec().classes;
    if (classes == 0) return;
    const auto labels = draw_classes(*data, now.batch, random_bits(now.seed ^ class_stream, draw));
    fake_classes = one_hot_rows(labels, classes).to(device);
}

Tensor Trainer::Parts::both_classes() const {
    return real_classes.defined() ? at::cat({real_classes, fake_classes}) : Tensor();
}

// ---- what D is shown and told --------------------------------------------------------------------------------------
Tensor with_instance_noise(const Tensor& pictures, const StepSettings& now, std::int64_t step,
                           std::uint64_t draw) {
    double deviation = now.instance_noise;
    if (now.instance_noise_steps > 0)
        deviation *= std::max(0.0, 1 - double(step) / double(now.instance_noise_steps));
    if (deviation <= 0) return pictures;
    auto random =
        make_random_generator(random_bits(random_bits(now.seed ^ noise_stream, std::uint64_t(step)), draw));
    const Tensor noise =
        at::empty(pictures.sizes(), at::kFloat, at::MemoryFormat::ChannelsLast).normal_(0, deviation, random);
    return pictures + noise.to(pictures.device(), pictures.scalar_type());
}

Labels draw_labels(std::int64_t count, const StepSettings& now, std::int64_t update, c10::Device device) {
    Labels labels{now.smoothing, now.fake_smoothing, {}, {}};
    if (now.label_flip <= 0) return labels;
    const std::uint64_t seed = random_bits(now.seed ^ flip_stream, std::uint64_t(update));
    labels.flip_real = (uniforms(seed, 0, count) < now.label_flip).to(device);
    labels.flip_fake = (uniforms(seed, count, count) < now.label_flip).to(device);
    return labels;
}

// ---- holding D to one Lipschitz constant ---------------------------------------------------------------------------
void Trainer::Parts::add_interpolate_penalty(const Tensor& real, const Tensor& fake) {
    const StepPhase phase("gradient penalty");
    take_discriminator_reference(true);
    const std::uint64_t seed = random_bits(now.seed ^ line_stream, std::uint64_t(discriminator_updates));
    const Tensor share = uniforms(seed, 0, real.size(0)).to(device);
    const Tensor between = interpolate_pictures(real.detach(), fake.detach(), share)
                               .contiguous(at::MemoryFormat::ChannelsLast)
                               .requires_grad_(true);
    Tensor answers;
    {
        const AutocastScope autocast(precision, device.type());
        // Between two classes any would do; the generated picture has this one.
        answers = discriminator.forward(between, 1, fake_classes);
    }
    (unit_gradient_penalty(answers, between) * now.gradient_penalty).backward();
}

void Trainer::Parts::clip_weights() {
    torch::NoGradGuard no_gradients;
    for (auto& parameter : discriminator.parameters()) parameter.clamp_(-now.weight_clip, now.weight_clip);
}

} // namespace ganvas
