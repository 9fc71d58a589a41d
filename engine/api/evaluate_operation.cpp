/// `ganvas eval`: opens both sides, measures, and lays the values out as the command line promises them.
#include <algorithm>
#include <array>
#include <optional>

#include "engine/api/checkpoint_model.h"
#include "engine/api/discriminator_model.h"
#include "engine/api/evaluation.h"
#include "engine/api/session_implementation.h"
#include "engine/api/study_engine.h"
#include "engine/data/dataset.h"
#include "engine/device/device.h"
#include "engine/device/thread_setup.h"
#include "engine/export/layout.h"
#include "engine/export/picture.h"
#include "engine/metrics/evaluate.h"
#include "engine/metrics/feature_classification.h"
#include "engine/metrics/guided_backpropagation.h"
#include "engine/runs/run_store.h"
#include "engine/runs/tensor_file.h"
#include "models/discriminator.h"

namespace ganvas {
namespace {

bool is_checkpoint(const std::string& path) {
    return Path(path).extension() == ".safetensors" || is_run_folder(path);
}

/// A model whose samples are one of the sides; owns what the source reads from.
struct SampledModel {
    CheckpointModel checkpoint;
    std::unique_ptr<Renderer> renderer;
};

Result<SampledModel> open_model(const std::string& path, const EvaluateOptions& options) {
    auto opened = open_checkpoint(path);
    if (!opened) return opened.error();
    SampledModel model{opened.take(), nullptr};
    auto renderer = make_renderer(model.checkpoint);
    if (!renderer) return renderer.error();
    model.renderer = renderer.take();
    auto chosen = choose_device(options.device);
    if (!chosen) return chosen.error();
    std::string notice = chosen->notice;
    if (chosen->device.is_cuda())
        if (auto moved = model.renderer->use_device(chosen->device); !moved) notice = moved.error().line();
    if (!notice.empty() && options.say) options.say(notice);
    return model;
}

/// Everything that the measures read; lives for one call.
struct Sides {
    std::optional<SampledModel> samples, other;
    ImageSource generated;
    ReferencePictures data;
    Preparation preparation; ///< of the data
    std::optional<DiscriminatorModel> discriminator;
};

Result<void> open_samples(const EvaluateOptions& options, Sides& sides, const Progress& progress) {
    if (is_checkpoint(options.samples)) {
        auto model = open_model(options.samples, options);
        if (!model) return model.error();
        sides.samples = model.take();
        const auto& spec = sides.samples->checkpoint.model->generator;
        sides.generated = sample_images(*sides.samples->renderer, options.seed);
        sides.preparation = preparation_of(sides.samples->checkpoint.note.settings);
        sides.preparation.size = spec.image_size;
        sides.preparation.channels = spec.channels;
        sides.preparation.limit = 0;
        return {};
    }
    sides.preparation.size = options.image_size > 0 ? options.image_size : 64;
    if (options.channels >= 0) sides.preparation.channels = options.channels;
    auto data = open_dataset(options.samples, sides.preparation, progress);
    if (!data) return data.error();
    sides.generated = dataset_images(data.take(), options.seed);
    return {};
}

Result<void> open_data(const EvaluateOptions& options, Sides& sides, const Progress& progress) {
    auto split = split_named(options.split, sides.preparation.split);
    if (!split) return split.error();
    sides.preparation.split = *split;
    if (is_checkpoint(options.data)) {
        auto model = open_model(options.data, options);
        if (!model) return model.error();
        sides.other = model.take();
        sides.data.images = sample_images(*sides.other->renderer, options.seed);
        sides.data.name = options.data;
        return {};
    }
    auto data = open_dataset(options.data, sides.preparation, progress);
    if (!data) return data.error();
    sides.data = reference_pictures(data.take(), options.seed, split_name(*split));
    return {};
}

/// D of --weights, or of the checkpoint that is measured.
Result<void> find_discriminator(const EvaluateOptions& options, Sides& sides) {
    if (options.extractor != "discriminator") return {};
    const std::string& path = options.weights.empty() ? options.samples : options.weights;
    if (!is_checkpoint(path))
        return Error{ErrorCode::usage, "the discriminator's features need a checkpoint that holds one", path,
                     "measure a run, or name one with --weights"};
    auto opened = open_discriminator(path);
    if (!opened) return opened.error();
    sides.discriminator = opened.take();
    return {};
}

Result<Sides> open_sides(const EvaluateOptions& options, const Progress& progress) {
    Sides sides;
    if (auto done = open_samples(options, sides, progress); !done) return done.error();
    if (auto done = open_data(options, sides, progress); !done) return done.error();
    if (auto done = find_discriminator(options, sides); !done) return done.error();
    return sides;
}

MeasuredValue with_badge(const std::string& name, const MetricValue& metric) {
    return {name,
            metric.value,
            metric.deviation,
            metric.count,
            metric.extractor,
            metric.title,
            metric.spread,
            metric.resize,
            metric.data,
            metric.split,
            metric.data_count,
            metric.details,
            metric.parameters};
}

/// Two numbers that belong together stand apart in the report, as `--metrics pr` promises precision and recall.
void add_pair(std::vector<MeasuredValue>& values, const MetricValue& metric, const char* first,
              const char* second) {
    for (const std::string part : {first, second}) {
        auto value = with_badge(part, metric);
        value.title = part;
        value.details.clear();
        value.value = metric.details.at(part);
        value.deviation = metric.details.at(part + "_std");
        value.details["neighbours"] = metric.details.at("neighbours");
        values.push_back(std::move(value));
    }
}

/// What is measured on a model's own pictures, as columns of studies are (study_measures.cpp), and its words here.
struct PictureMetric {
    const char *name, *title;
};
constexpr std::array picture_metrics = {
    PictureMetric{"checkerboard", "checkerboard pattern, times the data's"},
    PictureMetric{"class_accuracy", "class as asked for, percent"},
    PictureMetric{"class_movement", "movement with the class, times that with the latent"}};
constexpr std::int64_t most_class_pictures = 1000; ///< the class network sees them in one go

Result<MeasuredValue> picture_metric(const PictureMetric& metric, const EvaluateOptions& options,
                                     const Progress& progress) {
    if (!is_checkpoint(options.samples))
        return Error{ErrorCode::usage, std::string("`") + metric.name + "` needs a model to draw with",
                     options.samples, "measure a run or a checkpoint"};
    MeasureJob job;
    job.measure = metric.name;
    job.checkpoint = options.samples;
    job.data = options.data;
    job.count = std::min(options.count, most_class_pictures);
    job.seed = options.seed;
    StudyShelves shelves;
    auto reading = measure_for_study(job, shelves, progress);
    if (!reading) return reading.error();
    return MeasuredValue{metric.name,        reading->value, reading->deviation, reading->count,
                         reading->extractor, metric.title,   reading->spread,    reading->resize,
                         reading->data,      reading->split, reading->count,     reading->details};
}

EvaluationRequest request_of(const EvaluateOptions& options, const Sides& sides) {
    EvaluationRequest request;
    request.metrics = options.metrics;
    std::erase(request.metrics, "svm");
    for (const PictureMetric& metric : picture_metrics) std::erase(request.metrics, metric.name);
    request.count = options.count;
    request.extractor = options.extractor;
    request.batches = options.batches;
    request.seed = options.seed;
    request.weights = options.weights;
    request.splits = options.splits;
    request.save_features = options.save_features;
    request.sample_batch = options.sample_batch;
    request.spread_batches = options.spread_batches;
    request.spread_repeats = options.spread_repeats;
    if (sides.discriminator) {
        request.discriminator = sides.discriminator->trained;
        request.discriminator_key = sides.discriminator->key;
    }
    return request;
}

/// Train and test pictures: the source's own split, or four fifths and one fifth of what there is.
Result<std::pair<LabelledPictures, LabelledPictures>>
labelled_sides(const EvaluateOptions& options, const Sides& sides, const Progress& progress) {
    Preparation preparation = sides.preparation;
    preparation.split = DataSplit::train;
    auto train_data = open_dataset(options.data, preparation, progress);
    preparation.split = DataSplit::test;
    auto test_data = train_data ? open_dataset(options.data, preparation, progress) : train_data;
    double until = 1, from = 0;
    if (!train_data || !test_data) {
        preparation.split = DataSplit::all;
        train_data = test_data = open_dataset(options.data, preparation, progress);
        until = from = 0.8;
    }
    if (!train_data) return train_data.error();
    auto train = labelled_pictures(train_data.take(), options.seed, 0, until);
    if (!train) return train.error();
    auto test = labelled_pictures(test_data.take(), options.seed, from, 1);
    if (!test) return test.error();
    return std::pair(train.take(), test.take());
}

/// Beside the features of other measures, where the same call wrote some.
Path support_vectors_file(const EvaluateOptions& options) {
    Path path = options.save_features;
    if (options.metrics.size() > 1)
        path.replace_filename(path.stem().string() + "-svm" + path.extension().string());
    return path;
}

Result<void> save_classified(const Path& path, const ClassifiedFeatures& features,
                             const std::string& extractor) {
    TensorFile file;
    const auto add = [&](const std::string& side, const FeatureMatrix& rows, const std::vector<int>& labels) {
        file.add_floats(side, {rows.count, rows.dimension}, rows.values);
        file.add_floats(side + "_labels", {rows.count}, {labels.begin(), labels.end()});
    };
    add("train", features.train, features.train_labels);
    add("test", features.test, features.test_labels);
    file.metadata = {{"extractor", extractor}};
    return write_tensor_file(path, file);
}

Result<MeasuredValue> support_vectors(const EvaluateOptions& options, const Sides& sides,
                                      const Progress& progress) {
    if (sides.other)
        return Error{ErrorCode::usage, "`svm` needs a labelled data set", options.data, "give one as --data"};
    auto pictures = labelled_sides(options, sides, progress);
    if (!pictures) return pictures.error();
    ExtractorRequest wanted;
    wanted.name = options.extractor;
    wanted.weights = options.weights;
    wanted.labelled = sides.data.labelled;
    if (sides.discriminator) {
        wanted.discriminator = sides.discriminator->trained;
        wanted.discriminator_key = sides.discriminator->key;
    }
    auto extractor = make_extractor(wanted, progress);
    if (!extractor) return extractor.error();
    ClassifiedFeatures kept;
    const bool keeps = !options.save_features.empty();
    auto found = classify_features(**extractor, pictures->first, pictures->second, options.count,
                                   SupportVectorOptions{}, progress, keeps ? &kept : nullptr);
    if (!found) return found.error();
    if (keeps)
        if (auto saved = save_classified(support_vectors_file(options), kept, (*extractor)->name()); !saved)
            return saved.error();
    MeasuredValue value;
    value.name = "svm";
    value.title = "test accuracy of a linear L2-SVM";
    value.value = found->test_accuracy;
    value.deviation = found->test_deviation;
    value.spread = "standard error";
    value.count = found->test_count;
    value.data_count = found->train_count;
    value.extractor = (*extractor)->name();
    value.resize = (*extractor)->resize();
    value.data = options.data;
    value.split = "train and test";
    value.details = {{"train_accuracy", found->train_accuracy},
                     {"train_accuracy_std", found->train_deviation},
                     {"train_count", static_cast<double>(found->train_count)},
                     {"train_available", static_cast<double>(found->train_available)},
                     {"features", found->dimension},
                     {"classes", found->classes},
                     {"solver_bytes", static_cast<double>(found->bytes)}};
    return value;
}

} // namespace

std::vector<std::string> evaluation_metrics() {
    auto names = metric_names();
    names.emplace_back("svm");
    for (const PictureMetric& metric : picture_metrics) names.emplace_back(metric.name);
    return names;
}

std::vector<std::string> evaluation_extractors() { return extractor_names(); }

Result<std::vector<MeasuredValue>> evaluate(const EvaluateOptions& options, const Progress& progress) {
    prepare_worker_thread(0);
    auto sides = open_sides(options, progress);
    if (!sides) return sides.error();
    const auto request = request_of(options, *sides);
    std::vector<MeasuredValue> values;
    if (!request.metrics.empty()) {
        auto measured = evaluate(sides->generated, sides->data, request, progress);
        if (!measured) return measured.error();
        for (const auto& [name, metric] : measured->metrics) {
            if (name == "pr")
                add_pair(values, metric, "precision", "recall");
            else if (name == "dc")
                add_pair(values, metric, "density", "coverage");
            else
                values.push_back(with_badge(name, metric));
        }
    }
    if (std::find(options.metrics.begin(), options.metrics.end(), "svm") != options.metrics.end()) {
        auto value = support_vectors(options, *sides, progress);
        if (!value) return value.error();
        values.push_back(value.take());
    }
    for (const PictureMetric& metric : picture_metrics) {
        if (std::find(options.metrics.begin(), options.metrics.end(), metric.name) == options.metrics.end())
            continue;
        auto value = picture_metric(metric, options, progress);
        if (!value) return value.error();
        values.push_back(value.take());
    }
    return values;
}

Result<FilterReport> filter_pictures(const FilterOptions& options, const Progress& progress) {
    prepare_worker_thread(0);
    auto opened = open_discriminator(options.checkpoint);
    if (!opened) return opened.error();
    const auto& spec = opened->trained->spec();
    Preparation preparation = preparation_of(opened->settings);
    preparation.size = spec.image_size;
    preparation.channels = spec.channels;
    auto data = open_dataset(options.data, preparation, progress);
    if (!data) return data.error();
    const int pictures = static_cast<int>(std::min<std::int64_t>(options.pictures, (*data)->size()));
    auto images = dataset_images(data.take(), options.seed).images(0, pictures);
    if (!images) return images.error();
    auto untrained = untrained_like(*opened->trained, options.seed + 1);
    auto sheet = filter_sheet(*opened->trained, *untrained, *images, options.filters);
    if (!sheet) return sheet.error();
    auto picture = tile(*sheet, {1 + 2 * options.filters, options.gap, 1, 255});
    if (!picture) return picture.error();
    if (auto written = write_png(options.out, *picture); !written) return written.error();
    return FilterReport{options.out, pictures, options.filters};
}

} // namespace ganvas
