/// Plain-value summaries: of a data set for the Data panel, of a model for the Model panel.
#include <algorithm>
#include <filesystem>

#include "engine/api/checkpoint_model.h"
#include "engine/api/operations.h"
#include "engine/api/pictures.h"
#include "engine/api/session_implementation.h"
#include "engine/core/file_ending.h"
#include "engine/export/layout.h"
#include "engine/export/network_drawing.h"
#include "engine/runs/recipe.h"
#include "engine/runs/run_store.h"
#include "engine/training/specs_from_settings.h"

namespace ganvas {
namespace {

std::vector<LayerRow> rows_of(const std::vector<LayerDescription>& layers, std::int64_t& parameters) {
    std::vector<LayerRow> rows;
    for (const LayerDescription& layer : layers) {
        rows.push_back(
            {layer.name, layer.shape, layer.channels, layer.height, layer.width, layer.parameters});
        parameters += layer.parameters;
    }
    return rows;
}

} // namespace

ModelSummary summarise_model(const Settings& wanted, const std::optional<DataSummary>& data, int classes) {
    if (classes == 0 && data) classes = static_cast<int>(data->class_names.size());
    if (classes < 2) classes = assumed_classes;
    const Settings settings = with_channels(wanted, data ? std::optional(data->channels) : std::nullopt);
    ModelSummary summary;
    auto generator = generator_spec(settings, classes);
    if (!generator) {
        summary.error = generator.error().line();
        return summary;
    }
    auto discriminator = discriminator_spec(settings, classes);
    if (!discriminator) {
        summary.error = discriminator.error().line();
        return summary;
    }
    summary.generator = rows_of(describe(*generator), summary.generator_parameters);
    summary.discriminator = rows_of(describe(*discriminator), summary.discriminator_parameters);
    return summary;
}

Result<Settings> chosen_settings(const std::string& recipe, const std::string& run,
                                 const std::vector<std::string>& assignments) {
    Settings settings;
    if (is_run_folder(run)) {
        auto info = read_run(run);
        if (!info) return info.error();
        settings = info->settings;
    } else if (!run.empty()) {
        auto opened = open_checkpoint(run);
        if (!opened) return opened.error();
        settings = opened->note.settings;
    } else if (!recipe.empty()) {
        auto loaded = load_recipe(recipe);
        if (!loaded) return loaded.error();
        settings = loaded.take();
    }
    for (const std::string& assignment : assignments)
        if (auto set = settings.assign(assignment); !set) return set.error();
    return settings;
}

Result<PictureReport> save_recipe(const Settings& settings, const std::string& description,
                                  const std::string& out) {
    if (file_ending(out) != ".toml")
        return Error{ErrorCode::usage, "a recipe cannot be written as this kind of file", out,
                     "name it .toml"};
    if (auto written = write_file(out, recipe_text(settings, description)); !written) return written.error();
    return PictureReport{out, 1, 0, 0};
}

Result<PictureReport> write_data_sheet(const ImageBatch& pictures, const std::string& out) {
    constexpr int columns = 8, gap = 2;
    if (pictures.count == 0) return Error{ErrorCode::not_found, "there are no pictures", out, ""};
    auto sheet = tile(pictures, {std::min(columns, pictures.count), gap, 1, 255});
    if (!sheet) return sheet.error();
    if (auto written = write_picture(out, *sheet); !written) return written.error();
    return PictureReport{out, pictures.count, 1, 0};
}

Result<ModelSummary> describe_networks(const NetworksOptions& options) {
    Settings settings;
    int classes = 0;
    if (options.checkpoint.empty()) {
        auto chosen = chosen_settings(options.recipe, {}, options.assignments);
        if (!chosen) return chosen.error();
        settings = chosen.take();
    } else {
        auto opened = open_checkpoint(options.checkpoint);
        if (!opened) return opened.error();
        settings = with_channels(opened->note.settings, opened->model->generator.channels);
        classes = opened->model->generator.classes;
    }
    // As training would refuse them, with the error's own code and hint.
    if (auto spec = generator_spec(settings); !spec) return spec.error();
    if (auto spec = discriminator_spec(settings); !spec) return spec.error();
    return summarise_model(settings, {}, classes);
}

Result<void> draw_networks(const ModelSummary& networks, const std::string& out) {
    if (!networks.error.empty())
        return Error{ErrorCode::usage, "these settings make no model", networks.error, ""};
    const auto drawn = [](const std::vector<LayerRow>& rows) {
        std::vector<DrawnLayer> layers;
        for (const LayerRow& row : rows)
            layers.push_back({row.name, row.channels, row.height, row.width, row.parameters});
        return layers;
    };
    return write_networks(out, {{"Generator", "#f0b878", drawn(networks.generator)},
                                {"Discriminator", "#7cc9bf", drawn(networks.discriminator)}});
}

Preparation preparation_of(const Settings& settings) { return training_preparation(settings); }

std::string split_name(DataSplit split) {
    return split == DataSplit::train ? "train" : split == DataSplit::test ? "test" : "all";
}

Result<DataSplit> split_named(const std::string& name, DataSplit otherwise) {
    if (name.empty()) return otherwise;
    for (const DataSplit split : {DataSplit::all, DataSplit::train, DataSplit::test})
        if (split_name(split) == name) return split;
    return Error{ErrorCode::usage, "unknown split", name, "train, test or all"};
}

std::string data_name(const std::string& source) {
    const std::string stem = std::filesystem::path(source).filename().string();
    return stem.empty() ? source : stem;
}

DataSummary summarise_data(const Dataset& data, double seconds) {
    DataSummary summary;
    summary.source = data.source();
    summary.images = data.size();
    summary.channels = data.channels();
    summary.width = data.width();
    summary.height = data.height();
    summary.attribute_names = data.attribute_names();
    summary.attribute_counts.assign(summary.attribute_names.size(), 0);
    summary.class_names = data.class_names();
    summary.class_counts.assign(summary.class_names.size(), 0);
    summary.skipped = data.skipped_count();
    for (const SkippedFile& file : data.skipped()) summary.skipped_files.emplace_back(file.name, file.reason);
    summary.open_seconds = seconds;
    for (std::int64_t k = 0; k < data.size(); ++k) {
        const auto attributes = data.attributes(k);
        for (std::size_t a = 0; a < attributes.size() && a < summary.attribute_counts.size(); ++a)
            summary.attribute_counts[a] += attributes[a] > 0;
        const int label = data.class_label(k);
        if (label >= 0 && label < static_cast<int>(summary.class_counts.size()))
            ++summary.class_counts[static_cast<std::size_t>(label)];
    }
    auto thumbnails = std::make_shared<ImageBatch>();
    thumbnails->count = static_cast<int>(std::min<std::int64_t>(64, data.size()));
    thumbnails->height = data.height();
    thumbnails->width = data.width();
    thumbnails->channels = data.channels();
    for (int k = 0; k < thumbnails->count; ++k) {
        // Evenly over the whole set, so that every class has a chance to be seen.
        const auto pixels = data.image(data.size() * k / thumbnails->count);
        thumbnails->pixels.insert(thumbnails->pixels.end(), pixels.begin(), pixels.end());
    }
    summary.thumbnails = std::move(thumbnails);
    return summary;
}

} // namespace ganvas
