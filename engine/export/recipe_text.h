/// ExportRecipe: everything that made an exported picture, as JSON inside the file and as one command line.
///
/// Value type and pure functions, any thread. Reading trusts nothing: sizes and nesting are limited, and what
/// does not fit is `bad_data`. The command line follows the program's contract; where no subcommand describes
/// the points, it is `ganvas sample CKPT --points 'JSON'`, which any list of points can be.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/latent_point.h"
#include "engine/core/result.h"

namespace ganvas {

struct ExportRecipe {
    std::string kind = "picture"; ///< picture, strip, sheet, grid, animation, history, latents, curves
    /// The whole path of the file with the weights, so that it is found from any folder and never means newer ones;
    /// of history and curves the run's folder.
    std::string checkpoint;
    std::int64_t step = 0;
    std::vector<LatentPoint> points; ///< one tile or frame each
    int columns = 0; ///< 0: one row (picture, strip, animation) or nearly a square (sheet, grid)
    int gap = 0;
    int scale = 1;
    double frames_per_second = 16;    ///< animations
    std::string space = "z";          ///< z, x, both or difference
    std::string from_image, to_image; ///< x-space: files of the user's that stand for an end; may be empty
    std::string program;              ///< "ganvas 0.1.0"
    bool operator==(const ExportRecipe&) const = default;
};

[[nodiscard]] std::string to_json(const ExportRecipe& recipe);
[[nodiscard]] Result<ExportRecipe> recipe_from_json(std::string_view text);
[[nodiscard]] std::string points_to_json(const std::vector<LatentPoint>& points);
[[nodiscard]] Result<std::vector<LatentPoint>> points_from_json(std::string_view text);

/// The line that makes the same pixels (or latents) and writes them to `out`; `unsupported` for kinds that no command
/// makes, `usage` for an ending of another kind of file.
[[nodiscard]] Result<std::string> command_line(const ExportRecipe& recipe, const std::string& out);
/// `ganvas neighbours …`: a generated face and the `count` images of `data` nearest to it; `unsupported` for a point that
/// is more than one seed's face of one class.
[[nodiscard]] Result<std::string> neighbours_line(const std::string& checkpoint, const std::string& data,
                                                  const LatentPoint& point, int count,
                                                  const std::string& features, const std::string& out);
/// A word for the shell: quoted where it must be.
[[nodiscard]] std::string shell_word(std::string_view text);

/// `steps` values from `first` to `last`, both ends exact; one step is `first`.
[[nodiscard]] std::vector<double> sweep_alphas(int steps, double first = 0, double last = 1);
/// `base` (from, to and all else) at each alpha.
[[nodiscard]] std::vector<LatentPoint> sweep_points(const LatentPoint& base,
                                                    const std::vector<double>& alphas);
/// `count` faces of the seeds first, first + 1, …
[[nodiscard]] std::vector<LatentPoint> face_points(std::uint64_t first, int count, double truncation = 1,
                                                   int class_label = -1);
/// `like` with the faces of the seeds first, first + 1, … in place of its own.
[[nodiscard]] std::vector<LatentPoint> faces_like(const LatentPoint& like, std::uint64_t first, int count);
/// The same faces once for each class 0 … classes - 1, class after class.
[[nodiscard]] std::vector<LatentPoint> class_points(std::uint64_t first, int count, double truncation,
                                                    int classes);
/// DCGAN's sheet: side x side copies of `result`, the middle one as it is, the others with noise of their own
/// (copy k has noise_seed = seed + k).
[[nodiscard]] std::vector<LatentPoint> noise_sheet_points(const LatentPoint& result, int side, double noise,
                                                          std::uint64_t seed);

} // namespace ganvas
