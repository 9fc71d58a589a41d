// Saving and restoring everything that a trainer's next step depends on.
#include "engine/training/trainer_state.h"

#include <array>
#include <atomic>
#include <charconv>
#include <limits>
#include <tuple>

#include "engine/core/random.h"
#include "engine/training/checkpoint.h"
#include "engine/training/trainer.h"
#include "engine/training/trainer_parts.h"

namespace ganvas {
namespace {

using torch::Tensor;
using Named = std::vector<std::pair<std::string, Tensor>>;

void add_module(Named& out, const std::string& prefix, const torch::nn::Module& module) {
    for (const auto& item : module.named_parameters()) out.emplace_back(prefix + item.key(), item.value());
    for (const auto& item : module.named_buffers()) out.emplace_back(prefix + item.key(), item.value());
}

void add_optimiser(Named& out, const std::string& prefix, const NetworkOptimiser& optimiser) {
    for (const auto& slot : optimiser.slots()) {
        if (slot.mean.defined()) out.emplace_back(prefix + slot.name + ".mean", slot.mean);
        out.emplace_back(prefix + slot.name + ".square", slot.square);
        if (slot.steps.defined()) out.emplace_back(prefix + slot.name + ".steps", slot.steps);
    }
}

constexpr std::array counter_keys{"step",
                                  "images",
                                  "counter.epoch",
                                  "counter.position",
                                  "counter.latents",
                                  "counter.augmentations",
                                  "counter.discriminator_updates"};

Result<std::int64_t> read_counter(const TensorFile& file, const std::string& key) {
    const std::string text = file.text(key);
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size() || value < 0)
        return Error{ErrorCode::bad_checkpoint, "a counter is missing or damaged", key,
                     "use an older checkpoint"};
    return value;
}

/// Nobody else has it, so it may be written over.
bool is_free(const std::shared_ptr<TrainerState>& state) {
    if (state.use_count() != 1) return false;
    std::atomic_thread_fence(std::memory_order_acquire); // what the last other owner did with it is over
    return true;
}

/// Room for such tensors on the CPU, in the same layout: a copy into it only moves bytes.
std::shared_ptr<TrainerState> room_for(const Named& tensors) {
    auto state = std::make_shared<TrainerState>();
    for (const auto& [name, value] : tensors)
        state->tensors.emplace_back(name, at::empty_like(value, at::TensorOptions().device(at::kCPU)));
    return state;
}

} // namespace

TensorFile tensor_file(const TrainerState& state) {
    static_assert(std::tuple_size_v<TrainerState::Counters> == counter_keys.size());
    TensorFile file;
    for (const auto& [name, value] : state.tensors) file.tensors.push_back(to_blob(name, value));
    for (std::size_t i = 0; i < counter_keys.size(); ++i)
        file.metadata[counter_keys[i]] = std::to_string(state.counters[i]);
    file.metadata["ganvas.kind"] = "checkpoint";
    write_class_names(file, state.class_names);
    return file;
}

Named Trainer::Parts::tensors() const {
    Named all;
    add_module(all, "generator.", generator);
    add_module(all, "discriminator.", discriminator);
    add_module(all, "average.", average);
    add_optimiser(all, "optimiser.generator.", generator_optimiser);
    add_optimiser(all, "optimiser.discriminator.", discriminator_optimiser);
    return all;
}

std::vector<std::string> Trainer::Parts::class_names() const {
    return generator.spec().classes > 0 ? data->class_names() : std::vector<std::string>();
}

Trainer::Parts::Counters Trainer::Parts::counters() const {
    const BatchCursor cursor = batches.cursor();
    return {step,
            images,
            cursor.epoch,
            cursor.position,
            std::int64_t(latent_draws),
            std::int64_t(augmentation_draws),
            discriminator_updates};
}

void Trainer::Parts::set_counters(const Counters& counters) {
    step = counters[0];
    images = counters[1];
    batches.restart({counters[2], counters[3]});
    latent_draws = std::uint64_t(counters[4]);
    augmentation_draws = std::uint64_t(counters[5]);
    discriminator_updates = counters[6];
    judged_real = Tensor();
    generator_reference_fresh = discriminator_reference_fresh = false;
    // What follows may have steps that were, with other weights.
    identity = random_bits(identity, 0x726563616c6cULL);
}

TensorFile Trainer::save_state() const {
    parts_->take_average_reference();
    const Parts& p = *parts_;
    return tensor_file({p.tensors(), p.counters(), p.class_names()});
}

Result<void> Trainer::load_state(const TensorFile& file) {
    Parts& p = *parts_;
    const auto refuse = [](std::string what, std::string where) {
        return Error{ErrorCode::bad_checkpoint, std::move(what), std::move(where),
                     "it belongs to a run with other settings, or is damaged"};
    };
    // All is checked before anything is changed.
    std::vector<std::pair<Tensor, Tensor>> copies;
    for (const auto& [name, target] : p.tensors()) {
        const TensorBlob* blob = file.find(name);
        if (!blob) return refuse("the checkpoint lacks a tensor", name);
        if (at::IntArrayRef(blob->shape) != target.sizes())
            return refuse("a tensor of the checkpoint has another shape", name);
        Tensor value = to_tensor(*blob);
        if (!value.isfinite().all().item<bool>())
            return refuse("a tensor of the checkpoint is not finite", name);
        copies.emplace_back(target, std::move(value));
    }
    Parts::Counters counters{};
    for (std::size_t i = 0; i < counters.size(); ++i) {
        auto value = read_counter(file, counter_keys[i]);
        if (!value) return value.error();
        counters[i] = *value;
    }

    torch::NoGradGuard no_gradients;
    for (auto& [target, value] : copies) target.copy_(value);
    p.set_counters(counters);
    (void)take_losses();
    return {};
}

// ---- a good state in memory ----------------------------------------------------------------------------------------
bool Trainer::is_finite() const {
    torch::NoGradGuard no_gradients;
    // A sum is a number only where all that went into it are. In float it may overflow, in double it cannot.
    const auto all_finite = [&](at::ScalarType type) {
        std::vector<Tensor> sums;
        for (const auto& [name, value] : parts_->tensors())
            if (value.is_floating_point()) sums.push_back(value.sum(type));
        return at::stack(sums).isfinite().all().item<bool>();
    };
    return all_finite(at::kFloat) || all_finite(at::kDouble);
}

bool Trainer::losses_are_finite() const { return parts_->sums.isfinite().all().item<bool>(); }

void Trainer::remember() {
    Parts& p = *parts_;
    torch::NoGradGuard no_gradients;
    const Named all = p.tensors();
    std::shared_ptr<TrainerState>* place = is_free(p.remembered) ? &p.remembered : &p.spare;
    // All or none: memory may not suffice, and then what is remembered stays.
    if (!is_free(*place)) *place = room_for(all);
    for (std::size_t i = 0; i < all.size(); ++i) (*place)->tensors[i].second.copy_(all[i].second);
    (*place)->counters = p.counters();
    (*place)->class_names = p.class_names();
    if (place == &p.spare) std::swap(p.remembered, p.spare);
}

SharedTrainerState Trainer::share_state() {
    parts_->take_average_reference();
    remember();
    return parts_->remembered;
}

bool Trainer::recall() {
    Parts& p = *parts_;
    if (!p.remembered) return false;
    torch::NoGradGuard no_gradients;
    const Named all = p.tensors();
    for (std::size_t i = 0; i < all.size(); ++i) {
        Tensor target = all[i].second;
        target.copy_(p.remembered->tensors[i].second);
    }
    p.set_counters(p.remembered->counters);
    (void)take_losses();
    return true;
}

std::int64_t Trainer::remembered_step() const {
    return parts_->remembered ? parts_->remembered->counters[0] : -1;
}

void Trainer::spoil() {
    torch::NoGradGuard no_gradients;
    Tensor weight = parts_->discriminator.parameters().front();
    weight.fill_(std::numeric_limits<float>::quiet_NaN());
}

} // namespace ganvas
