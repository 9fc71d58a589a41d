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

    /// Calls f(picture, tile row, tile column, number of the tile) for the tiles of the pictures first … last - 1.
    template <class Function>
    GANVAS_INLINE void each_tile(std::int64_t first, std::int64_t last, Function f) const {
        const std::int64_t rows = shape.height / shape.tile, columns = shape.width / shape.tile;
        for (std::int64_t picture = first; picture < last; ++picture)
            for (std::int64_t row = 0; row < rows; ++row)
                for (std::int64_t column = 0; column < columns; ++column)
                    f(picture, row, column, (picture * rows + row) * columns + column);
    }
};

/// Rows of one parity: the one that place k of the small side begins at is 2 k - 1 or 2 k.
GANVAS_INLINE std::int64_t large_row(std::int64_t k, std::int64_t parity) { return 2 * k - 1 + parity; }

template <int tile>
GANVAS_INLINE void large_to_points(const Job& job, std::int64_t first, std::int64_t last) {
    constexpr int n = tile + 1;
    const WinogradShape& shape = job.shape;
    const std::int64_t height = 2 * shape.height, width = 2 * shape.width, channels = shape.large;
    job.each_tile(
        first, last,
        [&](std::int64_t picture, std::int64_t row, std::int64_t column,
            std::int64_t number) __attribute__((always_inline)) {
            for (std::int64_t parity = 0; parity < 4; ++parity)
                for (std::int64_t channel = 0; channel < channels; channel += lanes) {
                    Lane in[n * n], out[n * n];
                    for (int i = 0; i < n; ++i)
                        for (int j = 0; j < n; ++j) {
                            const std::int64_t y = large_row(row * tile + i, parity / 2),
                                               x = large_row(column * tile + j, parity % 2);
                            if (y < 0 || y >= height || x < 0 || x >= width)
                                in[i * n + j] = Lane{};
                            else
                                load(in[i * n + j],
                                     job.from + ((picture * height + y) * width + x) * channels + channel);
                        }
                    sandwich<Scheme<tile>::data, n, n>(in, out);
                    float* to = job.to + (number * 4 + parity) * channels + channel;
                    for (int i = 0; i < n * n; ++i) store(to + i * job.plane, out[i]);
                }
        });
}

template <int tile>
GANVAS_INLINE void points_to_large(const Job& job, std::int64_t first, std::int64_t last) {
    constexpr int n = tile + 1;
    const WinogradShape& shape = job.shape;
    const std::int64_t height = 2 * shape.height, width = 2 * shape.width, channels = shape.large;
    const std::int64_t values = height * width * channels;
    std::fill(job.to + first * values, job.to + last * values, 0.0f); // neighbouring tiles share a row
    job.each_tile(
        first, last,
        [&](std::int64_t picture, std::int64_t row, std::int64_t column,
            std::int64_t number) __attribute__((always_inline)) {
            for (std::int64_t parity = 0; parity < 4; ++parity)
                for (std::int64_t channel = 0; channel < channels; channel += lanes) {
                    Lane in[n * n], out[n * n];
                    const float* from = job.from + (number * 4 + parity) * channels + channel;
                    for (int i = 0; i < n * n; ++i) load(in[i], from + i * job.plane);
                    sandwich<Adjoint<tile>::data, n, n>(in, out);
                    for (int i = 0; i < n; ++i)
                        for (int j = 0; j < n; ++j) {
                            const std::int64_t y = large_row(row * tile + i, parity / 2),
                                               x = large_row(column * tile + j, parity % 2);
                            if (y < 0 || y >= height || x < 0 || x >= width) continue;
                            float* to = job.to + ((picture * height + y) * width + x) * channels + channel;
                            Lane sum;
                            load(sum, to);
                            store(to, sum + out[i * n + j]);
                        }
                }
        });
}

template <int tile>
GANVAS_INLINE void small_to_points(const Job& job, std::int64_t first, std::int64_t last) {
    constexpr int n = tile + 1;
    const WinogradShape& shape = job.shape;
    const std::int64_t channels = shape.small;
    job.each_tile(
        first, last,
        [&](std::int64_t picture, std::int64_t row, std::int64_t column,
            std::int64_t number) __attribute__((always_inline)) {
            const float* corner =
                job.from + ((picture * shape.height + row * tile) * shape.width + column * tile) * channels;
            for (std::int64_t channel = 0; channel < channels; channel += lanes) {
                Lane in[tile * tile], out[n * n];
                for (int i = 0; i < tile; ++i)
                    for (int j = 0; j < tile; ++j)
                        load(in[i * tile + j], corner + (i * shape.width + j) * channels + channel);
                sandwich<Adjoint<tile>::output, n, tile>(in, out);
                float* to = job.to + number * channels + channel;
                for (int i = 0; i < n * n; ++i) store(to + i * job.plane, out[i]);
            }
        });
}

template <int tile>
GANVAS_INLINE void points_to_small(const Job& job, std::int64_t first, std::int64_t last) {
    constexpr int n = tile + 1;
    const WinogradShape& shape = job.shape;
    const std::int64_t channels = shape.small;
    job.each_tile(
        first, last,
        [&](std::int64_t picture, std::int64_t row, std::int64_t column, std::int64_t number)
            __attribute__((always_inline)) {
                float* corner =
                    job.to + ((picture * shape.height + row * tile) * shape.width + column * tile) * channels;
                for (std::int64_t channel = 0; channel < channels; channel += lanes) {
                    Lane in[n * n], out[tile * tile];
                    const float* from = job.from + number * channels + channel;
                    for (int i = 0; i < n * n; ++i) load(in[i], from + i * job.plane);
                    sandwich<Scheme<tile>::output, tile, n>(in, out);
                    for (int i = 0; i < tile; ++i)
                        for (int j = 0; j < tile; ++j)
                            store(corner + (i * shape.width + j) * channels + channel, out[i * tile + j]);
                }
            });
}

template <int tile>
GANVAS_INLINE void weights_to_points(const Job& job, std::int64_t first, std::int64_t last) {
    constexpr int n = tile + 1;
    const std::int64_t channels = job.shape.large;
    for (std::int64_t row = first; row < last; ++row)
        for (std::int64_t parity = 0; parity < 4; ++parity)
            for (std::int64_t channel = 0; channel < channels; channel += lanes) {
                const float* from = job.from + row * 16 * channels + channel;
                Lane in[4], out[n * n];
                for (int i = 0; i < 2; ++i)
                    for (int j = 0; j < 2; ++j)
                        load(in[i * 2 + j],
                             from + ((2 * i + parity / 2) * 4 + 2 * j + parity % 2) * channels);
                sandwich<Scheme<tile>::kernel, n, 2>(in, out);
                float* to = job.to + (row * 4 + parity) * channels + channel;
                for (int i = 0; i < n * n; ++i) store(to + i * job.plane, out[i]);
            }
}

template <int tile>
GANVAS_INLINE void points_to_weights(const Job& job, std::int64_t first, std::int64_t last) {
    constexpr int n = tile + 1;
    const std::int64_t channels = job.shape.large;
    for (std::int64_t row = first; row < last; ++row)
        for (std::int64_t parity = 0; parity < 4; ++parity)
            for (std::int64_t channel = 0; channel < channels; channel += lanes) {
                const float* from = job.from + (row * 4 + parity) * channels + channel;
                Lane in[n * n], out[4];
                for (int i = 0; i < n * n; ++i) load(in[i], from + i * job.plane);
                sandwich<Adjoint<tile>::kernel, 2, n>(in, out);
                float* to = job.to + row * 16 * channels + channel;
                for (int i = 0; i < 2; ++i)
                    for (int j = 0; j < 2; ++j)
                        store(to + ((2 * i + parity / 2) * 4 + 2 * j + parity % 2) * channels,
                              out[i * 2 + j]);
            }
}

template <int tile>
GANVAS_INLINE void run(WinogradMap map, const Job& job, std::int64_t first, std::int64_t last) {
    switch (map) {
    case WinogradMap::large_to_points: return large_to_points<tile>(job, first, last);
    case WinogradMap::small_to_points: return small_to_points<tile>(job, first, last);
    case WinogradMap::weights_to_points: return weights_to_points<tile>(job, first, last);
    case WinogradMap::points_to_large: return points_to_large<tile>(job, first, last);
    case WinogradMap::points_to_small: return points_to_small<tile>(job, first, last);
    case WinogradMap::points_to_weights: return points_to_weights<tile>(job, first, last);
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

bool winograd_has_wide_vectors() {
#ifdef GANVAS_BASELINE_VECTORS
    return false;
#else
    return true;
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
