/// One unit of a study from wherever it stands to its end: train to a point, measure there, and so on; then draw.
///
/// Internal to engine/studies; one thread a unit. The record on disk is ahead of nothing: each piece of work is written
/// when it is finished.
#pragma once

#include <functional>

#include "engine/studies/study_plan.h"
#include "engine/studies/study_record.h"
#include "engine/studies/study_work.h"

namespace ganvas {

[[nodiscard]] StudyTarget part_of(const StudyTarget& whole, double part);
/// The whole run of a unit, to be cut into points.
[[nodiscard]] TrainJob train_job(const StudyUnit& unit, const StudyOptions& options);

class UnitRunner {
public:
    using Watch = std::function<void(const UnitRecord& record, const std::string& phase)>;
    UnitRunner(const StudyPlan& plan, const StudyUnit& unit, StudyWork& work, const Progress& progress,
               Watch watch);

    /// Errors `interrupted` (go on later) or what the row failed of, which its record then holds.
    [[nodiscard]] Result<void> run();

private:
    [[nodiscard]] Result<void> work_through();
    [[nodiscard]] Result<void> take_points_of_owner();
    [[nodiscard]] Result<void> train_to(std::size_t point);
    [[nodiscard]] Result<void> measure_at(std::size_t point);
    [[nodiscard]] Result<Reading> measure_column(const PlannedColumn& planned, std::size_t point);
    void forget_what_failed();
    void keep_company(MeasureJob& job, const PlannedColumn& planned, std::size_t point) const;
    [[nodiscard]] Result<void> measure_run();
    [[nodiscard]] Result<void> draw();
    [[nodiscard]] Result<void> save(const std::string& phase);
    [[nodiscard]] bool draws(const StudyFigure& figure) const;
    void report(double part_of_unit, const std::string& text) const;

    const StudyPlan& plan_;
    const StudyUnit& unit_;
    StudyWork& work_;
    const Progress& progress_;
    Watch watch_;
    Path out_;
    UnitRecord record_;
};

} // namespace ganvas
