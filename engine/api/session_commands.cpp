/// What each command does to training, data and settings; see session_jobs.cpp for the long tasks.
#include "engine/api/run_health.h"
#include "engine/api/session_implementation.h"
#include "engine/runs/recipe.h"

namespace ganvas {

void SessionImplementation::send(Command command) {
    guarded([&] { std::visit([this](const auto& one) { handle(one); }, command); });
    // What it said, or brought for the next poll, is seen at once: a window with nothing else to do is asleep.
    if (options_.wake) options_.wake();
}

bool SessionImplementation::check(TrainingAction action) {
    const std::string_view reason = reason_not_allowed(view_.snapshot.state, action);
    if (!reason.empty()) notice(NoticeLevel::info, std::string(reason));
    return reason.empty();
}

/// A run keeps the data that it was begun with: looking at others never changes what it trains on.
void SessionImplementation::handle(const OpenData& command) {
    if (!run_open() || command.source == data_source_) {
        // Its own data are there already, or are what its loop is opening.
        if (!loop_active()) open_data(command.source);
        return;
    }
    const std::string run = run_folder_.empty() ? "this run" : "“" + data_name(run_folder_) + "”";
    notice(NoticeLevel::info,
           run + " is trained on " + data_name(data_source_) + ", and stays with that: " + command.source
               + " is for a new run",
           NoticeAction::new_run_on, command.source);
}

bool SessionImplementation::is_active_run(const std::string& folder) const {
    return loop_active() && !run_folder_.empty()
           && Path(folder).lexically_normal() == Path(run_folder_).lexically_normal();
}

void SessionImplementation::handle(const OpenCheckpoint& command) {
    if (!check(TrainingAction::open)) return;
    if (is_active_run(command.path)) return notice(NoticeLevel::info, "this run is open already");
    open_run(command.path, AfterOpening::explore);
}

void SessionImplementation::handle(const ContinueRun& command) {
    if (!check(TrainingAction::open)) return;
    if (!is_active_run(command.folder)) return open_run(command.folder, AfterOpening::go_on, WaitingStart{});
    if (opening_run_) { // another was asked for meanwhile, and the last wish counts
        jobs_->cancel(opening_run_->job);
        run_job_over(opening_run_->token);
    }
    if (view_.snapshot.state != TrainingState::running) handle(StartTraining{});
}

void SessionImplementation::handle(const UseRecipe& command) {
    auto recipe = load_recipe(command.name);
    if (!recipe) return notice(NoticeLevel::error, recipe.error().line());
    if (loop_active() || waiting_start_)
        return notice(NoticeLevel::info, "the recipe is for a new run: stop this one first");
    view_.settings = recipe.take();
    name_recipe(command.name);
    handle(NewRun{});
    if ((data_ || opening_data_) && !data_fit()) open_data(data_source_);
}

void SessionImplementation::name_recipe(const std::string& name) {
    view_.recipe = name;
    // A file's name in a run that somebody else made means nothing from another folder.
    const bool known = Path(name).is_absolute()
                       || std::find(view_.recipes.begin(), view_.recipes.end(), name) != view_.recipes.end();
    for (const std::string& base : {known ? name : "quick", std::string("quick")}) {
        auto recipe = load_recipe(base);
        if (!recipe) continue;
        view_.recipe_base = base;
        view_.recipe_settings = recipe.take();
        return;
    }
}

void SessionImplementation::handle(const StartTraining&) {
    if (!opening_run_ && !check(TrainingAction::start)) return;
    if (!loop_active()) return ask_start({});
    go_past_target();
    loop_->send(train_command::Resume{});
}

void SessionImplementation::handle(const NewRun& command) {
    leave_run();
    if (!command.data.empty()) open_data(command.data);
}

void SessionImplementation::handle(const PauseTraining&) {
    if (check(TrainingAction::pause) && loop_active()) loop_->send(train_command::Pause{});
}

void SessionImplementation::handle(const ResumeTraining&) {
    if (opening_run_ || check(TrainingAction::resume)) handle(StartTraining{});
}

void SessionImplementation::handle(const StepTraining& command) {
    if (!opening_run_ && !check(TrainingAction::step)) return;
    if (loop_active())
        loop_->send(train_command::Step{command.steps});
    else
        ask_start({true, command.steps});
}

void SessionImplementation::handle(const StopTraining&) {
    if (!check(TrainingAction::stop)) return;
    if (!loop_active()) {
        if (waiting_start_ && opening_data_) jobs_->cancel(opening_data_->job);
        abandon_start("stopped before it began");
        if (view_.fork) view_.snapshot.state = TrainingState::empty; // it is still being written
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
    target_ = {command.steps, command.images, command.epochs, command.minutes * 60};
    if (loop_active()) loop_->send(train_command::Target{target_});
    show_target();
}

void SessionImplementation::handle(const ChangeSetting& command) {
    Settings changed = view_.settings;
    if (auto set = changed.set(command.key, command.value); !set)
        return notice(NoticeLevel::error, set.error().line());
    const SettingDescription* description = find_setting(command.key);
    if ((run_open() || waiting_start_) && description->scope == SettingScope::fixed)
        return notice(NoticeLevel::info,
                      description->label + " is fixed while a run lasts: choose New run first");
    if (run_open() && changes_training(command.key) && !(changed == view_.settings))
        changed_at_ = view_.snapshot.step;
    view_.settings = std::move(changed);
    if (loop_active()) loop_->send(train_command::Set{command.key, command.value});
    if (command.key.rfind("measure.", 0) == 0) measures_.reset();
    // The pictures change: what was opened is opened again as the model will see it.
    if ((data_ || opening_data_) && !run_open() && !data_fit()) open_data(data_source_);
}

void SessionImplementation::handle(const CancelJob& command) { jobs_->cancel(command.id); }

void SessionImplementation::handle(const DismissNotice& command) {
    std::erase_if(view_.notices, [&](const Notice& one) { return one.id == command.id; });
}

} // namespace ganvas
