/// The parts of a study's page as HTML text, top to bottom.
///
/// Internal to engine/studies; pure except that figures and curves are read from DIR. Every text is escaped here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/studies/study_plan.h"
#include "engine/studies/study_record.h"
#include "engine/studies/study_runner.h"
#include "engine/studies/study_table.h"

namespace ganvas {

extern const std::string_view page_style; ///< CSS

[[nodiscard]] std::string page_head(const StudyPlan& plan, const StudyTable& table);
[[nodiscard]] std::string page_how(const StudyPlan& plan, const std::vector<UnitRecord>& records,
                                   const StudyPace& pace);
[[nodiscard]] std::string page_table(const StudyPlan& plan, const StudyTable& table);
[[nodiscard]] std::string page_measures(const StudyPlan& plan, const std::vector<UnitRecord>& records);
[[nodiscard]] std::string page_figures(const StudyPlan& plan, const std::vector<UnitRecord>& records);
[[nodiscard]] std::string page_runs(const StudyPlan& plan);
[[nodiscard]] std::string page_settings(const StudyPlan& plan);

/// What the distances are measured on, and what they may be compared with; empty for a study without such columns.
[[nodiscard]] std::string features_sentence(const StudyPlan& plan);
/// How the rows were cut to this machine, as sentences.
[[nodiscard]] std::string budget_sentence(const StudyPlan& plan);
[[nodiscard]] std::string target_text(const StudyTarget& target);
/// The line that makes this page again.
[[nodiscard]] std::string study_command(const StudyPlan& plan);

} // namespace ganvas
