// What a run tells the window, and when: snapshots, the model, losses, marks. Part of TrainRun.
#include <algorithm>
#include <memory>

#include <ATen/Parallel.h>

#include "engine/core/elapsed.h"
#include "engine/device/thread_setup.h"
#include "engine/training/train_run.h"

namespace ganvas {
namespace {

constexpr double snapshot_interval = 0.1; // seconds
// Looking through a good state and keeping it takes at most one part in so many of training.
constexpr double remember_share = 200;

/// The faces of the first seconds change at sight: whoever watches gets each as soon as half as much training again was
/// done, though following costs more than later on. Some ten pictures in all.
double young_model_interval(double trained_seconds) { return std::max(1.0, trained_seconds / 2); }

} // namespace

void TrainRun::say(NoticeLevel level, std::string text) {
    channel_.notices.put({0, level, std::move(text), 0});
    if (options_.wake) options_.wake();
}

void TrainRun::publish_due() {
    const auto now = Clock::now();
    const Settings& settings = trainer_->settings();
    // At multiples, wherever a run went on: one that was killed has the rows that it would have had.
    const std::int64_t every = settings.integer("train.log_every");
    if (trainer_->steps() / every != logged_step_ / every && !log_point()) return take_back();
    if (seconds_ - mark_seconds_ >= settings.real("train.sample_every_seconds")) make_mark();
    const double interval = std::min<double>(channel_.model_interval, young_model_interval(seconds_));
    if (interval > 0 && seconds_since(last_model_) >= interval) publish_model();
    if (save_is_due()) {
        save_beside();
    } else if (options_.most_rollbacks > 0 && seconds_ - remembered_seconds_ >= remember_pause_) {
        const auto start = Clock::now();
        if (!is_sound()) return take_back();
        remember();
        remember_pause_ = std::max(remember_pause_, remember_share * seconds_since(start));
    }
    if (std::chrono::duration<double>(now - last_snapshot_).count() >= snapshot_interval) publish_snapshot();
}

bool TrainRun::log_point() {
    const LossReport losses = trainer_->take_losses();
    if (losses.steps == 0) return true;
    if (!losses.finite()) return false;
    logged_step_ = trainer_->steps();
    const TrainingPoint point{trainer_->steps(), trainer_->images(),        seconds_,
                              trainer_->epoch(), losses.discriminator_loss, losses.generator_loss,
                              losses.real_score, losses.fake_score};
    recorder_->add(point);
    channel_.points.put(point);
    if (options_.wake) options_.wake();
    return true;
}

void TrainRun::make_mark() {
    mark_seconds_ = seconds_;
    if (mark_step_ == trainer_->steps()) return;
    mark_step_ = trainer_->steps();
    SampleMark mark{trainer_->steps(), trainer_->images(), seconds_,
                    std::make_shared<const ImageBatch>(trainer_->sample(TrainLoop::mark_seeds()))};
    recorder_->add(mark);
    channel_.marks.put(std::move(mark));
    if (options_.wake) options_.wake();
}

void TrainRun::publish_model() {
    last_model_ = Clock::now();
    if (model_step_ == trainer_->steps()) return;
    model_step_ = trainer_->steps();
    channel_.model.put(trainer_->snapshot());
    if (options_.wake) options_.wake();
}

double TrainRun::seconds_left() const {
    if (recent_.size() < 2) return target_.seconds > 0 ? std::max(0.0, target_.seconds - seconds_) : -1;
    const Moment &first = recent_.front(), &last = recent_.back();
    const double per_step =
        (last.seconds - first.seconds) / double(std::max<std::int64_t>(1, last.steps - first.steps));
    const double per_image =
        (last.seconds - first.seconds) / double(std::max<std::int64_t>(1, last.images - first.images));
    double left = -1;
    const auto limit = [&](double seconds) {
        left = left < 0 ? std::max(0.0, seconds) : std::min(left, std::max(0.0, seconds));
    };
    if (target_.steps > 0) limit(double(target_.steps - trainer_->steps()) * per_step);
    if (target_.images > 0) limit(double(target_.images - trainer_->images()) * per_image);
    if (target_.epochs > 0) limit((target_.epochs - trainer_->epoch()) * double(data_->size()) * per_image);
    if (target_.seconds > 0) limit(target_.seconds - seconds_);
    return left;
}

void TrainRun::publish_snapshot() {
    last_snapshot_ = Clock::now();
    Snapshot snapshot;
    snapshot.state = state_;
    snapshot.message = message_;
    snapshot.seconds = seconds_;
    snapshot.target_steps = target_.steps;
    snapshot.target_seconds = target_.seconds;
    snapshot.target_epochs = target_.epochs;
    snapshot.target_images = target_.images;
    snapshot.resident_bytes = resident_bytes();
    snapshot.device = device_.description;
    if (recorder_) snapshot.run_folder = recorder_->folder();
    if (recorder_) snapshot.checkpoints = recorder_->checkpoints();
    if (trainer_ && data_) {
        snapshot.step = trainer_->steps();
        snapshot.images = trainer_->images();
        snapshot.epoch = trainer_->epoch();
        snapshot.epoch_images = data_->size();
        snapshot.precision = precision_name(trainer_->precision());
        snapshot.threads = at::get_num_threads();
        snapshot.device_bytes = device_bytes(device_.device);
        snapshot.seconds_left = seconds_left();
    }
    if (recent_.size() >= 2) {
        const Moment &first = recent_.front(), &last = recent_.back();
        const double seconds = last.seconds - first.seconds;
        if (seconds > 0) snapshot.images_per_second = double(last.images - first.images) / seconds;
        snapshot.milliseconds_per_step =
            seconds * 1000 / double(std::max<std::int64_t>(1, last.steps - first.steps));
    }
    snapshot.checkpoint_pause_ms = checkpoint_pause_ms_;
    channel_.snapshot.put(std::move(snapshot));
    if (options_.wake) options_.wake();
}

} // namespace ganvas
