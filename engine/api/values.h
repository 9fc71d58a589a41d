/// The values that cross between the engine and its users (window, command line): plain data, no torch, no behaviour.
///
/// Produced on worker threads, moved or shared (`shared_ptr<const T>`) to the UI thread; immutable once published.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/api/state.h"
#include "engine/core/image.h"
#include "engine/core/latent_point.h"
#include "engine/core/latent_prior.h"
#include "engine/core/notice.h"
#include "engine/core/result.h"
#include "engine/core/settings.h"
#include "engine/core/training_points.h"
#include "engine/core/training_state.h"

namespace ganvas {

// ---- explorer ----------------------------------------------------------------------------------------------------
/// Which part of the window asked; each has its own latest slot, so a busy strip never delays a dragged slider.
enum class PreviewChannel {
    sweep_current,
    sweep_strip,
    random_grid,
    arithmetic,
    arithmetic_sheet,
    attributes,
    pad,
    count
};

struct LatentRequest {
    std::uint64_t id = 0; ///< chosen by the asker, echoed in the frame; 0 is not used
    PreviewChannel channel = PreviewChannel::sweep_current;
    std::vector<LatentPoint> points; ///< one picture each; in one batch where nothing trains
    bool follow_model = true;        ///< render again by itself when newer weights arrive
};

struct PreviewFrame {
    std::uint64_t id = 0;
    PreviewChannel channel = PreviewChannel::sweep_current;
    std::uint64_t model_id = 0; ///< changes with the weights
    SharedBatch images;         ///< null when error is set
    std::optional<Error> error;
    double milliseconds = 0; ///< request taken → images ready
};

// ---- data, models ------------------------------------------------------------------------------------------------
struct DataSummary {
    std::string source;
    std::int64_t images = 0;
    int channels = 0, width = 0, height = 0;
    std::vector<std::string> attribute_names;
    std::vector<std::int64_t> attribute_counts; ///< images with +1
    std::vector<std::string> class_names;
    std::vector<std::int64_t> class_counts;
    std::int64_t skipped = 0;
    std::vector<std::pair<std::string, std::string>> skipped_files; ///< name, reason; the first 1,000
    SharedBatch thumbnails;                                         ///< up to 64, as the model sees them
    double open_seconds = 0;
};

struct LayerRow {
    std::string name, shape;
    int channels = 0, height = 0, width = 0;
    std::int64_t parameters = 0;
    bool operator==(const LayerRow&) const = default;
};
struct ModelSummary {
    std::vector<LayerRow> generator, discriminator;
    std::int64_t generator_parameters = 0, discriminator_parameters = 0;
    std::string error; ///< when the settings describe no buildable model
    bool operator==(const ModelSummary&) const = default;
};
/// Pure and quick: for the panels while settings are edited. `data`: what is open, whose channels and classes the model
/// may take. `classes`: of a model that is there already; 0: those of the data, or ten while none are open.
[[nodiscard]] ModelSummary summarise_model(const Settings& settings,
                                           const std::optional<DataSummary>& data = {}, int classes = 0);

/// What the explorer is showing now: a checkpoint or the live run.
struct ModelCard {
    std::uint64_t id = 0;
    std::string name;       ///< "shipped faces", run folder's name
    bool shipped = false;   ///< comes with the program
    std::string checkpoint; ///< path for `ganvas … CKPT`; may be empty before the first save
    std::int64_t step = 0;
    int latent_size = 0, image_size = 0, channels = 0, classes = 0;
    LatentPrior prior = LatentPrior::normal;
    int principal_axes = 0; ///< how many axes the pad may use
    std::vector<std::string> class_names;
    Settings settings;
};

/// One learned direction with what it really does; see `ganvas attributes`.
struct AttributeCard {
    std::string name;
    double classifier_accuracy = 0; ///< held out, 0..1
    double base_rate = 0;           ///< of the majority answer on the held-out images
    double flipped = 0;             ///< share of 200 fresh samples whose answer flips at +2 sigma
    std::vector<double> moved;      ///< mean change of each attribute's probability at +2 sigma, same order
    bool works = false;
};

// ---- jobs, messages ----------------------------------------------------------------------------------------------
enum class JobState { waiting, running, done, failed, cancelled };
struct JobStatus {
    std::uint64_t id = 0;
    std::string title; ///< "Measuring Fréchet distance"
    std::string detail;
    double fraction = 0;
    double seconds = 0;
    JobState state = JobState::waiting;
    std::string result;  ///< path or figure when done, error line when failed
    bool writes = false; ///< makes a file that the user asked for
    [[nodiscard]] bool unfinished() const { return state == JobState::waiting || state == JobState::running; }
};

struct RunCard {
    std::string folder, name, recipe, data, modified;
    std::int64_t step = 0, images = 0;
    double best_distance = -1;
    bool resumable = false;
    SharedBatch thumbnail; ///< one picture: the newest sample grid, small; may be null
};

} // namespace ganvas
