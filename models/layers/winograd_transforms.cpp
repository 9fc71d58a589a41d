#include "models/layers/winograd_transforms.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "models/parallel.h"

// One body, compiled for the widest vectors that the processor may have. Sanitisers instrument the choice itself, which runs
// before they do; with other compilers it has not been tried.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)        \
    && !defined(__SANITIZE_THREAD__)
#define GANVAS_WIDEST __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define GANVAS_WIDEST
#define GANVAS_BASELINE_VECTORS
#endif
#define GANVAS_INLINE __attribute__((always_inline)) inline

namespace ganvas {
namespace {

constexpr int lanes = 16; // floats of one AVX-512 register
using Lane = float __attribute__((vector_size(lanes * sizeof(float))));

template <int rows, int columns>
using Matrix = std::array<std::array<float, std::size_t(columns)>, std::size_t(rows)>;

template <int rows, int columns>
constexpr Matrix<columns, rows> transposed(const Matrix<rows, columns>& of) {
    Matrix<columns, rows> result{};
    for (std::size_t i = 0; i < std::size_t(rows); ++i)
        for (std::size_t j = 0; j < std::size_t(columns); ++j) result[j][i] = of[i][j];
    return result;
}

/// Bᵀ, G and Aᵀ of `tile` outputs of a kernel of two: interpolation at 0, 1, ∞, and for tile 4 also at -1 and 2.
template <int tile>
struct Scheme;
template <>
struct Scheme<2> {
    static constexpr Matrix<3, 3> data{{{1, -1, 0}, {0, 1, 0}, {0, 1, -1}}};
    static constexpr Matrix<3, 2> kernel{{{1, 0}, {1, 1}, {0, 1}}};
    static constexpr Matrix<2, 3> output{{{1, 1, 0}, {0, 1, -1}}};
};
template <>
struct Scheme<4> {
    static constexpr Matrix<5, 5> data{
        {{2, -1, -2, 1, 0}, {0, -2, -1, 1, 0}, {0, 2, -3, 1, 0}, {0, -1, 0, 1, 0}, {0, 2, -1, -2, 1}}};
    static constexpr Matrix<5, 2> kernel{
        {{0.5f, 0}, {-0.5f, -0.5f}, {-1.0f / 6, 1.0f / 6}, {1.0f / 6, 1.0f / 3}, {0, 1}}};
    static constexpr Matrix<4, 5> output{
        {{1, 1, 1, 1, 0}, {0, 1, -1, 2, 0}, {0, 1, 1, 4, 0}, {0, 1, -1, 8, 1}}};
};
template <int tile>
struct Adjoint {
    static constexpr auto data = transposed<tile + 1, tile + 1>(Scheme<tile>::data);
    static constexpr auto kernel = transposed<tile + 1, 2>(Scheme<tile>::kernel);
    static constexpr auto output = transposed<tile, tile + 1>(Scheme<tile>::output);
};

template <float factor>
GANVAS_INLINE void add(Lane& sum, const Lane& value) {
    if constexpr (factor == 1)
        sum += value;
    else if constexpr (factor == -1)
        sum -= value;
    else if constexpr (factor != 0)
        sum += factor * value;
}

/// Calls f<0>() … f<count - 1>().
template <int count, class Function>
GANVAS_INLINE void unrolled(Function f) {
    [&]<int... i>(std::integer_sequence<int, i...>) __attribute__((always_inline)) {
        (f.template operator()<i>(), ...);
    }
    (std::make_integer_sequence<int, count>{});
}

/// out = L in Lᵀ for each of the lanes' channels; in is [columns, columns], out [rows, rows].
template <const auto& L, int rows, int columns>
GANVAS_INLINE void sandwich(const Lane* in, Lane* out) {
    Lane half[rows * columns];
    unrolled<rows>([&]<int r>() __attribute__((always_inline)) {
        unrolled<columns>([&]<int c>() __attribute__((always_inline)) {
            Lane sum{};
            unrolled<columns>([&]<int k>() __attribute__((always_inline)) {
                add<L[std::size_t(r)][std::size_t(k)]>(sum, in[k * columns + c]);
            });
            half[r * columns + c] = sum;
        });
    });
    unrolled<rows>([&]<int r>() __attribute__((always_inline)) {
        unrolled<rows>([&]<int s>() __attribute__((always_inline)) {
            Lane sum{};
            unrolled<columns>([&]<int k>() __attribute__((always_inline)) {
                add<L[std::size_t(s)][std::size_t(k)]>(sum, half[r * columns + k]);
            });
            out[r * rows + s] = sum;
        });
    });
}

GANVAS_INLINE void load(Lane& value, const float* from) { std::memcpy(&value, from, sizeof value); }
GANVAS_INLINE void store(float* to, const Lane& value) { std::memcpy(to, &value, sizeof value); }

struct Job {
    WinogradShape shape;
    const float* from = nullptr;
    float* to = nullptr;
    std::int64_t plane = 0; ///< floats from one point's matrix to the next one's
};

template <int count>
GANVAS_INLINE void load_points(Lane* values, const float* from, std::int64_t plane) {
    for (int i = 0; i < count; ++i) load(values[i], from + i * plane);
}
template <int count>
GANVAS_INLINE void store_points(float* to, const Lane* values, std::int64_t plane) {
    for (int i = 0; i < count; ++i) store(to + i * plane, values[i]);
}

constexpr std::int64_t outside = -1; ///< in the padding: read as zero, and not written

/// What lies where: a block is some channels of one tile (of one kernel, for weights) on the side of the pictures, and
/// the same channels of one row of the points' matrices. Calls f(places[], row) for the blocks of first … last - 1, where
/// places are offsets of floats in the order of the tile, and row is the offset in the first matrix. First and last
/// count pictures; of the large side there are four blocks a tile, one for each parity of its rows and columns.
template <int tile, class Function>
GANVAS_INLINE void each_large_block(const WinogradShape& shape, std::int64_t first, std::int64_t last,
                                    Function f) {
    constexpr int n = tile + 1;
    const std::int64_t rows = shape.height / tile, columns = shape.width / tile;
    const std::int64_t height = 2 * shape.height, width = 2 * shape.width;
    for (std::int64_t number = first * rows * columns; number < last * rows * columns; ++number)
        for (std::int64_t parity = 0; parity < 4; ++parity) {
            // Place k of the small side meets rows 2 k - 1 and 2 k + 1 of one parity, 2 k and 2 k + 2 of the other.
            const std::int64_t top = 2 * tile * (number / columns % rows) - 1 + parity / 2;
            const std::int64_t left = 2 * tile * (number % columns) - 1 + parity % 2;
            std::int64_t places[n * n];
            for (int i = 0; i < n * n; ++i) {
                const std::int64_t y = top + 2 * (i / n), x = left + 2 * (i % n);
                places[i] = y < 0 || y >= height || x < 0 || x >= width
                                ? outside
                                : ((number / (rows * columns) * height + y) * width + x) * shape.large;
            }
            for (std::int64_t channel = 0; channel < shape.large; channel += lanes)
                f(places, channel, (number * 4 + parity) * shape.large + channel);
        }
}
template <int tile, class Function>
GANVAS_INLINE void each_small_block(const WinogradShape& shape, std::int64_t first, std::int64_t last,
                                    Function f) {
    const std::int64_t rows = shape.height / tile, columns = shape.width / tile;
    for (std::int64_t number = first * rows * columns; number < last * rows * columns; ++number) {
        const std::int64_t top = number / columns * tile,
                           left = number % columns * tile; // of all pictures' rows
        std::int64_t places[tile * tile];
        for (int i = 0; i < tile * tile; ++i)
            places[i] = ((top + i / tile) * shape.width + left + i % tile) * shape.small;
        for (std::int64_t channel = 0; channel < shape.small; channel += lanes)
            f(places, channel, number * shape.small + channel);
    }
}
/// First and last count kernels.
template <class Function>
GANVAS_INLINE void each_weight_block(const WinogradShape& shape, std::int64_t first, std::int64_t last,
                                     Function f) {
    for (std::int64_t kernel = first; kernel < last; ++kernel)
        for (std::int64_t parity = 0; parity < 4; ++parity) {
            std::int64_t places[4];
            for (int i = 0; i < 4; ++i)
                places[i] =
                    (kernel * 16 + (i / 2 * 2 + parity / 2) * 4 + i % 2 * 2 + parity % 2) * shape.large;
            for (std::int64_t channel = 0; channel < shape.large; channel += lanes)
                f(places, channel, (kernel * 4 + parity) * shape.large + channel);
        }
}

template <int tile>
GANVAS_INLINE void large_to_points(const Job& job, std::int64_t first, std::int64_t last) {
    constexpr int n = tile + 1;
    each_large_block<tile>(
        job.shape, first, last,
        [&](const std::int64_t* places, std::int64_t channel, std::int64_t row)
            __attribute__((always_inline)) {
                Lane in[n * n], out[n * n];
                for (int i = 0; i < n * n; ++i)
                    if (places[i] == outside)
                        in[i] = Lane{};
                    else
                        load(in[i], job.from + places[i] + channel);
                sandwich<Scheme<tile>::data, n, n>(in, out);
                store_points<n * n>(job.to + row, out, job.plane);
            });
}

template <int tile>
GANVAS_INLINE void points_to_large(const Job& job, std::int64_t first, std::int64_t last) {
    constexpr int n = tile + 1;
    const std::int64_t values = 4 * job.shape.height * job.shape.width * job.shape.large;
    std::fill(job.to + first * values, job.to + last * values, 0.0f); // neighbouring tiles share a row
    each_large_block<tile>(
        job.shape, first, last,
        [&](const std::int64_t* places, std::int64_t channel, std::int64_t row)
            __attribute__((always_inline)) {
                Lane in[n * n], out[n * n];
                load_points<n * n>(in, job.from + row, job.plane);
                sandwich<Adjoint<tile>::data, n, n>(in, out);
                for (int i = 0; i < n * n; ++i) {
                    if (places[i] == outside) continue;
                    Lane sum;
                    load(sum, job.to + places[i] + channel);
                    store(job.to + places[i] + channel, sum + out[i]);
                }
            });
}

/// `map` of a dense block of `count` values to points, or back.
template <const auto& map, int rows, int count>
GANVAS_INLINE void block_to_points(const Job& job, const std::int64_t* places, std::int64_t channel,
                                   std::int64_t row) {
    Lane in[count * count], out[rows * rows];
    for (int i = 0; i < count * count; ++i) load(in[i], job.from + places[i] + channel);
    sandwich<map, rows, count>(in, out);
    store_points<rows * rows>(job.to + row, out, job.plane);
}
template <const auto& map, int count, int rows>
GANVAS_INLINE void points_to_block(const Job& job, const std::int64_t* places, std::int64_t channel,
                                   std::int64_t row) {
    Lane in[rows * rows], out[count * count];
    load_points<rows * rows>(in, job.from + row, job.plane);
    sandwich<map, count, rows>(in, out);
    for (int i = 0; i < count * count; ++i) store(job.to + places[i] + channel, out[i]);
}

template <int tile>
GANVAS_INLINE void run(WinogradMap map, const Job& job, std::int64_t first, std::int64_t last) {
    constexpr int n = tile + 1;
    using Places = const std::int64_t*;
    switch (map) {
    case WinogradMap::large_to_points: return large_to_points<tile>(job, first, last);
    case WinogradMap::points_to_large: return points_to_large<tile>(job, first, last);
    case WinogradMap::small_to_points:
        return each_small_block<tile>(
            job.shape, first,
            last, [&](Places places, std::int64_t channel, std::int64_t row) __attribute__((always_inline)) {
                block_to_points<Adjoint<tile>::output, n, tile>(job, places, channel, row);
            });
    case WinogradMap::points_to_small:
        return each_small_block<tile>(
            job.shape, first,
            last, [&](Places places, std::int64_t channel, std::int64_t row) __attribute__((always_inline)) {
                points_to_block<Scheme<tile>::output, tile, n>(job, places, channel, row);
            });
    case WinogradMap::weights_to_points:
        return each_weight_block(
            job.shape, first,
            last, [&](Places places, std::int64_t channel, std::int64_t row) __attribute__((always_inline)) {
                block_to_points<Scheme<tile>::kernel, n, 2>(job, places, channel, row);
            });
    case WinogradMap::points_to_weights:
        return each_weight_block(
            job.shape, first,
            last, [&](Places places, std::int64_t channel, std::int64_t row) __attribute__((always_inline)) {
                points_to_block<Adjoint<tile>::kernel, 2, n>(job, places, channel, row);
            });
    }
}

GANVAS_WIDEST void run_2(WinogradMap map, const Job& job, std::int64_t first, std::int64_t last) {
    run<2>(map, job, first, last);
}
GANVAS_WIDEST void run_4(WinogradMap map, const Job& job, std::int64_t first, std::int64_t last) {
    run<4>(map, job, first, last);
}

/// Floats of one point's matrix.
std::int64_t matrix_size(WinogradMap map, const WinogradShape& shape) {
    switch (map) {
    case WinogradMap::large_to_points:
    case WinogradMap::points_to_large: return shape.tiles() * 4 * shape.large;
    case WinogradMap::small_to_points:
    case WinogradMap::points_to_small: return shape.tiles() * shape.small;
    case WinogradMap::weights_to_points:
    case WinogradMap::points_to_weights: break;
    }
    return shape.small * 4 * shape.large;
}

} // namespace

bool winograd_pays_here() {
#ifdef GANVAS_BASELINE_VECTORS
    return false;
#else
    return __builtin_cpu_supports("avx2");
#endif
}

void winograd_map(WinogradMap map, const WinogradShape& shape, const float* from, float* to, bool padded) {
    const Job job{shape, from, to, matrix_size(map, shape) + (padded ? shape.plane_rest : 0)};
    const bool of_weights = map == WinogradMap::weights_to_points || map == WinogradMap::points_to_weights;
    parallel_parts(of_weights ? shape.small : shape.pictures, [&](std::int64_t first, std::int64_t last) {
        (shape.tile == 2 ? run_2 : run_4)(map, job, first, last);
    });
}

} // namespace ganvas
