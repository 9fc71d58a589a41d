/// A step that went wrong while a run trained, and what was done about it.
///
/// A value, any thread; history like TrainingPoint (lossless through queues, and in run.json).
#pragma once

#include <cstdint>

namespace ganvas {

struct TrainingIncident {
    enum class Kind {
        not_finite,    ///< a loss or a weight was no longer a number
        out_of_memory, ///< an allocation failed in a step
    };
    Kind kind = Kind::not_finite;
    std::int64_t step = 0;    ///< where it was found
    std::int64_t back_to = 0; ///< the good state that training went back to
    int attempt = 0;          ///< which of the changed settings in a row this was; 0: none was changed
    bool paused = false;      ///< training did not go on by itself
    bool operator==(const TrainingIncident&) const = default;
};

} // namespace ganvas
