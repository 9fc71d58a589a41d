#include "engine/api/checkpoint_model.h"

#include <cmath>

#include "engine/runs/run_store.h"

namespace ganvas {
namespace {

/// A run's own directions lie beside its checkpoints; they fit as long as the latent size does.
AttributeDirections directions_beside(const Path& folder, int latent_size) {
    auto loaded = load_attributes(folder / "attributes.safetensors");
    return loaded && loaded->latent_size == latent_size ? loaded.take() : AttributeDirections{};
}

/// What is wrong inside a file, with the file's name before it.
Error in_file(Error error, const Path& path) {
    if (error.where.find(path.string()) == std::string::npos)
        error.where = path.string() + (error.where.empty() ? "" : ", " + error.where);
    return error;
}

} // namespace

std::string shipped_checkpoint() { return (assets_folder() / "checkpoints" / "faces.safetensors").string(); }

LatentPrior prior_of(const Settings& settings) {
    return settings.text("latent.prior") == "uniform" ? LatentPrior::uniform : LatentPrior::normal;
}

Result<CheckpointModel> open_checkpoint(const std::string& file_or_folder) {
    auto found = resolve_checkpoint(file_or_folder);
    if (!found) return found.error();
    auto file = read_tensor_file(found->path);
    if (!file) return file.error();
    CheckpointModel opened;
    opened.path = found->path.string();
    opened.notices = found->notices;
    const Path run = found->path.parent_path().parent_path();
    if (is_run_folder(run)) opened.run_folder = run.string();
    auto note = read_note(*file);
    if (!note) return in_file(note.error(), found->path);
    opened.note = note.take();
    auto model = load_generator(*file);
    if (!model) return in_file(model.error(), found->path);
    opened.model = model.take();
    const int latent_size = opened.model->generator.latent_size;
    auto attributes = attributes_from(*file);
    if (!attributes) return in_file(attributes.error(), found->path);
    if (attributes->latent_size == latent_size) opened.attributes = attributes.take();
    if (opened.attributes.attributes.empty() && !opened.run_folder.empty())
        opened.attributes = directions_beside(opened.run_folder, latent_size);
    opened.axes = axes_from(*file, latent_size);
    return opened;
}

Result<std::unique_ptr<Renderer>> make_renderer(const CheckpointModel& opened) {
    auto renderer = Renderer::create(opened.model, prior_of(opened.note.settings));
    if (!renderer) return renderer.error();
    if (!opened.attributes.attributes.empty())
        if (auto attached = (*renderer)->attach_attributes(directions_of(opened.attributes)); !attached)
            return attached.error();
    if (!opened.axes.empty())
        if (auto attached = (*renderer)->attach_axes(opened.axes); !attached) return attached.error();
    return renderer;
}

std::vector<AttributeCard> cards_of(const AttributeDirections& attributes) {
    std::vector<AttributeCard> cards;
    for (const LearnedAttribute& a : attributes.attributes)
        cards.push_back({a.name, a.classifier_accuracy, a.base_rate, a.flipped, a.moved, a.works});
    return cards;
}

TensorFile kept_generator(const ModelSnapshot& model, const CheckpointNote& note,
                          const AttributeDirections& attributes, const std::vector<LatentVector>& axes) {
    TensorFile file = export_generator(model, note);
    // The same names and order, but in full precision: half would change pixels.
    for (std::size_t k = 0; k < model.parameters_and_buffers.size(); ++k)
        file.tensors[k] = to_blob(file.tensors[k].name, model.parameters_and_buffers[k].second);
    if (!attributes.attributes.empty()) add_attributes(attributes, file);
    if (!axes.empty()) add_axes(axes, model.generator.latent_size, file);
    return file;
}

void add_axes(const std::vector<LatentVector>& axes, int latent_size, TensorFile& file) {
    std::vector<float> values;
    for (const LatentVector& axis : axes) values.insert(values.end(), axis.begin(), axis.end());
    file.add_floats("axes", {static_cast<std::int64_t>(axes.size()), latent_size}, values);
}

std::vector<LatentVector> axes_from(const TensorFile& file, int latent_size) {
    std::vector<LatentVector> axes;
    const TensorBlob* blob = file.find("axes");
    if (blob == nullptr || blob->shape.size() != 2 || blob->shape[1] != latent_size) return axes;
    auto values = file.floats("axes", blob->shape);
    if (!values) return axes;
    for (std::int64_t k = 0; k < blob->shape[0]; ++k) {
        const auto first = values->begin() + k * latent_size;
        axes.emplace_back(first, first + latent_size);
        for (const float x : axes.back())
            if (!std::isfinite(x)) return {};
    }
    return axes;
}

} // namespace ganvas
