/// What a study's column names, measured: metrics of evaluate(), and what is measured on the pictures themselves.
#include <algorithm>
#include <array>
#include <cmath>

#include "engine/api/checkpoint_model.h"
#include "engine/api/operations.h"
#include "engine/api/study_engine.h"
#include "engine/device/thread_setup.h"
#include "engine/export/recipe_text.h"
#include "engine/metrics/checkerboard.h"
#include "engine/metrics/class_classifier.h"
#include "engine/metrics/evaluate.h"
#include "engine/studies/picture_measures.h"
#include "engine/training/specs_from_settings.h"

namespace ganvas {
namespace {

constexpr int diversity_pictures = 64, checkerboard_pictures = 64, movement_latents = 16;
constexpr std::uint64_t measuring_seed = 100000; ///< away from the seeds of figures and fixed noise

/// Of the samples that are measured.
std::uint64_t first_seed(const MeasureJob& job) { return measuring_seed + job.seed; }

Reading reading_of(double value, std::int64_t count, std::string extractor) {
    Reading reading;
    reading.measured = true;
    reading.value = value;
    reading.count = count;
    reading.extractor = std::move(extractor);
    return reading;
}

/// A value of evaluate() with all of its badge.
Reading reading_of(const MeasuredValue& value, const MeasureJob& job) {
    Reading reading = reading_of(value.value, value.count, value.extractor);
    reading.deviation = value.deviation;
    reading.data = Path(job.data).filename().string();
    reading.resize = value.resize, reading.split = value.split;
    reading.parameters = value.parameters, reading.spread = value.spread;
    reading.title = value.title;
    return reading;
}

std::map<std::string, double> classification_details(const MeasuredValue& value) {
    std::map<std::string, double> details;
    for (const char* name : {"features", "classes", "train_count", "train_available"})
        if (const auto found = value.details.find(name); found != value.details.end()) details.insert(*found);
    return details;
}

// ---- metrics of evaluate() ----------------------------------------------------------------------------------------
/// The metric to ask for, and the value of its answer, where they are not the same word.
struct MetricName {
    const char *measure, *metric, *value;
};
constexpr std::array pairs = {MetricName{"precision", "pr", "precision"},
                              MetricName{"recall", "pr", "recall"}, MetricName{"density", "dc", "density"},
                              MetricName{"coverage", "dc", "coverage"}};

EvaluateOptions options_of(const MeasureJob& job, const std::string& data) {
    EvaluateOptions options;
    options.samples = job.checkpoint;
    options.data = data;
    options.count = job.count;
    options.extractor = job.extractor;
    options.weights = job.weights;
    options.splits = job.splits;
    options.batches = job.batches;
    options.seed = first_seed(job);
    return options;
}

MetricName name_of(const std::string& measure) {
    for (const MetricName& name : pairs)
        if (measure == name.measure) return name;
    return {measure.c_str(), measure.c_str(), measure.c_str()};
}

/// What a value depends on beside its name.
std::string badge_key(const MeasureJob& job, const std::string& data) {
    std::string key = job.checkpoint + "\n" + data + "\n" + job.extractor + "\n" + job.weights;
    for (const std::int64_t number : {job.count, std::int64_t(job.batches), std::int64_t(job.splits),
                                      static_cast<std::int64_t>(job.seed)})
        key += "\n" + std::to_string(number);
    return key + "\n";
}

/// Metrics of evaluate() among the measures that will be asked for next.
std::vector<std::string> metrics_with(const MeasureJob& job, const std::string& metric) {
    std::vector<std::string> metrics = {metric};
    auto known = metric_names(); // of features: what is measured on pictures shares nothing
    known.emplace_back("svm");
    for (const std::string& companion : job.companions) {
        const std::string other = companion == "svm_train" ? "svm" : name_of(companion).metric;
        if (std::find(known.begin(), known.end(), other) != known.end()
            && std::find(metrics.begin(), metrics.end(), other) == metrics.end())
            metrics.push_back(other);
    }
    return metrics;
}

Result<MeasuredValue> evaluated(const MeasureJob& job, const std::string& data, const std::string& measure,
                                ValueShelf& shelf, const Progress& progress) {
    const std::string key = badge_key(job, data);
    const MetricName name = name_of(measure);
    if (auto value = shelf.find(key + name.value)) return *value;
    EvaluateOptions options = options_of(job, data);
    options.metrics =
        data == job.data ? metrics_with(job, name.metric) : std::vector<std::string>{name.metric};
    auto values = evaluate(options, progress);
    // One that cannot be had must not take the others with it.
    if (!values && options.metrics.size() > 1 && !progress.stop_requested()) {
        options.metrics.resize(1);
        values = evaluate(options, progress);
    }
    if (!values) return values.error();
    for (const MeasuredValue& value : *values) shelf.put(key + value.name, value);
    for (const MeasuredValue& value : *values)
        if (value.name == name.value) return value;
    return Error{ErrorCode::unsupported, "the measure gave no value", measure, ""};
}

Result<Reading> metric(const MeasureJob& job, StudyShelves& shelves, const Progress& progress) {
    auto value = evaluated(job, job.data, job.measure, shelves.values, progress);
    if (!value) return value.error();
    Reading reading = reading_of(*value, job);
    // How many numbers there were, and how much of the data went in, belong to a classification (report 3, table 1).
    if (job.measure == "svm") reading.details = classification_details(*value);
    // Of how many, and how well the network that finds them knows them.
    if (job.measure == "modes")
        for (const char* name : {"classes", "held_out_accuracy"})
            if (const auto found = value->details.find(name); found != value->details.end())
                reading.details.insert(*found);
    return reading;
}

/// Report 3, table 1: the same support vectors on the pictures that they learned from.
Result<Reading> support_vectors_training(const MeasureJob& job, StudyShelves& shelves,
                                         const Progress& progress) {
    auto value = evaluated(job, job.data, "svm", shelves.values, progress);
    if (!value) return value.error();
    const auto share = value->details.find("train_accuracy"), count = value->details.find("train_count");
    if (share == value->details.end() || count == value->details.end())
        return Error{ErrorCode::internal, "the accuracy on the training pictures was not told", "svm", ""};
    Reading reading = reading_of(*value, job);
    reading.value = share->second;
    reading.count = static_cast<std::int64_t>(count->second);
    reading.deviation = std::sqrt(share->second * (1 - share->second) / count->second);
    reading.split = "train";
    reading.details = classification_details(*value);
    return reading;
}

/// Report 2, table 1: how much the distance changes from batch to batch, in percent of its mean; both sides drawn anew
/// for each batch.
Result<Reading> relative_deviation(const MeasureJob& job, StudyShelves&, const Progress& progress) {
    EvaluateOptions options = options_of(job, job.data);
    options.metrics = {"spread"};
    options.spread_batches = {job.count};
    options.spread_repeats = std::max(job.batches, 2);
    options.count = job.pool > 0 ? job.pool : job.count * options.spread_repeats;
    options.batches = 1;
    auto values = evaluate(options, progress);
    if (!values) return values.error();
    Reading reading = reading_of(values->front(), job);
    reading.count = job.count;
    // The data may have fewer pictures than were asked for: what was really drawn from decides.
    const auto disjoint = values->front().details.find("disjoint_" + std::to_string(job.count));
    if (disjoint == values->front().details.end() || disjoint->second == 0)
        reading.details["drawn_from"] = values->front().details.at("drawn_from"); // so that batches overlap
    return reading;
}

/// Fréchet distance between the samples of this point and of the one before.
Result<Reading> consecutive_distance(const MeasureJob& job, StudyShelves& shelves, const Progress& progress) {
    if (job.previous_checkpoint.empty())
        return Error{ErrorCode::unsupported, "there is no earlier point to compare with", "consecutive_fd",
                     ""};
    auto value = evaluated(job, job.previous_checkpoint, "fd", shelves.values, progress);
    if (!value) return value.error();
    Reading reading = reading_of(*value, job);
    reading.data = reading.against = "the point before";
    reading.split.clear();
    return reading;
}

// ---- pictures of the model ----------------------------------------------------------------------------------------
struct Model {
    CheckpointModel checkpoint;
    std::unique_ptr<Renderer> renderer;
};

Result<Model> open_model(const std::string& path) {
    prepare_worker_thread(0);
    auto opened = open_checkpoint(path);
    if (!opened) return opened.error();
    Model model{opened.take(), nullptr};
    auto renderer = make_renderer(model.checkpoint);
    if (!renderer) return renderer.error();
    model.renderer = renderer.take();
    return model;
}

/// The rest of the badge of what looks at the model's own pictures: their size, and the part of the data it learned from.
Reading of_pictures(Reading reading, const Model& model, std::string spread) {
    const Settings& settings = model.checkpoint.note.settings;
    reading.resize = "not resized, " + settings.as_text("image.size") + " px";
    if (const std::string& split = settings.text("data.split"); split != "all") reading.split = split;
    reading.spread = std::move(spread);
    return reading;
}

Reading reading_of(const PictureMeasure& measure, int count, const Model& model, std::string spread) {
    Reading reading = reading_of(measure.value, count, "pixels");
    reading.deviation = measure.error;
    return of_pictures(std::move(reading), model, std::move(spread));
}

/// The figure of the window's Samples panel: against as many pictures of the data.
Result<Reading> checkerboard(const MeasureJob& job, StudyShelves&, const Progress& progress) {
    auto model = open_model(job.checkpoint);
    if (!model) return model.error();
    auto generated = model->renderer->render(face_points(first_seed(job), checkerboard_pictures));
    if (!generated) return generated.error();
    auto data = open_dataset(job.data, training_preparation(model->checkpoint.note.settings), progress);
    if (!data) return data.error();
    const int count = static_cast<int>(std::min<std::int64_t>(checkerboard_pictures, (*data)->size()));
    auto real = dataset_images(*data, measuring_seed).images(0, count);
    if (!real) return real.error();
    auto measured = checkerboard_ratio(*generated, *real);
    if (!measured) return measured.error();
    Reading reading = reading_of(measured->ratio, measured->generated.count, "pixels");
    reading.deviation = measured->error;
    reading.data = Path(job.data).filename().string();
    return of_pictures(std::move(reading), *model, "a standard error over the pictures");
}

Result<Reading> sample_diversity(const MeasureJob& job, StudyShelves&, const Progress&) {
    auto model = open_model(job.checkpoint);
    if (!model) return model.error();
    auto images = model->renderer->render(face_points(first_seed(job), diversity_pictures));
    if (!images) return images.error();
    return reading_of(mean_picture_distance(*images), images->count, *model,
                      "a standard error over the pictures");
}

/// Latents as rows, classes as columns.
std::vector<LatentPoint> class_grid(int latents, int classes, std::uint64_t first) {
    std::vector<LatentPoint> points;
    for (int row = 0; row < latents; ++row)
        for (int label = 0; label < classes; ++label)
            points.push_back(face_points(first + static_cast<std::uint64_t>(row), 1, 1, label).front());
    return points;
}

Result<Reading> movement_by_class(const MeasureJob& job, StudyShelves&, const Progress&) {
    auto model = open_model(job.checkpoint);
    if (!model) return model.error();
    const int classes = model->checkpoint.model->generator.classes;
    if (classes < 2)
        return Error{ErrorCode::unsupported, "the generator knows no classes", "class_movement", ""};
    auto images = model->renderer->render(class_grid(movement_latents, classes, first_seed(job)));
    if (!images) return images.error();
    return reading_of(class_movement(*images, classes), images->count, *model,
                      "a standard error over the latents");
}

/// A network that learned the data's classes answers what class each generated picture has.
Result<Reading> class_accuracy(const MeasureJob& job, StudyShelves&, const Progress& progress) {
    auto model = open_model(job.checkpoint);
    if (!model) return model.error();
    const auto& spec = model->checkpoint.model->generator;
    if (spec.classes < 2)
        return Error{ErrorCode::unsupported, "the generator knows no classes", "class_accuracy", ""};
    auto data = open_dataset(job.data, training_preparation(model->checkpoint.note.settings), progress);
    if (!data) return data.error();
    if (static_cast<int>((*data)->class_names().size()) != spec.classes)
        return Error{ErrorCode::bad_data, "the data's classes are not the model's", job.data, ""};
    auto network =
        make_classifier(*data, ClassifierPlan{}, true, progress); // kept: the rows of a study share it
    if (!network) return network.error();
    const int latents = std::max(1, static_cast<int>(job.count) / spec.classes);
    auto images = model->renderer->render(class_grid(latents, spec.classes, first_seed(job)));
    if (!images) return images.error();
    FeatureMatrix features, answers;
    if (auto done = (*network)->extract(*images, features, &answers); !done) return done.error();
    std::int64_t right = 0;
    for (std::int64_t i = 0; i < images->count; ++i) {
        const auto row = answers.row(i);
        right += std::max_element(row.begin(), row.end()) - row.begin() == i % spec.classes;
    }
    const double share = static_cast<double>(right) / images->count;
    Reading reading = reading_of(100 * share, images->count, "class network");
    reading.deviation = 100 * std::sqrt(share * (1 - share) / images->count);
    reading.data = Path(job.data).filename().string();
    reading.details["held_out_accuracy"] = (*network)->details().at("held_out_accuracy");
    return of_pictures(std::move(reading), *model, "a standard error");
}

// ---- networks -----------------------------------------------------------------------------------------------------
Result<Reading> parameters(const MeasureJob& job, std::int64_t ModelSummary::*count) {
    auto opened = open_checkpoint(job.checkpoint);
    if (!opened) return opened.error();
    const ModelSummary summary = summarise_model(opened->note.settings, {}, opened->model->generator.classes);
    if (!summary.error.empty()) return Error{ErrorCode::bad_checkpoint, summary.error, job.checkpoint, ""};
    return reading_of(static_cast<double>(summary.*count), 0, "");
}
Result<Reading> generator_parameters(const MeasureJob& job, StudyShelves&, const Progress&) {
    return parameters(job, &ModelSummary::generator_parameters);
}
Result<Reading> discriminator_parameters(const MeasureJob& job, StudyShelves&, const Progress&) {
    return parameters(job, &ModelSummary::discriminator_parameters);
}

struct StudyMeasure {
    const char* name;
    Result<Reading> (*measure)(const MeasureJob&, StudyShelves&, const Progress&);
};
constexpr std::array own_measures = {
    StudyMeasure{"class_accuracy", class_accuracy},
    StudyMeasure{"fd_relative_deviation", relative_deviation},
    StudyMeasure{"svm_train", support_vectors_training},
    StudyMeasure{"consecutive_fd", consecutive_distance},
    StudyMeasure{"checkerboard", checkerboard},
    StudyMeasure{"sample_diversity", sample_diversity},
    StudyMeasure{"class_movement", movement_by_class},
    StudyMeasure{"generator_parameters", generator_parameters},
    StudyMeasure{"discriminator_parameters", discriminator_parameters},
};

} // namespace

Result<Reading> measure_for_study(const MeasureJob& job, StudyShelves& shelves, const Progress& progress) {
    for (const StudyMeasure& own : own_measures)
        if (job.measure == own.name) return own.measure(job, shelves, progress);
    return metric(job, shelves, progress);
}

} // namespace ganvas
