/// Data, runs and checkpoints are opened by jobs: what is open stays until the new is there, and of several only the
/// last that was asked for counts.
#include <algorithm>
#include <filesystem>

#include "engine/api/run_health.h"
#include "engine/api/run_history.h"
#include "engine/api/session_implementation.h"
#include "engine/core/elapsed.h"
#include "engine/runs/run_files.h"
#include "engine/runs/run_store.h"
#include "engine/training/specs_from_settings.h"

namespace ganvas {

// ---- data ----------------------------------------------------------------------------------------------------------
bool SessionImplementation::data_fit() const {
    if (!data_ || opened_as_.source != data_source_) return false;
    const Preparation wanted = preparation_of(view_.settings);
    Preparation opened = opened_as_.preparation;
    if (opened.channels == 0 && wanted.channels != 0) opened.channels = data_->channels();
    return prepares_alike(opened, wanted);
}

void SessionImplementation::open_data(const std::string& source) {
    std::string before = data_source_;
    if (opening_data_) {
        before = opening_data_->source_before;
        jobs_->cancel(opening_data_->job);
    }
    const std::uint64_t token = next_token_++;
    const DataWish wish{source, preparation_of(view_.settings)};
    data_source_ = source; // what Train takes from now on
    opening_data_ = DataOpening{token, 0, wish, std::move(before)};
    auto over = when_over([token](SessionImplementation& session) { session.data_job_over(token); });
    opening_data_->job =
        submit("Opening " + data_name(source),
               [wish, token, arrivals = arrivals_,
                over = std::move(over)](const Progress& progress) -> Result<std::string> {
                   const auto start = std::chrono::steady_clock::now();
                   auto opened = open_dataset(wish.source, wish.preparation, progress);
                   if (!opened) {
                       arrivals->put([token, why = opened.error().line()](SessionImplementation& session) {
                           if (session.opening_data_ && session.opening_data_->token == token)
                               session.abandon_start(why);
                       });
                       return opened.error();
                   }
                   const double seconds = seconds_since(start);
                   const SharedDataset data = opened.take();
                   const DataSummary summary = summarise_data(*data, seconds);
                   arrivals->put([data, wish, summary, token](SessionImplementation& session) {
                       if (session.opening_data_ && session.opening_data_->token == token)
                           session.adopt_data(data, wish, summary);
                   });
                   return std::to_string(data->size()) + " images";
               });
    view_.data_job = opening_data_->job;
}

/// Also after a failure and a cancelled job: then what was wanted before is wanted again, and no start waits for it.
void SessionImplementation::data_job_over(std::uint64_t token) {
    if (!opening_data_ || opening_data_->token != token) return;
    const DataOpening ended = *std::exchange(opening_data_, std::nullopt);
    view_.data_job = 0;
    const bool arrived = data_ && opened_as_.source == ended.wish.source
                         && prepares_alike(opened_as_.preparation, ended.wish.preparation);
    if (arrived) return; // a start that waits sees whether they still fit
    if (data_source_ == ended.wish.source) data_source_ = ended.source_before;
    abandon_start("the data were not opened");
}

/// What was asked for before a run was opened is not that run's.
void SessionImplementation::drop_data_opening() {
    if (!opening_data_) return;
    jobs_->cancel(opening_data_->job);
    opening_data_.reset();
    view_.data_job = 0;
}

void SessionImplementation::adopt_data(SharedDataset data, DataWish opened_as, DataSummary summary) {
    forget_data();
    if (const std::string words = skipped_words(*data); !words.empty()) notice(NoticeLevel::warning, words);
    data_ = std::move(data);
    opened_as_ = std::move(opened_as);
    view_.data = std::move(summary);
}

void SessionImplementation::forget_data() {
    data_.reset();
    opened_as_ = {};
    view_.data.reset();
    neighbours_.reset();
    measures_.reset();
    view_.checkerboard.reset();
}

void SessionImplementation::open_default_data() {
    const bool drawn = data_source_ == "faces" || data_source_.starts_with("faces:");
    if (options_.open_drawn_faces && drawn && !data_ && !opening_data_ && !loop_active())
        open_data(data_source_);
}

// ---- runs and checkpoints ------------------------------------------------------------------------------------------
void SessionImplementation::open_run(const std::string& path, AfterOpening then,
                                     std::optional<WaitingStart> start,
                                     std::optional<RestoredState> restored) {
    if (opening_run_) jobs_->cancel(opening_run_->job);
    const std::uint64_t token = next_token_++;
    opening_run_ = RunOpening{token, 0, then, start, std::move(restored)};
    view_.opening = path;
    auto over = when_over([token](SessionImplementation& session) { session.run_job_over(token); });
    opening_run_->job = submit("Opening " + data_name(path),
                               [path, then, token, arrivals = arrivals_,
                                over = std::move(over)](const Progress&) -> Result<std::string> {
                                   auto opened = read_opened_run(path, then);
                                   if (!opened) return opened.error();
                                   auto whole = std::make_shared<OpenedRun>(opened.take());
                                   const std::string result = "step " + std::to_string(whole->info.step);
                                   arrivals->put([whole, then, token](SessionImplementation& session) {
                                       if (session.opening_run_ && session.opening_run_->token == token)
                                           session.take_opened(std::move(*whole), then);
                                   });
                                   return result;
                               });
}

/// After the arrival, and also after a failure (which the job has said) or a cancelled job.
void SessionImplementation::run_job_over(std::uint64_t token) {
    if (!opening_run_ || opening_run_->token != token) return;
    // What belongs to it is never shown on another model instead.
    if (const auto& restored = opening_run_->restored)
        notice(NoticeLevel::warning, "the " + restored->kind
                                         + " is not brought back: its model was not opened (" + view_.opening
                                         + ")");
    opening_run_.reset();
    view_.opening.clear();
}

void SessionImplementation::take_opened(OpenedRun opened, AfterOpening then) {
    const RunOpening asked = opening_run_ ? *std::exchange(opening_run_, std::nullopt) : RunOpening{};
    view_.opening.clear();
    view_.resume_offered = false;
    leave_run();
    if (opened.model) adopt(*opened.model);
    if (then == AfterOpening::fork)
        plan_fork(opened);
    else if (!opened.folder.empty())
        adopt_run(opened);
    if (asked.back) {
        view_.settings = asked.back->settings;
        target_ = asked.back->target;
        show_target();
    }
    if (asked.restored) bring_back(*asked.restored);
    if (asked.start) return ask_start(*asked.start);
    if (first_frame_seen_) open_default_data();
}

void SessionImplementation::adopt(CheckpointModel opened) {
    explored_ = {opened.model, prior_of(opened.note.settings), directions_of(opened.attributes), opened.axes};
    directions_in_file_ = true;
    attributes_ = opened.attributes;
    view_.attributes_step = opened.note.step;
    view_.attributes = cards_of(attributes_);
    checkpoint_ = opened.path; // not the folder: its newest checkpoint may become another one
    const ModelSnapshot& shown = *opened.model;
    view_.model = {};
    view_.model.id = shown.id;
    view_.model.shipped = opened.path == shipped_checkpoint();
    view_.model.name = view_.model.shipped ? "shipped faces"
                       : opened.run_folder.empty()
                           ? std::filesystem::path(opened.path).stem().string()
                           : std::filesystem::path(opened.run_folder).filename().string();
    view_.model.checkpoint = checkpoint_;
    view_.model.step = opened.note.step;
    view_.model.latent_size = shown.generator.latent_size;
    view_.model.image_size = shown.generator.image_size;
    view_.model.channels = shown.generator.channels;
    view_.model.classes = shown.generator.classes;
    view_.model.class_names = shown.class_names;
    view_.model.prior = explored_.prior;
    view_.model.principal_axes = static_cast<int>(explored_.axes.size());
    view_.model.settings = opened.note.settings;
    for (const std::string& text : opened.notices) notice(NoticeLevel::warning, text);
    explorer_->set_model(explored_);
}

void SessionImplementation::adopt_run(const OpenedRun& opened) {
    const RunInfo& info = opened.info;
    run_folder_ = opened.folder;
    view_.settings = info.settings;
    name_recipe(info.recipe);
    target_ = {info.target_steps, info.target_images, info.target_epochs, info.target_seconds};
    drop_data_opening();
    if (!info.data_source.empty()) data_source_ = info.data_source;
    if (data_ && !data_fit()) forget_data();
    view_.snapshot.state = TrainingState::paused;
    view_.snapshot.message =
        opened.model ? "opened; start goes on with it" : "no checkpoint yet: it begins again";
    view_.snapshot.step = opened.model ? info.step : 0;
    view_.snapshot.images = opened.model ? info.images : 0;
    view_.snapshot.seconds = opened.model ? info.seconds : 0;
    view_.snapshot.run_folder = run_folder_;
    incidents_ = info.incidents;
    changed_at_ = std::max(newest_change(info.changes), info.parent_step);
    show_target();
    read_history(run_folder_, -1);
}

/// No run is open: the settings are those of the next one, and none is fixed yet.
void SessionImplementation::plan_fork(const OpenedRun& opened) {
    const std::int64_t step = opened.info.step;
    view_.settings = opened.info.settings;
    name_recipe(opened.info.recipe);
    target_ = {};
    drop_data_opening();
    if (!opened.info.data_source.empty()) data_source_ = opened.info.data_source;
    if (data_ && !data_fit()) forget_data();
    view_.snapshot.step = step;
    changed_at_ = step; // what the parent did is not this run's
    view_.snapshot.images = opened.info.images;
    view_.snapshot.seconds = opened.info.seconds;
    view_.snapshot.message = "a fork: change settings, then train";
    show_target();
    view_.fork = ForkPlan{opened.asked, opened.folder, Path(opened.folder).filename().string(), step};
    read_history(opened.folder, step);
}

void SessionImplementation::read_history(const std::string& folder, std::int64_t last_step) {
    submit("Reading the history",
           [folder, last_step, history = view_.history_id,
            arrivals = arrivals_](const Progress& progress) -> Result<std::string> {
               auto read = read_metrics(Path(folder));
               RunMetrics metrics = read ? read.take() : RunMetrics{};
               std::vector<SampleMark> marks = read_marks(folder, progress);
               if (last_step >= 0) {
                   const auto later = [&](const auto& point) { return point.step > last_step; };
                   std::erase_if(metrics.training, later);
                   std::erase_if(metrics.distances, later);
                   std::erase_if(metrics.diversity, later);
                   std::erase_if(marks, later);
               }
               const std::size_t count = marks.size();
               arrivals->put(
                   [folder, history, metrics = std::move(metrics), marks = std::move(marks),
                    checkpoints = checkpoint_steps(Path(folder)),
                    memorisation = read_memorisation(Path(folder))](SessionImplementation& session) mutable {
                       // Once the run trains on, its own thread tells the history.
                       View& view = session.view_;
                       if (session.run_folder_ == folder && !view.memorisation)
                           view.memorisation = memorisation;
                       if (view.history_id != history || session.loop_) return;
                       view.losses = std::move(metrics.training);
                       // What was measured since then is not in the file that was read.
                       std::swap(view.distances, metrics.distances);
                       for (const DistancePoint& since : metrics.distances)
                           if (std::none_of(view.distances.begin(), view.distances.end(),
                                            [&](const DistancePoint& read_point) {
                                                return read_point.step == since.step
                                                       && read_point.count == since.count
                                                       && distance_badge(read_point) == distance_badge(since);
                                            }))
                               view.distances.push_back(since);
                       view.diversity = std::move(metrics.diversity);
                       view.samples = std::move(marks);
                       if (session.run_folder_.empty()) checkpoints.clear(); // a fork has none yet
                       view.snapshot.checkpoints = std::move(checkpoints);
                       if (!view.losses.empty()) view.snapshot.epoch = view.losses.back().epoch;
                       ++view.history_id;
                   });
               return std::to_string(count) + " marks";
           });
}

} // namespace ganvas
