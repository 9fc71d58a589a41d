/// `ganvas attributes`, `data`, `runs`: values in, values out.
#include <chrono>
#include <filesystem>

#include "engine/api/checkpoint_model.h"
#include "engine/api/operations.h"
#include "engine/api/recorded_runs.h"
#include "engine/api/session_implementation.h"
#include "engine/core/elapsed.h"
#include "engine/core/output_file.h"
#include "engine/data/faces_folder.h"
#include "engine/device/thread_setup.h"
#include "engine/export/picture.h"
#include "engine/runs/run_files.h"
#include "engine/runs/run_store.h"

namespace ganvas {

Result<AttributesReport> learn_attributes(const std::string& checkpoint, const std::string& data,
                                          const std::string& out, const std::string& split,
                                          const Progress& progress) {
    const auto start = std::chrono::steady_clock::now();
    prepare_worker_thread(0);
    // A place that cannot be written is said before the minutes of learning, not after them.
    if (auto place = OutputFile(out).write({}); !place) return place.error();
    auto opened = open_checkpoint(checkpoint);
    if (!opened) return opened.error();
    auto renderer = make_renderer(*opened);
    if (!renderer) return renderer.error();
    Preparation preparation = preparation_of(opened->note.settings);
    preparation.size = opened->model->generator.image_size;
    preparation.channels = opened->model->generator.channels;
    const auto part = split_named(split, preparation.split);
    if (!part) return part.error();
    preparation.split = *part;
    auto labelled = open_dataset(data, preparation, progress);
    if (!labelled) return labelled.error();
    auto learned = learn_attributes(labelled.take(), **renderer, AttributeOptions{}, progress);
    if (!learned) return learned.error();
    if (auto saved = save_attributes(*learned, out); !saved) return saved.error();
    return AttributesReport{cards_of(*learned), out, seconds_since(start)};
}

Result<DataSummary> inspect_data(const std::string& source, const std::vector<std::string>& assignments,
                                 const Progress& progress) {
    // As the files are, unless a setting asks for a preparation.
    Settings settings;
    bool sized = false, coloured = false;
    for (const std::string& assignment : assignments) {
        if (auto set = settings.assign(assignment); !set) return set.error();
        sized = sized || assignment.rfind("image.size", 0) == 0;
        coloured = coloured || assignment.rfind("image.channels", 0) == 0;
    }
    Preparation preparation = preparation_of(settings);
    if (!sized) preparation.size = 0;
    if (!coloured) preparation.channels = 0;
    const auto start = std::chrono::steady_clock::now();
    auto data = open_dataset(source, preparation, progress);
    const auto mixed = [](const Dataset& dataset) {
        return std::any_of(dataset.skipped().begin(), dataset.skipped().end(), has_odd_size);
    };
    if (data && !sized && mixed(**data)) {
        // Mixed sizes have no size of their own: show them as a model would see them.
        preparation.size = 64;
        data = open_dataset(source, preparation, progress);
    }
    if (!data) return data.error();
    return summarise_data(**data, seconds_since(start));
}

Result<PictureReport> make_faces(const std::string& out, std::int64_t count, std::uint64_t seed, int size,
                                 const Progress& progress) {
    const auto start = std::chrono::steady_clock::now();
    if (auto written = write_faces_folder(
            out, count, seed, size, [](const Image& image) { return encode_png(image); }, progress);
        !written)
        return written.error();
    return PictureReport{out, count + 1, count, seconds_since(start)};
}

Result<std::vector<RunCard>> list_runs(const std::string& folder) {
    std::vector<RunCard> cards;
    const auto recorded = recorded_runs(Path(folder));
    for (const RunSummary& run : list_runs(Path(folder))) {
        double best = run.best_distance;
        const auto found = recorded.find(run.folder.lexically_normal().string());
        if (best < 0 && found != recorded.end())
            if (const DistancePoint* measured = best_distance(found->second.distances))
                best = measured->value;
        cards.push_back({run.folder.string(), run.name, run.recipe, run.data, run.modified, run.step,
                         run.images, best, run.resumable, nullptr});
    }
    return cards;
}

Result<std::vector<std::string>> verify_run(const std::string& folder) {
    if (auto checked = check_run_folder(Path(folder)); !checked) return checked.error();
    auto report = verify_run(Path(folder));
    if (!report) return report.error();
    std::vector<std::string> problems;
    for (const RunFileCheck& file : report->files)
        if (!file.good) problems.push_back(file.path.string() + ": " + file.detail);
    return problems;
}

Result<std::string> show_run(const std::string& folder) {
    if (auto checked = check_run_folder(Path(folder)); !checked) return checked.error();
    if (auto info = read_run(Path(folder)); !info) return info.error();
    return read_text(Path(folder) / "run.json");
}

} // namespace ganvas
