/// One study on its way: planned, run, and as the window and the command line see it. Used by reproduce.cpp.
///
/// Any thread; a job is worked on by one. Errors are those of ganvas reproduce: `usage`, `not_found`, `io`.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/api/reproduce.h"
#include "engine/studies/study_plan.h"
#include "engine/studies/study_runner.h"

namespace ganvas {

/// A study with its plan, which points to it.
struct StudyJob {
    std::unique_ptr<Study> study;
    StudyPlan plan;
};

/// The study of that name or file, with the seeds that were asked for.
[[nodiscard]] Result<Study> asked_study(const ReproduceOptions& options, const std::string& name);

[[nodiscard]] Result<StudyJob> plan_job(const ReproduceOptions& options, const std::string& name);

/// Its rows one after another, or two at a time; on_change hears of every record, and the page is written beside them.
[[nodiscard]] Result<StudyView> run_job(const StudyJob& job, const StudyPace& pace, StudyWork& work,
                                        const Progress& progress,
                                        const std::function<void(const StudyView&)>& on_change,
                                        std::chrono::steady_clock::time_point start);

/// The table as it stands.
[[nodiscard]] StudyView make_view(const StudyPlan& plan, const std::vector<UnitRecord>& records);
/// Of a job that could not be run.
[[nodiscard]] StudyView failed_view(const StudyJob& job, const Error& error);

} // namespace ganvas
