// When a run is saved, and what that costs training: a copy of the state; the rest is the recorder's writer's. Part of
// TrainRun.
#include <algorithm>
#include <utility>

#include "engine/core/elapsed.h"
#include "engine/training/train_run.h"

namespace ganvas {

RunRecorder::SavedBy TrainRun::asker() {
    return std::exchange(save_asked_, false) ? RunRecorder::SavedBy::hand : RunRecorder::SavedBy::itself;
}

bool TrainRun::save(RunState state) {
    if (!is_sound() || !log_point()) take_back();
    saved_seconds_ = remembered_seconds_ = seconds_;
    // Where it waits in trouble the reason stays with it.
    if (waiting_) return recorder_->save(*trainer_, seconds_, RunState::stopped, message_, asker());
    return recorder_->save(*trainer_, seconds_, state, {}, asker());
}

/// A kill just before a checkpoint is whole shall not cost more than the time between two of them: the copy is taken as
/// much earlier as the save before took, once that is known. While one is being written, the next waits for its end.
bool TrainRun::save_is_due() const {
    if (recorder_->saving()) return false;
    const double interval = trainer_->settings().real("train.checkpoint_minutes") * 60;
    const double ahead =
        save_seconds_ < 0 ? std::min(interval / 10, 2.0) : std::min(save_seconds_, interval / 2);
    const double unsaved = seconds_ - saved_seconds_;
    return save_asked_ || unsaved >= interval - ahead
           || (best_due_ && unsaved >= options_.seconds_between_best);
}

void TrainRun::save_beside() {
    const auto start = Clock::now();
    // The losses since the last row would be in none after a kill: they are not part of a checkpoint.
    const bool sound = is_sound() && log_point();
    if (!sound) take_back();
    if (waiting_) return;
    saved_seconds_ = remembered_seconds_ = save_began_ = seconds_;
    best_due_ = false;
    if (recorder_->start_save(*trainer_, seconds_, asker()) && sound)
        checkpoint_pause_ms_ = std::max(checkpoint_pause_ms_, seconds_since(start) * 1000);
}

void TrainRun::collect_save() {
    if (!recorder_->collect()) return;
    // A slow disk may be so again; a single slow moment is forgotten after some saves.
    save_seconds_ = std::max(seconds_ - save_began_, save_seconds_ / 2);
    publish_snapshot();
}

} // namespace ganvas
