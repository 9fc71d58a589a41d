/// Charges the time of a live measurement to its cadence, whatever way the measurement ends; for .cpp files of metrics.
///
/// Processor seconds of this thread. Torch's helper threads work beside it for as long, so the cost is taken as this times
/// the thread count that torch was allowed: a failing measurement is paid for too, and not tried again at once.
#pragma once

#include <algorithm>
#include <ctime>

#include "engine/metrics/distance_monitor.h"
#include "engine/metrics/tensors.h"

namespace ganvas {

class MeasuringCost {
public:
    MeasuringCost(DistanceCadence& cadence, double training_seconds)
        : cadence_(cadence), training_seconds_(training_seconds), start_(processor_seconds()) {}
    ~MeasuringCost() {
        const double cost = (processor_seconds() - start_) * at::get_num_threads();
        cadence_.measured(training_seconds_, std::max(cost, 0.1));
    }
    MeasuringCost(const MeasuringCost&) = delete;
    MeasuringCost& operator=(const MeasuringCost&) = delete;

private:
    static double processor_seconds() {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
    }

    DistanceCadence& cadence_;
    double training_seconds_, start_;
};

} // namespace ganvas
