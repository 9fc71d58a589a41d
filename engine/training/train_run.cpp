#include "engine/training/train_run.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <stdexcept>

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <torch/version.h>

#include "engine/core/caught.h"
#include "engine/core/elapsed.h"
#include "engine/device/cuda_library.h"
#include "engine/device/thread_setup.h"
#include "engine/training/specs_from_settings.h"

namespace ganvas {
namespace {

constexpr double rate_window = 3; // seconds of training that images per second are taken over

/// Torch's messages end in a page of stack; the first line is for people.
std::string first_line(std::string text) { return text.substr(0, text.find('\n')); }

constexpr const char* out_of_memory =
    "out of memory: choose a smaller train.batch or generator.width and discriminator.width";

} // namespace

std::string skipped_words(const Dataset& data) {
    const std::int64_t count = data.skipped_count();
    if (count == 0) return {};
    // A list with a wrong row is among them, not only pictures.
    std::string words = std::to_string(data.size()) + " pictures of " + data.source() + " are used; "
                        + std::to_string(count) + (count == 1 ? " file was" : " files were")
                        + " left out or read in part";
    if (data.skipped().empty()) return words;
    const SkippedFile& first = data.skipped().front();
    return words + (count == 1 ? ": " : ", the first: ") + first.name
           + (first.reason.empty() ? "" : " (" + first.reason + ")");
}

TrainRun::TrainRun(TrainLoopOptions options, TrainChannel& channel, std::stop_token stop)
    : options_(std::move(options)), channel_(channel), stop_(std::move(stop)), target_(options_.target) {}

TrainRun::~TrainRun() {
    channel_.breaks.close();
    channel_.set_team({}, 0);
}

void TrainRun::work() {
    try {
        publish_snapshot();
        if (auto opened = open(); !opened) {
            // A stop while the data were being opened is no failure.
            if (opened.error().code == ErrorCode::interrupted && stop_.stop_requested()) {
                state_ = TrainingState::paused;
                publish_snapshot();
                return;
            }
            return fail(opened.error().line());
        }
        loop();
        close();
    } catch (const c10::Error& caught) {
        fail(says_out_of_memory(caught) ? out_of_memory
                                        : "training stopped: " + first_line(caught.what_without_backtrace()));
    } catch (const std::exception& caught) {
        fail(says_out_of_memory(caught) ? out_of_memory : "training stopped: " + first_line(caught.what()));
    } catch (...) {
        fail("training stopped by an unknown error");
    }
}

// ---- opening -------------------------------------------------------------------------------------------------------
Result<void> TrainRun::open() {
    set_thread_niceness(options_.niceness);
    options_.settings =
        with_channels(std::move(options_.settings),
                      options_.data ? std::optional(options_.data->channels()) : std::nullopt);
    auto recorder = RunRecorder::create(
        options_, [this](NoticeLevel level, std::string text) { say(level, std::move(text)); },
        [&channel = channel_] { channel.ring(); });
    if (!recorder) return recorder.error();
    recorder_ = recorder.take();
    prepare_worker_thread(int(recorder_->settings().integer("train.threads")));
    gives_way_by_priority_ = may_return_to_niceness(options_.niceness);
    if (gives_way_by_priority_) channel_.set_team(thread_team(), options_.niceness);

    auto device = choose_device(options_.device);
    if (!device) return device.error();
    device_ = device.take();
    if (!device_.notice.empty()) say(NoticeLevel::warning, device_.notice);
    // What cannot be built is said before minutes go into decoding pictures.
    if (auto spec = generator_spec(recorder_->settings()); !spec) return spec.error();
    if (auto spec = discriminator_spec(recorder_->settings()); !spec) return spec.error();

    auto data = open_data();
    if (!data) return data.error();
    data_ = data.take();
    if (const std::string words = skipped_words(*data_); options_.say_skipped && !words.empty())
        say(NoticeLevel::warning, words);
    channel_.data.put(data_);
    if (auto made = make_trainer(); !made) return made.error();

    auto seconds = recorder_->begin(*trainer_, *data_,
                                    {{"torch", TORCH_VERSION},
                                     {"device", device_.description},
                                     {"precision", precision_name(trainer_->precision())},
                                     {"convolutions", trainer_->uses_winograd() ? "winograd" : "direct"},
                                     {"threads", std::to_string(at::get_num_threads())}});
    if (!seconds) return seconds.error();
    seconds_ = saved_seconds_ = *seconds;
    logged_step_ = trainer_->steps();
    if (options_.most_rollbacks > 0) remember();
    recorder_->set_target(target_);
    if (options_.resume) {
        TrainHistory history = recorder_->history();
        for (const DistancePoint& point : history.distances) (void)note_distance(point);
        channel_.history.put(std::move(history));
    }
    state_ = options_.start_paused ? TrainingState::paused : TrainingState::running;
    if (trainer_->steps() == 0) make_mark();
    mark_seconds_ = seconds_;
    if (channel_.model_interval > 0) publish_model();
    publish_snapshot();
    return {};
}

Result<SharedDataset> TrainRun::open_data() {
    const Preparation preparation = training_preparation(recorder_->settings());
    if (options_.data) {
        // A run that goes on has a source and a preparation of its own, whatever was opened meanwhile.
        const bool own =
            !options_.resume || options_.data_moved || options_.data->source() == recorder_->data_source();
        auto& prepared = options_.data_preparation;
        if (prepared && prepared->channels == 0) prepared->channels = options_.data->channels();
        const bool alike = prepared ? prepares_alike(*prepared, preparation)
                                    : options_.data->width() == preparation.size
                                          && options_.data->channels() == preparation.channels;
        if (own && alike) return options_.data;
    }
    Progress progress;
    progress.on_report = options_.on_progress;
    progress.stop = stop_;
    auto data = open_dataset(recorder_->data_source(), preparation, progress);
    if (data || !options_.resume || data.error().code != ErrorCode::not_found) return data;
    Error gone = data.error();
    gone.hint = "where they have moved, tell the run: ganvas train --resume --out RUN --data PLACE";
    return gone;
}

Result<void> TrainRun::make_trainer() {
    try {
        auto trainer = Trainer::create(recorder_->settings(), data_, device_);
        if (!trainer) return trainer.error();
        trainer_ = trainer.take();
        return {};
    } catch (const c10::Error& caught) {
        if (!device_.device.is_cuda()) throw;
        say(NoticeLevel::warning,
            "the GPU cannot be used, training on the CPU: " + first_line(caught.what_without_backtrace()));
    }
    device_ = {};
    auto trainer = Trainer::create(recorder_->settings(), data_, device_);
    if (!trainer) return trainer.error();
    trainer_ = trainer.take();
    return {};
}

// ---- running -------------------------------------------------------------------------------------------------------
void TrainRun::loop() {
    while (!stop_.stop_requested())
        if (!within_memory([this] { turn(); })) survive_out_of_memory();
}

void TrainRun::turn() {
    drain_commands();
    collect_save();
    if (!stepping()) {
        channel_.breaks.close();
        if (save_asked_) (void)save(RunState::training);
        publish_snapshot();
        channel_.wait(rings_seen_, stop_);
    } else if (single_steps_ == 0 && target_reached()) {
        finish();
    } else {
        channel_.breaks.open();
        step_and_publish();
    }
}

void TrainRun::step_and_publish() {
    make_step();
    publish_due();
    if (single_steps_ == 0 || --single_steps_ > 0) return;
    if (!log_point()) return take_back();
    if (channel_.model_interval > 0) publish_model();
}

void TrainRun::make_step() {
    give_way();
    const auto start = Clock::now();
    channel_.breaks.serve(); // what it takes is training's time too: the user waits for it
    const auto begin = Clock::now();
    step_whole_ = false;
    step_or_move_to_cpu();
    step_whole_ = true;
    if (options_.after_step) options_.after_step(*trainer_);
    last_step_seconds_ = seconds_since(begin);
    seconds_ += seconds_since(start);
    recent_.push_back({seconds_, trainer_->images(), trainer_->steps()});
    while (recent_.size() > 2 && seconds_ - recent_.front().seconds > rate_window) recent_.pop_front();
}

void TrainRun::step_or_move_to_cpu() {
    try {
        trainer_->step();
        return;
    } catch (const c10::OutOfMemoryError&) {
        if (!device_.device.is_cuda()) throw;
    }
    const TensorFile state = trainer_->save_state();
    const Settings settings = trainer_->settings();
    trainer_.reset();
    cuda_library().empty_cache();
    device_ = {};
    say(NoticeLevel::warning, "the GPU is out of memory: training goes on on the CPU");
    auto trainer = Trainer::create(settings, data_, device_);
    if (!trainer) throw std::runtime_error(trainer.error().line());
    trainer_ = trainer.take();
    if (auto loaded = trainer_->load_state(state); !loaded) throw std::runtime_error(loaded.error().line());
    if (options_.most_rollbacks > 0) remember();
    trainer_->step();
}

void TrainRun::drain_commands() {
    // Of a step that was taken back meanwhile: those weights are gone.
    const auto add = [this](const auto& point) {
        if (point.step <= trainer_->steps()) recorder_->add(point);
    };
    for (const DistancePoint& point : channel_.distances.take_all()) {
        add(point);
        best_due_ = note_distance(point) || best_due_;
    }
    for (const DiversityPoint& point : channel_.diversity.take_all()) add(point);
    for (const TrainCommand& command : channel_.commands.take_all()) obey(command);
}

/// True when it is the lowest of its badge so far.
bool TrainRun::note_distance(const DistancePoint& point) {
    const auto [known, is_first] = lowest_.try_emplace(distance_badge(point), point.value);
    if (!is_first && point.value >= known->second) return false;
    known->second = point.value;
    return true;
}

void TrainRun::obey(const TrainCommand& command) {
    using namespace train_command;
    if (std::holds_alternative<Pause>(command)) {
        single_steps_ = 0;
        if (state_ == TrainingState::running) state_ = TrainingState::paused;
        if (channel_.model_interval > 0) publish_model();
    } else if (std::holds_alternative<Resume>(command)) {
        // A finished run resumed without a new target goes on without one.
        if (state_ == TrainingState::finished && target_reached()) target_ = {};
        state_ = TrainingState::running;
        message_.clear();
        rollbacks_ = halvings_ = 0; // whoever goes on has looked
        waiting_ = false;
    } else if (const auto* step = std::get_if<Step>(&command)) {
        if (state_ != TrainingState::running) {
            state_ = TrainingState::paused;
            single_steps_ += std::max(0, step->count);
        }
    } else if (std::holds_alternative<Save>(command)) {
        save_asked_ = true; // while steps are made: beside the next ones
        if (!stepping()) (void)save(RunState::training);
    } else if (const auto* set = std::get_if<Set>(&command)) {
        change_setting(*set);
    } else if (const auto* kept = std::get_if<Keep>(&command)) {
        recorder_->keep(kept->step);
    } else if (const auto* target = std::get_if<Target>(&command)) {
        target_ = target->target;
        recorder_->set_target(target_);
        if (state_ == TrainingState::finished && !target_reached()) {
            state_ = TrainingState::running;
            message_.clear();
        }
    }
    publish_snapshot();
}

void TrainRun::change_setting(const train_command::Set& command) {
    if (auto set = trainer_->set_live(command.key, command.value); !set)
        return say(NoticeLevel::error, set.error().line());
    if (command.key.ends_with("learning_rate")) halvings_ = 0;
    recorder_->changed(trainer_->steps(), command.key, trainer_->settings().as_text(command.key));
}

bool TrainRun::target_reached() const {
    return (target_.steps > 0 && trainer_->steps() >= target_.steps)
           || (target_.images > 0 && trainer_->images() >= target_.images)
           || (target_.epochs > 0 && trainer_->epoch() >= target_.epochs)
           || (target_.seconds > 0 && seconds_ >= target_.seconds);
}

void TrainRun::finish() {
    channel_.breaks.close();
    if (!is_sound() || !log_point()) return take_back(); // and on towards the target
    state_ = TrainingState::stopping;
    publish_snapshot();
    make_mark();
    if (channel_.model_interval > 0) publish_model();
    message_ = save(RunState::finished) ? "reached its target" : "reached its target, but could not be saved";
    state_ = TrainingState::finished;
    publish_snapshot();
}

/// A stop: everything is saved, and the run can be resumed.
void TrainRun::close() {
    const bool finished = state_ == TrainingState::finished;
    state_ = TrainingState::stopping;
    publish_snapshot();
    drain_commands();
    state_ = TrainingState::stopping;
    const bool sound = is_sound() && log_point();
    if (!sound) {
        TrainingIncident incident;
        incident.step = trainer_->steps();
        restore(false);
        incident.back_to = trainer_->steps();
        record(incident, {});
    }
    if (!finished && trainer_->steps() > 0) make_mark();
    const bool saved =
        recorder_->save(*trainer_, seconds_, finished ? RunState::finished : RunState::stopped, {}, asker());
    if (channel_.model_interval > 0) publish_model();
    message_ = saved ? "saved" : "could not be saved";
    state_ = finished ? TrainingState::finished : TrainingState::paused;
    publish_snapshot();
}

void TrainRun::fail(std::string message) {
    message_ = std::move(message);
    if (recorder_) recorder_->fail(message_);
    say(NoticeLevel::error, message_);
    state_ = TrainingState::failed;
    publish_snapshot();
}

/// While a hand is on the window the training threads have a lower priority (TrainChannel::set_interactive); where the
/// system lets no thread come back from it, short breaks. Never by the thread count: sums would change with it.
void TrainRun::give_way() {
    if (gives_way_by_priority_ || !channel_.interactive) return;
    const double pause = std::min(0.02, last_step_seconds_ / 4);
    std::this_thread::sleep_for(std::chrono::duration<double>(pause));
}

} // namespace ganvas
