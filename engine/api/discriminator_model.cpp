#include "engine/api/discriminator_model.h"

#include "engine/core/caught.h"
#include "engine/data/hash.h"
#include "engine/metrics/tensors.h"
#include "engine/runs/run_store.h"
#include "engine/training/checkpoint.h"
#include "engine/training/specs_from_settings.h"
#include "models/discriminator.h"
#include "models/initialisation.h"

namespace ganvas {
namespace {

constexpr const char* prefix = "discriminator.";

Error bad(std::string what, std::string where) {
    return {ErrorCode::bad_checkpoint, std::move(what), std::move(where),
            "use a checkpoint of a run (an exported generator has no discriminator)"};
}

/// Copies one tensor and adds its bytes to the key.
Result<void> copy(const TensorFile& file, const std::string& name, torch::Tensor target, ContentHash& key) {
    const TensorBlob* blob = file.find(prefix + name);
    if (!blob) return bad("the checkpoint lacks a tensor", prefix + name);
    if (at::IntArrayRef(blob->shape) != target.sizes())
        return bad("a tensor of the checkpoint has another shape", prefix + name);
    const torch::Tensor value = to_tensor(*blob);
    if (!value.isfinite().all().item<bool>())
        return bad("a tensor of the checkpoint is not finite", prefix + name);
    target.copy_(value);
    key.add(std::span<const std::uint8_t>(blob->bytes));
    return {};
}

} // namespace

Result<DiscriminatorModel> open_discriminator(const std::string& file_or_folder) {
    auto found = resolve_checkpoint(file_or_folder);
    if (!found) return found.error();
    auto file = read_tensor_file(found->path);
    if (!file) return file.error();
    auto note = read_note(*file);
    if (!note) return note.error();
    const auto classes = classes_of(*note);
    if (!classes) return classes.error();
    auto spec = discriminator_spec(note->settings, *classes);
    if (!spec) return spec.error();
    DiscriminatorModel model{found->path.string(), note->settings, std::make_shared<Discriminator>(*spec),
                             ""};
    torch::NoGradGuard no_gradients;
    ContentHash key;
    for (const auto& item : model.trained->named_parameters())
        if (auto copied = copy(*file, item.key(), item.value(), key); !copied) return copied.error();
    for (const auto& item : model.trained->named_buffers())
        if (auto copied = copy(*file, item.key(), item.value(), key); !copied) return copied.error();
    for (auto& parameter : model.trained->parameters()) parameter.set_requires_grad(false);
    lay_out_channels_last(*model.trained);
    model.trained->eval();
    model.key = key.hex().substr(0, 16);
    model.step = note->step;
    return model;
}

Result<std::vector<AttentionView>> discriminator_attention(const DiscriminatorModel& model,
                                                           const ImageBatch& pictures) {
    std::vector<AttentionView> views;
    try {
        c10::InferenceMode inference;
        const auto& spec = model.trained->spec();
        const auto inputs = network_pictures(pictures, spec.image_size, spec.channels).narrow(0, 0, 1);
        for (const AttentionMap& map : model.trained->attention_maps(inputs)) {
            const auto weights = map.weights.to(at::kFloat).contiguous();
            const float* values = weights.data_ptr<float>();
            views.push_back({map.layer, map.height, map.width, {values, values + weights.numel()}});
        }
    } catch (const std::exception& exception) {
        return error_of(exception, "the discriminator's attention");
    }
    return views;
}

std::shared_ptr<Discriminator> untrained_like(const Discriminator& trained, std::uint64_t seed) {
    const auto& spec = trained.spec();
    auto made = std::make_shared<Discriminator>(spec);
    initialise(*made, spec.initialisation, spec.initialisation_std, make_random_generator(seed));
    for (auto& parameter : made->parameters()) parameter.set_requires_grad(false);
    lay_out_channels_last(*made);
    made->eval();
    return made;
}

} // namespace ganvas
