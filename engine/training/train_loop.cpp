#include "engine/training/train_loop.h"

#include <array>
#include <numeric>

#include "engine/training/train_channel.h"
#include "engine/training/train_run.h"

namespace ganvas {

TrainLoop::TrainLoop(TrainLoopOptions options) : channel_(std::make_shared<TrainChannel>()) {
    thread_ = std::jthread([channel = channel_, own = std::move(options)](std::stop_token stop) mutable {
        const auto wake = own.wake;
        {
            TrainRun run(std::move(own), *channel, stop);
            run.work();
        }
        channel->ended = true;
        if (wake) wake();
    });
}

TrainLoop::~TrainLoop() {
    stop();
    join();
}

void TrainLoop::send(TrainCommand command) {
    channel_->commands.put(std::move(command));
    channel_->ring();
}

void TrainLoop::stop() {
    thread_.request_stop();
    channel_->ring();
}

void TrainLoop::join() {
    if (thread_.joinable()) thread_.join();
}

bool TrainLoop::running() const { return !channel_->ended; }

bool TrainLoop::stopping() const { return thread_.get_stop_token().stop_requested() && running(); }

std::optional<Snapshot> TrainLoop::take_snapshot() { return channel_->snapshot.take(); }
std::vector<TrainingPoint> TrainLoop::take_points() { return channel_->points.take_all(); }
std::optional<SharedModel> TrainLoop::take_model() { return channel_->model.take(); }
std::vector<SampleMark> TrainLoop::take_marks() { return channel_->marks.take_all(); }
std::vector<Notice> TrainLoop::take_notices() { return channel_->notices.take_all(); }
std::vector<TrainingIncident> TrainLoop::take_incidents() { return channel_->incidents.take_all(); }
std::vector<SettingChange> TrainLoop::take_changes() { return channel_->changes.take_all(); }
SharedDataset TrainLoop::take_data() { return channel_->data.take().value_or(nullptr); }
std::optional<TrainHistory> TrainLoop::take_history() { return channel_->history.take(); }

void TrainLoop::add_distance(const DistancePoint& point) {
    channel_->distances.put(point);
    channel_->ring();
}

void TrainLoop::add_diversity(const DiversityPoint& point) {
    channel_->diversity.put(point);
    channel_->ring();
}

void TrainLoop::set_interactive(bool interactive) { channel_->set_interactive(interactive); }
void TrainLoop::set_model_interval(double seconds) { channel_->model_interval = seconds; }

std::shared_ptr<StepBreaks> TrainLoop::breaks() const { return {channel_, &channel_->breaks}; }

std::span<const std::uint64_t> TrainLoop::mark_seeds() {
    static constexpr auto seeds = [] {
        std::array<std::uint64_t, 64> all{};
        std::iota(all.begin(), all.end(), std::uint64_t(0));
        return all;
    }();
    return seeds;
}

} // namespace ganvas
