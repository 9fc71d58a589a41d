/// The session behind the facade: who owns which thread, and what each command does.
///
/// Internal to engine/api. UI thread only, except Arrivals, which jobs fill. Jobs never touch the session: they return
/// a closure with values, which poll() runs on the UI thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "engine/api/checkpoint_model.h"
#include "engine/api/explorer.h"
#include "engine/api/export_job.h"
#include "engine/api/session.h"
#include "engine/core/latest.h"
#include "engine/data/dataset.h"
#include "engine/jobs/job_registry.h"
#include "engine/latent/neighbours.h"
#include "engine/metrics/distance_monitor.h"
#include "engine/metrics/diversity_monitor.h"
#include "engine/training/train_loop.h"

namespace ganvas {

class SessionImplementation final : public Session {
public:
    explicit SessionImplementation(SessionOptions options);
    ~SessionImplementation() override;

    void send(Command command) override;
    void request(LatentRequest request) override;
    const View& poll() override;
    [[nodiscard]] Result<std::string> as_command(const ExportLatents& what) override;
    void set_interactive(bool interactive) override;

private:
    using Arrival = std::function<void(SessionImplementation&)>;
    using Arrivals = Queue<Arrival>;

    // ---- commands (session_commands.cpp) ----
    void handle(const OpenData& command);
    void handle(const OpenCheckpoint& command);
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
    void restore(ExportRecipe recipe);
    // ---- jobs (session_jobs.cpp) ----
    void handle(const MeasureDistance& command);
    void handle(const LearnAttributes& command);
    void handle(const ComputeAxes& command);
    void handle(const FindNeighbours& command);
    // ---- measures beside training (session_measures.cpp) ----
    void handle(const LookAtAttention& command);
    void measure_when_due();
    void measure_checkerboard();
    // ---- runs (session_runs.cpp), studies (session_studies.cpp) ----
    void handle(const RefreshRuns& command);
    void handle(const TagRun& command);
    void handle(const CompareRuns& command);
    void handle(const PlanFork& command);
    void start_fork(bool paused);
    void handle(const ListStudies& command);
    void handle(const StartStudy& command);
    void follow_study();
    void handle(const ExportLatents& command);
    void handle(const ExportHistory& command);
    void handle(const ExportCurves& command);

    [[nodiscard]] bool check(TrainingAction action); ///< notice and false when not allowed now
    void start_loop(bool paused, bool resume);
    void end_loop();
    void take_from_loop();
    void take_jobs();
    void adopt(CheckpointModel opened); ///< explore it; its run can be continued
    void forget_run();
    void adopt_data(SharedDataset data, double seconds);
    void show_model(SharedModel model);
    void pace_model(const std::vector<PreviewFrame>& frames);
    void open_data(const std::string& source);
    void open_default_data(); ///< see SessionOptions::open_drawn_faces
    void refresh_runs();
    void read_history(const std::string& run_folder); ///< a job: the sample sheets of a run that was opened
    void look_at_machine();                           ///< a job: the device that training would take
    [[nodiscard]] std::string exported_checkpoint();
    void remember_run(bool was_training) const;
    void notice(NoticeLevel level, std::string text);
    [[nodiscard]] bool loop_active() const { return loop_ != nullptr && loop_->running(); }
    [[nodiscard]] double now() const;
    std::uint64_t submit(std::string title, JobRegistry::Work work) {
        return jobs_->submit(std::move(title), std::move(work));
    }

    SessionOptions options_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    View view_;
    std::shared_ptr<Arrivals> arrivals_ = std::make_shared<Arrivals>();
    std::string data_source_ = "faces";
    SharedDataset data_; ///< opened; null until then
    TrainingTarget target_;
    ExplorerModel explored_; ///< what the explorer has now
    AttributeDirections attributes_;
    std::string checkpoint_;         ///< of what is explored; empty before the first save
    bool directions_in_file_ = true; ///< false once some were computed that checkpoint_ does not hold
    std::string run_folder_;         ///< run that start continues; empty: a new one
    std::shared_ptr<DistanceMonitor> monitor_;
    std::shared_ptr<DiversityMonitor> diversity_monitor_;
    bool measuring_ = false;
    bool checking_checkerboard_ = false;
    SharedBatch checkerboard_of_; ///< the mark that was looked at last
    bool looking_ = false;        ///< attention is being computed
    std::optional<LatentPoint> look_next_;
    std::shared_ptr<const NeighbourIndex> neighbours_;
    std::uint64_t next_notice_ = 1;
    bool first_frame_seen_ = false;
    std::uint64_t shown_model_[static_cast<int>(PreviewChannel::count)] =
        {};                                  ///< of each channel's last frame
    double follow_seconds_ = 0;              ///< what rendering the newest weights anew has cost so far
    double memory_read_ = -10;               ///< when resident_bytes was last looked at
    std::vector<std::uint64_t> failed_jobs_; ///< whose failure was already said
    // Threads last: destroyed first.
    std::unique_ptr<Explorer> explorer_;
    std::unique_ptr<TrainLoop> loop_;
    std::unique_ptr<JobRegistry> jobs_;
    /// Small things that the list of jobs would only be full of: figures of each mark, attention, comparisons.
    std::unique_ptr<JobRegistry> quiet_;
};

/// A renderer for one job, of one core: jobs never take the trainer's. `not_found` without a model.
[[nodiscard]] Result<std::unique_ptr<Renderer>> renderer_of(const ExplorerModel& explored);

[[nodiscard]] DataSummary summarise_data(const Dataset& data, double seconds);
[[nodiscard]] Preparation preparation_of(const Settings& settings);
[[nodiscard]] std::string split_name(DataSplit split);
/// Error `usage` for an unknown name; `otherwise` for an empty one.
[[nodiscard]] Result<DataSplit> split_named(const std::string& name, DataSplit otherwise);
[[nodiscard]] std::string data_name(const std::string& source); ///< short, for badges
/// The file that `session.json` remembers: which run, and whether it was training.
struct RememberedRun {
    std::string folder;
    bool was_training = false;
};
[[nodiscard]] RememberedRun remembered_run();

} // namespace ganvas
