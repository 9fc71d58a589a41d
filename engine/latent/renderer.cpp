#include "engine/latent/renderer.h"

#include <algorithm>
#include <exception>

#include <ATen/ATen.h>

#include "engine/core/caught.h"
#include "engine/device/cuda_library.h"
#include "engine/training/model_snapshot.h"

namespace ganvas {
namespace {

constexpr std::size_t chunk_size = 64;

Error from_exception(const std::exception& exception, ErrorCode code, const std::string& what) {
    const Error caught = error_of(exception, what);
    return says_out_of_memory(exception) ? caught : Error{code, what, "", caught.what};
}

bool fits(const LatentVector& direction, const LatentSpace& space) {
    return static_cast<int>(direction.size()) == space.size;
}

} // namespace

struct Renderer::Network {
    std::shared_ptr<const ModelSnapshot> snapshot;
    std::shared_ptr<Generator> generator;
    c10::Device device{c10::kCPU};
};

Renderer::Renderer() : network_(std::make_unique<Network>()) {}
Renderer::~Renderer() = default;

Result<std::unique_ptr<Renderer>> Renderer::create(std::shared_ptr<const ModelSnapshot> snapshot,
                                                   LatentPrior prior) {
    std::unique_ptr<Renderer> renderer(new Renderer);
    renderer->space_.prior = prior;
    if (auto loaded = renderer->load(std::move(snapshot)); !loaded) return loaded.error();
    return renderer;
}

Result<void> Renderer::load(std::shared_ptr<const ModelSnapshot> snapshot) {
    if (!snapshot) return Error{ErrorCode::bad_checkpoint, "there is no model to show", "", ""};
    try {
        if (network_->generator && network_->generator->spec() == snapshot->generator) {
            copy_weights(*snapshot, *network_->generator);
        } else {
            network_->generator = build_generator(*snapshot);
            network_->generator->to(network_->device);
            space_.size = snapshot->generator.latent_size;
            space_.classes = snapshot->generator.classes;
            std::erase_if(space_.attributes,
                          [&](const auto& known) { return !fits(known.direction, space_); });
            std::erase_if(space_.axes, [&](const auto& axis) { return !fits(axis, space_); });
        }
    } catch (const std::exception& exception) {
        return from_exception(exception, ErrorCode::bad_checkpoint,
                              "the model's weights do not fit its description");
    }
    network_->snapshot = std::move(snapshot);
    return {};
}

Result<void> Renderer::attach_attributes(std::vector<NamedDirection> attributes) {
    for (const auto& attribute : attributes)
        if (!fits(attribute.direction, space_))
            return Error{ErrorCode::usage, "the direction was learned for a model of another latent size",
                         attribute.name, "learn it again for this one with `ganvas attributes`"};
    space_.attributes = std::move(attributes);
    return {};
}

Result<void> Renderer::attach_axes(std::vector<LatentVector> axes) {
    for (const auto& axis : axes)
        if (!fits(axis, space_))
            return Error{ErrorCode::usage, "the axes are of another latent size", "", ""};
    space_.axes = std::move(axes);
    return {};
}

Result<void> Renderer::use_device(c10::Device device) {
    if (device.is_cuda()) {
        const CudaLibrary& cuda = cuda_library();
        char error[256] = "";
        if (!cuda.usable) return Error{ErrorCode::device, "the GPU cannot be used", cuda.reason, ""};
        if (cuda.use_stream(device.index(), 1, error, sizeof error) != 0)
            return Error{ErrorCode::device, "the GPU cannot be used", error, ""};
    }
    try {
        network_->generator->to(device);
    } catch (const std::exception& exception) {
        leave_gpu();
        return from_exception(exception, ErrorCode::device, "the model does not fit on the GPU");
    }
    network_->device = device;
    return {};
}

c10::Device Renderer::device() const { return network_->device; }

void Renderer::leave_gpu() {
    network_->device = c10::Device(c10::kCPU);
    // Built anew: a move that failed half way leaves parameters on both.
    network_->generator = build_generator(*network_->snapshot);
    if (cuda_library().usable) cuda_library().empty_cache();
}

const LatentSpace& Renderer::space() const { return space_; }

std::uint64_t Renderer::model_id() const { return network_->snapshot ? network_->snapshot->id : 0; }

int Renderer::classes() const { return space_.classes; }

Result<ImageBatch> Renderer::render(std::span<const LatentPoint> points) {
    std::vector<LatentVector> latents;
    std::vector<float> class_rows;
    latents.reserve(points.size());
    for (const auto& point : points) {
        auto latent = resolve(point, space_);
        if (!latent) return latent.error();
        latents.push_back(latent.take());
        const auto row = class_row(point, space_);
        if (!row) return row.error();
        class_rows.insert(class_rows.end(), row->begin(), row->end());
    }
    return render_rows(latents, class_rows);
}

Result<ImageBatch> Renderer::render_latents(std::span<const LatentVector> latents,
                                            std::span<const int> class_labels) {
    if (!class_labels.empty() && class_labels.size() != latents.size())
        return Error{ErrorCode::internal, "not one class a latent", "", ""};
    const auto classes = static_cast<std::size_t>(space_.classes);
    std::vector<float> class_rows(latents.size() * classes);
    for (std::size_t k = 0; classes > 0 && k < latents.size(); ++k) {
        const int label = class_labels.empty() ? 0 : std::max(0, class_labels[k]);
        if (label >= space_.classes)
            return Error{ErrorCode::usage, "this model has no class of that number", std::to_string(label),
                         "they go from 0 to " + std::to_string(space_.classes - 1)};
        class_rows[k * classes + static_cast<std::size_t>(label)] = 1;
    }
    return render_rows(latents, class_rows);
}

void Renderer::render_chunk(std::span<const LatentVector> latents, std::span<const float> class_rows,
                            std::size_t first, ImageBatch& images) {
    const auto& spec = network_->generator->spec();
    const std::size_t count = std::min(chunk_size, latents.size() - first);
    const auto rows = static_cast<std::int64_t>(count);
    auto z = at::empty({rows, spec.latent_size}, at::kFloat);
    float* values = z.data_ptr<float>();
    for (const LatentVector& latent : latents.subspan(first, count))
        values = std::copy(latent.begin(), latent.end(), values);
    at::Tensor classes;
    if (spec.classes > 0) {
        const auto wide = static_cast<std::size_t>(spec.classes);
        classes = at::empty({rows, spec.classes}, at::kFloat);
        std::copy_n(class_rows.data() + first * wide, count * wide, classes.data_ptr<float>());
        classes = classes.to(network_->device);
    }
    const auto pictures = network_->generator->forward(z.to(network_->device), classes);
    const auto bytes = pictures.add(1).mul_(127.5).round_().clamp_(0, 255).nan_to_num_(0).to(at::kByte);
    at::from_blob(images.pixels.data() + first * images.image_bytes(),
                  {rows, images.height, images.width, images.channels}, at::kByte)
        .copy_(bytes.permute({0, 2, 3, 1}));
}

Result<ImageBatch> Renderer::render_rows(std::span<const LatentVector> latents,
                                         std::span<const float> class_rows) {
    const auto& spec = network_->generator->spec();
    for (const LatentVector& latent : latents)
        if (static_cast<int>(latent.size()) != spec.latent_size)
            return Error{ErrorCode::usage, "the latent is of another size than the model's",
                         std::to_string(latent.size()), "the model has " + std::to_string(spec.latent_size)};
    ImageBatch images{static_cast<int>(latents.size()), spec.image_size, spec.image_size, spec.channels, {}};
    images.pixels.resize(images.image_bytes() * latents.size());
    try {
        at::InferenceMode inference;
        for (std::size_t first = 0; first < latents.size(); first += chunk_size) {
            try {
                render_chunk(latents, class_rows, first, images);
            } catch (const c10::OutOfMemoryError&) {
                if (network_->device.is_cpu()) throw;
                leave_gpu(); // the trainer has the memory; a slower picture is better than none
                render_chunk(latents, class_rows, first, images);
            }
        }
    } catch (const std::exception& exception) {
        return from_exception(exception, ErrorCode::internal, "the pictures could not be computed");
    }
    return images;
}

Result<std::vector<AttentionView>> Renderer::attention(const LatentPoint& point) {
    auto latent = resolve(point, space_);
    if (!latent) return latent.error();
    const auto row = class_row(point, space_);
    if (!row) return row.error();
    std::vector<AttentionView> views;
    try {
        at::InferenceMode inference;
        const auto z = at::tensor(*latent).unsqueeze(0).to(network_->device);
        const auto classes = row->empty() ? at::Tensor() : at::tensor(*row).unsqueeze(0).to(network_->device);
        for (const AttentionMap& map : network_->generator->attention_maps(z, classes)) {
            const auto weights = map.weights.cpu().contiguous();
            const float* values = weights.data_ptr<float>();
            views.push_back({map.layer, map.height, map.width, {values, values + weights.numel()}});
        }
    } catch (const std::exception& exception) {
        return from_exception(exception, ErrorCode::internal, "the attention could not be computed");
    }
    return views;
}

ImageSource sample_images(LatentRenderer& renderer, std::uint64_t first_seed) {
    ImageSource source{"samples of the model", -1, {}};
    source.images = [&renderer, first_seed](std::int64_t first, int count) {
        std::vector<LatentVector> latents;
        std::vector<int> classes;
        latents.reserve(static_cast<std::size_t>(count));
        for (int k = 0; k < count; ++k) {
            const std::uint64_t seed = first_seed + static_cast<std::uint64_t>(first + k);
            latents.push_back(latent_of_seed(seed, renderer.space()));
            classes.push_back(class_of_seed(seed, renderer.space().classes));
        }
        return renderer.render_latents(latents, classes);
    };
    return source;
}

} // namespace ganvas
