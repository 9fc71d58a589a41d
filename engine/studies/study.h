/// A study: one table or figure of a report as data (assets/studies/NAME.toml), to be run again by its reader.
///
/// Value types, any thread. A row is a recipe with settings; a column is a measure; a figure is a picture that is drawn
/// from the rows' checkpoints. What the report itself found stands beside each place where a value of ours will stand.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ganvas {

/// How long a row trains; totals, 0: not given. One of them is set for a row that trains.
struct StudyTarget {
    double epochs = 0;
    std::int64_t steps = 0;
    std::int64_t images = 0;
    double minutes = 0; ///< training time
    bool operator==(const StudyTarget&) const = default;
};

/// What the report trained on, and what stands in for it where the user has not brought it.
struct StudyData {
    std::string key;
    std::string name; ///< "CelebA"
    std::string file; ///< looked for in the data folder: "img_align_celeba.zip"
    std::string note; ///< what else must lie there, where it is published
    std::vector<std::string>
        stand_ins;       ///< the first that is there: files of the data folder, `faces:N`, names below
    std::string differs; ///< a sentence about the stand-in
    std::string
        split; ///< "train": the part that the report trained on, of a source that has parts; empty: all
};

struct StudyColumn {
    std::string key; ///< unique; names the report's values and the CSV column
    std::string measure;
    std::string title;
    std::string unit;
    std::string extractor = "lite0"; ///< where the measure has one
    std::int64_t count = 0;          ///< pictures; 0: as many as the budget gives, at most 2,048
    int batches = 1;                 ///< separate batches that value and deviation are taken over
    int splits =
        0; ///< of `is` and `mmd`: parts of the pictures for the error bar; 1: all at once; 0: as ganvas eval
    bool exact = false; ///< `count` belongs to the question and is never made smaller
    bool every = false; ///< measured at each point of the row, so that it has a curve
    bool lower_is_better = true;
};

struct StudyRow {
    std::string key; ///< names its folder: letters, digits, - and _
    std::string title;
    std::string recipe = "dcgan";
    std::vector<std::string> settings; ///< "key=value", over the recipe's and the study's
    std::string data;                  ///< key of a StudyData
    std::string run;                   ///< key of the row whose run this row measures; empty: its own
    StudyTarget target;
    double share = 1;                          ///< of the budget, beside the other rows
    std::map<std::string, std::string> report; ///< column key → the report's value, as printed
    std::vector<std::string> columns;          ///< keys of the columns that are measured; empty: all
    std::string note;                          ///< what the report said about this row
};

struct StudyFigure {
    std::string kind; ///< of figure_kinds()
    std::string title, caption;
    std::vector<std::string> rows; ///< keys; empty: every row that trains
    double alpha_to = 1;           ///< sweep_z, sweep_x
    int steps = 64;                ///< sweeps: tiles
    int count = 64;                ///< grid: pictures; arithmetic: times
    std::vector<double> moments;   ///< progress: parts of the run, 0 to 1
    std::string attribute_a = "Smiling",
                attribute_b = "Male"; ///< arithmetic: a of not-b − not-a of not-b + not-a of b
};

/// Whether the figure is drawn of the row.
[[nodiscard]] bool shows(const StudyFigure& figure, const StudyRow& row);

struct Study {
    std::string name; ///< stem of its file
    std::string title;
    int report = 0;      ///< 1–5
    std::string section; ///< "3, table 3"
    std::string about;   ///< what the report did and found
    std::string differs; ///< what is different here whatever the data
    std::string
        length_note; ///< where the report names no length: a sentence on the one that is used; empty: it does
    std::vector<std::uint64_t> seeds = {1};
    int points = 1;      ///< places of a run, evenly spaced, at which it is measured
    int narrow = 1;      ///< with a short budget the networks have the report's width divided by this,
    int small_batch = 1; ///< … and the batches the report's size, so that there are more steps
    std::vector<StudyData> data;
    std::vector<StudyColumn> columns;
    std::vector<StudyRow> rows;
    std::vector<StudyFigure> figures;

    [[nodiscard]] const StudyRow* row(const std::string& key) const;
    [[nodiscard]] const StudyData* data_set(const std::string& key) const;
};

/// Title of a report's page in the documentation and its place in it: "Report 3 (DCGAN, a reproduction)".
[[nodiscard]] std::string report_title(int report);

/// architecture, grid, data, sweep_z, sweep_x, walks, arithmetic, class_rows, class_columns, progress, early, filters,
/// curves, loss_functions, upsampling
[[nodiscard]] const std::vector<std::string>& figure_kinds();

} // namespace ganvas
