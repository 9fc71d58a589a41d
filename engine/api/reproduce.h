/// `ganvas reproduce` and the window's Studies panel: the studies of the reports, run again.
///
/// reproduce() blocks its caller (the command line, or a job thread), reports through Progress and saves when its stop
/// token is set. Values in, values out. Errors: `usage` (unknown study, row or setting; a folder that holds another
/// study), `not_found` (no pictures), `io`.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/core/progress.h"
#include "engine/core/result.h"

namespace ganvas {

/// A study as a list shows it.
struct StudyCard {
    std::string name, title, section;
    int report = 0;
    std::string about;
    std::vector<std::string> rows;    ///< keys
    std::vector<std::string> missing; ///< what the report used and the user has not brought: a sentence each
    std::string smaller; ///< what a budget below half an hour makes smaller than the report's; may be empty
    std::string problem; ///< the file cannot be read, and why
};
[[nodiscard]] std::vector<StudyCard> list_studies();

struct ReproduceOptions {
    std::string study; ///< name, or a .toml file
    std::string out;
    std::vector<std::string> only;        ///< rows
    double budget = 0;                    ///< minutes of training a row; 0: as long as the report
    std::string data;                     ///< SRC for every row; empty: as the study says
    std::vector<std::string> assignments; ///< key=value over every row
    std::vector<std::uint64_t>
        seeds;       ///< each row is trained with each; empty: as the study says (one, unless it is yours)
    int at_once = 0; ///< 1, 2, or 0: whichever is faster
    std::string device = "auto";
    std::string
        extractor; ///< of evaluation_extractors(), in place of the Lite0 columns' features; empty: as they say
    std::string weights; ///< of `inception` and `inception-pytorch`: a safetensors file
    std::string
        trainings; ///< a folder of runs that studies share: rows that are the same are trained once for all
};

/// The table as it stands; what the panel draws and --json prints.
struct StudyCell {
    std::string column, title;
    bool measured = false;
    double value = 0, deviation = 0;
    std::int64_t count = 0;
    std::string extractor, data, reason, finding, report;
    std::string badge; ///< everything that belongs to the value, as the page prints it
};
struct StudyRowView {
    std::string key, title, state, error, data, run_folder;
    std::int64_t step = 0;
    double epoch = 0, seconds = 0;
    std::vector<StudyCell> cells;
    std::vector<std::string>
        shared_with; ///< "STUDY/ROW" of other rows that this one's run was trained for as well
};
struct StudyView {
    std::string study, title, out, page;
    std::vector<StudyRowView> rows;
    std::vector<std::string> failures; ///< "ROW: why"
    bool interrupted = false;
    double seconds = 0;
};

/// `on_change` is called on a worker thread, never twice at once, whenever the table changed; the page is written anew
/// with each row's points and at the end.
[[nodiscard]] Result<StudyView> reproduce(const ReproduceOptions& options, const Progress& progress,
                                          const std::function<void(const StudyView&)>& on_change = {});

/// The table as it stands in options.out, every row of it, without running anything. An empty `out`: the rows and columns
/// with what the report had, nothing measured.
[[nodiscard]] Result<StudyView> read_study(const ReproduceOptions& options);

/// What is ahead: rows, the runs that are trained for them, and about how long it takes from where it stands.
struct ReproductionEstimate {
    int studies = 0, rows = 0, trainings = 0;
    double training_minutes = 0, measuring_minutes = 0;
    std::int64_t largest_count = 0; ///< pictures of the largest measure
};
/// Without a budget the minutes of training are not known: 0.
[[nodiscard]] Result<ReproductionEstimate> estimate_reproduction(const ReproduceOptions& options,
                                                                 const std::vector<std::string>& studies);

/// Several studies, one after another, each in OUT/STUDY, with their runs in OUT/trainings (or options.trainings), and
/// OUT/index.html that leads to all pages. `options.study` is not looked at; `only` must be empty. A study that cannot be
/// run does not stop the others: its view has the failure.
[[nodiscard]] Result<std::vector<StudyView>>
reproduce_studies(const ReproduceOptions& options, const std::vector<std::string>& studies,
                  const Progress& progress, const std::function<void(const StudyView&)>& on_change = {});

} // namespace ganvas
