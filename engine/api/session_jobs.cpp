/// The session's long tasks: each copies the values it needs, works on a job thread, and hands back a closure.
#include <algorithm>
#include <filesystem>

#include "engine/api/export_job.h"
#include "engine/api/pictures.h"
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

namespace {

/// Into the metrics of a run that nobody trains.
Result<void> add_to_run(const std::string& folder, const DistancePoint& point) {
    auto store = RunStore::open(folder);
    if (!store) return store.error();
    if (auto added = (*store)->append(point); !added) return added.error();
    return (*store)->flush();
}

} // namespace

void SessionImplementation::handle(const MeasureDistance& command) {
    if (!explored_.model) return notice(NoticeLevel::info, "there is no model to measure yet");
    MonitorOptions options;
    options.extractor = command.extractor;
    options.weights = command.weights;
    options.count = command.count;
    const TrainingMoment moment{explored_.model->step, explored_.model->images, view_.snapshot.seconds,
                                view_.snapshot.epoch};
    const Preparation preparation = preparation_of(view_.model.settings);
    // Data that are open for another model are opened again as this one sees them.
    const auto& generator = explored_.model->generator;
    const bool fits =
        data_ && data_->width() == generator.image_size && data_->channels() == generator.channels;
    options.split = (fits ? view_.settings : view_.model.settings).text("data.split");
    submit("Measuring Fréchet distance (" + command.extractor + ")",
           [=, explored = explored_, data = fits ? data_ : nullptr, source = data_source_,
            run = run_of_explored(), arrivals = arrivals_](const Progress& progress) -> Result<std::string> {
               SharedDataset measured = data;
               if (!measured) {
                   auto opened = open_dataset(source, preparation, progress);
                   if (!opened) return opened.error();
                   measured = opened.take();
               }
               auto renderer = renderer_of(explored);
               if (!renderer) return renderer.error();
               auto point = DistanceMonitor(options, measured)
                                .measure(sample_images(**renderer, 1'000'000), moment, progress);
               if (!point) return point.error();
               arrivals->put([point = *point, run](SessionImplementation& session) {
                   session.take_distance(point, run);
               });
               return std::to_string(point->value);
           });
}

std::string SessionImplementation::run_of_explored() const {
    if (view_.model.name == "live") return run_folder_;
    return same_place(run_of_checkpoint(checkpoint_), run_folder_) ? run_folder_ : std::string();
}

/// The run may have been left, stopped or gone on with while the distance was measured.
void SessionImplementation::take_distance(const DistancePoint& point, const std::string& run) {
    if (run == run_folder_) {
        view_.distances.push_back(point);
        if (loop_active()) return loop_->add_distance(point);
    }
    if (run.empty()) return;
    submit("Keeping the distance", [run, point](const Progress&) -> Result<std::string> {
        if (auto kept = add_to_run(run, point); !kept) return kept.error();
        return run;
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
                   if (session.explored_.model
                       && session.explored_.model->generator.latent_size == attributes.latent_size)
                       session.take_directions(attributes, step);
               });
               return result;
           });
}

void SessionImplementation::take_directions(const AttributeDirections& directions, std::int64_t step) {
    attributes_ = directions;
    view_.attributes_step = step;
    view_.attributes = cards_of(directions);
    explored_.attributes = directions_of(directions);
    // Learned ones are beside the run's checkpoints and found again there; beside a lone file they are not, nor are
    // those of another file.
    if (run_folder_.empty() || step < 0) directions_in_file_ = false;
    explorer_->set_model(explored_);
}

void SessionImplementation::handle(const SaveDirections& command) {
    if (attributes_.attributes.empty())
        return notice(NoticeLevel::info, "there are no directions to save yet: learn some first");
    submit_writing("Saving directions", command.path,
                   [path = command.path, directions = attributes_](const Progress&) {
                       return save_attributes(directions, path);
                   });
}

void SessionImplementation::handle(const OpenDirections& command) {
    if (!explored_.model)
        return notice(NoticeLevel::info, "directions need a model to act on: open one first");
    submit("Reading directions",
           [path = command.path, size = explored_.model->generator.latent_size,
            arrivals = arrivals_](const Progress&) -> Result<std::string> {
               auto read = load_attributes(path);
               if (!read) return read.error();
               if (read->latent_size != size)
                   return Error{ErrorCode::bad_checkpoint, "the directions are of another latent size", path,
                                "they have " + std::to_string(read->latent_size)
                                    + " coordinates, the model has " + std::to_string(size)};
               arrivals->put([directions = read.take()](SessionImplementation& session) {
                   if (!session.explored_.model
                       || session.explored_.model->generator.latent_size != directions.latent_size)
                       return;
                   session.take_directions(directions, -1);
                   session.notice(NoticeLevel::info,
                                  std::to_string(directions.attributes.size())
                                      + " directions; the figures beside them are of the model that they "
                                        "were learned for");
               });
               return path;
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
SessionImplementation::neighbour_index(const std::string& features) const {
    const ModelCard& model = view_.model;
    Preparation preparation = preparation_of(model.settings);
    preparation.size = model.image_size;
    preparation.channels = model.channels;
    // An index holds the images as one model sees them: another source, size or colour needs another one.
    if (neighbours_ && neighbours_->serves(data_source_, model.image_size, model.channels, features))
        return [known = neighbours_](const Progress&) -> Result<SharedIndex> { return known; };
    return [preparation, features, source = data_source_](const Progress& progress) -> Result<SharedIndex> {
        auto data = open_dataset(source, preparation, progress);
        if (!data) return data.error();
        auto built = make_neighbour_index(data.take(), features, {}, progress);
        if (!built) return built.error();
        return std::make_shared<const NeighbourIndex>(built.take());
    };
}

void SessionImplementation::handle(const FindNeighbours& command) {
    if (!explored_.model) return;
    submit("Finding nearest training images",
           [command, explored = explored_, index_of = neighbour_index(command.features),
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

} // namespace ganvas
