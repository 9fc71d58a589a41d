/// Names a part of a training step for whoever profiles it; costs some nanoseconds when nobody does.
///
/// In a block, on the training thread; parts may nest, and time belongs to the innermost.
#pragma once

#include <ATen/record_function.h>

namespace ganvas {

class StepPhase {
public:
    /// A string that outlives the step: "data", "forward", "backward", "optimiser", …
    explicit StepPhase(const char* name) {
        if (record_.isActive()) record_.before(name);
    }

private:
    at::RecordFunction record_{at::RecordScope::USER_SCOPE};
};

} // namespace ganvas
