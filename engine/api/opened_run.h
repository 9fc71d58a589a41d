/// A run or checkpoint as the session opens it: the model, and what its run says about itself.
///
/// Internal to engine/api; blocks on the disk, so a job thread (and once at the program's start). Errors: those of
/// open_checkpoint(); `not_found` for a run without a checkpoint unless it is opened to go on with.
#pragma once

#include <optional>
#include <string>

#include "engine/api/checkpoint_model.h"
#include "engine/runs/run_values.h"

namespace ganvas {

/// What it was opened for.
enum class AfterOpening {
    explore, ///< its model; start goes on with its run
    go_on,   ///< training goes on at once; a run without a checkpoint begins again
    fork,    ///< a new run will begin with its weights
};

struct OpenedRun {
    std::string asked;                    ///< the path that was given
    std::string folder;                   ///< of the run; empty for a lone file
    std::optional<CheckpointModel> model; ///< empty: the run has no checkpoint yet
    RunInfo info;                         ///< run.json; with a lone file only what its note says
};

[[nodiscard]] Result<OpenedRun> read_opened_run(const std::string& path, AfterOpening then);

} // namespace ganvas
