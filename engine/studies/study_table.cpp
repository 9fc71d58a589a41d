#include "engine/studies/study_table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "engine/studies/shared_training.h"

namespace ganvas {
namespace {

/// Networks that pictures go through; "pixels" of a study's own measures are counted as the measure says.
bool has_features(const std::string& extractor) { return extractor != "pixels" && !extractor.empty(); }

/// Readings of one column over a row's seeds.
TableCell merge(const std::vector<const Reading*>& readings) {
    TableCell cell;
    double sum = 0, squares = 0;
    for (const Reading* reading : readings) {
        if (!reading->measured) {
            cell.reason = reading->reason;
            cell.finding = reading->finding;
            continue;
        }
        if (cell.seeds++ == 0) cell.badge = *reading;
        sum += reading->value;
    }
    cell.measured = cell.seeds > 0;
    if (!cell.measured) return cell;
    cell.value = sum / cell.seeds;
    cell.deviation = cell.badge.deviation;
    if (cell.seeds > 1) {
        for (const Reading* reading : readings)
            if (reading->measured) squares += (reading->value - cell.value) * (reading->value - cell.value);
        cell.deviation = std::sqrt(squares / (cell.seeds - 1));
    }
    return cell;
}

RowState state_of(const std::vector<const UnitRecord*>& records) {
    bool all_done = !records.empty(), begun = false;
    for (const UnitRecord* record : records) {
        if (!record->error.empty()) return RowState::failed;
        all_done = all_done && record->done;
        begun = begun || record->done || !record->points.empty();
    }
    return all_done ? RowState::done : begun ? RowState::running : RowState::waiting;
}

/// How many pictures the column would have without a budget; 0 when it has them.
std::int64_t whole_count(const StudyPlan& plan, const StudyRow& row, const StudyColumn& column) {
    for (const StudyUnit& unit : plan.units)
        for (const PlannedColumn& planned : unit.columns)
            if (unit.row == &row && planned.column == &column && planned.count < full_count(column))
                return full_count(column);
    return 0;
}

TableCell cell_of(const StudyRow& row, const StudyColumn& column,
                  const std::vector<const UnitRecord*>& records) {
    std::vector<const Reading*> readings;
    for (const UnitRecord* record : records) {
        if (record->points.empty()) continue;
        const auto& last = record->points.back().readings;
        if (const auto found = last.find(column.key); found != last.end()) readings.push_back(&found->second);
    }
    TableCell cell = merge(readings);
    cell.asked = row.columns.empty()
                 || std::find(row.columns.begin(), row.columns.end(), column.key) != row.columns.end();
    if (!cell.measured && cell.reason.empty()) cell.reason = cell.asked ? "not yet" : "not part of this row";
    if (const auto printed = row.report.find(column.key); printed != row.report.end())
        cell.report = printed->second;
    return cell;
}

std::vector<std::string> other_users(const StudyPlan& plan, const StudyUnit& unit, const UnitRecord& record) {
    const Path run = record.run_folder.empty() ? unit.folder : record.run_folder;
    auto users = training_users(run.parent_path().string(), run.filename().string());
    std::erase(users, plan.study->name + "/" + unit.owner);
    return users;
}

TableRow make_row(const StudyPlan& plan, const StudyRow& row, const std::vector<UnitRecord>& records) {
    TableRow made;
    made.row = &row;
    std::vector<const UnitRecord*> own;
    for (std::size_t i = 0; i < plan.units.size() && i < records.size(); ++i) {
        if (plan.units[i].row != &row) continue;
        own.push_back(&records[i]);
        made.data = records[i].data_name.empty() ? plan.units[i].data.name : records[i].data_name;
        if (made.shared_with.empty()) made.shared_with = other_users(plan, plan.units[i], records[i]);
        if (made.error.empty()) made.error = records[i].error;
        if (own.size() > 1 || records[i].points.empty()) continue;
        const PointRecord& last = records[i].points.back();
        made.step = last.step, made.images = last.images, made.epoch = last.epoch,
        made.seconds = last.seconds;
    }
    made.state = state_of(own);
    for (const StudyColumn& column : plan.study->columns) {
        made.cells.push_back(cell_of(row, column, own));
        made.cells.back().whole_count = whole_count(plan, row, column);
    }
    return made;
}

} // namespace

StudyTable make_table(const StudyPlan& plan, const std::vector<UnitRecord>& records) {
    StudyTable table{plan.study, {}};
    for (const StudyRow& row : plan.study->rows) table.rows.push_back(make_row(plan, row, records));
    return table;
}

std::string column_title(const StudyColumn& column, const StudyOptions& options) {
    const bool swapped = options.extractor.starts_with("inception") && column.extractor.starts_with("lite0");
    if (!swapped) return column.title;
    if (column.measure == "fd") return "FID";
    if (column.measure == "kid") return "KID";
    return column.measure == "is" && column.title == "Inception Score formula" ? "Inception Score"
                                                                               : column.title;
}

std::string value_text(double value) {
    char text[48];
    const double size = std::abs(value);
    if (size >= 100000 || (size > 0 && size < 0.001))
        std::snprintf(text, sizeof text, "%.3e", value);
    else if (size >= 1000)
        std::snprintf(text, sizeof text, "%.0f", value);
    else
        std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

std::string badge_text(const TableCell& cell, const TableRow& row, const Study& study) {
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    if (!cell.badge.extractor.empty()) add(cell.badge.extractor);
    if (cell.badge.count > 0) add("N " + std::to_string(cell.badge.count));
    if (cell.whole_count > cell.badge.count && has_features(cell.badge.extractor))
        text += " of " + std::to_string(cell.whole_count) + " for the budget";
    for (const std::string& part : {cell.badge.parameters, cell.badge.resize})
        if (!part.empty()) add(part);
    for (const auto& [name, value] : cell.badge.details) {
        std::string words = name;
        std::replace(words.begin(), words.end(), '_', ' ');
        add(words + " " + value_text(value));
    }
    if (const std::string& data = cell.badge.against.empty() ? row.data : cell.badge.against; !data.empty())
        add(cell.badge.split.empty() ? data : data + " (" + cell.badge.split + ")");
    if (!cell.badge.spread.empty() && cell.seeds < 2) add("± is " + cell.badge.spread);
    add("step " + std::to_string(cell.badge.step > 0 ? cell.badge.step : row.step));
    add(study.seeds.size() == 1 ? "seed " + std::to_string(study.seeds.front())
                                : std::to_string(cell.seeds) + " seeds");
    return text;
}

std::string state_name(RowState state) {
    switch (state) {
    case RowState::waiting: return "not run yet";
    case RowState::running: return "running";
    case RowState::done: return "done";
    case RowState::failed: return "failed";
    }
    return "";
}

} // namespace ganvas
