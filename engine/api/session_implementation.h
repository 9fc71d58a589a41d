/// The session behind the facade: who owns which thread, and what each command does.
///
/// Internal to engine/api. UI thread only, except Arrivals, which jobs fill. Jobs never touch the session: they return
/// a closure with values, which poll() runs on the UI thread.
#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/api/checkpoint_model.h"
#include "engine/api/discriminator_model.h"
#include "engine/api/explorer.h"
#include "engine/api/export_job.h"
#include "engine/api/live_measures.h"
#include "engine/api/session.h"
#include "engine/api/session_waiting.h"
#include "engine/core/health/watch.h"
#include "engine/core/latest.h"
#include "engine/data/dataset.h"
#include "engine/jobs/job_registry.h"
#include "engine/latent/neighbours.h"
#include "engine/training/train_loop.h"

namespace ganvas {

class SessionImplementation final : public Session {
public:
    explicit SessionImplementation(SessionOptions options);
    ~SessionImplementation() override;

    void send(Command command) override;
    void request(LatentRequest request) override;
    const View& poll() override;
    [[nodiscard]] Result<std::string> as_command(const HasCommandLine& what) override;
    [[nodiscard]] std::string why_no_command(const HasCommandLine& what) const override;
    void set_interactive(bool interactive) override;
    void set_seen(bool seen) override;

private:
    using Arrival = std::function<void(SessionImplementation&)>;
    using Arrivals = Queue<Arrival>;

    // ---- commands (session_commands.cpp) ----
    void handle(const OpenData& command);
    void handle(const OpenCheckpoint& command);
    void handle(const ContinueRun& command);
    void handle(const UseRecipe& command);
    void handle(const StartTraining& command);
    void handle(const NewRun& command);
    void handle(const PauseTraining& command);
    void handle(const ResumeTraining& command);
    void handle(const StepTraining& command);
    void handle(const StopTraining& command);
    void handle(const SaveCheckpoint& command);
    void handle(const SetTarget& command);
    void handle(const ChangeSetting& command);
    void handle(const CancelJob& command);
    void handle(const DismissNotice& command);
    // ---- what was dropped (session_restore.cpp) ----
    void handle(const OpenPath& command);
    void open_recipe(const std::string& path);
    void restore(ExportRecipe recipe);
    /// Its model is on the screen: the window gets it with the next poll(). Weights of another step are said.
    void bring_back(RestoredState state);
    // ---- jobs (session_jobs.cpp) ----
    void handle(const MeasureDistance& command);
    /// The folder of the run that the explored weights are of; empty: of none that is open.
    [[nodiscard]] std::string run_of_explored() const;
    void take_distance(const DistancePoint& point, const std::string& run);
    void handle(const LearnAttributes& command);
    void handle(const SaveDirections& command);
    void handle(const OpenDirections& command);
    /// They are what the explorer has from now on; `step` of the weights that they were measured with, -1: not known.
    void take_directions(const AttributeDirections& directions, std::int64_t step);
    void handle(const ComputeAxes& command);
    void handle(const FindNeighbours& command);
    void handle(const ReadPicture& command);
    // ---- measures beside training (session_measures.cpp) ----
    void handle(const LookAtAttention& command);
    void measure_when_due();
    [[nodiscard]] LiveMeasures::Receiver receiver_of(std::uint64_t history) const;
    void handle(const LookAtCheckerboard& command);
    // ---- health (session_health.cpp) ----
    void handle(const GoBack& command);
    void handle(const MeasureMemorisation& command);
    void take_points(); ///< of the loop, with the steps that it took back
    void follow_health();
    void forget_health();
    // ---- runs (session_runs.cpp), studies (session_studies.cpp) ----
    void handle(const RefreshRuns& command);
    void handle(const TagRun& command);
    void handle(const CompareRuns& command);
    void handle(const PlanFork& command);
    void start_fork(bool paused);
    void handle(const ListStudies& command);
    void handle(const ReadStudy& command);
    void handle(const StartStudy& command);
    void keep_study(const StudyRun& run); ///< among the study's results
    void follow_study();
    // ---- exports (session_exports.cpp) ----
    /// A job that writes that file and says so.
    void submit_writing(std::string title, const std::string& path,
                        std::function<Result<void>(const Progress&)> write);
    void handle(const ExportLatents& command);
    void handle(const ExportHistory& command);
    void handle(const ExportCurves& command);
    void handle(const ExportComparison& command);
    void handle(const ExportData& command);
    void handle(const ExportNetworks& command);
    void handle(const SaveRecipe& command);

    [[nodiscard]] bool check(TrainingAction action); ///< notice and false when not allowed now
    [[nodiscard]] bool is_active_run(const std::string& folder) const;
    // ---- starting and leaving runs (session_training.cpp) ----
    void ask_start(WaitingStart start); ///< as soon as data and disk are ready
    void start_when_ready();
    void start_loop(const WaitingStart& start);
    void abandon_start(const std::string& why);
    void go_past_target(); ///< a target that is reached already stops nothing
    void leave_run();      ///< never waits: the loop goes to leaving_
    void take_leaving();
    void take_from_loop();
    void forget_run();
    void show_target();
    void remember_run(bool was_training) const;
    void name_recipe(const std::string& name); ///< of the run that is open, else of the next one
    void offer_last_run();
    // ---- opening data and runs, as jobs (session_opening.cpp) ----
    void open_data(const std::string& source);
    void open_default_data();            ///< see SessionOptions::open_drawn_faces
    [[nodiscard]] bool data_fit() const; ///< what is open is what training wants
    [[nodiscard]] bool run_open() const { return loop_active() || !run_folder_.empty(); }
    void adopt_data(SharedDataset data, DataWish opened_as, DataSummary summary);
    void forget_data();
    void data_job_over(std::uint64_t token);
    void drop_data_opening();
    void open_first(); ///< what the program starts with
    void open_run(const std::string& path, AfterOpening then, std::optional<WaitingStart> start = {},
                  std::optional<RestoredState> restored = {});
    void run_job_over(std::uint64_t token);
    void take_opened(OpenedRun opened, AfterOpening then);
    void adopt(CheckpointModel opened);      ///< explore it
    void adopt_run(const OpenedRun& opened); ///< its settings, target and data; start goes on with it
    void plan_fork(const OpenedRun& opened);
    void read_history(const std::string& folder, std::int64_t last_step); ///< curves and marks up to there

    void take_jobs();
    void show_model(SharedModel model);
    void pace_model(const std::vector<PreviewFrame>& frames);
    void refresh_runs();
    void look_at_machine(); ///< a job: the device that training would take
    [[nodiscard]] std::string exported_checkpoint();
    /// The line for the weights of that file.
    [[nodiscard]] Result<std::string> line_of(const HasCommandLine& what,
                                              const std::string& checkpoint) const;
    void notice(NoticeLevel level, std::string text, NoticeAction action = NoticeAction::none,
                std::string target = {});
    /// Runs it; what is thrown becomes a notice, and a run that trains is saved.
    void guarded(const std::function<void()>& work);
    /// Destroyed with a job's work, however that ends (done, failed, cancelled before it began): `then` is run by the
    /// poll() after it.
    [[nodiscard]] std::shared_ptr<void> when_over(Arrival then) const;
    [[nodiscard]] bool loop_active() const { return loop_ != nullptr && loop_->running(); }
    [[nodiscard]] double now() const;
    std::uint64_t submit(std::string title, JobRegistry::Work work) {
        return jobs_->submit(std::move(title), std::move(work));
    }

    SessionOptions options_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    View view_;
    std::shared_ptr<Arrivals> arrivals_ = std::make_shared<Arrivals>();
    std::string data_source_ = "faces"; ///< wanted: of the run that is open, else of the next one
    SharedDataset data_;                ///< opened; null until then
    DataWish opened_as_;                ///< data_
    std::optional<DataOpening> opening_data_;
    std::optional<RunOpening> opening_run_;
    std::optional<WaitingStart> waiting_start_;
    std::uint64_t next_token_ = 1;
    TrainingTarget target_;  ///< of the run that is open, else of the next one
    ExplorerModel explored_; ///< what the explorer has now
    AttributeDirections attributes_;
    std::string checkpoint_;         ///< of what is explored; empty before the first save
    bool directions_in_file_ = true; ///< false once some were computed that checkpoint_ does not hold
    std::string run_folder_;         ///< run that start continues; empty: a new one
    std::shared_ptr<LiveMeasures> measures_;
    bool measuring_ = false;
    bool checking_checkerboard_ = false;
    std::optional<LookAtCheckerboard> check_next_;
    bool looking_ = false; ///< attention is being computed
    std::optional<LookAtAttention> look_next_;
    std::shared_ptr<const DiscriminatorModel>
        looked_with_; ///< the discriminator that attention was asked of last
    using SharedIndex = std::shared_ptr<const NeighbourIndex>;
    /// For a job: the training images as the explored model sees them; the known index where it serves.
    [[nodiscard]] std::function<Result<SharedIndex>(const Progress&)>
    neighbour_index(const std::string& features) const;
    SharedIndex neighbours_;
    HealthWatch health_;
    std::vector<TrainingIncident> incidents_; ///< of the run that is open
    std::int64_t changed_at_ = 0;             ///< step of its newest live change
    std::vector<HealthKind> told_;            ///< findings that were said and still hold
    std::uint64_t next_notice_ = 1;
    bool first_frame_seen_ = false;
    std::vector<std::int64_t>
        listed_checkpoints_; ///< of the run that is open, when the runs were listed last
    std::uint64_t shown_model_[static_cast<int>(PreviewChannel::count)] =
        {};                                  ///< of each channel's last frame
    double follow_seconds_ = 0;              ///< what rendering the newest weights anew has cost so far
    bool seen_ = true;                       ///< the window
    double memory_read_ = -10;               ///< when resident_bytes was last looked at
    std::vector<std::uint64_t> failed_jobs_; ///< whose failure was already said
    std::set<std::uint64_t> writing_jobs_;   ///< those of submit_writing
    // Threads last: destroyed first.
    std::unique_ptr<Explorer> explorer_;
    std::unique_ptr<TrainLoop> loop_;
    TrainingState loop_ends_as_ = TrainingState::paused; ///< what a loop that is stopping said last
    std::vector<LeavingRun> leaving_;
    std::unique_ptr<JobRegistry> jobs_;
    /// Small things that the list of jobs would only be full of: figures of each mark, attention, comparisons.
    std::unique_ptr<JobRegistry> quiet_;
};

/// A renderer for one job, of one core: jobs never take the trainer's. `not_found` without a model.
[[nodiscard]] Result<std::unique_ptr<Renderer>> renderer_of(const ExplorerModel& explored);

/// The run's folder that a checkpoint lies in, or that it is; empty for a lone file.
[[nodiscard]] std::string run_of_checkpoint(const std::string& checkpoint);
[[nodiscard]] bool same_place(const std::string& one,
                              const std::string& other); ///< on the disk; false where empty
[[nodiscard]] DataSummary summarise_data(const Dataset& data, double seconds);
[[nodiscard]] Preparation preparation_of(const Settings& settings);
[[nodiscard]] std::string split_name(DataSplit split);
/// Error `usage` for an unknown name; `otherwise` for an empty one.
[[nodiscard]] Result<DataSplit> split_named(const std::string& name, DataSplit otherwise);
[[nodiscard]] std::string data_name(const std::string& source); ///< short, for badges

} // namespace ganvas
