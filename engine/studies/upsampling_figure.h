/// Report 1, figure 1: what the three ways to double a map's side do to a flat map, as SVG.
///
/// A map of ones goes through one random kernel (N(0, 1), seed 1): of 4 x 4, stride 2 for the transposed convolution, of
/// 3 x 3 after nearest-neighbour and bilinear enlargement. The transposed convolution meets each of its four output phases
/// with other weights, so even a flat map gets a pattern of two pixels; the other two stay flat (Odena et al. 2016).
/// Pure, any thread.
#pragma once

#include <string>
#include <vector>

namespace ganvas {

enum class MapUpsampling { transposed_convolution, nearest_convolution, bilinear_convolution };

/// Rows of the middle of the enlarged map, away from its edges: [8][8].
[[nodiscard]] std::vector<std::vector<double>> enlarged_flat_map(MapUpsampling how);

[[nodiscard]] std::string upsampling_drawing();

} // namespace ganvas
