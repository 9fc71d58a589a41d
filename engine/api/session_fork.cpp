#include "engine/api/session_fork.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "engine/runs/run_store.h"
#include "engine/training/checkpoint.h"
#include "engine/training/specs_from_settings.h"
#include "models/discriminator.h"

namespace ganvas {
namespace {

constexpr std::size_t most_tags = 32, longest_tag = 64;

Path tags_path(const Path& run_folder) { return run_folder / "tags.json"; }

/// Every tensor of the networks that the settings describe, for as many classes as the file knows, is in it, in the same
/// shape.
Result<void> check_fit(const TensorFile& file, const Settings& settings) {
    const auto generator = load_generator(file);
    if (!generator) return generator.error();
    auto spec = discriminator_spec(settings, static_cast<int>((*generator)->class_names.size()));
    if (!spec) return spec.error();
    const Discriminator discriminator(*spec);
    std::size_t matched = 0;
    for (const auto& list : {discriminator.named_parameters(), discriminator.named_buffers()})
        for (const auto& item : list) {
            const TensorBlob* blob = file.find("discriminator." + item.key());
            if (!blob || at::IntArrayRef(blob->shape) != item.value().sizes())
                return Error{ErrorCode::bad_checkpoint, "the discriminator of these settings is another one",
                             item.key(), "a fork keeps the networks: change how they are trained"};
            ++matched;
        }
    std::size_t held = 0;
    for (const TensorBlob& blob : file.tensors) held += blob.name.rfind("discriminator.", 0) == 0;
    if (held == matched) return {};
    return Error{ErrorCode::bad_checkpoint, "the discriminator of these settings is another one", "",
                 "a fork keeps the networks: change how they are trained"};
}

/// The parent's curves up to the step that the fork begins with.
Result<void> copy_curves(const Path& parent, std::int64_t step, RunStore& store) {
    const auto metrics = read_metrics(parent);
    if (!metrics) return metrics.error();
    for (const TrainingPoint& point : metrics->training)
        if (point.step <= step)
            if (auto added = store.append(point); !added) return added;
    for (const DistancePoint& point : metrics->distances)
        if (point.step <= step)
            if (auto added = store.append(point); !added) return added;
    for (const DiversityPoint& point : metrics->diversity)
        if (point.step <= step)
            if (auto added = store.append(point); !added) return added;
    return store.flush();
}

/// Curves, checkpoint, then what makes it a run.
Result<void> write_fork(const ForkRequest& request, const CheckpointNote& note, const TensorFile& file,
                        RunStore& store) {
    RunInfo info;
    info.settings = note.settings;
    info.recipe = request.recipe;
    info.data_source = request.data_source;
    info.data_name = Path(request.data_source).filename().string();
    info.parent = request.parent;
    info.parent_step = note.step;
    info.state = RunState::stopped;
    info.step = note.step;
    info.images = note.images;
    info.seconds = note.seconds;
    if (auto copied = copy_curves(request.parent, note.step, store); !copied) return copied;
    if (auto synced = store.sync_rows(); !synced) return synced;
    if (auto saved = store.write_checkpoint(note.step, file); !saved) return saved;
    return store.write_run(info);
}

} // namespace

Result<Path> make_fork(const ForkRequest& request) {
    auto file = read_tensor_file(request.checkpoint);
    if (!file) return file.error();
    auto note = read_note(*file);
    if (!note) return note.error();
    // The networks have their channels already; `source` may mean other data by now.
    Settings settings = request.settings;
    if (auto set = settings.set("image.channels", note->settings.text("image.channels")); !set)
        return set.error();
    note->settings = settings;
    note->recipe = request.recipe;
    note->data = request.data_source;
    write_note(*file, *note);
    if (auto fits = check_fit(*file, settings); !fits) return fits.error();
    auto store = RunStore::create(request.folder, "fork");
    if (!store) return store.error();
    const Path folder = (*store)->folder();
    const auto written = write_fork(request, *note, *file, **store);
    if (written) return folder;
    // No run, and nobody's: what there is of it would be in the way.
    *store = nullptr;
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    return written.error();
}

std::vector<std::string> read_tags(const Path& run_folder) {
    const auto text = read_text(tags_path(run_folder), 1 << 16);
    if (!text) return {};
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    std::vector<std::string> tags;
    if (!json.is_array()) return tags;
    for (const auto& tag : json)
        if (tag.is_string() && tags.size() < most_tags)
            tags.push_back(tag.get<std::string>().substr(0, longest_tag));
    return tags;
}

Result<void> write_tags(const Path& run_folder, const std::vector<std::string>& tags) {
    const nlohmann::json json = tags;
    return write_file(tags_path(run_folder),
                      json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

} // namespace ganvas
