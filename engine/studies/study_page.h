/// A study's page: DIR/index.html with everything in it (pictures and drawings as data URIs, no script, no network), and
/// CSV files beside it: table.csv, points.csv, curves-KEY.csv.
///
/// Free functions, any thread; they read the run folders and figures of DIR. What is missing on disk is said on the page,
/// never left out. Errors: `io`.
#pragma once

#include <string>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/result.h"
#include "engine/studies/study_plan.h"
#include "engine/studies/study_record.h"
#include "engine/studies/study_runner.h"
#include "engine/studies/study_table.h"

namespace ganvas {

/// Records of all the plan's units, from disk.
[[nodiscard]] std::vector<UnitRecord> read_records(const StudyPlan& plan);

[[nodiscard]] Result<void> write_study_page(const StudyPlan& plan, const std::vector<UnitRecord>& records,
                                            const StudyPace& pace);

[[nodiscard]] std::string study_page_html(const StudyPlan& plan, const std::vector<UnitRecord>& records,
                                          const StudyPace& pace);
[[nodiscard]] std::string table_csv(const StudyTable& table);
[[nodiscard]] std::string points_csv(const StudyPlan& plan, const std::vector<UnitRecord>& records);

} // namespace ganvas
