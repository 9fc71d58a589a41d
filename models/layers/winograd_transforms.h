/// The linear maps of Winograd's convolution for kernels of 4×4 at stride 2 and padding 1, on plain memory.
///
/// Such a convolution is four of 2×2 at stride 1, one for each parity of the large side's rows and columns. `tile`²
/// values of the small side need (tile + 1)² products a parity and pair of channels instead of 4 tile² (Winograd 1980;
/// Lavin & Gray 2016): 2.56 times fewer at tile 4, 1.78 times fewer at tile 2. With B, G and A of that scheme
///
///     halving      small   = Aᵀ [(G w Gᵀ) ⊙ (Bᵀ large B)] A
///     doubling     large   = B [(G w Gᵀ) ⊙ (A small Aᵀ)] Bᵀ        its transpose
///     of weights   weights = Gᵀ [(A small Aᵀ) ⊙ (Bᵀ large B)] G    its gradient
///
/// where ⊙, summed over channels or over places, is a matrix product for each of the (tile + 1)² points. Here are the six
/// maps around those products. Pure; any thread; they run on LibTorch's threads (parallel.h).
#pragma once

#include <cstdint>

namespace ganvas {

struct WinogradShape {
    int tile = 4;              ///< 2 or 4; divides height and width
    std::int64_t pictures = 0; ///< N
    std::int64_t height = 0;   ///< of the small side, h
    std::int64_t width = 0;    ///< of the small side, w
    std::int64_t large = 0;    ///< channels of the large side, C; a multiple of 16
    std::int64_t small = 0;    ///< channels of the small side, O; a multiple of 16
    std::int64_t plane_rest =
        0; ///< unused floats after each point's matrix (they keep the points off one cache set)

    [[nodiscard]] std::int64_t points() const { return std::int64_t(tile + 1) * (tile + 1); }
    [[nodiscard]] std::int64_t tiles() const { return pictures * (height / tile) * (width / tile); }
};

enum class WinogradMap {
    large_to_points,   ///< [N, 2h, 2w, C] → [points, tiles, 4 C]
    small_to_points,   ///< [N, h, w, O] → [points, tiles, O]
    weights_to_points, ///< [O, 4, 4, C] → [points, O, 4 C]
    points_to_large,   ///< back, each transposed
    points_to_small,
    points_to_weights
};

/// Whether the convolutions are faster so on this processor: it has AVX2, Intel's or AMD's (docs/measured.md), and this
/// build has the maps for it (GCC without sanitisers).
[[nodiscard]] bool winograd_pays_here();

/// Applies `map`: `from` and `to` are dense in the order of the shapes above, but that the matrices of two points lie
/// `plane_rest` floats further apart where `padded` says so.
void winograd_map(WinogradMap map, const WinogradShape& shape, const float* from, float* to, bool padded);

} // namespace ganvas
