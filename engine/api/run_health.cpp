#include "engine/api/run_health.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "engine/api/checkpoint_model.h"
#include "engine/api/recorded_runs.h"
#include "engine/api/run_operations.h"
#include "engine/api/session_implementation.h"
#include "engine/device/thread_setup.h"
#include "engine/latent/memorisation.h"
#include "engine/runs/run_files.h"
#include "engine/runs/run_store.h"

namespace ganvas {
namespace {

Path memorisation_path(const Path& run_folder) { return run_folder / "memorisation.json"; }

} // namespace

bool changes_training(const std::string& key) { return key.rfind("measure.", 0) != 0; }

std::int64_t newest_change(const std::vector<SettingChange>& changes) {
    std::int64_t step = 0;
    for (const SettingChange& change : changes)
        if (changes_training(change.key)) step = std::max(step, change.step);
    return step;
}

std::optional<MemorisationFigure> read_memorisation(const Path& run_folder) {
    const auto text = read_text(memorisation_path(run_folder), 1 << 16);
    if (!text) return std::nullopt;
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    MemorisationFigure figure;
    const auto number = [&](const char* key, auto& out) {
        const auto found = json.find(key);
        if (found == json.end() || !found->is_number() || !(found->template get<double>() >= 0)
            || found->template get<double>() > 1e15)
            return false;
        out = found->template get<std::decay_t<decltype(out)>>();
        return true;
    };
    const bool good = number("step", figure.step) && number("samples", figure.samples)
                      && number("held_out", figure.held_out) && number("images", figure.images)
                      && number("sample_distance", figure.sample_distance)
                      && number("data_distance", figure.data_distance) && number("nearer", figure.nearer);
    return good ? std::optional(figure) : std::nullopt;
}

Result<void> write_memorisation(const Path& run_folder, const MemorisationFigure& figure) {
    const nlohmann::json json = {{"step", figure.step},
                                 {"samples", figure.samples},
                                 {"held_out", figure.held_out},
                                 {"images", figure.images},
                                 {"sample_distance", figure.sample_distance},
                                 {"data_distance", figure.data_distance},
                                 {"nearer", figure.nearer}};
    return write_file(memorisation_path(run_folder), json.dump(2) + "\n");
}

Result<HealthReport> run_health(const std::string& run) {
    auto info = read_run(Path(run));
    if (!info) return info.error();
    auto metrics = read_metrics(Path(run));
    if (!metrics) return metrics.error();
    const std::vector<std::int64_t> checkpoints = checkpoint_steps(Path(run));
    const HealthHistory history{.settings = info->settings,
                                .losses = metrics->training,
                                .distances = metrics->distances,
                                .diversity = metrics->diversity,
                                .incidents = info->incidents,
                                .checkpoints = checkpoints,
                                .memorisation = read_memorisation(Path(run)),
                                .changed_at = std::max(newest_change(info->changes), info->parent_step),
                                .step = info->step,
                                .paused = info->state != RunState::training};
    return examine_health(history);
}

Result<MemorisationFigure> run_memorisation(const std::string& run, const std::string& data,
                                            std::int64_t samples, const Progress& progress) {
    if (auto checked = check_run_folder(Path(run)); !checked) return checked.error();
    prepare_worker_thread(0);
    auto info = read_run(Path(run));
    if (!info) return info.error();
    auto opened = open_checkpoint(run);
    if (!opened) return opened.error();
    auto renderer = make_renderer(*opened);
    if (!renderer) return renderer.error();
    const Settings& settings = opened->note.settings;
    auto dataset = open_dataset(data.empty() ? info->data_source : data, preparation_of(settings), progress);
    if (!dataset) return dataset.error();
    auto index = NeighbourIndex::build(dataset.take(), progress);
    if (!index) return index.error();
    auto figure = measure_memorisation(sample_images(**renderer, 1), *index,
                                       {.samples = samples, .mirrored = settings.boolean("data.flip")},
                                       opened->note.step, progress);
    if (!figure) return figure.error();
    if (auto written = write_memorisation(Path(run), *figure); !written) return written.error();
    return figure;
}

} // namespace ganvas
