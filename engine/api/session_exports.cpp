/// What the session writes for the user, each as a job, and the `ganvas …` line that writes the same.
#include <algorithm>
#include <filesystem>
#include <span>

#include "engine/api/export_job.h"
#include "engine/api/lasting_name.h"
#include "engine/api/operations.h"
#include "engine/api/run_operations.h"
#include "engine/api/session_implementation.h"
#include "engine/data/hash.h"
#include "engine/export/recipe_text.h"
#include "engine/training/specs_from_settings.h"

namespace ganvas {

namespace {

/// Without the report that the command line prints.
Result<void> done(const Result<PictureReport>& report) {
    if (!report) return report.error();
    return {};
}

} // namespace

void SessionImplementation::submit_writing(std::string title, const std::string& path,
                                           std::function<Result<void>(const Progress&)> write) {
    const auto job = [path, write = std::move(write),
                      arrivals = arrivals_](const Progress& progress) -> Result<std::string> {
        if (auto written = write(progress); !written) return written.error();
        arrivals->put([path](SessionImplementation& session) {
            // Whole: of a window that was started from a menu nobody knows the folder.
            session.notice(NoticeLevel::info, "wrote " + lasting_name(path));
        });
        return path;
    };
    writing_jobs_.insert(submit(std::move(title), job));
}

void SessionImplementation::handle(const ExportLatents& command) {
    if (!explored_.model) return notice(NoticeLevel::info, "there is no model to export from yet");
    submit_writing("Exporting " + std::filesystem::path(command.path).filename().string(), command.path,
                   [command, explored = explored_, checkpoint = exported_checkpoint(),
                    step = view_.model.step](const Progress& progress) -> Result<void> {
                       auto renderer = renderer_of(explored);
                       if (!renderer) return renderer.error();
                       return export_latents(**renderer, command, checkpoint, step, progress);
                   });
}

void SessionImplementation::handle(const ExportHistory& command) {
    if (view_.samples.empty()) return notice(NoticeLevel::info, "there is no history yet: train first");
    submit_writing("Exporting the history", command.path,
                   [command, marks = view_.samples, run = run_folder_.empty() ? checkpoint_ : run_folder_](
                       const Progress& progress) { return export_history(marks, command, run, progress); });
}

void SessionImplementation::handle(const ExportCurves& command) {
    if (!command.runs.empty())
        return submit_writing("Exporting curves", command.path, [command](const Progress&) {
            return done(export_run_curves(command.runs, command));
        });
    if (view_.losses.empty()) return notice(NoticeLevel::info, "there are no curves yet: train first");
    const std::string title = data_name(data_source_) + ", recipe " + view_.recipe;
    submit_writing("Exporting curves", command.path,
                   [command, title, run = run_folder_, losses = view_.losses, distances = view_.distances](
                       const Progress&) { return export_curves(losses, distances, command, title, run); });
}

void SessionImplementation::handle(const ExportComparison& command) {
    if (!view_.comparison) return notice(NoticeLevel::info, "there is no comparison to export yet");
    submit_writing("Exporting the comparison", command.path,
                   [command, comparison = *view_.comparison](const Progress&) {
                       return done(write_comparison(comparison, command.path));
                   });
}

void SessionImplementation::handle(const ExportData& command) {
    if (!view_.data) return notice(NoticeLevel::info, "there are no data to export yet: open some");
    submit_writing("Exporting pictures of the data", command.path,
                   [command, pictures = view_.data->thumbnails](const Progress&) {
                       return done(write_data_sheet(*pictures, command.path));
                   });
}

void SessionImplementation::handle(const SaveRecipe& command) {
    submit_writing("Saving the recipe", command.path,
                   [command, settings = view_.settings, base = view_.recipe](const Progress&) {
                       return done(save_recipe(settings, "from " + data_name(base), command.path));
                   });
}

namespace {

void add_values(ContentHash& content, const LatentVector& values) {
    content.add(
        std::span(reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(float)));
}

} // namespace

/// A file that holds the weights and directions on the screen: the checkpoint where one does, else one that a job
/// writes now. The name is known at once; the file is there before a hand has pasted the line.
std::string SessionImplementation::exported_checkpoint() {
    if (!explored_.model || checkpoint_.empty()) return checkpoint_;
    const bool live = view_.model.name == "live";
    const std::int64_t step = explored_.model->step;
    const std::string file_name = "step-" + std::to_string(step) + ".safetensors";
    std::error_code none;
    if (live && directions_in_file_) {
        const Path saved = Path(run_folder_) / "checkpoints" / file_name;
        if (std::filesystem::exists(saved, none)) return saved.string();
    }
    if (!live && directions_in_file_) return checkpoint_;
    // Named by what is in it: another set of directions, or another file's weights, must not take its place.
    ContentHash content;
    if (run_folder_.empty()) {
        content.add(checkpoint_);
        content.add(static_cast<std::uint64_t>(
            std::filesystem::last_write_time(checkpoint_, none).time_since_epoch().count()));
    }
    for (const NamedDirection& one : explored_.attributes) {
        content.add(one.name);
        add_values(content, one.direction);
    }
    for (const LatentVector& axis : explored_.axes) add_values(content, axis);
    const Path kept =
        (run_folder_.empty() ? runs_folder() : Path(run_folder_)) / "kept"
        / (directions_in_file_ ? file_name : "directions-" + content.hex().substr(0, 8) + "-" + file_name);
    if (std::filesystem::exists(kept, none)) return kept.string();
    CheckpointNote note{view_.model.settings,    view_.recipe,          data_source_, step,
                        explored_.model->images, view_.snapshot.seconds};
    submit("Keeping the model of step " + std::to_string(step),
           [kept, note, model = explored_.model, attributes = attributes_,
            axes = explored_.axes](const Progress&) -> Result<std::string> {
               if (auto made = make_folder(kept.parent_path()); !made) return made.error();
               const auto written = write_tensor_file(kept, kept_generator(*model, note, attributes, axes));
               if (!written) return written.error();
               return kept.string();
           });
    return kept.string();
}

void SessionImplementation::handle(const ExportNetworks& command) {
    const bool explored = command.of == ExportNetworks::Of::explorer && explored_.model;
    const ModelSummary networks = summarise_model(explored ? view_.model.settings : view_.settings,
                                                  view_.data, explored ? view_.model.classes : 0);
    submit_writing("Drawing the networks", command.path, [networks, path = command.path](const Progress&) {
        return draw_networks(networks, path);
    });
}

namespace {

std::string assigned(const Settings& settings, const std::string& key) {
    return " --set " + shell_word(key + "=" + settings.as_text(key));
}

/// The recipe, and what was changed from it.
std::string recipe_words(const View& view, const Settings& settings) {
    std::string words = "--recipe " + shell_word(view.recipe_base);
    for (const std::string& key : settings.differences(view.recipe_settings))
        words += assigned(settings, key);
    return words;
}

/// The networks of a checkpoint are its own.
std::string networks_command(const View& view, const std::string& checkpoint, const ExportNetworks& what) {
    const bool explored = what.of == ExportNetworks::Of::explorer && !checkpoint.empty();
    const Settings settings = view.data ? with_channels(view.settings, view.data->channels) : view.settings;
    return "ganvas model " + (explored ? shell_word(checkpoint) : recipe_words(view, settings)) + " --out "
           + shell_word(what.path);
}

/// With what prepares them: without a size `data inspect` leaves pictures as they are.
std::string data_command(const View& view, const ExportData& what) {
    std::string line = "ganvas data inspect " + shell_word(lasting_name(view.data->source));
    line += assigned(view.settings, "image.size");
    const std::vector<std::string> changed = view.settings.differences(Settings());
    for (const char* key : {"image.channels", "data.crop", "data.limit", "data.split"})
        if (std::find(changed.begin(), changed.end(), key) != changed.end())
            line += assigned(view.settings, key);
    if (view.settings.integer("data.limit") > 0) line += assigned(view.settings, "train.seed");
    return line + " --out " + shell_word(what.path);
}

} // namespace

Result<std::string> SessionImplementation::line_of(const HasCommandLine& what,
                                                   const std::string& checkpoint) const {
    if (const auto* picture = std::get_if<ExportLatents>(&what))
        return command_line(export_recipe(*picture, checkpoint, view_.model.step),
                            picture->path.empty() ? "out.png" : picture->path);
    if (const auto* face = std::get_if<FindNeighbours>(&what))
        return neighbours_line(checkpoint, lasting_name(data_source_), face->point, face->count,
                               face->features, "neighbours.png");
    if (const auto* networks = std::get_if<ExportNetworks>(&what))
        return networks_command(view_, checkpoint, *networks);
    if (const auto* recipe = std::get_if<SaveRecipe>(&what))
        return "ganvas settings " + recipe_words(view_, view_.settings) + " --out "
               + shell_word(recipe->path);
    if (const auto* data = std::get_if<ExportData>(&what)) {
        if (view_.data) return data_command(view_, *data);
        return Error{ErrorCode::not_found, "there are no data yet", "", "open some"};
    }
    if (const auto* pictures = std::get_if<ExportComparison>(&what)) {
        if (view_.comparison) return comparison_command(*view_.comparison, pictures->path);
        return Error{ErrorCode::not_found, "no runs are compared", "", "choose two in Runs"};
    }
    const std::string& run = view_.snapshot.run_folder;
    const auto* history = std::get_if<ExportHistory>(&what);
    const auto* curves = std::get_if<ExportCurves>(&what);
    const std::string line =
        history ? history_command(run, *history)
                : curves_command(curves->runs.empty() ? std::vector{run} : curves->runs, *curves);
    if (line.empty())
        return Error{ErrorCode::unsupported, "the run has no folder yet", "",
                     "it gets one when it begins to train"};
    return line;
}

Result<std::string> SessionImplementation::as_command(const HasCommandLine& what) {
    // Asked first with the checkpoint as it is, so that nothing is kept for a line that cannot be.
    auto line = line_of(what, checkpoint_);
    // Only pictures need the weights that are on the screen.
    const bool of_weights =
        std::holds_alternative<ExportLatents>(what) || std::holds_alternative<FindNeighbours>(what);
    if (!line || !of_weights) return line;
    return line_of(what, exported_checkpoint());
}

std::string SessionImplementation::why_no_command(const HasCommandLine& what) const {
    const auto line = line_of(what, checkpoint_);
    return line ? std::string() : line.error().line();
}

} // namespace ganvas
