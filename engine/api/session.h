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
#include <vector>

#include "engine/api/commands.h"
#include "engine/api/session_values.h"
#include "engine/api/values.h"
#include "engine/core/health/health.h"

namespace ganvas {

/// Everything the window draws from; poll() brings it up to date. References stay valid until the next poll().
struct View {
    Snapshot snapshot;
    Settings settings; ///< of the run, or of the next one
    std::string recipe;
    std::string
        recipe_base; ///< whose settings recipe_settings are: the recipe, or quick where that is not found
    Settings recipe_settings;
    std::vector<std::string> recipes;  ///< names that can be chosen
    std::vector<TrainingPoint> losses; ///< whole history of the run, append only
    std::vector<DistancePoint> distances;
    std::uint64_t history_id = 0;            ///< changes when the history was replaced (another run)
    std::vector<SampleMark> samples;         ///< fixed-noise marks, oldest first (thinned beyond 512)
    std::vector<std::uint64_t> sample_seeds; ///< seeds of the fixed-noise tiles
    std::optional<DataSummary> data;
    std::string data_source;    ///< what training takes: what is open, or will be opened when it starts
    std::uint64_t data_job = 0; ///< the job that opens data now; 0: none
    std::string opening;        ///< the run or checkpoint that is being opened; empty: none
    ModelCard model;            ///< id 0 until a model is loaded
    std::vector<AttributeCard> attributes; ///< of the current model
    std::int64_t attributes_step = -1;     ///< that they were measured at; -1: not known
    std::vector<PreviewFrame> frames;      ///< new since the last poll
    std::vector<JobStatus> jobs;
    std::vector<Notice> notices;                   ///< newest last
    std::vector<RunCard> runs;                     ///< recent runs, newest first
    std::map<std::string, RunDetails> run_details; ///< by RunCard::folder
    std::optional<RunComparison> comparison;
    std::optional<ForkPlan> fork;
    std::optional<CheckerboardFigure>
        checkerboard;                      ///< what LookAtCheckerboard found last; empty without data
    std::vector<DiversityPoint> diversity; ///< mode collapse, as the live distance is measured
    HealthReport health;                   ///< of the run that is open; empty before it has trained
    std::optional<MemorisationFigure> memorisation; ///< measured last in this run
    std::optional<AttentionResult> attention;
    std::vector<StudyCard> studies;                    ///< empty until ListStudies was answered
    std::optional<StudyRun> study;                     ///< that was started last in this window
    std::map<std::string, StudyResults> study_results; ///< by study, of those that ReadStudy asked for
    std::optional<NeighbourResult> neighbours;
    std::vector<RestoredState> restored;
    std::vector<PictureRead> pictures; ///< read since the last poll
    bool resume_offered = false;       ///< the last run was left while it trained
    std::string resume_folder;         ///< that run: ContinueRun
    bool resume_saved = false;         ///< it was saved when it was left; else the program ended without that
    std::int64_t resume_step = -1;     ///< of its newest checkpoint; -1: none yet, it begins again
};

struct SessionOptions {
    std::string open; ///< run or checkpoint; empty: the shipped faces
    std::string device = "auto";
    std::function<void()> wake; ///< called on workers when something was published
    /// Called by the destructor, when nobody polls any more: what went wrong in the last save.
    std::function<void(const std::string&)> last_words = {};
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
    /// The `ganvas …` line that writes the same. Weights that no file holds (a live run moves on, directions were
    /// computed since) are kept in one of their own by a job, and the line names that. Error `unsupported`: no command
    /// makes it.
    [[nodiscard]] virtual Result<std::string> as_command(const HasCommandLine& what) = 0;
    /// Why as_command would give no line; empty: it would. Keeps nothing, cheap enough for every frame.
    [[nodiscard]] virtual std::string why_no_command(const HasCommandLine& what) const = 0;
    /// The user's eye is on a slider: the trainer gives way by priority until this is set back.
    virtual void set_interactive(bool interactive) = 0;
    /// Whether the window can be seen (true at first): pictures that nobody sees do not follow the model.
    virtual void set_seen(bool seen) = 0;
};

[[nodiscard]] Result<std::unique_ptr<Session>> make_session(SessionOptions options);

} // namespace ganvas
