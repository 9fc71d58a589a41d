/// Session: the one facade between the window and everything that works behind it.
///
/// Owns the training thread, the inference thread and the job threads, and the queues between them and the caller.
/// All members are called on one thread (the UI's); none waits, except the destructor, which saves and joins.
/// Failures arrive as notices in the View, never as exceptions.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "engine/api/session_values.h"
#include "engine/api/values.h"

namespace ganvas {

// ---- commands: what the user asks for -----------------------------------------------------------------------------
struct OpenData {
    std::string source;
}; ///< inspect a source and make it the one to train on
struct OpenPath {
    std::string path;
}; ///< whatever was dropped: run, checkpoint, data, exported picture
struct OpenCheckpoint {
    std::string path;
}; ///< run folder or .safetensors: explore it (and go on from it)
struct UseRecipe {
    std::string name;
};                       ///< loads a recipe into the settings of the next run
struct StartTraining {}; ///< new run from the settings and data, or goes on after stop/finish
struct NewRun {};        ///< forget the current run; settings stay
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
}; ///< 0: no limit
struct ChangeSetting {
    std::string key;
    std::string value;
}; ///< at once when the setting is live
struct MeasureDistance {
    std::string extractor = "lite0";
    std::int64_t count = 2048;
};
struct LearnAttributes {
    std::string source;
};
struct ComputeAxes {}; ///< principal axes of latent -> image of the current model
struct FindNeighbours {
    std::uint64_t seed = 0;
    int count = 8;
}; ///< nearest training images of a generated one
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
struct LookAtAttention {
    LatentPoint point;
};
struct ListStudies {};
struct StartStudy {
    std::string study;
    double minutes = 1; ///< a row; 0: as long as the report
};
struct CancelJob {
    std::uint64_t id = 0;
};
struct DismissNotice {
    std::uint64_t id = 0;
};

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
    std::string space = "z"; ///< z, x or both (strips and animations of a sweep)
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
    std::string path;         ///< .csv, .svg or .png
    double smoothing = 1;     ///< points that the moving average looks back on; 1: none
    bool logarithmic = false; ///< losses on a logarithmic axis
    bool dark = false;        ///< colours of the drawing
};

using Command =
    std::variant<OpenData, OpenPath, OpenCheckpoint, UseRecipe, StartTraining, NewRun, PauseTraining,
                 ResumeTraining, StepTraining, StopTraining, SaveCheckpoint, SetTarget, ChangeSetting,
                 MeasureDistance, LearnAttributes, ComputeAxes, FindNeighbours, CancelJob, DismissNotice,
                 RefreshRuns, TagRun, CompareRuns, PlanFork, LookAtAttention, ListStudies, StartStudy,
                 ExportLatents, ExportHistory, ExportCurves>;

struct NeighbourResult {
    std::uint64_t seed = 0;
    SharedBatch images; ///< the generated one, then its neighbours
    std::vector<std::string> names;
    std::vector<double> distances;
};

/// An exported file that was opened: the exact state to bring back.
struct RestoredState {
    std::uint64_t id = 0;
    std::string kind; ///< "sweep", "arithmetic", "attributes", "pad", "face" (one), "grid"
    std::vector<LatentPoint> points;
    std::string from_image, to_image; ///< of a sweep: pictures that stood in for A and B in x-space
};

/// Everything the window draws from; poll() brings it up to date. References stay valid until the next poll().
struct View {
    Snapshot snapshot;
    Settings settings; ///< of the run, or of the next one
    std::string recipe;
    std::vector<std::string> recipes;  ///< names that can be chosen
    std::vector<TrainingPoint> losses; ///< whole history of the run, append only
    std::vector<DistancePoint> distances;
    std::uint64_t history_id = 0;            ///< changes when the history was replaced (another run)
    std::vector<SampleMark> samples;         ///< fixed-noise marks, oldest first (thinned beyond 512)
    std::vector<std::uint64_t> sample_seeds; ///< seeds of the fixed-noise tiles
    std::optional<DataSummary> data;
    std::string data_source; ///< what training takes: what is open, or will be opened when it starts
    ModelCard model;         ///< id 0 until a model is loaded
    std::vector<AttributeCard> attributes; ///< of the current model
    std::vector<PreviewFrame> frames;      ///< new since the last poll
    std::vector<JobStatus> jobs;
    std::vector<Notice> notices;                   ///< newest last
    std::vector<RunCard> runs;                     ///< recent runs, newest first
    std::map<std::string, RunDetails> run_details; ///< by RunCard::folder
    std::optional<RunComparison> comparison;
    std::optional<ForkPlan> fork;
    std::optional<CheckerboardFigure> checkerboard; ///< of the newest mark; empty without data
    std::vector<DiversityPoint> diversity;          ///< mode collapse, as the live distance is measured
    std::optional<AttentionResult> attention;
    std::vector<StudyCard> studies; ///< empty until ListStudies was answered
    std::optional<StudyRun> study;
    std::optional<NeighbourResult> neighbours;
    std::optional<RestoredState> restored;
    bool resume_offered = false; ///< the last run was left while it trained
    std::string resume_folder;   ///< that run: OpenCheckpoint it, then StartTraining
};

struct SessionOptions {
    std::string open; ///< run or checkpoint; empty: the shipped faces
    std::string device = "auto";
    std::function<void()> wake; ///< called on workers when something was published
    bool load_shipped_model = true;
    /// Once the first picture is there, the drawn faces are opened in the background where they are what would be
    /// trained on: a newcomer finds data, and Train begins at once. Never done for a source of the user's.
    bool open_drawn_faces = false;
};

class Session {
public:
    virtual ~Session() = default;
    virtual void send(Command command) = 0;
    virtual void request(LatentRequest request) = 0; ///< newest of its channel wins
    virtual const View& poll() = 0;
    /// The `ganvas …` line that makes the same pixels. Weights that no file holds (a live run moves on, directions were
    /// computed since) are kept in one of their own by a job, and the line names that. Error `unsupported`: no command
    /// makes it.
    [[nodiscard]] virtual Result<std::string> as_command(const ExportLatents& what) = 0;
    /// The user's eye is on a slider: the trainer gives way by priority until this is set back.
    virtual void set_interactive(bool interactive) = 0;
};

[[nodiscard]] Result<std::unique_ptr<Session>> make_session(SessionOptions options);

} // namespace ganvas
