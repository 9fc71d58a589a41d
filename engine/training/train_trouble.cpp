// What a run does about a step that went wrong: numbers that are none, memory that does not suffice. Part of TrainRun.
#include <algorithm>
#include <new>
#include <stdexcept>

#include "engine/core/caught.h"
#include "engine/core/scaled_settings.h"
#include "engine/training/train_run.h"

namespace ganvas {
namespace {

/// So many steps beyond the state that a run went back to, and so long after, the trouble counts as over.
constexpr std::int64_t trouble_window = 2000;
constexpr double trouble_seconds = 600;
/// Trouble that comes back again and again, however seldom, does not take the learning rates to nothing.
constexpr int most_halvings = 6;

std::string at_step(std::int64_t step) { return "step " + std::to_string(step); }

} // namespace

// ---- the good state ------------------------------------------------------------------------------------------------
/// Looks only: when losses are logged must not depend on the clock.
bool TrainRun::is_sound() { return trainer_->losses_are_finite() && trainer_->is_finite(); }

void TrainRun::remember() {
    // Without room for a copy the last checkpoint is what a run can go back to.
    within_memory([this] { trainer_->remember(); });
    remembered_seconds_ = seconds_;
    remember_pause_ = options_.seconds_between_good_states;
}

/// The newest good state, in memory or on the disk; one `older` than that in memory when that led to the same trouble.
void TrainRun::restore(bool older) {
    recorder_->wait(); // a checkpoint that is being written may be the newest good state
    const std::int64_t remembered = trainer_->remembered_step();
    const auto& saved = recorder_->checkpoints();
    if (older || (!saved.empty() && saved.back() > remembered)) {
        const std::int64_t before = older && remembered >= 0 ? remembered : trainer_->steps() + 1;
        const auto file = recorder_->checkpoint_before(before);
        if (file && trainer_->load_state(*file)) return remember();
    }
    if (trainer_->recall()) return;
    const Settings settings = trainer_->settings();
    trainer_.reset(); // its memory first
    auto anew = Trainer::create(settings, data_, device_);
    if (!anew) throw std::runtime_error(anew.error().line());
    trainer_ = anew.take();
}

/// What the loop knows of later steps is forgotten with them.
void TrainRun::forget_later_steps() {
    logged_step_ = trainer_->steps();
    mark_step_ = std::min(mark_step_, trainer_->steps());
    model_step_ = -1;
    recent_.clear();
    step_whole_ = true;
}

// ---- numbers that are none -----------------------------------------------------------------------------------------
void TrainRun::take_back() {
    TrainingIncident incident;
    incident.step = trainer_->steps();
    const std::string where = "a loss or a weight was no longer a number at " + at_step(incident.step);
    if (options_.most_rollbacks == 0)
        throw std::runtime_error("the losses are no longer finite at " + at_step(incident.step)
                                 + "; lower the learning rates and go on from the last checkpoint");
    if (incident.step - went_back_to_ > trouble_window && seconds_ - went_back_seconds_ > trouble_seconds)
        rollbacks_ = 0;
    restore(trainer_->remembered_step() == went_back_to_);
    incident.back_to = went_back_to_ = trainer_->steps();
    went_back_seconds_ = seconds_;
    std::vector<SettingChange> changes;
    incident.paused = rollbacks_ >= options_.most_rollbacks || halvings_ >= most_halvings;
    halvings_ += !incident.paused;
    incident.attempt = incident.paused ? rollbacks_ : ++rollbacks_;
    if (!incident.paused)
        for (const auto& [key, value] : scaled_rates(trainer_->settings(), 0.5)) {
            changes.push_back({incident.back_to, key, value});
            if (auto set = trainer_->set_live(key, value); !set) say(NoticeLevel::error, set.error().line());
        }
    record(incident, changes);
    if (!incident.paused)
        return say(NoticeLevel::warning, where + ": training went back to " + at_step(incident.back_to)
                                             + " and goes on with half the learning rates (G "
                                             + changes[0].value + ", D " + changes[1].value + "), "
                                             + std::to_string(rollbacks_) + " of at most "
                                             + std::to_string(options_.most_rollbacks) + " times");
    wait_in_trouble(where + " again, after " + std::to_string(rollbacks_)
                        + " tries with half the learning rates",
                    "lower them further and go on");
}

void TrainRun::record(const TrainingIncident& incident, const std::vector<SettingChange>& changes) {
    forget_later_steps();
    recorder_->went_back(incident, changes);
    channel_.incidents.put(incident);
    for (const SettingChange& change : changes) channel_.changes.put(change);
    // Memory may still be what is lacking.
    if (channel_.model_interval > 0) within_memory([this] { publish_model(); });
    publish_snapshot();
}

/// Saved as it is, it waits for a hand; or, where none will come, the run has failed.
void TrainRun::wait_in_trouble(const std::string& what, const std::string& hint) {
    const std::string where = at_step(trainer_->steps());
    message_ = what
               + (options_.waits_in_trouble ? ": training waits at " + where : "; it is saved at " + where)
               + "; " + hint;
    within_memory([&] { recorder_->save(*trainer_, seconds_, RunState::stopped, message_); });
    saved_seconds_ = seconds_;
    if (!options_.waits_in_trouble) throw std::runtime_error(message_);
    single_steps_ = 0;
    waiting_ = true;
    state_ = TrainingState::paused;
    say(NoticeLevel::error, message_);
    publish_snapshot();
}

// ---- memory that does not suffice ----------------------------------------------------------------------------------
bool TrainRun::within_memory(const std::function<void()>& work) {
    try {
        work();
        return true;
    } catch (const std::exception& caught) {
        if (!says_out_of_memory(caught)) throw;
    }
    return false;
}

void TrainRun::survive_out_of_memory() {
    if (!trainer_) throw std::bad_alloc(); // it was being made anew
    TrainingIncident incident;
    incident.kind = TrainingIncident::Kind::out_of_memory;
    incident.step = trainer_->steps();
    incident.paused = true;
    if (!step_whole_) restore(false); // half of it was made
    incident.back_to = trainer_->steps();
    record(incident, {});
    const Settings& settings = trainer_->settings();
    wait_in_trouble("out of memory at " + at_step(incident.step) + " with batches of "
                        + settings.as_text("train.batch"),
                    "choose a smaller train.batch or narrower networks, or close other programs and go on");
}

} // namespace ganvas
