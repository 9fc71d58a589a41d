/// `ganvas eval`, `attributes`, `data`, `runs`: values in, values out.
#include <algorithm>
#include <chrono>
#include <filesystem>

#include "engine/api/checkpoint_model.h"
#include "engine/api/operations.h"
#include "engine/api/session_implementation.h"
#include "engine/data/faces_folder.h"
#include "engine/device/thread_setup.h"
#include "engine/export/picture.h"
#include "engine/metrics/evaluate.h"
#include "engine/runs/run_store.h"

namespace ganvas {
namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

bool is_checkpoint(const std::string& path) {
    return Path(path).extension() == ".safetensors" || is_run_folder(path);
}

/// CKPT|DIR|SRC: samples of a model, or the pictures of a source. `keep` owns what the source reads from.
struct Samples {
    CheckpointModel checkpoint;
    std::unique_ptr<Renderer> renderer;
    ImageSource source;
    Preparation preparation; ///< of the data that they are compared with
};

Result<Samples> open_samples(const EvaluateOptions& options, const Progress& progress) {
    Samples samples;
    if (is_checkpoint(options.samples)) {
        auto opened = open_checkpoint(options.samples);
        if (!opened) return opened.error();
        samples.checkpoint = opened.take();
        auto renderer = make_renderer(samples.checkpoint);
        if (!renderer) return renderer.error();
        samples.renderer = renderer.take();
        samples.source = sample_images(*samples.renderer, options.seed);
        samples.preparation = preparation_of(samples.checkpoint.note.settings);
        samples.preparation.size = samples.checkpoint.model->generator.image_size;
        samples.preparation.channels = samples.checkpoint.model->generator.channels;
        samples.preparation.limit = 0;
        return samples;
    }
    samples.preparation.size = 64;
    auto data = open_dataset(options.samples, samples.preparation, progress);
    if (!data) return data.error();
    samples.source = dataset_images(data.take(), options.seed);
    return samples;
}

DataSplit split_named(const std::string& name, DataSplit otherwise) {
    if (name == "train") return DataSplit::train;
    if (name == "test") return DataSplit::test;
    return name == "all" ? DataSplit::all : otherwise;
}

/// precision and recall stand apart in the report, as `ganvas eval --metrics pr` promises two numbers.
void add_value(std::vector<MeasuredValue>& values, const std::string& name, const MetricValue& metric) {
    if (name != "pr") {
        values.push_back({name, metric.value, metric.deviation, metric.count, metric.extractor});
        return;
    }
    for (const char* part : {"precision", "recall"})
        if (const auto found = metric.details.find(part); found != metric.details.end())
            values.push_back({part, found->second, metric.deviation, metric.count, metric.extractor});
}

} // namespace

Result<std::vector<MeasuredValue>> evaluate(const EvaluateOptions& options, const Progress& progress) {
    prepare_worker_thread(0);
    auto samples = open_samples(options, progress);
    if (!samples) return samples.error();
    samples->preparation.split = split_named(options.split, samples->preparation.split);
    auto data = open_dataset(options.data, samples->preparation, progress);
    if (!data) return data.error();
    EvaluationRequest request;
    request.metrics = options.metrics;
    request.count = options.count;
    request.extractor = options.extractor;
    request.batches = options.batches;
    request.seed = options.seed;
    auto measured = evaluate(samples->source, data.take(), request, progress);
    if (!measured) return measured.error();
    std::vector<MeasuredValue> values;
    for (const auto& [name, metric] : measured->metrics) add_value(values, name, metric);
    return values;
}

Result<AttributesReport> learn_attributes(const std::string& checkpoint, const std::string& data,
                                          const std::string& out, const std::string& split,
                                          const Progress& progress) {
    const auto start = Clock::now();
    prepare_worker_thread(0);
    auto opened = open_checkpoint(checkpoint);
    if (!opened) return opened.error();
    auto renderer = make_renderer(*opened);
    if (!renderer) return renderer.error();
    Preparation preparation = preparation_of(opened->note.settings);
    preparation.size = opened->model->generator.image_size;
    preparation.channels = opened->model->generator.channels;
    preparation.split = split_named(split, preparation.split);
    auto labelled = open_dataset(data, preparation, progress);
    if (!labelled) return labelled.error();
    auto learned = learn_attributes(labelled.take(), **renderer, AttributeOptions{}, progress);
    if (!learned) return learned.error();
    if (auto saved = save_attributes(*learned, out); !saved) return saved.error();
    return AttributesReport{cards_of(*learned), out, since(start)};
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
    const auto start = Clock::now();
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
    return summarise_data(**data, since(start));
}

Result<PictureReport> make_faces(const std::string& out, std::int64_t count, std::uint64_t seed, int size,
                                 const Progress& progress) {
    const auto start = Clock::now();
    if (auto written = write_faces_folder(
            out, count, seed, size, [](const Image& image) { return encode_png(image); }, progress);
        !written)
        return written.error();
    return PictureReport{out, count + 1, count, since(start)};
}

Result<std::vector<RunCard>> list_runs(const std::string& folder) {
    std::vector<RunCard> cards;
    for (const RunSummary& run : list_runs(Path(folder)))
        cards.push_back({run.folder.string(), run.name, run.recipe, run.data, run.modified, run.step,
                         run.images, run.best_distance, run.resumable, nullptr});
    return cards;
}

Result<std::vector<std::string>> verify_run(const std::string& folder) {
    if (!is_run_folder(Path(folder)))
        return Error{ErrorCode::not_found, "not a run folder", folder,
                     "give a folder that `ganvas train` made"};
    auto report = verify_run(Path(folder));
    if (!report) return report.error();
    std::vector<std::string> problems;
    for (const RunFileCheck& file : report->files)
        if (!file.good) problems.push_back(file.path.string() + ": " + file.detail);
    return problems;
}

Result<std::string> show_run(const std::string& folder) {
    if (!is_run_folder(Path(folder)))
        return Error{ErrorCode::not_found, "not a run folder", folder,
                     "give a folder that `ganvas train` made"};
    if (auto info = read_run(Path(folder)); !info) return info.error();
    return read_text(Path(folder) / "run.json");
}

} // namespace ganvas
