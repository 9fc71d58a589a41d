/// A study's table: each row beside what the report found, from the records as far as they are.
///
/// Pure functions on values, any thread. Cells of several seeds are their mean, with the deviation over the seeds. Curves
/// are grouped by badge: values with different badges never share an axis.
#pragma once

#include <string>
#include <vector>

#include "engine/studies/study_plan.h"
#include "engine/studies/study_record.h"
#include "engine/studies/study_runner.h"

namespace ganvas {

struct TableCell {
    bool measured = false;
    bool asked = true; ///< this row has the column at all
    double value = 0, deviation = 0;
    int seeds = 0;                ///< that the value is the mean of
    Reading badge;                ///< extractor, N, data of the first
    std::string reason, finding;  ///< of a cell that is not measured
    std::int64_t whole_count = 0; ///< pictures without a budget, where the budget made them fewer
    std::string report;           ///< the report's value as printed; empty: it gave none
};

enum class RowState { waiting, running, done, failed };

struct TableRow {
    const StudyRow* row = nullptr;
    RowState state = RowState::waiting;
    std::string error;
    std::string data; ///< name of what it trained on
    std::int64_t step = 0, images = 0;
    double epoch = 0, seconds = 0;
    std::vector<std::string> shared_with; ///< "STUDY/ROW" of other rows that its run was trained for
    std::vector<TableCell> cells;         ///< one a column of the study
};

struct StudyTable {
    const Study* study = nullptr;
    std::vector<TableRow> rows; ///< every row of the study, in its order; those not chosen wait
};

/// `records` belong to plan.units, one each.
[[nodiscard]] StudyTable make_table(const StudyPlan& plan, const std::vector<UnitRecord>& records);

/// The column's title; the proper name of a distance on Inception features.
[[nodiscard]] std::string column_title(const StudyColumn& column, const StudyOptions& options);

/// "lite0, N 1000, 3,788 photos, step 400, seed 1"
[[nodiscard]] std::string badge_text(const TableCell& cell, const TableRow& row, const Study& study);

/// A number for a person: four significant digits.
[[nodiscard]] std::string value_text(double value);
[[nodiscard]] std::string state_name(RowState state);

} // namespace ganvas
