#include "engine/studies/study_plan.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include "engine/core/files.h"
#include "engine/core/nearest_word.h"
#include "engine/core/processors.h"
#include "engine/studies/run_figures.h"
#include "engine/studies/study_cost.h"
#include "engine/studies/study_file.h"

namespace ganvas {
namespace {

constexpr std::int64_t usual_count = 2048, fewest = 64;
constexpr double pictures_a_minute = 1200;                ///< measured for each minute that a row trains
constexpr double seconds_between_points = 15;             ///< a point costs about as much again in measuring
constexpr double share_of_measuring = 0.6;                ///< of a row's training time
constexpr std::int64_t narrowest = 8, smallest_batch = 8; ///< that a short budget leaves
constexpr double minutes_of_full_size = 30; ///< a row that may train for so long is as large as the report's
constexpr int fewest_batches_in_pool =
    2; ///< fd_relative_deviation: a batch is drawn from so many times its size

bool names_setting(const std::vector<std::string>& assignments, const std::string& key) {
    return std::any_of(assignments.begin(), assignments.end(),
                       [&](const std::string& one) { return one.rfind(key + "=", 0) == 0; });
}

std::string short_number(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
}

std::string features_of(const StudyColumn& column, const StudyOptions& options) {
    return column.extractor.starts_with("lite0") && !options.extractor.empty() ? options.extractor
                                                                               : column.extractor;
}

/// Table 1 of report 2: the batch belongs to the question, the pictures that batches are drawn from do not.
void plan_pool(PlannedColumn& planned, std::int64_t affordable) {
    const std::int64_t whole = planned.count * planned.column->batches;
    planned.pool = affordable > 0 ? std::min(whole, affordable) : whole;
    if (planned.pool < fewest_batches_in_pool * planned.count)
        planned.refused = "batches of " + std::to_string(planned.count) + " are drawn from at least "
                          + std::to_string(fewest_batches_in_pool * planned.count)
                          + " pictures, too many for this budget";
}

PlannedColumn plan_column(const StudyColumn& column, const StudyOptions& options) {
    PlannedColumn planned{&column, full_count(column), "", features_of(column, options), 0};
    const auto affordable =
        options.budget > 0 ? std::max(fewest, static_cast<std::int64_t>(options.budget * pictures_a_minute))
                           : 0;
    if (column.measure == "fd_relative_deviation")
        plan_pool(planned, affordable);
    else if (affordable > 0 && !column.exact)
        planned.count = std::min(planned.count, affordable);
    else if (affordable > 0 && planned.count * column.batches > affordable * 4)
        planned.refused = "needs " + std::to_string(column.batches) + " batches of "
                          + std::to_string(planned.count) + " pictures, too many for a budget of "
                          + short_number(options.budget) + " minutes a row";
    return planned;
}

int points_of(int points, double minutes) {
    if (minutes <= 0 || points <= 1) return points;
    const int affordable = std::clamp(static_cast<int>(minutes * 60 / seconds_between_points), 2, points);
    // Halves of halves: a run that several studies share is then saved at the places of all of them.
    int rounded = 1;
    while (rounded * 2 <= affordable) rounded *= 2;
    return rounded;
}

/// The same number of pictures in every row, so that the rows can be compared.
std::vector<PlannedColumn> plan_columns(const Study& study, const StudyOptions& options) {
    std::vector<PlannedColumn> columns;
    for (const StudyColumn& column : study.columns) columns.push_back(plan_column(column, options));
    const int cores = usable_processors();
    if (options.budget > 0)
        fit_counts(columns, points_of(study.points, options.budget), cores,
                   options.budget * 60 * share_of_measuring);
    return columns;
}

/// Live distances would only cost time (the points measure), and what is lost by a kill must stay small.
void add_keeping(StudyUnit& unit) {
    const double minutes = unit.target.minutes;
    const auto add = [&](const std::string& key, const std::string& value) {
        if (!names_setting(unit.assignments, key)) unit.assignments.push_back(key + "=" + value);
    };
    const int stops = unit.points + static_cast<int>(unit.marks.size());
    add("measure.live", "false");
    add("train.checkpoint_minutes", short_number(minutes > 0 ? std::clamp(minutes / 4, 0.05, 2.0) : 2.0));
    add("train.sample_every_seconds",
        short_number(minutes > 0 ? std::clamp(minutes * 60 / 30, 1.0, 60.0) : 30.0));
    add("train.keep_checkpoints", std::to_string(std::clamp(stops + 1, 3, 1000)));
    // Of a short run every step counts, for the means and lowest losses of tables.
    if (minutes > 0) add("train.log_every", "1");
    add("train.seed", std::to_string(unit.seed));
}

/// A setting that every unit can take, so that it cannot fail.
void assign_too(StudyUnit& unit, const std::string& assignment) {
    unit.assignments.push_back(assignment);
    (void)unit.settings.assign(assignment);
}

bool is_short(const StudyOptions& options) {
    return options.budget > 0 && options.budget < minutes_of_full_size;
}

/// Full width and large batches learn next to nothing in some minutes on two cores; what the user chose stays.
void make_small(StudyUnit& unit, const Study& study, const StudyOptions& options) {
    if (!is_short(options)) return;
    const auto divide = [&](const char* key, std::int64_t divisor, std::int64_t least) {
        if (divisor <= 1 || names_setting(options.assignments, key)) return;
        const std::int64_t value = unit.settings.integer(key);
        assign_too(unit, std::string(key) + "="
                             + std::to_string(std::min(value, std::max(least, value / divisor))));
    };
    divide("generator.width", study.narrow, narrowest);
    divide("discriminator.width", study.narrow, narrowest);
    divide("train.batch", study.small_batch, smallest_batch);
}

/// What the row's own settings, the user's, the data's part and the run's keeping make together.
Result<void> plan_settings(StudyUnit& unit, const Study& study, const StudyRow& owner,
                           const StudyOptions& options) {
    unit.assignments = owner.settings;
    if (!unit.data.split.empty() && !names_setting(unit.assignments, "data.split"))
        unit.assignments.push_back("data.split=" + unit.data.split);
    unit.assignments.insert(unit.assignments.end(), options.assignments.begin(), options.assignments.end());
    add_keeping(unit);
    StudyRow whole = owner;
    whole.settings = unit.assignments;
    auto settings = row_settings(whole);
    if (!settings)
        return Error{settings.error().code, "row " + unit.row->key + ": " + settings.error().what,
                     settings.error().where, settings.error().hint};
    unit.settings = settings.take();
    make_small(unit, study, options);
    return {};
}

std::vector<double> marks_of(const Study& study, const StudyRow& row, const StudyUnit& unit) {
    constexpr double near_enough = 2e-3; // a point draws samples too
    std::set<double> parts;
    for (const StudyFigure& figure : study.figures)
        if (shows(figure, row))
            for (const double part : figure_moments(figure, unit.target)) {
                const double point = std::round(part * unit.points) / unit.points;
                if (part > 0 && part < 1 && (point == 0 || std::abs(part - point) > near_enough))
                    parts.insert(part);
            }
    return {parts.begin(), parts.end()};
}

Result<StudyUnit> plan_unit(const Study& study, const StudyRow& row, std::uint64_t seed,
                            const StudyOptions& options, const std::vector<PlannedColumn>& columns) {
    StudyUnit unit;
    unit.row = &row;
    unit.seed = seed;
    const std::string ending = study.seeds.size() > 1 ? "-seed-" + std::to_string(seed) : "";
    unit.key = row.key + ending;
    unit.trains = row.run.empty();
    const StudyRow& owner = unit.trains ? row : *study.row(row.run);
    unit.owner = owner.key + ending;
    unit.folder = (Path(options.out) / unit.owner).string();
    unit.target = owner.target;
    // One step is meant as such: networks with their first weights.
    if (options.budget > 0 && owner.target.steps != 1) unit.target = {0, 0, 0, options.budget * owner.share};
    unit.points = options.budget > 0 ? points_of(study.points, unit.target.minutes) : study.points;
    if (unit.target.minutes == 0) unit.marks = marks_of(study, row, unit);
    unit.data = choose_data(*study.data_set(owner.data), options.data);
    if (unit.data.source.empty())
        return Error{ErrorCode::not_found, "no pictures for row " + row.key, unit.data.missing,
                     "bring them, or choose others with --data"};
    if (auto planned = plan_settings(unit, study, owner, options); !planned) return planned.error();
    for (const PlannedColumn& planned : columns)
        if (row.columns.empty()
            || std::find(row.columns.begin(), row.columns.end(), planned.column->key) != row.columns.end())
            unit.columns.push_back(planned);
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

std::int64_t full_count(const StudyColumn& column) { return column.count > 0 ? column.count : usual_count; }

Result<StudyPlan> plan_study(const Study& study, const StudyOptions& options) {
    if (options.out.empty())
        return Error{ErrorCode::usage, "no folder to write to", "reproduce", "name one with --out"};
    auto chosen = chosen_rows(study, options.only);
    if (!chosen) return chosen.error();
    StudyPlan plan{&study, options, {}};
    const std::vector<PlannedColumn> columns = plan_columns(study, options);
    for (const bool trains : {true, false})
        for (const StudyRow& row : study.rows) {
            if (!chosen->contains(row.key) || row.run.empty() != trains) continue;
            for (const std::uint64_t seed : study.seeds) {
                auto unit = plan_unit(study, row, seed, options, columns);
                if (!unit) return unit.error();
                plan.units.push_back(unit.take());
            }
        }
    return plan;
}

std::string smaller_words(const Study& study, const StudyOptions& options) {
    if (!is_short(options)) return {};
    std::string words;
    if (study.narrow > 1) words = "networks of 1/" + std::to_string(study.narrow) + " of the report's width";
    if (study.small_batch > 1)
        words += (words.empty() ? "" : ", ") + ("batches of 1/" + std::to_string(study.small_batch))
                 + " of its size";
    return words;
}

std::string plan_identity(const Study& study, const StudyOptions& options) {
    std::string text =
        study.name + ", " + (options.budget > 0 ? "budget " + short_number(options.budget) : "no budget");
    for (const StudyData& data : study.data) {
        const ChosenData chosen = choose_data(data, options.data);
        text += ", " + data.key + " " + (chosen.source.empty() ? "none" : chosen.source);
        if (!chosen.split.empty()) text += " (" + chosen.split + ")";
    }
    if (!options.extractor.empty()) text += ", extractor " + options.extractor;
    if (!options.weights.empty()) text += " of " + options.weights;
    if (is_short(options) && study.narrow > 1) text += ", widths / " + std::to_string(study.narrow);
    if (is_short(options) && study.small_batch > 1)
        text += ", batches / " + std::to_string(study.small_batch);
    for (const std::string& assignment : options.assignments) text += ", " + assignment;
    if (study.seeds != Study().seeds) {
        text += ", seeds";
        for (const std::uint64_t seed : study.seeds) text += " " + std::to_string(seed);
    }
    return text;
}

void share_machine(StudyPlan& plan) {
    const int half = std::max(1, usable_processors() / 2);
    for (StudyUnit& unit : plan.units) {
        unit.target.minutes *= 2;
        // Threads that a row or the user chose stay chosen.
        if (unit.settings.integer("train.threads") == 0)
            assign_too(unit, "train.threads=" + std::to_string(half));
    }
}

} // namespace ganvas
