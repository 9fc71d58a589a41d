/// StepProfiler: where the time of training steps goes, by part of the step and by kind of operation.
///
/// Watches the operations of the thread that made it, until it is destroyed; one at a time a thread. Times are of the
/// calling thread, so on a GPU they are those of launching, not of computing.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ganvas {

struct StepProfile {
    using Shares = std::vector<std::pair<std::string, double>>; ///< name, seconds in all; largest first
    double seconds = 0;                                         ///< from the start of watching to the end
    Shares phases;     ///< by part of the step (StepPhase); "bookkeeping" is what no part names
    Shares kinds;      ///< "convolution", "normalisation", "optimiser", "other"
    Shares operations; ///< of "other", by operation
    double floating_point_operations = 0; ///< of convolutions and matrix products; a multiply-add is two
};

class StepProfiler {
public:
    StepProfiler();
    ~StepProfiler();
    StepProfiler(const StepProfiler&) = delete;
    StepProfiler& operator=(const StepProfiler&) = delete;

    /// What was seen so far.
    [[nodiscard]] StepProfile profile() const;

private:
    struct Watch;
    std::unique_ptr<Watch> watch_;
};

} // namespace ganvas
