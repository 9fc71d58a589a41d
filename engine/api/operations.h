/// What the command line does, one function a subcommand; the window's jobs use the same code behind Session.
///
/// Each blocks its caller, reports through Progress and stops soon after its stop token is set (Error interrupted).
/// Values in, values out; files are written atomically. Defaults are the command-line contract's.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/api/evaluation.h"
#include "engine/api/values.h"
#include "engine/core/progress.h"

namespace ganvas {

struct TrainOptions {
    std::string data;   ///< empty: faces; with resume, the run's own, or the place they moved to
    std::string recipe; ///< empty: quick; with resume, the run's own and no other
    std::string out;    ///< run folder; empty: a new one under runs_folder()
    std::int64_t steps = 0, images = 0; ///< totals of the run; 0: no such limit
    double epochs = 0, minutes = 0;
    std::vector<std::string> assignments; ///< key=value
    bool resume = false;
    std::string from; ///< a fork: the checkpoint that a new run goes on from; else empty
    std::optional<std::uint64_t> seed;
    std::string device = "auto";
    /// A step that makes NaN is taken back and the learning rates are halved, three times at most; false: the run fails.
    bool takes_back = true;
};
struct TrainReport {
    std::int64_t steps = 0, images = 0;
    double seconds = 0, images_per_second = 0;
    std::string checkpoint, run_folder;
    bool interrupted = false;
};
/// `on_snapshot` is called about ten times a second, `on_notice` for each message, both on the calling thread.
[[nodiscard]] Result<TrainReport> train(const TrainOptions& options,
                                        std::function<void(const Snapshot&)> on_snapshot,
                                        std::function<void(const std::string&)> on_notice,
                                        const Progress& progress);

struct PictureOptions {
    std::string checkpoint;
    std::string out; ///< file, or folder for `sample` without an ending
    double truncation = 1;
    int class_label = -1;                          ///< of a conditional model; -1: the one that a seed names
    std::vector<std::pair<int, double>> class_mix; ///< in its place when not empty: LatentPoint::class_mix
    bool each_class = false;                       ///< `sample`: one class a row, the same latents in each
    int columns = 0, gap = 0, scale = 1;
    std::string directions; ///< attribute file; empty: the checkpoint's own
};
/// The face of a seed as these options want it.
[[nodiscard]] LatentPoint face_of(const PictureOptions& options, std::uint64_t seed);
struct PictureReport {
    std::string out;
    std::int64_t files = 0, images = 0;
    double seconds = 0;
};
[[nodiscard]] Result<PictureReport> sample(const PictureOptions& options, std::int64_t count,
                                           std::uint64_t seed, const Progress& progress = {});

/// Any list of points as JSON (what "Copy as command" writes where no other subcommand describes a picture).
struct PointsOptions {
    std::string json;
    double frames_per_second = 16;
    std::string space = "z";          ///< as InterpolateOptions: x mixes the ends of the first point
    std::string from_image, to_image; ///< as InterpolateOptions
};
[[nodiscard]] Result<PictureReport> sample_points(const PictureOptions& options, const PointsOptions& list,
                                                  const Progress& progress = {});

struct InterpolateOptions {
    std::uint64_t from = 0, to = 1;
    int steps = 64;          ///< 1: the moment alpha_from alone
    std::string space = "z"; ///< z, x, both or difference (difference_gain * |z - x|)
    LatentPath path = LatentPath::lerp;
    double alpha_from = 0, alpha_to = 1;
    double frames_per_second = 16;
    std::string from_image, to_image; ///< x-space: picture files in place of the two faces; empty: the faces
};
[[nodiscard]] Result<PictureReport>
interpolate(const PictureOptions& options, const InterpolateOptions& sweep, const Progress& progress = {});

/// The principal axes of latent -> image as a sheet: one axis a row, the face in the middle, `reach` standard deviations
/// along it at both ends.
struct AxesOptions {
    std::uint64_t seed = 0;
    int count = 8; ///< at most as many as are known (10)
    int steps = 7; ///< pictures a row; odd: with the face itself in the middle
    double reach = 3;
};
struct AxesReport {
    PictureReport picture;
    std::vector<double>
        share; ///< of the linear response's variance, per axis; empty where the axes came with the file
    double explained = 0; ///< share of all image variance that the linear response explains, 0..1
};
[[nodiscard]] Result<AxesReport> draw_axes(const PictureOptions& options, const AxesOptions& axes,
                                           const Progress& progress = {});

/// What a recipe (a shipped name or a TOML file; empty: the defaults) sets, or what a run or checkpoint was made with where
/// `run` is not empty; then with these changed.
[[nodiscard]] Result<Settings> chosen_settings(const std::string& recipe, const std::string& run,
                                               const std::vector<std::string>& assignments);
/// As a recipe that `--recipe FILE.toml` takes; `usage` for another ending.
[[nodiscard]] Result<PictureReport> save_recipe(const Settings& settings, const std::string& description,
                                                const std::string& out);

/// Both networks, layer by layer: of a checkpoint, or of a recipe with changes where `checkpoint` is empty.
struct NetworksOptions {
    std::string checkpoint;
    std::string recipe = "quick";
    std::vector<std::string> assignments; ///< key=value
};
[[nodiscard]] Result<ModelSummary> describe_networks(const NetworksOptions& options);
/// As the window's Model panel shows them, into a .png or .svg.
[[nodiscard]] Result<void> draw_networks(const ModelSummary& networks, const std::string& out);

enum class ArithmeticPart { all, result, sheet };
/// Pictures: each term's mean, the result, then the paper's sheet of the result with small noise when `sheet`; or one
/// part alone.
struct ArithmeticOptions {
    LatentSum sum;
    LatentLength length = LatentLength::sum;
    std::vector<std::pair<std::string, double>> attributes;
    bool sheet = true; ///< 3x3 around the result (Radford et al. 2015, figure 7)
    double noise = 0.25;
    std::uint64_t noise_seed = 1; ///< tile k of the sheet takes noise_seed + k
    ArithmeticPart part = ArithmeticPart::all;
};
[[nodiscard]] Result<PictureReport> arithmetic(const PictureOptions& options, const ArithmeticOptions& what,
                                               const Progress& progress = {});

struct AttributesReport {
    std::vector<AttributeCard> cards;
    std::string out;
    double seconds = 0;
};
[[nodiscard]] Result<AttributesReport> learn_attributes(const std::string& checkpoint,
                                                        const std::string& data, const std::string& out,
                                                        const std::string& split = {},
                                                        const Progress& progress = {});

[[nodiscard]] Result<DataSummary> inspect_data(const std::string& source,
                                               const std::vector<std::string>& assignments,
                                               const Progress& progress = {});
/// The pictures of a summary, eight a row, as .png.
[[nodiscard]] Result<PictureReport> write_data_sheet(const ImageBatch& pictures, const std::string& out);
[[nodiscard]] Result<PictureReport> make_faces(const std::string& out, std::int64_t count, std::uint64_t seed,
                                               int size, const Progress& progress = {});

[[nodiscard]] Result<std::vector<RunCard>> list_runs(const std::string& folder);
/// One problem a line; empty when the run is sound.
[[nodiscard]] Result<std::vector<std::string>> verify_run(const std::string& folder);
/// run.json as text.
[[nodiscard]] Result<std::string> show_run(const std::string& folder);

/// A generator-only half-precision checkpoint, as shipped in assets/.
[[nodiscard]] Result<PictureReport> export_generator(const std::string& checkpoint, const std::string& out,
                                                     const std::string& directions);

} // namespace ganvas
