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
#include "engine/core/result.h"
#include "engine/core/settings.h"

namespace ganvas {

// ---- latents -----------------------------------------------------------------------------------------------------
/// sum of weight * mean(latents of the seeds). One face is {{1, {seed}}}; DCGAN's arithmetic is {+1, …}, {-1, …}, {+1, …}.
struct LatentSum {
    struct Slot {
        double weight = 1;
        std::vector<std::uint64_t> seeds;
        bool operator==(const Slot&) const = default;
    };
    std::vector<Slot> slots;
    [[nodiscard]] static LatentSum face(std::uint64_t seed) { return {{Slot{1.0, {seed}}}}; }
    bool operator==(const LatentSum&) const = default;
};

enum class LatentPath { lerp, slerp };

/// How one latent vector is made, in this order: from (→ to at alpha), attribute directions, principal axes,
/// coordinates replaced, noise added, truncation (z * t). It is also what exports carry and commands spell out.
struct LatentPoint {
    LatentSum from;
    std::optional<LatentSum> to;
    double alpha = 0;                 ///< weight of `to`; outside 0..1 extrapolates
    LatentPath path = LatentPath::lerp;
    std::vector<std::pair<std::string, double>> attributes;  ///< name, standard deviations along its direction
    std::vector<std::pair<int, double>> axes;                ///< principal axis number, standard deviations
    std::vector<std::pair<int, double>> coordinates;         ///< latent coordinate, its new value
    double noise = 0;
    std::uint64_t noise_seed = 0;
    double truncation = 1;            ///< 0..1 shrinks towards the mean face; 1 leaves alone
    int class_label = -1;
    bool operator==(const LatentPoint&) const = default;
};

/// Which part of the window asked; each has its own latest slot, so a busy strip never delays a dragged slider.
enum class PreviewChannel { sweep_current, sweep_strip, random_grid, arithmetic, arithmetic_sheet, attributes, pad, count };

struct LatentRequest {
    std::uint64_t id = 0;             ///< chosen by the asker, echoed in the frame; 0 is not used
    PreviewChannel channel = PreviewChannel::sweep_current;
    std::vector<LatentPoint> points;  ///< one picture each, rendered in one batch
    bool follow_model = true;         ///< render again by itself when newer weights arrive
};

struct PreviewFrame {
    std::uint64_t id = 0;
    PreviewChannel channel = PreviewChannel::sweep_current;
    std::uint64_t model_id = 0;       ///< changes with the weights
    SharedBatch images;               ///< null when error is set
    std::optional<Error> error;
    double milliseconds = 0;          ///< request taken → images ready
};

// ---- training ----------------------------------------------------------------------------------------------------
/// One logged point of training; losses are means since the point before.
struct TrainingPoint {
    std::int64_t step = 0;
    std::int64_t images = 0;
    double seconds = 0;               ///< training time only
    double epoch = 0;
    float discriminator_loss = 0;
    float generator_loss = 0;
    float real_score = 0;             ///< mean D(x) after a sigmoid
    float fake_score = 0;             ///< mean D(G(z)) after a sigmoid
};

/// A measured Fréchet distance with its badge; never called FID.
struct DistancePoint {
    std::int64_t step = 0;
    std::int64_t images = 0;
    double seconds = 0;
    double epoch = 0;
    double value = 0;
    double deviation = 0;             ///< over `resamples` resamples
    int resamples = 0;
    std::int64_t count = 0;           ///< N generated images
    std::string extractor;            ///< "lite0-96"
    std::string data;                 ///< name of the data set
};

/// Lossy state of training; the newest wins.
struct Snapshot {
    TrainingState state = TrainingState::empty;
    std::string message;              ///< why, when failed or finished
    std::int64_t step = 0, images = 0, epoch_images = 0;
    double epoch = 0;
    double images_per_second = 0;
    double milliseconds_per_step = 0;
    double seconds = 0;               ///< training time
    std::int64_t target_steps = 0;    ///< 0: none
    double target_seconds = 0;        ///< 0: none
    double seconds_left = -1;         ///< -1: no target
    std::int64_t resident_bytes = 0;  ///< memory of the process
    std::int64_t device_bytes = -1;   ///< GPU memory in use; -1 without one
    std::string device;               ///< "cpu", "cuda: NVIDIA …"
    std::string precision;            ///< "float32", "bfloat16"
    int threads = 0;
    std::string run_folder;
};

/// A mark of the fixed-noise history: one 8x8 (or so) batch from the averaged weights.
struct SampleMark {
    std::int64_t step = 0, images = 0;
    double seconds = 0;
    SharedBatch images_batch;
};

// ---- data, models ------------------------------------------------------------------------------------------------
struct DataSummary {
    std::string source;
    std::int64_t images = 0;
    int channels = 0, width = 0, height = 0;
    std::vector<std::string> attribute_names;
    std::vector<std::int64_t> attribute_counts;  ///< images with +1
    std::vector<std::string> class_names;
    std::vector<std::int64_t> class_counts;
    std::int64_t skipped = 0;
    std::vector<std::pair<std::string, std::string>> skipped_files;  ///< name, reason; the first 1,000
    SharedBatch thumbnails;                      ///< up to 64, as the model sees them
    double open_seconds = 0;
};

struct LayerRow {
    std::string name, shape;
    int channels = 0, height = 0, width = 0;
    std::int64_t parameters = 0;
};
struct ModelSummary {
    std::vector<LayerRow> generator, discriminator;
    std::int64_t generator_parameters = 0, discriminator_parameters = 0;
    std::string error;                           ///< when the settings describe no buildable model
};
/// Pure and quick: for the Model panel while settings are edited.
[[nodiscard]] ModelSummary summarise_model(const Settings& settings);

/// What the explorer is showing now: a checkpoint or the live run.
struct ModelCard {
    std::uint64_t id = 0;
    std::string name;                            ///< "shipped faces", run folder's name
    std::string checkpoint;                      ///< path for `ganvas … CKPT`; may be empty before the first save
    std::int64_t step = 0;
    int latent_size = 0, image_size = 0, channels = 0, classes = 0;
    int principal_axes = 0;                      ///< how many axes the pad may use
    std::vector<std::string> class_names;
    Settings settings;
};

/// One learned direction with what it really does; see `ganvas attributes`.
struct AttributeCard {
    std::string name;
    double classifier_accuracy = 0;              ///< held out, 0..1
    double base_rate = 0;                        ///< of the majority answer on the held-out images
    double flipped = 0;                          ///< share of 200 fresh samples whose answer flips at +2 sigma
    std::vector<double> moved;                   ///< mean change of each attribute's probability at +2 sigma, same order
    bool works = false;
};

// ---- jobs, messages ----------------------------------------------------------------------------------------------
enum class JobState { waiting, running, done, failed, cancelled };
struct JobStatus {
    std::uint64_t id = 0;
    std::string title;                           ///< "Measuring Fréchet distance"
    std::string detail;
    double fraction = 0;
    double seconds = 0;
    JobState state = JobState::waiting;
    std::string result;                          ///< path or figure when done, error line when failed
};

enum class NoticeLevel { info, warning, error };
struct Notice {
    std::uint64_t id = 0;
    NoticeLevel level = NoticeLevel::info;
    std::string text;
    double time = 0;                             ///< seconds since the program's start
};

struct RunCard {
    std::string folder, name, recipe, data, modified;
    std::int64_t step = 0, images = 0;
    double best_distance = -1;
    bool resumable = false;
    SharedBatch thumbnail;                       ///< one picture: the newest sample grid, small; may be null
};

}  // namespace ganvas
