/// What a run folder says about itself: plain values of run.json, of samples, of checkpoints and of the list
/// of runs.
///
/// Value types, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/core/diversity_point.h"
#include "engine/core/files.h"
#include "engine/core/settings.h"
#include "engine/core/training_incident.h"
#include "engine/core/training_points.h"

namespace ganvas {

/// training: a program was (or is) working on it; after a crash it stays so, and the run is offered for going
/// on.
enum class RunState { training, stopped, finished, failed };

/// A live setting that was changed while the run trained.
struct SettingChange {
    std::int64_t step = 0;
    std::string key;
    std::string value;
    bool operator==(const SettingChange&) const = default;
};

/// run.json
struct RunInfo {
    Settings settings;       ///< as they are now, live changes included
    std::string recipe;      ///< name or file it began with
    std::string data_source; ///< SRC as the user wrote it
    std::string data_name;   ///< short, for badges
    std::string data_fingerprint;
    std::map<std::string, std::string> versions; ///< "ganvas", "torch", "device" …
    RunState state = RunState::training;
    std::string message; ///< why it failed or ended
    std::int64_t step = 0;
    std::int64_t images = 0;
    double seconds = 0;             ///< training time
    std::int64_t target_steps = 0;  ///< 0: none
    double target_seconds = 0;      ///< 0: none
    double target_epochs = 0;       ///< 0: none
    std::int64_t target_images = 0; ///< 0: none
    std::string parent;             ///< folder of the run that it was forked from; empty: none
    std::int64_t parent_step = 0;   ///< of the checkpoint that it began with
    std::string created;            ///< ISO 8601, UTC; set by create()
    std::string modified;           ///< set by every write_run()
    std::vector<SettingChange> changes;
    std::vector<TrainingIncident> incidents; ///< steps that went wrong, oldest first
    bool operator==(const RunInfo&) const = default;
};

/// metrics.csv and diversity.csv as read back: in order of step, without repeats.
struct RunMetrics {
    std::vector<TrainingPoint> training;
    std::vector<DistancePoint> distances;
    std::vector<DiversityPoint> diversity; ///< mode collapse
    bool cut_off = false;                  ///< the file has more rows than are read
    std::int64_t damaged_rows = 0;         ///< skipped: torn by a crash or edited
    std::int64_t torn_rows = 0; ///< of these: a last row without its end, which goes when the run goes on
};

/// One PNG of the fixed-noise history: a sheet of `columns` tiles a row; its text chunks hold these figures.
struct RunSample {
    std::int64_t step = 0;
    std::int64_t images = 0;
    double seconds = 0; ///< training time
    int columns = 0;    ///< 0: unknown (another program wrote the file)
    int count = 0;      ///< tiles
    Path path;          ///< set by samples()
};

struct RunCheckpoint {
    Path path;
    std::int64_t step = 0;
    std::vector<std::string> notices; ///< damaged newer ones that were passed over
};

/// One line of the list of runs.
struct RunSummary {
    Path folder;
    std::string name, recipe, data, modified;
    std::int64_t step = 0, images = 0;
    RunState state = RunState::stopped;
    double best_distance = -1; ///< -1: never measured
    bool resumable = false;    ///< has a checkpoint
    Path newest_sample;        ///< empty when there is none
    std::string problem;       ///< run.json cannot be read, and why
};

struct RunFileCheck {
    Path path;
    bool good = false;
    std::string detail; ///< what it holds, or what is wrong with it
};

struct RunReport {
    std::vector<RunFileCheck> files;
    bool good = true; ///< run.json reads and, where there are checkpoints, one is whole
};

} // namespace ganvas
