#include "engine/api/session_implementation.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "engine/core/files.h"
#include "engine/data/dataset.h"
#include "engine/device/device.h"
#include "engine/export/picture.h"
#include "engine/runs/recipe.h"
#include "engine/runs/run_store.h"

namespace ganvas {
namespace {

constexpr std::size_t most_marks = 512;
constexpr std::size_t most_notices = 200;

/// Keeps the first, the newest, and of the rest every second: a history of fixed length over any number of marks.
void thin(std::vector<SampleMark>& marks) {
    if (marks.size() <= most_marks) return;
    std::vector<SampleMark> kept;
    for (std::size_t k = 0; k < marks.size(); ++k)
        if (k % 2 == 0 || k + 1 == marks.size()) kept.push_back(std::move(marks[k]));
    marks = std::move(kept);
}

} // namespace

Result<std::unique_ptr<Session>> make_session(SessionOptions options) {
    return std::unique_ptr<Session>(std::make_unique<SessionImplementation>(std::move(options)));
}

SessionImplementation::SessionImplementation(SessionOptions options) : options_(std::move(options)) {
    view_.recipes = recipe_names();
    view_.recipe = "quick";
    if (auto recipe = load_recipe(view_.recipe)) view_.settings = recipe.take();
    const auto seeds = TrainLoop::mark_seeds();
    view_.sample_seeds.assign(seeds.begin(), seeds.end());
    explorer_ = std::make_unique<Explorer>(options_.wake);
    JobOptions job_options;
    job_options.threads = 3; // a study may keep one for hours
    job_options.wake = options_.wake;
    jobs_ = std::make_unique<JobRegistry>(job_options);
    JobOptions quiet_options;
    quiet_options.wake = options_.wake;
    quiet_ = std::make_unique<JobRegistry>(quiet_options);
    if (!options_.open.empty())
        handle(OpenCheckpoint{options_.open});
    else if (options_.load_shipped_model) {
        // Opened at once (a few megabytes), so that the first frame has a face.
        auto shipped = open_checkpoint(shipped_checkpoint());
        if (shipped)
            adopt(shipped.take());
        else
            notice(NoticeLevel::warning, "the shipped faces cannot be shown: " + shipped.error().line());
    }
    view_.data_source = data_source_;
    look_at_machine();
    refresh_runs();
    const RememberedRun last = remembered_run();
    view_.resume_offered = options_.open.empty() && last.was_training && is_run_folder(last.folder);
    view_.resume_folder = last.folder;
}

SessionImplementation::~SessionImplementation() {
    // A run that trained is remembered as such, so that the next start offers to go on with it.
    const bool training =
        loop_active()
        && (view_.snapshot.state == TrainingState::running || view_.snapshot.state == TrainingState::paused);
    if (training) remember_run(true);
    jobs_->cancel_all();
    quiet_->cancel_all();
    if (loop_) {
        loop_->stop();
        loop_->join();
    }
    jobs_.reset();
    quiet_.reset();
    loop_.reset();
    explorer_.reset();
}

double SessionImplementation::now() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void SessionImplementation::notice(NoticeLevel level, std::string text) {
    view_.notices.push_back({next_notice_++, level, std::move(text), now()});
    if (view_.notices.size() > most_notices) view_.notices.erase(view_.notices.begin());
}

void SessionImplementation::request(LatentRequest request) { explorer_->request(std::move(request)); }

void SessionImplementation::set_interactive(bool interactive) {
    if (loop_) loop_->set_interactive(interactive);
}

const View& SessionImplementation::poll() {
    view_.restored.reset();
    for (Arrival& arrival : arrivals_->take_all()) arrival(*this);
    take_from_loop();
    take_jobs();
    measure_when_due();
    measure_checkerboard();
    follow_study();
    view_.frames = explorer_->take_frames();
    pace_model(view_.frames);
    view_.data_source = data_source_;
    if (!view_.frames.empty() && !std::exchange(first_frame_seen_, true)) open_default_data();
    constexpr double memory_seconds = 2;
    if (!loop_active() && now() - memory_read_ > memory_seconds) {
        memory_read_ = now();
        view_.snapshot.resident_bytes = resident_bytes();
    }
    return view_;
}

void SessionImplementation::open_default_data() {
    const bool drawn = data_source_ == "faces" || data_source_.starts_with("faces:");
    if (options_.open_drawn_faces && drawn && !data_ && !loop_active()) open_data(data_source_);
}

void SessionImplementation::look_at_machine() {
    submit("Choosing the device",
           [wanted = options_.device, precision = view_.settings.text("train.precision"),
            arrivals = arrivals_](const Progress&) -> Result<std::string> {
               auto chosen = choose_device(wanted);
               if (!chosen) return chosen.error();
               const std::string name = precision_name(choose_precision(precision, chosen->device));
               arrivals->put([device = chosen->description, name](SessionImplementation& session) {
                   Snapshot& snapshot = session.view_.snapshot;
                   if (!snapshot.device.empty()) return; // training has said it itself
                   snapshot.device = device;
                   snapshot.precision = name;
               });
               return chosen->description;
           });
}

/// The dearer the pictures that follow the weights, the less often weights come: following takes at most so much of a
/// core from training.
void SessionImplementation::pace_model(const std::vector<PreviewFrame>& frames) {
    for (const PreviewFrame& frame : frames) {
        std::uint64_t& shown = shown_model_[static_cast<int>(frame.channel)];
        if (frame.model_id == shown) continue;
        shown = frame.model_id;
        follow_seconds_ += frame.milliseconds / 1000;
    }
    constexpr double follow_share = 0.05, shortest = 1, longest = 20;
    if (loop_) loop_->set_model_interval(std::clamp(follow_seconds_ / follow_share, shortest, longest));
}

void SessionImplementation::take_from_loop() {
    if (!loop_) return;
    if (auto history = loop_->take_history()) {
        view_.losses = std::move(history->losses);
        view_.distances = std::move(history->distances);
        view_.samples = std::move(history->marks);
        ++view_.history_id;
    }
    for (const TrainingPoint& point : loop_->take_points()) view_.losses.push_back(point);
    for (SampleMark& mark : loop_->take_marks()) view_.samples.push_back(std::move(mark));
    thin(view_.samples);
    for (Notice& said : loop_->take_notices()) notice(said.level, std::move(said.text));
    if (auto data = loop_->take_data()) adopt_data(std::move(data), 0);
    if (auto model = loop_->take_model()) {
        follow_seconds_ = 0;
        show_model(std::move(*model));
    }
    if (auto snapshot = loop_->take_snapshot()) {
        const TrainingState before = view_.snapshot.state;
        view_.snapshot = std::move(*snapshot);
        if (!view_.snapshot.run_folder.empty()) {
            run_folder_ = view_.snapshot.run_folder;
            checkpoint_ = run_folder_;
            view_.model.checkpoint = checkpoint_;
        }
        if (before == TrainingState::opening && view_.snapshot.state == TrainingState::running)
            remember_run(true);
        explorer_->set_threads(view_.snapshot.state == TrainingState::running ? 1 : 0);
    }
    if (!loop_->running() && view_.snapshot.state == TrainingState::stopping)
        view_.snapshot.state = TrainingState::paused;
}

void SessionImplementation::show_model(SharedModel model) {
    const bool other_family =
        view_.model.name != "live" || (explored_.model && explored_.model->generator != model->generator);
    if (other_family) {
        // Directions belong to one generator; the new run's are learned anew.
        explored_.attributes.clear();
        explored_.axes.clear();
        directions_in_file_ = true;
        attributes_ = {};
        view_.attributes.clear();
        view_.model = {};
        view_.model.name = "live";
        view_.model.settings = view_.settings;
    }
    explored_.prior = prior_of(view_.settings);
    explored_.model = std::move(model);
    const ModelSnapshot& shown = *explored_.model;
    view_.model.id = shown.id;
    view_.model.step = shown.step;
    view_.model.latent_size = shown.generator.latent_size;
    view_.model.image_size = shown.generator.image_size;
    view_.model.channels = shown.generator.channels;
    view_.model.classes = shown.generator.classes;
    view_.model.class_names = shown.class_names;
    view_.model.principal_axes = static_cast<int>(explored_.axes.size());
    explorer_->set_model(explored_);
}

void SessionImplementation::adopt(CheckpointModel opened) {
    explored_ = {opened.model, prior_of(opened.note.settings), directions_of(opened.attributes), opened.axes};
    directions_in_file_ = true;
    attributes_ = opened.attributes;
    view_.attributes = cards_of(attributes_);
    checkpoint_ = opened.path; // not the folder: its newest checkpoint may become another one
    const ModelSnapshot& shown = *opened.model;
    view_.model = {};
    view_.model.id = shown.id;
    view_.model.name = opened.path == shipped_checkpoint() ? "shipped faces"
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
    view_.model.principal_axes = static_cast<int>(explored_.axes.size());
    view_.model.settings = opened.note.settings;
    for (const std::string& text : opened.notices) notice(NoticeLevel::warning, text);
    explorer_->set_model(explored_);
    if (opened.run_folder.empty()) return;
    // A whole run: its curves, settings and data come along, and start goes on with it.
    run_folder_ = opened.run_folder;
    view_.settings = opened.note.settings;
    view_.recipe = opened.note.recipe;
    if (!opened.note.data.empty()) data_source_ = opened.note.data;
    if (data_ && data_->source() != data_source_) {
        data_.reset();
        view_.data.reset();
        neighbours_.reset();
        monitor_.reset();
        diversity_monitor_.reset();
    }
    forget_run();
    view_.snapshot.state = TrainingState::paused;
    view_.snapshot.message = "opened; start goes on with it";
    view_.snapshot.step = opened.note.step;
    view_.snapshot.images = opened.note.images;
    view_.snapshot.seconds = opened.note.seconds;
    view_.snapshot.run_folder = run_folder_;
    if (auto metrics = read_metrics(Path(run_folder_))) {
        view_.losses = std::move(metrics->training);
        view_.distances = std::move(metrics->distances);
    }
    if (!view_.losses.empty()) view_.snapshot.epoch = view_.losses.back().epoch;
    read_history(run_folder_);
    if (first_frame_seen_) open_default_data();
}

/// Nothing trains and nothing has trained; what the machine is stays known.
void SessionImplementation::forget_run() {
    Snapshot machine;
    machine.device = view_.snapshot.device;
    machine.precision = view_.snapshot.precision;
    machine.resident_bytes = view_.snapshot.resident_bytes;
    view_.snapshot = std::move(machine);
    view_.losses.clear();
    view_.distances.clear();
    view_.diversity.clear();
    view_.samples.clear();
    view_.checkerboard.reset();
    view_.fork.reset();
    ++view_.history_id;
}

void SessionImplementation::adopt_data(SharedDataset data, double seconds) {
    data_ = std::move(data);
    neighbours_.reset();
    monitor_.reset();
    diversity_monitor_.reset();
    checkerboard_of_.reset();
    view_.checkerboard.reset();
    view_.data = summarise_data(*data_, seconds);
}

void SessionImplementation::take_jobs() {
    view_.jobs.clear();
    for (const JobReport& report : jobs_->reports()) {
        view_.jobs.push_back({report.id, report.title, report.detail, report.fraction, report.seconds,
                              static_cast<JobState>(report.phase), report.result});
        const bool said =
            std::find(failed_jobs_.begin(), failed_jobs_.end(), report.id) != failed_jobs_.end();
        if (report.phase == JobPhase::failed && !said) {
            failed_jobs_.push_back(report.id);
            notice(NoticeLevel::error, report.title + ": " + report.result);
        }
    }
}

void SessionImplementation::remember_run(bool was_training) const {
    if (run_folder_.empty() || !make_folder(config_folder())) return;
    const nlohmann::json note = {{"run", run_folder_}, {"was_training", was_training}};
    // Only a convenience of the next start: a failure here is not worth a message at the end.
    (void)write_file(config_folder() / "session.json",
                     note.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

RememberedRun remembered_run() {
    auto text = read_text(config_folder() / "session.json", 1 << 16);
    if (!text) return {};
    const auto note = nlohmann::json::parse(*text, nullptr, false);
    if (!note.is_object() || !note.contains("run") || !note["run"].is_string()) return {};
    const auto trained = note.find("was_training");
    return {note["run"].get<std::string>(),
            trained != note.end() && trained->is_boolean() && trained->get<bool>()};
}

} // namespace ganvas
