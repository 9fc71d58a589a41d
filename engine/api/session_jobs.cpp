/// The session's long tasks: each copies the values it needs, works on a job thread, and hands back a closure.
#include <algorithm>
#include <filesystem>

#include "engine/api/export_job.h"
#include "engine/api/lasting_name.h"
#include "engine/api/pictures.h"
#include "engine/api/run_operations.h"
#include "engine/api/session_implementation.h"
#include "engine/device/thread_setup.h"
#include "engine/latent/principal_axes.h"
#include "engine/metrics/features.h"
#include "engine/runs/run_store.h"

namespace ganvas {

Result<std::unique_ptr<Renderer>> renderer_of(const ExplorerModel& explored) {
    if (!explored.model)
        return Error{ErrorCode::not_found, "no model is loaded yet", "",
                     "open a checkpoint or start training"};
    prepare_worker_thread(1);
    auto renderer = Renderer::create(explored.model, explored.prior);
    if (!renderer) return renderer.error();
    if (auto attached = (*renderer)->attach_attributes(explored.attributes); !attached)
        return attached.error();
    if (auto attached = (*renderer)->attach_axes(explored.axes); !attached) return attached.error();
    return renderer;
}

void SessionImplementation::handle(const MeasureDistance& command) {
    if (!explored_.model) return notice(NoticeLevel::info, "there is no model to measure yet");
    MonitorOptions options;
    options.extractor = command.extractor;
    options.weights = command.weights;
    options.count = command.count;
    options.split = (data_ ? view_.settings : view_.model.settings).text("data.split");
    const TrainingMoment moment{explored_.model->step, explored_.model->images, view_.snapshot.seconds,
                                view_.snapshot.epoch};
    const Preparation preparation = preparation_of(view_.model.settings);
    submit("Measuring Fréchet distance (" + command.extractor + ")",
           [=, explored = explored_, data = data_, source = data_source_,
            receiver = receiver_of(view_.history_id)](const Progress& progress) -> Result<std::string> {
               // Data that are open for another model are opened again as this one sees them.
               SharedDataset measured = data;
               if (!measured || measured->width() != explored.model->generator.image_size
                   || measured->channels() != explored.model->generator.channels) {
                   auto opened = open_dataset(source, preparation, progress);
                   if (!opened) return opened.error();
                   measured = opened.take();
               }
               auto renderer = renderer_of(explored);
               if (!renderer) return renderer.error();
               auto point = DistanceMonitor(options, measured)
                                .measure(sample_images(**renderer, 1'000'000), moment, progress);
               if (!point) return point.error();
               receiver.distance(*point);
               return std::to_string(point->value);
           });
}

void SessionImplementation::handle(const LearnAttributes& command) {
    if (!explored_.model) return notice(NoticeLevel::info, "there is no model to learn directions for yet");
    const std::string source = command.source.empty() ? data_source_ : command.source;
    Preparation preparation = preparation_of(view_.model.settings);
    preparation.size = view_.model.image_size;
    preparation.channels = view_.model.channels;
    submit("Learning attributes from " + data_name(source),
           [source, preparation, explored = explored_, run = run_folder_,
            arrivals = arrivals_](const Progress& progress) -> Result<std::string> {
               auto data = open_dataset(source, preparation, progress);
               if (!data) return data.error();
               auto renderer = renderer_of(explored);
               if (!renderer) return renderer.error();
               auto learned = learn_attributes(data.take(), **renderer, {}, progress);
               if (!learned) return learned.error();
               if (!run.empty())
                   if (auto saved = save_attributes(*learned, Path(run) / "attributes.safetensors"); !saved)
                       return saved.error();
               const auto works = std::count_if(learned->attributes.begin(), learned->attributes.end(),
                                                [](const LearnedAttribute& a) { return a.works; });
               const std::string result = std::to_string(works) + " of "
                                          + std::to_string(learned->attributes.size()) + " attributes work";
               arrivals->put([attributes = learned.take(),
                              step = explored.model->step](SessionImplementation& session) {
                   if (!session.explored_.model
                       || session.explored_.model->generator.latent_size != attributes.latent_size)
                       return;
                   session.attributes_ = attributes;
                   session.view_.attributes_step = step;
                   session.view_.attributes = cards_of(attributes);
                   session.explored_.attributes = directions_of(attributes);
                   // Beside a run's checkpoints they are found again; beside a lone file they are not.
                   if (session.run_folder_.empty()) session.directions_in_file_ = false;
                   session.explorer_->set_model(session.explored_);
               });
               return result;
           });
}

void SessionImplementation::handle(const ComputeAxes&) {
    if (!explored_.model) return notice(NoticeLevel::info, "there is no model to analyse yet");
    submit("Finding principal axes",
           [explored = explored_, arrivals = arrivals_](const Progress& progress) -> Result<std::string> {
               auto renderer = renderer_of(explored);
               if (!renderer) return renderer.error();
               auto found = find_principal_axes(**renderer, {}, progress);
               if (!found) return found.error();
               const std::string result = std::to_string(found->axes.size()) + " axes";
               arrivals->put([axes = std::move(found->axes)](SessionImplementation& session) {
                   if (!session.explored_.model || axes.empty()
                       || session.explored_.model->generator.latent_size
                              != static_cast<int>(axes.front().size()))
                       return;
                   session.explored_.axes = axes;
                   session.directions_in_file_ = false;
                   session.view_.model.principal_axes = static_cast<int>(axes.size());
                   session.explorer_->set_model(session.explored_);
               });
               return result;
           });
}

std::function<Result<SessionImplementation::SharedIndex>(const Progress&)>
SessionImplementation::neighbour_index() const {
    const ModelCard& model = view_.model;
    Preparation preparation = preparation_of(model.settings);
    preparation.size = model.image_size;
    preparation.channels = model.channels;
    // An index holds the images as one model sees them: another source, size or colour needs another one.
    if (neighbours_ && neighbours_->serves(data_source_, model.image_size, model.channels))
        return [known = neighbours_](const Progress&) -> Result<SharedIndex> { return known; };
    return [preparation, source = data_source_](const Progress& progress) -> Result<SharedIndex> {
        auto data = open_dataset(source, preparation, progress);
        if (!data) return data.error();
        auto built = NeighbourIndex::build(data.take(), progress);
        if (!built) return built.error();
        return std::make_shared<const NeighbourIndex>(built.take());
    };
}

void SessionImplementation::handle(const FindNeighbours& command) {
    if (!explored_.model) return;
    submit("Finding nearest training images",
           [command, explored = explored_, index_of = neighbour_index(),
            arrivals = arrivals_](const Progress& progress) -> Result<std::string> {
               auto made = index_of(progress);
               if (!made) return made.error();
               const SharedIndex index = made.take();
               auto renderer = renderer_of(explored);
               if (!renderer) return renderer.error();
               auto found = find_neighbours(**renderer, *index, command.point, command.count);
               if (!found) return found.error();
               arrivals->put([result = *found, index](SessionImplementation& session) {
                   session.neighbours_ = index;
                   session.view_.neighbours = result;
               });
               return std::to_string(found->names.size()) + " images";
           });
}

void SessionImplementation::handle(const ReadPicture& command) {
    if (!explored_.model)
        return notice(NoticeLevel::info,
                      "a picture of yours needs a model to be compared with: open one first");
    submit("Reading " + std::filesystem::path(command.path).filename().string(),
           [command, size = view_.model.image_size, channels = view_.model.channels,
            arrivals = arrivals_](const Progress&) -> Result<std::string> {
               auto image = read_picture(command.path, size, channels);
               if (!image) return image.error();
               auto batch = std::make_shared<ImageBatch>();
               *batch = {1, image->height, image->width, image->channels, std::move(image->pixels)};
               arrivals->put([read = PictureRead{command.id, command.path, batch}](
                                 SessionImplementation& session) { session.view_.pictures.push_back(read); });
               return command.path;
           });
}

void SessionImplementation::handle(const ExportLatents& command) {
    if (!explored_.model) return notice(NoticeLevel::info, "there is no model to export from yet");
    submit("Exporting " + std::filesystem::path(command.path).filename().string(),
           [command, explored = explored_, checkpoint = exported_checkpoint(), step = view_.model.step,
            arrivals = arrivals_](const Progress& progress) -> Result<std::string> {
               auto renderer = renderer_of(explored);
               if (!renderer) return renderer.error();
               auto written = export_latents(**renderer, command, checkpoint, step, progress);
               if (!written) return written.error();
               arrivals->put([path = command.path](SessionImplementation& session) {
                   session.notice(NoticeLevel::info, "wrote " + path);
               });
               return command.path;
           });
}

void SessionImplementation::handle(const ExportHistory& command) {
    if (view_.samples.empty()) return notice(NoticeLevel::info, "there is no history yet: train first");
    submit("Exporting the history",
           [command, marks = view_.samples, run = run_folder_.empty() ? checkpoint_ : run_folder_,
            arrivals = arrivals_](const Progress& progress) -> Result<std::string> {
               auto written = export_history(marks, command, run, progress);
               if (!written) return written.error();
               arrivals->put([path = command.path](SessionImplementation& session) {
                   session.notice(NoticeLevel::info, "wrote " + path);
               });
               return command.path;
           });
}

void SessionImplementation::handle(const ExportCurves& command) {
    if (view_.losses.empty()) return notice(NoticeLevel::info, "there are no curves yet: train first");
    const std::string title = data_name(data_source_) + ", recipe " + view_.recipe;
    submit("Exporting curves",
           [command, title, run = run_folder_, losses = view_.losses, distances = view_.distances,
            arrivals = arrivals_](const Progress&) -> Result<std::string> {
               auto written = export_curves(losses, distances, command, title, run);
               if (!written) return written.error();
               arrivals->put([path = command.path](SessionImplementation& session) {
                   session.notice(NoticeLevel::info, "wrote " + path);
               });
               return command.path;
           });
}

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
    const Path kept = (run_folder_.empty() ? runs_folder() : Path(run_folder_)) / "kept"
                      / (directions_in_file_ ? file_name : "directions-" + file_name);
    if (std::filesystem::exists(kept, none) && directions_in_file_) return kept.string();
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

Result<std::string> SessionImplementation::line_of(const HasCommandLine& what,
                                                   const std::string& checkpoint) const {
    if (const auto* picture = std::get_if<ExportLatents>(&what))
        return command_line(export_recipe(*picture, checkpoint, view_.model.step),
                            picture->path.empty() ? "out.png" : picture->path);
    if (const auto* face = std::get_if<FindNeighbours>(&what))
        return neighbours_line(checkpoint, lasting_name(data_source_), face->point, face->count,
                               "neighbours.png");
    const std::string& run = view_.snapshot.run_folder;
    const auto* history = std::get_if<ExportHistory>(&what);
    const std::string line =
        history ? history_command(run, *history) : curves_command(run, std::get<ExportCurves>(what));
    if (line.empty())
        return Error{ErrorCode::unsupported, "the run has no folder yet", "",
                     "it gets one when it begins to train"};
    return line;
}

Result<std::string> SessionImplementation::as_command(const HasCommandLine& what) {
    // Asked first with the checkpoint as it is, so that nothing is kept for a line that cannot be.
    auto line = line_of(what, checkpoint_);
    const bool of_run =
        std::holds_alternative<ExportHistory>(what) || std::holds_alternative<ExportCurves>(what);
    if (!line || of_run) return line;
    return line_of(what, exported_checkpoint());
}

std::string SessionImplementation::why_no_command(const HasCommandLine& what) const {
    const auto line = line_of(what, checkpoint_);
    return line ? std::string() : line.error().line();
}

} // namespace ganvas
