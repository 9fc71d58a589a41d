/// Runs a plan: each unit trained to its points, measured, drawn; killed at any moment, it goes on where it stopped.
///
/// Blocks its caller; with two rows at a time it starts two threads and joins them. Each finished piece of work (a point,
/// a reading, a figure) is in the unit's record before the next begins. A row that fails does not stop the others.
/// Errors: `usage` for a folder that holds something else, `io`; `interrupted` after everything was saved.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/core/progress.h"
#include "engine/core/result.h"
#include "engine/studies/study_plan.h"
#include "engine/studies/study_record.h"
#include "engine/studies/study_work.h"

namespace ganvas {

/// How many rows at a time, and why; kept in DIR/pace.json so that a study goes on as it began.
struct StudyPace {
    int at_once = 1;
    std::string reason;
    bool operator==(const StudyPace&) const = default;
};

struct StudyOutcome {
    int done = 0;
    std::vector<std::string> failures; ///< "KEY: why"
    StudyPace pace;
    bool interrupted = false;
};

/// Called after each finished piece of work, never by two threads at once.
using StudyWatcher =
    std::function<void(const StudyUnit& unit, const UnitRecord& record, const std::string& phase)>;

/// Prepares a copy of the plan and works through it.
[[nodiscard]] Result<StudyOutcome> run_study(const StudyPlan& plan, StudyWork& work, const Progress& progress,
                                             const StudyWatcher& watch = {});

/// Takes the plan's folder, decides its pace, and gives its rows their part of the machine and their shared runs.
[[nodiscard]] Result<StudyPace> prepare_study(StudyPlan& plan, StudyWork& work, const Progress& progress);
/// Works through a plan that was prepared.
[[nodiscard]] StudyOutcome work_through(const StudyPlan& plan, const StudyPace& pace, StudyWork& work,
                                        const Progress& progress, const StudyWatcher& watch = {});

/// One or two rows at a time in this folder: as before, as asked for, or as a trial of some seconds finds.
[[nodiscard]] Result<StudyPace> choose_pace(const StudyPlan& plan, StudyWork& work, const Progress& progress);

/// Of an interrupted or finished study; one at a time where none is written.
[[nodiscard]] StudyPace read_pace(const Path& out);

} // namespace ganvas
