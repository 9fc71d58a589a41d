/// What each command does to training, data and settings; see session_jobs.cpp for the long tasks.
#include <algorithm>
#include <filesystem>

#include "engine/api/session_implementation.h"
#include "engine/runs/recipe.h"
#include "engine/runs/run_store.h"

namespace ganvas {

void SessionImplementation::send(Command command) {
    std::visit([this](const auto& one) { handle(one); }, command);
}

bool SessionImplementation::check(TrainingAction action) {
    const std::string_view reason = reason_not_allowed(view_.snapshot.state, action);
    if (!reason.empty()) notice(NoticeLevel::info, std::string(reason));
    return reason.empty();
}

void SessionImplementation::handle(const OpenData& command) { open_data(command.source); }

void SessionImplementation::open_data(const std::string& source) {
    const Preparation preparation = preparation_of(view_.settings);
    submit("Opening " + data_name(source),
           [source, preparation, arrivals = arrivals_](const Progress& progress) -> Result<std::string> {
               const auto start = std::chrono::steady_clock::now();
               auto opened = open_dataset(source, preparation, progress);
               if (!opened) return opened.error();
               const double seconds =
                   std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
               SharedDataset data = opened.take();
               const std::string result = std::to_string(data->size()) + " images";
               arrivals->put([data, source, seconds](SessionImplementation& session) {
                   session.data_source_ = source;
                   session.adopt_data(data, seconds);
               });
               return result;
           });
}

void SessionImplementation::handle(const OpenCheckpoint& command) {
    if (!check(TrainingAction::open)) return;
    view_.resume_offered = false;
    auto opened = open_checkpoint(command.path);
    if (!opened) return notice(NoticeLevel::error, opened.error().line());
    if (loop_active()) end_loop();
    loop_.reset();
    run_folder_.clear();
    forget_run();
    adopt(opened.take());
}

void SessionImplementation::handle(const UseRecipe& command) {
    auto recipe = load_recipe(command.name);
    if (!recipe) return notice(NoticeLevel::error, recipe.error().line());
    if (loop_active()) return notice(NoticeLevel::info, "the recipe is for a new run: stop this one first");
    view_.settings = recipe.take();
    view_.recipe = command.name;
    handle(NewRun{});
    const bool other_shape = data_
                             && (data_->width() != view_.settings.integer("image.size")
                                 || data_->channels() != view_.settings.integer("image.channels"));
    if (other_shape) open_data(data_source_);
}

void SessionImplementation::start_loop(bool paused, bool resume) {
    if (view_.fork) return start_fork(paused);
    loop_.reset();
    TrainLoopOptions options;
    options.settings = view_.settings;
    options.recipe = view_.recipe;
    options.data_source = data_source_;
    // Opened data are used as they are when they were prepared for these settings.
    const bool fits = data_ && data_->source() == data_source_
                      && data_->width() == view_.settings.integer("image.size")
                      && data_->channels() == view_.settings.integer("image.channels");
    if (fits) options.data = data_;
    options.device = options_.device;
    options.target = target_;
    options.run_folder = resume ? run_folder_ : std::string();
    options.resume = resume;
    options.start_paused = paused;
    options.wake = options_.wake;
    view_.resume_offered = false;
    if (!resume) {
        view_.losses.clear();
        view_.distances.clear();
        view_.diversity.clear();
        view_.samples.clear();
        view_.checkerboard.reset();
        ++view_.history_id;
        run_folder_.clear();
    }
    view_.snapshot.state = TrainingState::opening;
    view_.snapshot.message = "opening " + data_name(data_source_);
    loop_ = std::make_unique<TrainLoop>(std::move(options));
}

void SessionImplementation::handle(const StartTraining&) {
    if (!check(TrainingAction::start)) return;
    if (!loop_active()) return start_loop(false, !run_folder_.empty());
    if (view_.snapshot.state == TrainingState::finished) {
        // Past its first target: go on without one until a new one is set.
        target_ = {};
        loop_->send(train_command::Target{target_});
    }
    loop_->send(train_command::Resume{});
}

void SessionImplementation::handle(const NewRun&) {
    if (loop_active()) end_loop();
    loop_.reset();
    run_folder_.clear();
    forget_run();
}

void SessionImplementation::handle(const PauseTraining&) {
    if (check(TrainingAction::pause) && loop_active()) loop_->send(train_command::Pause{});
}

void SessionImplementation::handle(const ResumeTraining&) {
    if (!check(TrainingAction::resume)) return;
    if (!loop_active()) return start_loop(false, !run_folder_.empty());
    loop_->send(train_command::Resume{});
}

void SessionImplementation::handle(const StepTraining& command) {
    if (!check(TrainingAction::step)) return;
    if (!loop_active()) start_loop(true, !run_folder_.empty());
    if (loop_)
        loop_->send(train_command::Step{command.steps}); // a fork's loop begins once its folder is there
}

void SessionImplementation::handle(const StopTraining&) {
    if (!check(TrainingAction::stop)) return;
    if (!loop_active()) {
        view_.snapshot.state = TrainingState::paused;
        return;
    }
    view_.snapshot.state = TrainingState::stopping;
    loop_->stop();
    remember_run(false);
}

void SessionImplementation::handle(const SaveCheckpoint&) {
    if (check(TrainingAction::save) && loop_active()) loop_->send(train_command::Save{});
}

void SessionImplementation::handle(const SetTarget& command) {
    target_ = {};
    target_.steps = command.steps;
    target_.seconds = command.minutes * 60;
    if (loop_active()) loop_->send(train_command::Target{target_});
    view_.snapshot.target_steps = target_.steps;
    view_.snapshot.target_seconds = target_.seconds;
}

void SessionImplementation::handle(const ChangeSetting& command) {
    Settings changed = view_.settings;
    if (auto set = changed.set(command.key, command.value); !set)
        return notice(NoticeLevel::error, set.error().line());
    const SettingDescription* description = find_setting(command.key);
    const bool begun = loop_active() || !run_folder_.empty();
    if (begun && description->scope == SettingScope::fixed)
        return notice(NoticeLevel::info,
                      description->label + " is fixed while a run lasts: choose New run first");
    view_.settings = std::move(changed);
    if (loop_active()) loop_->send(train_command::Set{command.key, command.value});
    if (command.key.rfind("measure.", 0) == 0) {
        monitor_.reset();
        diversity_monitor_.reset();
    }
    // The pictures' shape changed: what was opened is opened again as the model will see it.
    const bool shape = command.key.rfind("data.", 0) == 0 || command.key.rfind("image.", 0) == 0;
    if (shape && view_.data) open_data(data_source_);
}

void SessionImplementation::handle(const CancelJob& command) { jobs_->cancel(command.id); }

void SessionImplementation::handle(const DismissNotice& command) {
    std::erase_if(view_.notices, [&](const Notice& one) { return one.id == command.id; });
}

void SessionImplementation::end_loop() {
    loop_->stop();
    loop_->join();
    take_from_loop();
}

} // namespace ganvas
