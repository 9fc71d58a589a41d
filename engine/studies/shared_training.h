/// Runs that rows of several studies share: the same settings, data, seed and length are trained once.
///
/// FOLDER/KEY is a run folder, FOLDER/records/KEY.json its record (the points at which it was saved), FOLDER/plans/KEY.json
/// says where it is to be saved and for whom. KEY ends in a hash of what makes the run, so a later study finds a run of an
/// earlier one; it is taken over when it has every point that is wanted, else another one is trained for all who want it
/// now. Free functions, any thread; train_shared() waits while another thread or program trains the same run.
#pragma once

#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/studies/study_plan.h"
#include "engine/studies/study_record.h"
#include "engine/studies/study_work.h"

namespace ganvas {

/// What makes two rows the same: settings (but not how often it is saved), data with its state on disk, seed,
/// length, device.
[[nodiscard]] std::string training_identity(const StudyUnit& unit, const StudyOptions& options);

/// Gives the units of all plans their run in StudyOptions::trainings, its folder and its stops, and writes for whom each
/// run is. Plans without that folder are left as they are. Errors: `io`.
[[nodiscard]] Result<void> assign_trainings(const std::vector<StudyPlan*>& plans);

/// "STUDY/ROW" of every row that the run is for; empty for a run that is not there.
[[nodiscard]] std::vector<std::string> training_users(const std::string& trainings, const std::string& key);

/// How many runs the plans train, a shared one once, and what is left to do of them.
struct TrainingCount {
    int all = 0, open = 0;
    double open_minutes = 0; ///< of runs whose length is in minutes
};
[[nodiscard]] TrainingCount count_trainings(const std::vector<const StudyPlan*>& plans);

/// The run at `part` of its length, which is one of the unit's stops; trained to there as far as it was not. Errors: those
/// of training, `interrupted`.
[[nodiscard]] Result<PointRecord> train_shared(const StudyUnit& unit, const StudyOptions& options,
                                               double part, StudyWork& work, const Progress& progress);

} // namespace ganvas
