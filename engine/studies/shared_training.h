/// Runs that rows of several studies share: the same recipe, settings, data, seed and length are trained once.
///
/// FOLDER/KEY is a run folder, FOLDER/records/KEY.json its record: the points at which it is saved, and the rows that it
/// was trained for. KEY begins with a hash of what made the run, so a later study finds a run of an earlier one. A run is
/// taken over when its record has every point that is wanted; else a new one is trained for all who want it now.
/// assign_trainings() is one thread's; train_shared() may be called by two, and waits while the other trains the same run.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/studies/study_plan.h"
#include "engine/studies/study_record.h"
#include "engine/studies/study_work.h"

namespace ganvas {

/// What makes two rows the same: recipe and settings, data with its state on disk, seed, length.
[[nodiscard]] std::string training_identity(const StudyUnit& unit, const StudyOptions& options);

/// Gives the units of all plans their run in options.trainings (where that is set), its folder and its stops, and writes
/// into each run's record whom it is for. Errors: `io`.
[[nodiscard]] Result<void> assign_trainings(std::vector<StudyPlan*> plans);

/// "STUDY/ROW" of every row that the run is for.
[[nodiscard]] std::vector<std::string> training_users(const std::string& trainings, const std::string& key);

/// How many runs the plans train, a shared one once, and how many of them are not finished yet.
struct TrainingCount {
    int all = 0, open = 0;
    double open_minutes = 0; ///< of those with a budget
};
[[nodiscard]] TrainingCount count_trainings(const std::vector<const StudyPlan*>& plans);

/// The run's record up to `part`, trained as far as it was not; `interrupted` where the stop token ended it.
[[nodiscard]] Result<PointRecord> train_shared(const StudyUnit& unit, const StudyOptions& options,
                                               double part, StudyWork& work, const Progress& progress);

} // namespace ganvas
