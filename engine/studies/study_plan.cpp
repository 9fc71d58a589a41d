#include "engine/studies/study_plan.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include "engine/core/files.h"
#include "engine/studies/study_file.h"

namespace ganvas {
namespace {

constexpr std::int64_t usual_count = 2048, fewest = 16;
constexpr double pictures_a_minute = 1200;    ///< measured for each minute that a row trains
constexpr double seconds_between_points = 15; ///< a point costs about as much again in measuring

bool names_setting(const std::vector<std::string>& assignments, const std::string& key) {
    return std::any_of(assignments.begin(), assignments.end(),
                       [&](const std::string& one) { return one.rfind(key + "=", 0) == 0; });
}

std::string number_text(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
}

PlannedColumn plan_column(const StudyColumn& column, double budget) {
    PlannedColumn planned{&column, column.count > 0 ? column.count : usual_count, ""};
    if (budget <= 0) return planned;
    const auto affordable = std::max(fewest * 4, static_cast<std::int64_t>(budget * pictures_a_minute));
    if (!column.exact) {
        planned.count = std::min(planned.count, affordable);
    } else if (planned.count * column.batches > affordable * 4) {
        planned.refused = "needs " + std::to_string(column.batches) + " batches of "
                          + std::to_string(planned.count) + " pictures, too many for a budget of "
                          + number_text(budget) + " minutes a row";
    }
    return planned;
}

/// Live distances would only cost time (the points measure), and what is lost by a kill must stay small.
void add_keeping(std::vector<std::string>& assignments, const StudyUnit& unit, int points, double minutes) {
    const auto add = [&](const std::string& key, const std::string& value) {
        if (!names_setting(assignments, key)) assignments.push_back(key + "=" + value);
    };
    add("measure.live", "false");
    add("train.checkpoint_minutes", number_text(minutes > 0 ? std::clamp(minutes / 4, 0.05, 2.0) : 2.0));
    add("train.sample_every_seconds",
        number_text(minutes > 0 ? std::clamp(minutes * 60 / 30, 1.0, 60.0) : 30.0));
    add("train.keep_checkpoints", std::to_string(std::clamp(points + 1, 3, 1000)));
    add("train.seed", std::to_string(unit.seed));
}

Result<StudyUnit> plan_unit(const Study& study, const StudyRow& row, std::uint64_t seed,
                            const StudyOptions& options) {
    StudyUnit unit;
    unit.row = &row;
    unit.seed = seed;
    const std::string ending = study.seeds.size() > 1 ? "-seed-" + std::to_string(seed) : "";
    unit.key = row.key + ending;
    unit.trains = row.run.empty();
    const StudyRow& owner = unit.trains ? row : *study.row(row.run);
    unit.folder = (Path(options.out) / (owner.key + ending)).string();
    unit.target = owner.target;
    if (options.budget > 0) unit.target = {0, 0, 0, options.budget * owner.share};
    unit.points = study.points;
    if (options.budget > 0 && study.points > 1)
        unit.points =
            std::clamp(static_cast<int>(unit.target.minutes * 60 / seconds_between_points), 2, study.points);
    unit.data = choose_data(*study.data_set(owner.data), options.data);
    if (unit.data.source.empty())
        return Error{ErrorCode::not_found, "no pictures for row " + row.key, unit.data.missing,
                     "bring them, or choose others with --data"};
    unit.assignments = owner.settings;
    unit.assignments.insert(unit.assignments.end(), options.assignments.begin(), options.assignments.end());
    add_keeping(unit.assignments, unit, unit.points, unit.target.minutes);
    StudyRow whole = owner;
    whole.settings = unit.assignments;
    auto settings = row_settings(whole);
    if (!settings)
        return Error{settings.error().code, "row " + row.key + ": " + settings.error().what,
                     settings.error().where, settings.error().hint};
    unit.settings = settings.take();
    for (const StudyColumn& column : study.columns)
        if (row.columns.empty()
            || std::find(row.columns.begin(), row.columns.end(), column.key) != row.columns.end())
            unit.columns.push_back(plan_column(column, options.budget));
    return unit;
}

Result<std::set<std::string>> chosen_rows(const Study& study, const std::vector<std::string>& only) {
    std::set<std::string> chosen;
    std::vector<std::string> keys;
    for (const StudyRow& row : study.rows) keys.push_back(row.key);
    for (const std::string& key : only.empty() ? keys : only) {
        const StudyRow* row = study.row(key);
        if (row == nullptr) {
            const std::string near = nearest_word(key, keys);
            std::string all;
            for (const std::string& one : keys) all += (all.empty() ? "" : ", ") + one;
            return Error{ErrorCode::usage, "no such row in " + study.name, key,
                         near.empty() ? "its rows are " + all : "did you mean " + near + "?"};
        }
        chosen.insert(key);
        if (!row->run.empty()) chosen.insert(row->run);
    }
    return chosen;
}

} // namespace

Result<StudyPlan> plan_study(const Study& study, const StudyOptions& options) {
    if (options.out.empty())
        return Error{ErrorCode::usage, "no folder to write to", "reproduce", "name one with --out"};
    auto chosen = chosen_rows(study, options.only);
    if (!chosen) return chosen.error();
    StudyPlan plan{&study, options, {}};
    for (const bool trains : {true, false})
        for (const StudyRow& row : study.rows) {
            if (!chosen->contains(row.key) || row.run.empty() != trains) continue;
            for (const std::uint64_t seed : study.seeds) {
                auto unit = plan_unit(study, row, seed, options);
                if (!unit) return unit.error();
                plan.units.push_back(unit.take());
            }
        }
    return plan;
}

std::string plan_identity(const Study& study, const StudyOptions& options) {
    std::string text =
        study.name + ", " + (options.budget > 0 ? "budget " + number_text(options.budget) : "no budget");
    if (!options.data.empty()) text += ", data " + options.data;
    for (const std::string& assignment : options.assignments) text += ", " + assignment;
    return text;
}

} // namespace ganvas
