/// How runs begin, go on, and are left: the loop, its target, and what is remembered for the next start.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/api/run_health.h"
#include "engine/api/session_implementation.h"
#include "engine/runs/run_files.h"
#include "engine/runs/run_store.h"

namespace ganvas {
namespace {

bool reached(const TrainingTarget& target, const Snapshot& now) {
    return (target.steps > 0 && now.step >= target.steps)
           || (target.images > 0 && now.images >= target.images)
           || (target.epochs > 0 && now.epoch >= target.epochs)
           || (target.seconds > 0 && now.seconds >= target.seconds);
}

bool is_over(TrainingState state) {
    return state == TrainingState::finished || state == TrainingState::failed;
}

std::string run_name(const std::string& folder) { return Path(folder).filename().string(); }

constexpr std::size_t most_marks = 512;

/// Keeps the first, the newest, and of the rest every second: a history of fixed length over any number of marks.
void thin(std::vector<SampleMark>& marks) {
    if (marks.size() <= most_marks) return;
    std::vector<SampleMark> kept;
    for (std::size_t k = 0; k < marks.size(); ++k)
        if (k % 2 == 0 || k + 1 == marks.size()) kept.push_back(std::move(marks[k]));
    marks = std::move(kept);
}

} // namespace

// ---- starting ------------------------------------------------------------------------------------------------------
void SessionImplementation::ask_start(WaitingStart start) {
    if (opening_run_) { // of the run that is being opened
        opening_run_->start = start;
        return;
    }
    if (view_.fork) return start_fork(start.paused);
    // What cannot be built is said before minutes go into decoding pictures.
    if (const std::string problem = summarise_model(view_.settings).error; !problem.empty()) {
        view_.snapshot.message = problem;
        return notice(NoticeLevel::error, problem);
    }
    go_past_target();
    view_.resume_offered = false;
    waiting_start_ = start;
    view_.snapshot.state = TrainingState::opening;
    view_.snapshot.message = "opening " + data_name(data_source_);
    start_when_ready();
}

void SessionImplementation::start_when_ready() {
    if (!waiting_start_ || opening_run_ || loop_active()) return;
    const bool fit = data_fit();
    if (!fit && !opening_data_) open_data(data_source_);
    // A run that is being left may hold the lock of the very run that goes on, and both would share the cores.
    if (fit && leaving_.empty()) return start_loop(*std::exchange(waiting_start_, std::nullopt));
    view_.snapshot.message = fit ? "waiting until " + run_name(leaving_.front().last.run_folder) + " is saved"
                                 : "opening " + data_name(data_source_);
}

void SessionImplementation::start_loop(const WaitingStart& start) {
    const bool resume = !run_folder_.empty();
    loop_.reset(); // ended before
    TrainLoopOptions options;
    options.settings = view_.settings;
    options.recipe = view_.recipe;
    options.data_source = data_source_;
    options.data = data_;
    options.data_preparation = opened_as_.preparation;
    options.say_skipped = false; // said when they were opened
    options.device = options_.device;
    options.target = target_;
    options.run_folder = run_folder_;
    options.resume = resume;
    options.start_paused = start.paused;
    options.wake = options_.wake;
    if (!resume) {
        view_.losses.clear();
        view_.distances.clear();
        view_.diversity.clear();
        view_.samples.clear();
        view_.checkerboard.reset();
        forget_health();
        ++view_.history_id;
    }
    measures_.reset(); // begins with the run's first seconds
    loop_ends_as_ = TrainingState::paused;
    loop_ = std::make_unique<TrainLoop>(std::move(options));
    if (start.steps > 0) loop_->send(train_command::Step{start.steps});
}

/// Nothing has begun: everything can be changed again, and an opened run stays open.
void SessionImplementation::abandon_start(const std::string& why) {
    if (!std::exchange(waiting_start_, std::nullopt)) return;
    view_.snapshot.state = run_folder_.empty() ? TrainingState::empty : TrainingState::paused;
    view_.snapshot.message = why;
}

void SessionImplementation::go_past_target() {
    if (!reached(target_, view_.snapshot)) return;
    target_ = {};
    show_target();
    if (loop_active()) loop_->send(train_command::Target{target_});
}

void SessionImplementation::show_target() {
    view_.snapshot.target_steps = target_.steps;
    view_.snapshot.target_seconds = target_.seconds;
    view_.snapshot.target_epochs = target_.epochs;
    view_.snapshot.target_images = target_.images;
}

// ---- while it trains -----------------------------------------------------------------------------------------------
void SessionImplementation::take_from_loop() {
    if (!loop_) return;
    if (auto history = loop_->take_history()) {
        view_.losses = std::move(history->losses);
        view_.distances = std::move(history->distances);
        view_.diversity = std::move(history->diversity);
        view_.samples = std::move(history->marks);
        incidents_ = std::move(history->incidents);
        changed_at_ = std::max(newest_change(history->changes), history->begins_at);
        ++view_.history_id;
    }
    // Marks first: one of a step that was taken back since must be there to be dropped with it.
    for (SampleMark& mark : loop_->take_marks()) view_.samples.push_back(std::move(mark));
    take_points();
    thin(view_.samples);
    for (Notice& said : loop_->take_notices()) notice(said.level, std::move(said.text));
    (void)loop_->take_data(); // the session's own
    if (auto model = loop_->take_model()) {
        follow_seconds_ = 0;
        show_model(std::move(*model));
    }
    const TrainingState before = view_.snapshot.state;
    if (auto snapshot = loop_->take_snapshot()) {
        view_.snapshot = std::move(*snapshot);
        // The thread says how it ended a little before it has: what it is told in between would be lost.
        if (loop_->stopping()) loop_ends_as_ = std::exchange(view_.snapshot.state, TrainingState::stopping);
        if (!view_.snapshot.run_folder.empty()) {
            run_folder_ = view_.snapshot.run_folder;
            checkpoint_ = run_folder_;
            view_.model.checkpoint = checkpoint_;
        }
        const TrainingState state = view_.snapshot.state;
        if (state == TrainingState::running && (before == TrainingState::opening || is_over(before)))
            remember_run(true);
        explorer_->set_alone(state != TrainingState::running);
    }
    if (!loop_->running() && view_.snapshot.state == TrainingState::stopping)
        view_.snapshot.state = is_over(loop_ends_as_) ? loop_ends_as_ : TrainingState::paused;
    const TrainingState after = view_.snapshot.state;
    const bool over = is_over(after) && !is_over(before);
    if (over) remember_run(false);
    // It is saved now, or was saved on its way.
    const bool saved = view_.snapshot.checkpoints != listed_checkpoints_;
    if (over || saved || (before == TrainingState::stopping && after != before)) {
        listed_checkpoints_ = view_.snapshot.checkpoints;
        refresh_runs();
    }
}

// ---- leaving -------------------------------------------------------------------------------------------------------
void SessionImplementation::leave_run() {
    abandon_start({});
    view_.snapshot.state = TrainingState::empty;
    if (loop_active()) {
        remember_run(false); // left by the user's will
        loop_->set_model_interval(0);
        loop_->stop();
        leaving_.push_back({std::move(loop_), view_.snapshot});
    }
    loop_.reset();
    explorer_->set_alone(true);
    run_folder_.clear();
    forget_run();
}

void SessionImplementation::take_leaving() {
    for (LeavingRun& run : leaving_) {
        const bool over = !run.loop->running(); // asked first: what came before the end is taken below
        for (Notice& said : run.loop->take_notices()) notice(said.level, std::move(said.text));
        (void)run.loop->take_points();
        (void)run.loop->take_marks();
        (void)run.loop->take_incidents();
        (void)run.loop->take_changes();
        (void)run.loop->take_model();
        if (auto snapshot = run.loop->take_snapshot()) run.last = std::move(*snapshot);
        if (!over) continue;
        run.loop.reset();
        const Snapshot& last = run.last;
        if (last.run_folder.empty() || last.state == TrainingState::failed)
            continue; // nothing to save, or said
        const std::string name = "“" + run_name(last.run_folder) + "” was stopped ";
        const std::string step = "at step " + std::to_string(last.step);
        if (last.message == "saved" || last.state == TrainingState::finished)
            notice(NoticeLevel::info, name + "and saved " + step, NoticeAction::continue_run,
                   last.run_folder);
        else
            notice(NoticeLevel::warning, name + step + ", but could not be saved");
        refresh_runs();
    }
    std::erase_if(leaving_, [](const LeavingRun& run) { return run.loop == nullptr; });
}

/// Nothing trains and nothing has trained; what the machine is stays known, and what the next run shall reach.
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
    forget_health();
    ++view_.history_id;
    show_target();
}

// ---- across starts of the program ----------------------------------------------------------------------------------
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

/// Only what its own run.json says has not ended, and what no other window trains on.
void SessionImplementation::offer_last_run() {
    const RememberedRun last = remembered_run();
    if (!options_.open.empty() || !last.was_training || !is_run_folder(last.folder)) return;
    const auto info = read_run(last.folder);
    const bool goes_on = info && (info->state == RunState::training || info->state == RunState::stopped);
    if (!goes_on || run_in_use(last.folder)) return;
    view_.resume_offered = true;
    view_.resume_folder = last.folder;
    view_.resume_saved = info->state == RunState::stopped;
    const auto checkpoints = step_files(checkpoints_folder(last.folder), ".safetensors");
    view_.resume_step = checkpoints.empty() ? -1 : checkpoints.back().first;
}

} // namespace ganvas
