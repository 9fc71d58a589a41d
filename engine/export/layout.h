/// How pictures are put together: tiles, strips, sheets, frames, and mixtures in pixel space.
///
/// Pure functions, any thread. Shapes that do not fit and sheets beyond 2^28 bytes are `usage` errors.
#pragma once

#include <vector>

#include "engine/core/image.h"
#include "engine/core/result.h"

namespace ganvas {

struct TileLayout {
    int columns = 0;               ///< 0: all in one row
    int gap = 0;                   ///< pixels between tiles, not around them; after scaling
    int scale = 1;                 ///< whole-number enlargement, nearest neighbour
    std::uint8_t background = 255; ///< of gaps and of places without a tile
};

/// Row by row from the top left.
[[nodiscard]] Result<Image> tile(const ImageBatch& images, const TileLayout& layout = {});
/// The tiles of a sheet that tile() made with scale 1 and this gap.
[[nodiscard]] Result<ImageBatch> untile(const Image& sheet, int columns, int count, int gap = 0);
/// One above the other, left-aligned: the z row above the x row, the steps of a progress sheet.
[[nodiscard]] Result<Image> stack(const std::vector<Image>& rows, int gap = 0, std::uint8_t background = 255);
/// One picture for each frame of an animation.
[[nodiscard]] std::vector<Image> frames(const ImageBatch& images, int scale = 1);
/// Columns that make a sheet of `count` tiles nearly square.
[[nodiscard]] int square_columns(int count);
[[nodiscard]] Image enlarge(const Image& image, int scale);
/// One picture from several batches, one row each: the progress figure (step after step, the same faces).
[[nodiscard]] Result<Image> progress_sheet(const std::vector<ImageBatch>& marks, int columns, int gap = 0,
                                           int scale = 1);

/// Pixel space: (1 − alpha) * from + alpha * to, rounded and clamped; alpha outside 0..1 extrapolates. Grey
/// and RGB may be mixed (the result is RGB).
[[nodiscard]] Result<Image> blend(const Image& from, const Image& to, double alpha);
[[nodiscard]] Result<ImageBatch> blend_sweep(const Image& from, const Image& to,
                                             const std::vector<double>& alphas);
/// gain * |a − b| a channel, clamped.
[[nodiscard]] Result<Image> difference(const Image& a, const Image& b, double gain = 1);
[[nodiscard]] Result<ImageBatch> differences(const ImageBatch& a, const ImageBatch& b, double gain = 1);
/// 1, 3 or 4 channels; grey by Rec. 601 luma, alpha composited over white.
[[nodiscard]] Image with_channels(const Image& image, int channels);

} // namespace ganvas
