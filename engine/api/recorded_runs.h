/// What studies recorded of their runs: which rows they are, and their Fréchet distances. These train with live measuring
/// off, so their metrics.csv has none.
///
/// Internal to engine/api; blocks on the disk (job threads, the command line). What cannot be read has no distances.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/training_points.h"

namespace ganvas {

/// A run that a study made or measured.
struct RecordedRun {
    std::vector<DistancePoint> distances; ///< in order of step
    std::vector<std::string> rows;        ///< "FOLDER/ROW" of each study that it is a row of
};
/// By run folder, from the records of every study in `folder` or up to three folders below it.
using RecordedRuns = std::map<std::string, RecordedRun>;
[[nodiscard]] RecordedRuns recorded_runs(const Path& folder);
/// Null for a run of no study.
[[nodiscard]] const RecordedRun* recorded_of(const RecordedRuns& recorded, const Path& folder);
/// A run's own distances and those that studies measured on it, in order of step.
[[nodiscard]] std::vector<DistancePoint> all_distances(std::vector<DistancePoint> own,
                                                       const RecordedRun* recorded);

/// What a study's folder was claimed for; an empty study where it was not.
struct ClaimedStudy {
    std::string study;
    double budget = 0;     ///< minutes a row; 0: as long as the report
    std::string extractor; ///< in place of Lite0; empty: as the study says
};
[[nodiscard]] ClaimedStudy claimed_study(const Path& folder);

} // namespace ganvas
