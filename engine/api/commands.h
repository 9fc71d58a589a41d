/// What a window may ask of the Session: plain values, one struct a wish.
///
/// Made on the UI thread, which alone sends them (Session::send).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/api/session_values.h"
#include "engine/api/values.h"
#include "engine/core/time_unit.h"

namespace ganvas {

// ---- commands: what the user asks for -----------------------------------------------------------------------------
/// Inspect a source and make it the one to train on. While a run is open that has other data they are not touched: a
/// notice says so and offers a new run.
struct OpenData {
    std::string source;
};
struct OpenPath {
    std::string path;
}; ///< whatever was dropped: run, checkpoint, data, recipe, exported picture
struct OpenCheckpoint {
    std::string path;
}; ///< run folder or .safetensors: explore it (and go on from it); a run that trains is saved and left for it
/// Opens a run and trains on in it, only once it is open; one that has no checkpoint yet begins again from its run.json.
struct ContinueRun {
    std::string folder;
};
struct UseRecipe {
    std::string name;
};                       ///< loads a recipe (a name, or a .toml file) into the settings of the next run
struct StartTraining {}; ///< new run from the settings and data, or goes on after stop/finish
/// Leaves the current run (it saves itself); settings stay.
struct NewRun {
    std::string data = {}; ///< opened for the next run; empty: as they are
};
struct PauseTraining {};
struct ResumeTraining {};
struct StepTraining {
    int steps = 1;
};
struct StopTraining {};
struct SaveCheckpoint {};
struct SetTarget {
    std::int64_t steps = 0;
    double minutes = 0;
    double epochs = 0;
    std::int64_t images = 0;
}; ///< totals of the run, the first that is reached counts; 0: no limit
struct ChangeSetting {
    std::string key;
    std::string value;
}; ///< at once when the setting is live
struct MeasureDistance {
    std::string extractor = "lite0";
    std::int64_t count = 2048;
    std::string weights = {}; ///< inception…: the user's safetensors file
};
struct LearnAttributes {
    std::string source;
};
struct SaveDirections {
    std::string path;
}; ///< the attribute directions that are shown, as `ganvas attributes` writes them
struct OpenDirections {
    std::string path;
}; ///< such a file takes the place of those that are shown; it must be of the model's latent size
struct ComputeAxes {}; ///< principal axes of latent -> image of the current model
struct FindNeighbours {
    LatentPoint point; ///< as it is shown: with its class and truncation
    int count = 8;
    std::string features =
        "blocks"; ///< what is compared: the picture at 16x16, or the features of an extractor
};                ///< nearest training images of a generated one
struct ReadPicture {
    std::uint64_t id = 0; ///< chosen by the asker, comes back in View::pictures
    std::string path;
}; ///< a picture file of the user's, at the size of the model that is open: a job, its failure becomes a notice
struct RefreshRuns {};
struct TagRun {
    std::string folder;
    std::vector<std::string> tags;
}; ///< kept in tags.json beside the run's own files
struct CompareRuns {
    std::string first, second; ///< run folders
    std::uint64_t seed = 0;    ///< the pictures' seeds are this and those after it
};
struct PlanFork {
    std::string checkpoint;
}; ///< opens it; StartTraining then makes a new run that goes on from it, with the settings as they are by then
/// A new run from the checkpoint of that step of the run that is open, with these settings changed; it trains at once.
/// The run that is left is saved and stays as it is.
struct GoBack {
    std::int64_t step = 0;
    std::vector<std::pair<std::string, std::string>> settings = {};
};
struct MeasureMemorisation {}; ///< of the model that is shown, against the run's data: a job
struct LookAtAttention {
    LatentPoint point;
    NetworkKind network =
        NetworkKind::generator; ///< the discriminator looks at the picture that the point makes
};
/// How much of the checkerboard of strides these pictures have beside the data: View::checkerboard. The newest wins.
struct LookAtCheckerboard {
    SharedBatch pictures;
    std::int64_t step = 0; ///< of the weights that drew them
};
struct ListStudies {};
struct ReadStudy {
    std::string study;
}; ///< what is on disk of it, into View::study_results
struct StartStudy {
    std::string study;
    double minutes = 1;                 ///< a row; 0: as long as the report
    std::vector<std::string> only = {}; ///< rows; empty: all
    std::string weights =
        {}; ///< Inception's safetensors file: distances are measured with it; empty: as the study says
};
struct CancelJob {
    std::uint64_t id = 0;
};
struct DismissNotice {
    std::uint64_t id = 0;
};

/// How much the difference between the z and the x picture is enlarged, on the screen and in exports.
inline constexpr double difference_gain = 3;

enum class ExportKind { picture, strip, sheet, grid, history, animation, latents };
/// Renders at full size on a job thread and writes; the format follows the ending (.png .gif .webp .safetensors .csv).
struct ExportLatents {
    ExportKind kind = ExportKind::picture;
    std::string path;
    std::vector<LatentPoint> points;
    int columns = 0; ///< 0: one row (strip) or a square (grid)
    int gap = 0;     ///< pixels between tiles
    int scale = 1;   ///< whole-number enlargement
    double frames_per_second = 16;
    std::string space = "z"; ///< z, x, both or difference (of a sweep)
    /// In x-space, picture files of the user's that stand in for A and B; empty: the generator's own.
    std::string from_image = {}, to_image = {};
};
/// The fixed-noise history: a film (.gif, .webp), or a sheet (.png) with some of its marks below each other.
struct ExportHistory {
    std::string path;
    int columns = 8;
    double frames_per_second = 8;
    std::int64_t step = -1; ///< not negative: only this mark, as one grid
};
struct ExportCurves {
    std::string path;                   ///< .csv, .svg or .png
    double smoothing = 1;               ///< points that the moving average looks back on; 1: none
    bool logarithmic = false;           ///< losses on a logarithmic axis
    bool dark = false;                  ///< colours of the drawing
    TimeUnit unit = TimeUnit::steps;    ///< of the horizontal axis of a drawing; a table has all four
    std::vector<std::string> runs = {}; ///< folders, drawn together; empty: the run that is open
};
/// The pictures of both runs that are compared (View::comparison), a row each, as .png.
struct ExportComparison {
    std::string path;
};
/// The pictures of the data as the model sees them (DataSummary::thumbnails), eight a row, as .png.
struct ExportData {
    std::string path;
};
/// The settings as they are, as a recipe that UseRecipe and `ganvas train --recipe` take.
struct SaveRecipe {
    std::string path; ///< .toml
};

/// Both networks as a drawing: of the model in the explorer, or those that the settings make.
struct ExportNetworks {
    enum class Of { explorer, settings };
    std::string path; ///< .png or .svg
    Of of = Of::explorer;
};

using Command =
    std::variant<OpenData, OpenPath, OpenCheckpoint, ContinueRun, UseRecipe, StartTraining, NewRun,
                 PauseTraining, ResumeTraining, StepTraining, StopTraining, SaveCheckpoint, SetTarget,
                 ChangeSetting, MeasureDistance, LearnAttributes, SaveDirections, OpenDirections, ComputeAxes,
                 FindNeighbours, CancelJob, DismissNotice, RefreshRuns, TagRun, CompareRuns, PlanFork,
                 LookAtAttention, LookAtCheckerboard, ListStudies, ReadStudy, StartStudy, ExportLatents,
                 ExportHistory, ExportCurves, ExportComparison, ExportData, ExportNetworks, SaveRecipe,
                 ReadPicture, GoBack, MeasureMemorisation>;

/// Those of them that a `ganvas …` line can do too: Session::as_command.
using HasCommandLine = std::variant<ExportLatents, ExportHistory, ExportCurves, ExportComparison, ExportData,
                                    ExportNetworks, SaveRecipe, FindNeighbours>;

} // namespace ganvas
