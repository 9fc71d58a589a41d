/// Charges the time of a live measurement to its cadence, whatever way the measurement ends; for .cpp files of metrics.
///
/// The cost is what training loses at most: the time of the parts that were computed elsewhere (between training's steps, on
/// its thread), and the processor seconds of this thread beside it. A failing measurement is paid for too, and not tried
/// again at once.
#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>

#include "engine/core/elapsed.h"
#include "engine/metrics/distance_monitor.h"

namespace ganvas {

class MeasuringCost {
public:
    MeasuringCost(DistanceCadence& cadence, double training_seconds, const Progress& progress)
        : cadence_(cadence), training_seconds_(training_seconds), start_(processor_seconds()),
          progress_(progress) {
        if (!progress.compute) return;
        progress_.compute = [this, outer = progress.compute,
                             here = std::this_thread::get_id()](const std::function<void()>& part) {
            return outer([&] {
                const auto begin = std::chrono::steady_clock::now();
                part();
                if (std::this_thread::get_id() != here) elsewhere_ += seconds_since(begin);
            });
        };
    }
    ~MeasuringCost() {
        const double cost = processor_seconds() - start_ + elsewhere_;
        cadence_.measured(training_seconds_, std::max(cost, 0.05));
    }
    MeasuringCost(const MeasuringCost&) = delete;
    MeasuringCost& operator=(const MeasuringCost&) = delete;

    /// To be used for the work in place of the one that was given.
    [[nodiscard]] const Progress& progress() const { return progress_; }

private:
    static double processor_seconds() {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
    }

    DistanceCadence& cadence_;
    double training_seconds_, start_, elsewhere_ = 0;
    Progress progress_;
};

} // namespace ganvas
