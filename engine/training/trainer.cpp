#include "engine/training/trainer.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "engine/core/latent_point.h"
#include "engine/core/random.h"
#include "engine/training/autocast.h"
#include "engine/training/checkpoint.h"
#include "engine/training/class_labels.h"
#include "engine/training/specs_from_settings.h"
#include "engine/training/step_phase.h"
#include "engine/training/trainer_parts.h"
#include "models/initialisation.h"
#include "models/layers/class_embedding.h"
#include "models/layers/winograd.h"
#include "models/layers/winograd_transforms.h"

namespace ganvas {
namespace {

using torch::Tensor;

// Streams of random numbers of one run: each depends on the seed alone and is read by counters.
constexpr std::uint64_t latent_stream = 0x6c6174656e74ULL;
constexpr std::uint64_t augmentation_stream = 0x6175676d656e74ULL;
constexpr std::uint64_t dropout_stream = 0x64726f706f7574ULL;
constexpr std::uint64_t generator_weights = 0x67656e657261ULL;
constexpr std::uint64_t discriminator_weights = 0x64697363ULL;

LossKind loss_kind(const std::string& text) {
    if (text == "saturating") return LossKind::saturating;
    if (text == "least_squares") return LossKind::least_squares;
    if (text == "hinge") return LossKind::hinge;
    if (text == "wasserstein") return LossKind::wasserstein;
    if (text == "relativistic") return LossKind::relativistic;
    return LossKind::nonsaturating;
}

OptimiserKind optimiser_kind(const Settings& settings) {
    return settings.text("train.optimiser") == "rmsprop" ? OptimiserKind::root_mean_square
                                                         : OptimiserKind::adam;
}

/// First weights, layout and place of a network that has just been built.
template <class Network>
const Network& prepare(Network& network, std::uint64_t seed, c10::Device device) {
    initialise(network, network.spec().initialisation, network.spec().initialisation_std,
               make_random_generator(seed));
    lay_out_channels_last(network);
    network.to(device);
    return network;
}

void set_requires_grad(torch::nn::Module& module, bool required) {
    for (auto& parameter : module.parameters()) parameter.set_requires_grad(required);
}

bool chooses_winograd(const std::string& name, Precision precision, c10::Device device) {
    if (precision != Precision::float32 || !device.is_cpu() || name == "direct") return false;
    return name == "winograd" || winograd_pays_here();
}

void backward(const Tensor& loss) {
    const StepPhase phase("backward");
    loss.backward();
}

} // namespace

StepSettings step_settings(const Settings& settings) {
    StepSettings now;
    now.loss = loss_kind(settings.text("loss.kind"));
    now.batch = int(settings.integer("train.batch"));
    now.generator_steps = int(settings.integer("generator.steps"));
    now.discriminator_steps = int(settings.integer("discriminator.steps"));
    now.generator_rate = settings.real("generator.learning_rate");
    now.discriminator_rate = settings.real("discriminator.learning_rate");
    now.r1 = settings.real("loss.r1");
    now.r2 = settings.real("loss.r2");
    now.penalty_every = int(settings.integer("loss.penalty_every"));
    now.smoothing = settings.real("loss.label_smoothing");
    now.fake_smoothing = settings.real("loss.fake_smoothing");
    now.label_flip = settings.real("loss.label_flip");
    now.instance_noise = settings.real("loss.instance_noise");
    now.instance_noise_steps = settings.integer("loss.instance_noise_steps");
    now.gradient_penalty = settings.real("loss.gradient_penalty");
    now.weight_clip = settings.real("loss.weight_clip");
    now.average_decay = settings.real("average.decay");
    now.uniform_prior = settings.text("latent.prior") == "uniform";
    now.seed = std::uint64_t(settings.integer("train.seed"));
    now.augmentation.translation = settings.boolean("augment.translation");
    now.augmentation.colour = settings.boolean("augment.colour");
    now.augmentation.cutout = settings.boolean("augment.cutout");
    return now;
}

bool LossReport::finite() const {
    return std::isfinite(discriminator_loss) && std::isfinite(generator_loss) && std::isfinite(real_score)
           && std::isfinite(fake_score);
}

// ---- making one ----------------------------------------------------------------------------------------------------
Trainer::Parts::Parts(const Settings& settings_, SharedDataset data_, const DeviceChoice& choice,
                      const GeneratorSpec& generator_spec, const DiscriminatorSpec& discriminator_spec)
    : settings(settings_), now(step_settings(settings_)), data(std::move(data_)), device(choice.device),
      precision(choose_precision(settings.text("train.precision"), device)),
      winograd(chooses_winograd(settings.text("train.convolutions"), precision, device)),
      generator(generator_spec), discriminator(discriminator_spec), average(generator_spec),
      generator_optimiser(optimiser_kind(settings),
                          prepare(generator, random_bits(now.seed, generator_weights), device),
                          settings.real("generator.beta1"), settings.real("generator.beta2")),
      discriminator_optimiser(optimiser_kind(settings),
                              prepare(discriminator, random_bits(now.seed, discriminator_weights), device),
                              settings.real("discriminator.beta1"), settings.real("discriminator.beta2")),
      batches(data, now.batch, now.seed, settings.boolean("data.flip")), uploader(device) {
    lay_out_channels_last(average);
    average.to(device);
    average.eval();
    set_requires_grad(average, false);
    torch::NoGradGuard no_gradients;
    const auto values = generator.named_parameters();
    for (auto& item : average.named_parameters()) item.value().copy_(*values.find(item.key()));
    const auto buffers = generator.named_buffers();
    for (auto& item : average.named_buffers()) item.value().copy_(*buffers.find(item.key()));
    make_reference();
    sums = at::zeros({4}, at::device(device).dtype(at::kFloat));
    std::random_device entropy;
    identity = (std::uint64_t(entropy()) << 32) | entropy();
}

Trainer::Trainer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Trainer::~Trainer() = default;

Result<std::unique_ptr<Trainer>> Trainer::create(const Settings& settings, SharedDataset data,
                                                 const DeviceChoice& device) {
    auto generator = generator_spec(settings);
    if (!generator) return generator.error();
    auto discriminator = discriminator_spec(settings);
    if (!discriminator) return discriminator.error();
    if (!data || data->size() == 0)
        return Error{ErrorCode::bad_data, "there are no pictures to train on", "", ""};
    if (is_conditional(settings)) {
        const auto classes = count_classes(*data);
        if (!classes) return classes.error();
        generator->classes = discriminator->classes = *classes;
    }
    if (data->height() != generator->image_size || data->width() != generator->image_size
        || data->channels() != generator->channels)
        return Error{ErrorCode::bad_data, "the pictures are not of the model's size", data->source(),
                     "open them at " + std::to_string(generator->image_size) + " pixels"};
    return std::unique_ptr<Trainer>(
        new Trainer(std::make_unique<Parts>(settings, std::move(data), device, *generator, *discriminator)));
}

// ---- the step ------------------------------------------------------------------------------------------------------
void Trainer::step() {
    Parts& p = *parts_;
    const WinogradScope convolutions(p.winograd);
    Tensor real, fake;
    p.noise_draws = 0;
    p.generator_reference_fresh = false; // a resumed run begins a step without it, so every run does
    for (int i = 0; i < p.now.discriminator_steps; ++i) {
        const bool kept = i + 1 == p.now.discriminator_steps; // G learns from the last fakes
        real = p.draw_real();
        {
            const torch::AutoGradMode gradients(kept);
            fake = p.generate();
        }
        p.update_discriminator(real, fake.detach());
    }
    for (int i = 0; i < p.now.generator_steps; ++i) {
        if (i > 0) fake = p.generate();
        p.update_generator(fake, real);
    }
    p.update_average();
    ++p.step;
    ++p.summed_steps;
}

Tensor Trainer::Parts::draw_real() {
    const StepPhase phase("data");
    images += now.batch;
    Tensor pictures = uploader.to_device(batches.next());
    if (discriminator.spec().classes > 0)
        real_classes = one_hot_rows(batches.labels(), discriminator.spec().classes).to(device);
    return pictures;
}

Tensor Trainer::Parts::draw_latents() {
    Tensor latents = at::empty({now.batch, generator.spec().latent_size});
    draw_fake_classes(latent_draws);
    fill_latent(random_bits(now.seed ^ latent_stream, latent_draws++),
                {latents.mutable_data_ptr<float>(), std::size_t(latents.numel())}, now.uniform_prior);
    return latents.to(device);
}

Tensor Trainer::Parts::generate() {
    const StepPhase phase("forward");
    const AutocastScope autocast(precision, device.type());
    take_generator_reference();
    const Tensor latents = draw_latents();
    return generator.forward(latents, fake_classes);
}

Tensor Trainer::Parts::augmented(const Tensor& pictures) {
    const StepPhase phase("augmentation");
    if (!now.augmentation.any()) return with_instance_noise(pictures, now, step, noise_draws++);
    const std::uint64_t stream = random_bits(now.seed ^ augmentation_stream, augmentation_draws++);
    Tensor uniforms = at::empty({pictures.size(0), std::int64_t(AugmentationDraw::count)});
    float* numbers = uniforms.mutable_data_ptr<float>();
    for (std::int64_t i = 0; i < uniforms.numel(); ++i)
        numbers[i] = float(random_uniform(stream, std::uint64_t(i)));
    return with_instance_noise(augment(pictures, now.augmentation, uniforms), now, step, noise_draws++);
}

std::pair<Tensor, Tensor> Trainer::Parts::judge(const Tensor& real, const Tensor& fake) {
    const StepPhase phase("forward");
    const AutocastScope autocast(precision, device.type());
    if (discriminator.mixes_pictures())
        return {discriminator.forward(real, 1, real_classes), discriminator.forward(fake, 1, fake_classes)};
    const auto both = at::cat({real, fake}).contiguous(at::MemoryFormat::ChannelsLast);
    const auto logits = discriminator.forward(both, 2, both_classes()).split(real.size(0));
    return {logits[0], logits[1]};
}

void Trainer::Parts::update_discriminator(const Tensor& real, const Tensor& fake) {
    set_requires_grad(discriminator, true);
    discriminator.seed_dropout(random_bits(now.seed ^ dropout_stream, std::uint64_t(discriminator_updates)));
    take_discriminator_reference(true);
    judged_real = augmented(real);
    const Tensor judged_fake = augmented(fake);
    const auto [real_logits, fake_logits] = judge(judged_real, judged_fake);
    const Tensor loss =
        discriminator_loss(now.loss, real_logits, fake_logits,
                           draw_labels(real_logits.size(0), now, discriminator_updates, device));
    discriminator_optimiser.clear_gradients();
    backward(loss);
    if ((now.r1 > 0 || now.r2 > 0) && discriminator_updates % now.penalty_every == 0)
        add_gradient_penalty(judged_real, judged_fake);
    if (now.gradient_penalty > 0) add_interpolate_penalty(judged_real, judged_fake);
    {
        const StepPhase phase("optimiser");
        discriminator_optimiser.step(now.discriminator_rate);
        if (now.weight_clip > 0) clip_weights();
    }
    ++discriminator_updates;

    torch::NoGradGuard no_gradients;
    sums.add_(
        at::stack({loss.detach(), at::zeros_like(loss), discriminator.scores(real_logits.detach()).mean(),
                   discriminator.scores(fake_logits.detach()).mean()}));
    ++summed_discriminator;
}

/// Lazy R1 and R2: computed every so many updates and weighted up by as much (Karras et al. 2020).
void Trainer::Parts::add_gradient_penalty(const Tensor& real, const Tensor& fake) {
    const StepPhase phase("gradient penalty");
    take_discriminator_reference(true); // the graph of the one before went with the loss
    const auto penalty = [&](const Tensor& pictures, const Tensor& classes, int groups) {
        const auto leaf = pictures.detach().contiguous(at::MemoryFormat::ChannelsLast).requires_grad_(true);
        Tensor logits;
        {
            const AutocastScope autocast(precision, device.type());
            logits = discriminator.forward(leaf, groups, classes);
        }
        return squared_gradient(logits, leaf);
    };
    Tensor value;
    if (now.r1 > 0 && now.r2 > 0 && !discriminator.mixes_pictures()) {
        const auto both = penalty(at::cat({real, fake}), both_classes(), 2).split(real.size(0));
        value = both[0].mean() * (now.r1 / 2) + both[1].mean() * (now.r2 / 2);
    } else { // as in judge(): a batch's statistics are of one kind of picture
        if (now.r1 > 0) value = penalty(real, real_classes, 1).mean() * (now.r1 / 2);
        if (now.r2 > 0) {
            const Tensor of_fake = penalty(fake, fake_classes, 1).mean() * (now.r2 / 2);
            value = value.defined() ? value + of_fake : of_fake;
        }
    }
    (value * double(now.penalty_every)).backward();
}

void Trainer::Parts::update_generator(const Tensor& fake, const Tensor& real) {
    set_requires_grad(discriminator, false); // its weights need no gradient here: a third of the step's work
    take_discriminator_reference(false);
    const Tensor judged_fake = augmented(fake);
    Tensor fake_logits, real_logits;
    {
        const StepPhase phase("forward");
        const AutocastScope autocast(precision, device.type());
        fake_logits = discriminator.forward(judged_fake, 1, fake_classes);
        if (pairs_real_and_fake(now.loss)) {
            torch::NoGradGuard no_gradients;
            real_logits =
                discriminator.forward(judged_real.defined() ? judged_real : augmented(real), 1, real_classes);
        }
    }
    const Tensor loss = generator_loss(now.loss, fake_logits, real_logits);
    generator_optimiser.clear_gradients();
    backward(loss);
    {
        const StepPhase phase("optimiser");
        generator_optimiser.step(now.generator_rate);
    }
    generator_reference_fresh = false;

    torch::NoGradGuard no_gradients;
    sums.select(0, 1).add_(loss.detach());
    ++summed_generator;
}

void Trainer::Parts::update_average() {
    const StepPhase phase("average");
    torch::NoGradGuard no_gradients;
    const double t = double(step);
    const double decay = std::min(now.average_decay, (1 + t) / (10 + t));
    at::_foreach_lerp_(average.parameters(), generator.parameters(), 1 - decay);
    const auto current = generator.named_buffers();
    for (auto& item : average.named_buffers()) {
        // The mean of two unit vectors is none: spectral normalisation's u is taken as it is. Virtual batch
        // normalisation's statistics are taken anew whenever the average is looked at.
        if (item.key().ends_with(".u") || item.key().find(".reference.") != std::string::npos)
            item.value().copy_(*current.find(item.key()));
        else
            item.value().lerp_(*current.find(item.key()), 1 - decay);
    }
}

// ---- looking -------------------------------------------------------------------------------------------------------
std::int64_t Trainer::steps() const { return parts_->step; }
std::int64_t Trainer::images() const { return parts_->images; }
double Trainer::epoch() const { return double(parts_->images) / double(parts_->data->size()); }
Precision Trainer::precision() const { return parts_->precision; }
bool Trainer::uses_winograd() const { return parts_->winograd; }
const Settings& Trainer::settings() const { return parts_->settings; }
double Trainer::seconds_waited_for_data() const { return parts_->batches.waited_seconds(); }

LossReport Trainer::take_losses() {
    Parts& p = *parts_;
    const Tensor sums = p.sums.to(at::kCPU).contiguous();
    const float* values = sums.const_data_ptr<float>();
    const float d = float(std::max(1, p.summed_discriminator)), g = float(std::max(1, p.summed_generator));
    LossReport report{values[0] / d, values[1] / g, values[2] / d, values[3] / d, p.summed_steps};
    p.sums.zero_();
    p.summed_discriminator = p.summed_generator = p.summed_steps = 0;
    return report;
}

SharedModel Trainer::snapshot() const {
    parts_->take_average_reference();
    const Parts& p = *parts_;
    auto model = std::make_shared<ModelSnapshot>();
    model->id = random_bits(p.identity, std::uint64_t(p.step)) | 1;
    model->step = p.step;
    model->images = p.images;
    model->generator = p.average.spec();
    if (model->generator.classes > 0) model->class_names = p.data->class_names();
    const auto add = [&](const std::string& name, const Tensor& value) {
        model->parameters_and_buffers.emplace_back(name, value.detach().to(at::kCPU).clone());
    };
    for (const auto& item : p.average.named_parameters()) add(item.key(), item.value());
    for (const auto& item : p.average.named_buffers()) add(item.key(), item.value());
    return model;
}

ImageBatch Trainer::sample(std::span<const std::uint64_t> seeds) {
    Parts& p = *parts_;
    torch::NoGradGuard no_gradients;
    p.take_average_reference();
    Tensor latents = at::empty({std::int64_t(seeds.size()), p.average.spec().latent_size});
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        Tensor row = latents[std::int64_t(i)];
        fill_latent(seeds[i], {row.mutable_data_ptr<float>(), std::size_t(row.numel())}, p.now.uniform_prior);
    }
    Tensor classes;
    if (const int count = p.average.spec().classes; count > 0) {
        std::vector<int> labels;
        for (const std::uint64_t seed : seeds) labels.push_back(class_of_seed(seed, count));
        classes = one_hot_rows(labels, count).to(p.device);
    }
    return to_images(p.average.forward(latents.to(p.device), classes).to(at::kCPU));
}

Result<void> Trainer::set_live(const std::string& key, const std::string& value) {
    const SettingDescription* description = find_setting(key);
    if (!description) return parts_->settings.set(key, value); // the error that names the nearest key
    if (description->scope != SettingScope::live)
        return Error{ErrorCode::usage, "this setting holds for a whole run", key,
                     "start a new run to change it"};
    if (auto set = parts_->settings.set(key, value); !set) return set.error();
    parts_->now = step_settings(parts_->settings);
    if (key == "data.flip") {
        parts_->batches.set_mirror(parts_->settings.boolean(key));
        parts_->make_reference(); // as a run that is resumed will have it
    }
    return {};
}

} // namespace ganvas
