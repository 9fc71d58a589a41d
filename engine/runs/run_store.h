/// RunStore: one run's folder, written so that a crash, a kill or a full disk loses at most the last moments.
///
///   run.json  metrics.csv  diversity.csv  samples/step-N.png  checkpoints/step-N.safetensors  .lock
///
/// A store that writes holds a lock on the folder: a second program (or store) is refused with `io` and a
/// clear line. append(), flush(), sync_rows() and write_sample() may be called on any thread, and what is saved (write_run,
/// write_checkpoint, prune) beside them on another; everything else on the one thread that owns the store, while nothing
/// is saved. Files are written whole under a temporary name, fsynced and renamed; the two .csv are only
/// appended to, and a failed append is taken back and tried again with the next flush. A folder that is removed or
/// moved away is an error of every write until it is back; what another run made in its place is never touched. The
/// free functions only read, take no lock, and may be called on any thread while another program trains.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/image.h"
#include "engine/core/thread_annotations.h"
#include "engine/runs/row_file.h"
#include "engine/runs/run_lock.h"
#include "engine/runs/run_values.h"
#include "engine/runs/tensor_file.h"

namespace ganvas {

/// Which checkpoints stay when newer ones come.
struct PrunePolicy {
    int keep_last = 3;           ///< at least 1
    std::int64_t keep_every = 0; ///< also the first at or beyond each multiple of so many steps; 0: none
    bool keep_best = true;       ///< also the one nearest to the lowest measured distance
    std::vector<std::int64_t> keep_also = {}; ///< steps
};

class RunStore {
public:
    /// Makes `folder` (empty: a new, unique one in runs_folder(), its name made of the date and `name`).
    /// Refuses a folder that holds a run already.
    [[nodiscard]] static Result<std::unique_ptr<RunStore>> create(const Path& folder,
                                                                  const std::string& name = "run");
    /// Takes the lock of an existing run, trims a torn last row of metrics.csv and removes what killed writes left.
    [[nodiscard]] static Result<std::unique_ptr<RunStore>> open(const Path& folder);
    ~RunStore(); ///< flushes; errors are lost here, so flush() first
    RunStore(const RunStore&) = delete;
    RunStore& operator=(const RunStore&) = delete;

    [[nodiscard]] const Path& folder() const { return folder_; }
    [[nodiscard]] Path metrics_path() const { return folder_ / "metrics.csv"; }
    [[nodiscard]] Path checkpoint_path(std::int64_t step) const;

    [[nodiscard]] Result<void> write_run(RunInfo info);
    [[nodiscard]] Result<RunInfo> read_run() const;

    /// Buffered; goes to the file every 64 rows or two seconds, or with flush().
    [[nodiscard]] Result<void> append(const TrainingPoint& point);
    [[nodiscard]] Result<void> append(const DistancePoint& point);
    [[nodiscard]] Result<void> append(const DiversityPoint& point);
    [[nodiscard]] Result<void> flush();
    /// flush(), and on the disk. Before write_checkpoint: a run that goes on from there then lacks no row. While the disk
    /// works, append() does not wait for it.
    [[nodiscard]] Result<void> sync_rows();
    [[nodiscard]] Result<RunMetrics> read_metrics();

    [[nodiscard]] Result<void> write_sample(const RunSample& sample, const Image& sheet);
    [[nodiscard]] std::vector<RunSample> samples() const; ///< oldest first

    [[nodiscard]] Result<void> write_checkpoint(std::int64_t step, const TensorFile& file);
    /// Verified, newest first; damaged ones are passed over with a notice. `bad_checkpoint` when none is
    /// whole, `not_found` when there is none at all.
    [[nodiscard]] Result<RunCheckpoint> newest_good_checkpoint() const;
    /// Deletes what the policy does not keep; never the newest whole one.
    [[nodiscard]] Result<void> prune(const PrunePolicy& policy = {});

    /// Before going on from a checkpoint: removes metrics and samples beyond `step`, and renames checkpoints
    /// beyond it (they were damaged, or training would repeat them) to `….set-aside`, so that no row comes
    /// twice.
    [[nodiscard]] Result<void> rewind(std::int64_t step);

private:
    RunStore(Path folder, std::unique_ptr<RunLock> lock);
    [[nodiscard]] Result<void> make_parts() const;
    /// Of a run that was there: a torn last row goes, and when it was made is read.
    [[nodiscard]] Result<void> take_over();
    /// Whether the folder is there and still this run's; takes the lock anew where the folder came back.
    [[nodiscard]] Result<void> check_place();
    [[nodiscard]] Result<void> append_row(std::string& rows, const std::string& row) GANVAS_REQUIRES(mutex_);
    [[nodiscard]] Result<void> flush_locked() GANVAS_REQUIRES(mutex_);
    [[nodiscard]] Result<void> write_rows() GANVAS_REQUIRES(mutex_);

    Path folder_;
    Mutex place_mutex_;
    std::unique_ptr<RunLock> lock_ GANVAS_GUARDED_BY(place_mutex_);
    std::string created_ GANVAS_GUARDED_BY(place_mutex_); ///< as in run.json, to know the run again
    Mutex mutex_;                                         ///< before place_mutex_ where both are held
    RowFile metrics_ GANVAS_GUARDED_BY(mutex_);
    RowFile diversity_ GANVAS_GUARDED_BY(mutex_);
    std::string rows_ GANVAS_GUARDED_BY(mutex_); ///< of metrics_, not yet in the file
    std::string diversity_rows_ GANVAS_GUARDED_BY(mutex_);
    int row_count_ GANVAS_GUARDED_BY(mutex_) = 0;
    std::chrono::steady_clock::time_point last_flush_ GANVAS_GUARDED_BY(mutex_){};
    std::optional<Error> flush_error_ GANVAS_GUARDED_BY(mutex_); ///< of the last flush
};

// ---- reading, without a lock ---------------------------------------------------------------
[[nodiscard]] bool is_run_folder(const Path& folder);
/// `not_found` where it is none.
[[nodiscard]] Result<void> check_run_folder(const Path& folder);
[[nodiscard]] Result<RunInfo> read_run(const Path& folder);
[[nodiscard]] Result<RunMetrics> read_metrics(const Path& folder);
[[nodiscard]] std::vector<RunSample> run_samples(const Path& folder);
[[nodiscard]] Result<RunCheckpoint> newest_good_checkpoint(const Path& folder);

/// Whether a program (this one included) has the run open for writing.
[[nodiscard]] bool run_in_use(const Path& folder);

/// The run whose run.json this is: what is chosen where only files can be. Empty: it is something else.
[[nodiscard]] Path run_of_its_file(const Path& path);
/// CKPT of the command line: a .safetensors file (verified), or a run folder or its run.json (the newest good checkpoint).
[[nodiscard]] Result<RunCheckpoint> resolve_checkpoint(const Path& file_or_folder);

/// Every run in `folder` (or the one run that it is), newest first; an absent folder has none.
[[nodiscard]] std::vector<RunSummary> list_runs(const Path& folder);

/// Reads every file of a run to its end.
[[nodiscard]] Result<RunReport> verify_run(const Path& folder);

} // namespace ganvas
