/// From a study and what the user asked for to the work that is done: one unit a row and seed.
///
/// Free functions, any thread; they look at the disk for data alone. A budget is minutes of training for a row of share 1;
/// it takes the place of the report's epochs in every row, and makes the number of measured pictures and points smaller
/// with it. Errors `usage`: an unknown row, a setting that a row names and this program lacks.
#pragma once

#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/core/settings.h"
#include "engine/studies/study.h"
#include "engine/studies/study_data.h"

namespace ganvas {

struct StudyOptions {
    std::string out;                      ///< DIR
    std::vector<std::string> only;        ///< row keys; empty: all
    double budget = 0;                    ///< minutes a row; 0: the report's own length
    std::string data;                     ///< SRC in place of every data set; empty: as the study says
    std::vector<std::string> assignments; ///< key=value over every row's settings
    int at_once = 0;                      ///< rows at a time: 1, 2, or 0: whichever is found to be faster
    std::string device = "auto";
    std::string study;              ///< as the user named it: a name or a file; empty: the study's name
    std::string extractor, weights; ///< in place of the Lite0 columns' features; empty: as the study says
    std::string
        trainings; ///< folder of runs that several studies share (shared_training.h); empty: each row its own
    std::string pace_reason; ///< why `at_once` is what it is; empty: the user asked for it
};

/// A column as it is measured in one unit.
struct PlannedColumn {
    const StudyColumn* column = nullptr;
    std::int64_t count = 0;
    std::string refused;   ///< not measured, and why: the budget is too small for what the question needs
    std::string extractor; ///< the column's, or the user's in place of Lite0
    std::int64_t pool =
        0; ///< of fd_relative_deviation: pictures of each side that the batches are drawn from
};

struct StudyUnit {
    const StudyRow* row = nullptr;
    std::uint64_t seed = 1;
    std::string key;    ///< row key, with "-seed-N" where a study has several seeds
    std::string owner;  ///< key of the unit whose run it measures; its own where it trains
    std::string folder; ///< run folder: DIR/KEY, the owner's, or the shared training's
    bool trains = true; ///< false: measures another row's run
    StudyTarget target;
    int points = 1;
    /// Parts of the run at which its figures want samples. Empty with a budget: the marks of so short a run are close enough.
    std::vector<double> marks;
    std::string training; ///< key in StudyOptions::trainings; empty: a run of its own
    std::vector<double>
        stops; ///< parts of a shared training at which it is saved: points and marks of all who share it
    ChosenData data;
    std::vector<std::string> assignments; ///< row's settings, then the user's, then the run's keeping
    Settings settings;                    ///< all of it together
    std::vector<PlannedColumn> columns;
};

struct StudyPlan {
    const Study* study = nullptr;
    StudyOptions options;
    std::vector<StudyUnit>
        units; ///< of the chosen rows, in order; an owner of a run comes before those that share it
};

/// The study must outlive the plan. A row that measures another row's run brings that row with it.
[[nodiscard]] Result<StudyPlan> plan_study(const Study& study, const StudyOptions& options);

/// Pictures of a column where nothing makes them fewer.
[[nodiscard]] std::int64_t full_count(const StudyColumn& column);

/// "networks of 1/4 of the report's width, batches of 1/4 of its size": what a budget of less than half an hour a row makes
/// smaller; empty: nothing.
[[nodiscard]] std::string smaller_words(const Study& study, const StudyOptions& options);

/// What made the numbers in DIR comparable: study, budget, the data that each key stands for, extractor, settings;
/// DIR/study.json holds it.
[[nodiscard]] std::string plan_identity(const Study& study, const StudyOptions& options);

/// Two rows at a time have half of the cores each, for twice the time of a budget.
void share_machine(StudyPlan& plan);

} // namespace ganvas
