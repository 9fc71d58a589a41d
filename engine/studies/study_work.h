/// What a study needs done by the rest of the engine: training, measuring, drawing.
///
/// The runner knows rows and files; whoever implements StudyWork knows models (engine/api/reproduce.cpp; tests have one
/// of their own). Every call blocks and may come from two threads at once, each for a row of its own; it reports through
/// Progress and returns `interrupted` soon after the stop token is set.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/core/progress.h"
#include "engine/core/result.h"
#include "engine/studies/study.h"

namespace ganvas {

struct TrainJob {
    std::string folder; ///< a run folder; continued when it holds a run already
    std::string recipe, data;
    std::vector<std::string> assignments;
    std::uint64_t seed = 1;
    StudyTarget target; ///< totals of the run
    std::string device = "auto";
};
struct TrainOutcome {
    std::int64_t step = 0, images = 0;
    double seconds = 0, epoch = 0;
    std::string checkpoint;
    bool interrupted = false; ///< saved, but before the target
};

struct MeasureJob {
    std::string measure, extractor;
    std::string folder;              ///< the run
    std::string checkpoint;          ///< of the point
    std::string previous_checkpoint; ///< of the point before; empty at the first
    std::string data;
    std::int64_t count = 0;
    int batches = 1;
    int splits = 0;        ///< of `is` and `mmd`; 0: as ganvas eval
    std::int64_t pool = 0; ///< fd_relative_deviation: pictures of each side that its batches are drawn from
    std::string weights;   ///< of the inception extractors
    /// Measures of the same row, point, extractor and count that will be asked for as well: what they need is then made
    /// once for all of them.
    std::vector<std::string> companions;
    std::uint64_t seed = 0;
};

/// One value with its badge, or why there is none.
struct Reading {
    bool measured = false;
    double value = 0, deviation = 0;
    std::int64_t count = 0;
    std::string extractor; ///< empty for values that need none (losses, parameters)
    std::string data;
    std::string reason; ///< when not measured
    bool settled =
        false; ///< not measured, and another try would find the same: the question has no answer here
    std::string finding; ///< an answer that is no number, beside it: "none to the end"
    std::map<std::string, double> details;
    std::string resize = {}, split = {}; ///< of the badge, as MeasuredValue has them
    std::string parameters = {};         ///< the rest of the badge: "σ 12.3", "10 splits"
    std::string spread = {};             ///< what the deviation is, in words
    std::string title = {};              ///< the name that it may carry: "FID" on Inception features alone
    std::int64_t step = 0;               ///< where it is of an earlier point than its row's last one
    std::string against = {};            ///< what it was measured against, where that is not the row's data
    bool operator==(const Reading&) const = default;
};

struct FigureJob {
    StudyFigure figure;
    std::string folder, checkpoint, data;
    std::string out; ///< file name without ending; "-2.png" and so on are added where there are several
    std::uint64_t seed = 0;
};
struct FigurePicture {
    std::string file; ///< PNG
    std::string caption;
    bool operator==(const FigurePicture&) const = default;
};

class StudyWork {
public:
    virtual ~StudyWork() = default;
    [[nodiscard]] virtual Result<TrainOutcome> train(const TrainJob& job, const Progress& progress) = 0;
    /// Errors other than `interrupted` become a Reading that says why.
    [[nodiscard]] virtual Result<Reading> measure(const MeasureJob& job, const Progress& progress) = 0;
    [[nodiscard]] virtual Result<std::vector<FigurePicture>> draw(const FigureJob& job,
                                                                  const Progress& progress) = 0;
    /// Images a second of a row's training with so many threads (0: all), found by a trial of `seconds`.
    [[nodiscard]] virtual Result<double> training_rate(const TrainJob& job, int threads, double seconds,
                                                       const Progress& progress) = 0;
};

} // namespace ganvas
