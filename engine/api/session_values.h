/// Values of the session's View that only the window draws: measures beside the samples, runs beside each other, a
/// fork, attention, a study.
///
/// Plain values; made on job threads, moved to the UI thread, which alone reads them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/api/reproduce.h"
#include "engine/api/values.h"
#include "engine/core/diversity_point.h"

namespace ganvas {

struct NeighbourResult {
    LatentPoint point;  ///< of the generated picture
    SharedBatch images; ///< the generated one, then its neighbours
    std::vector<std::string> names;
    std::vector<double> distances;
    std::string features = "blocks"; ///< what was compared
    std::int64_t compared = 0;       ///< training images
};

/// A picture file of the user's (ReadPicture), one picture of the model's size.
struct PictureRead {
    std::uint64_t id = 0;
    std::string path;
    SharedBatch picture;
};

/// An exported file that was opened: the exact state to bring back.
struct RestoredState {
    std::uint64_t id = 0;
    /// "sweep", "arithmetic", "attributes", "pad", "face" (one), "grid"; without points "history", "curves". Empty for a
    /// picture of the user's by itself, which is from_image.
    std::string kind;
    std::vector<LatentPoint> points;
    std::string from_image, to_image; ///< of a sweep: pictures that stood in for A and B in x-space
    bool difference = false;          ///< of a sweep: the two spaces' difference was shown
    /// Of the weights that made it; of history and curves the mark that the samples showed. -1: not known.
    std::int64_t step = -1;
};

/// How much of a checkerboard a grid of samples has, against the data (engine/metrics/checkerboard.h).
struct CheckerboardFigure {
    double ratio = 0, error = 0; ///< 1: as much as the data; `error` is the standard error
    int count = 0;               ///< pictures on each side
    std::int64_t step = 0;
    std::string data, split; ///< the other side's source and the part of it
    int size = 0;            ///< pixels; neither side is resized
    SharedBatch pictures;    ///< that were measured
};

struct CheckpointCard {
    std::string path;
    std::int64_t step = 0;
    bool best = false; ///< the one nearest to the lowest distance, which is kept when others are pruned
};

/// What the list of runs knows beyond a RunCard.
struct RunDetails {
    std::vector<std::string> tags;
    std::string parent; ///< folder of the run that it was forked from; empty: none
    std::int64_t parent_step = 0;
    std::vector<CheckpointCard> checkpoints; ///< oldest first
    std::optional<DistancePoint> best;       ///< lowest distance under the newest badge
};

/// One side of a comparison. `problem` says why there are no pictures (or no curves).
struct ComparedRun {
    std::string folder, name, problem;
    std::int64_t step = 0; ///< of the checkpoint that made the pictures
    std::vector<TrainingPoint> losses;
    std::vector<DistancePoint> distances;
    SharedBatch pictures; ///< of the comparison's seeds
};
struct RunComparison {
    std::uint64_t id = 0; ///< changes with every comparison
    std::vector<std::uint64_t> seeds;
    std::array<ComparedRun, 2> runs;
};

/// A fork that begins with the next start: its settings can still be changed.
struct ForkPlan {
    std::string checkpoint, parent, parent_name;
    std::int64_t step = 0;
};

/// Where one layer's self-attention looks: row y * width + x of `weights` is what that place looks at.
struct AttentionLayer {
    int layer = 0, height = 0, width = 0;
    std::vector<float> weights;
};
enum class NetworkKind { generator, discriminator };
struct AttentionResult {
    LatentPoint point;
    std::uint64_t model_id = 0;
    std::vector<AttentionLayer> layers;
    NetworkKind network = NetworkKind::generator;
    std::string problem = {}; ///< why there are no layers: no checkpoint holds the discriminator, …
    std::int64_t step = 0;    ///< of the weights that looked: a discriminator's are those saved last
};

/// A study's folder: of one that runs, or what an earlier one left.
struct StudyRun {
    std::string name, out;
    double budget = 0; ///< minutes a row; 0: as long as the report
    std::uint64_t job = 0;
    bool running = false;
    std::string error;
    StudyView table;            ///< fills while it runs
    std::string extractor = {}; ///< that measured in place of Lite0; empty: as the study says
};
/// Everything that is known of a study: what the report had, and what was made of it here.
struct StudyResults {
    StudyView outline;          ///< rows and columns with the report's values, nothing measured
    std::vector<StudyRun> runs; ///< a folder each, newest first
    std::string problem;        ///< why there is no outline
};

} // namespace ganvas
