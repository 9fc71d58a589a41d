/// Four pixels at a time: the arithmetic in which the face painter is written.
///
/// Pure functions, any thread. Lane is a compiler vector of four floats, which every x86-64 (SSE2) and
/// AArch64 has; the code below reads like scalar code and uses only correctly rounded operations, so that
/// the same face gives the same bytes everywhere (the folder is compiled without contraction to fused
/// multiply-adds).
#pragma once

#include <cmath>
#include <cstdint>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace ganvas::faces {

using Lane = float __attribute__((vector_size(16)));
using LaneMask = int __attribute__((vector_size(16)));

inline Lane splat(float value) { return Lane{value, value, value, value}; }
inline Lane select(LaneMask mask, Lane yes, Lane no) { return mask ? yes : no; }
inline Lane lower(Lane a, Lane b) { return a < b ? a : b; }
inline Lane upper(Lane a, Lane b) { return a > b ? a : b; }
inline Lane positive(Lane a) { return upper(a, splat(0.0f)); }
inline Lane clamp01(Lane a) { return lower(upper(a, splat(0.0f)), splat(1.0f)); }
inline Lane magnitude(Lane a) { return upper(a, -a); }
inline Lane mix(Lane a, Lane b, Lane t) { return a + (b - a) * t; }
inline Lane square(Lane a) { return a * a; }

inline bool any(LaneMask mask) {
#if defined(__SSE2__)
    return _mm_movemask_ps(reinterpret_cast<__m128>(mask)) != 0;
#else
    return (mask[0] | mask[1] | mask[2] | mask[3]) != 0;
#endif
}

inline Lane root(Lane a) {
#if defined(__SSE2__)
    return _mm_sqrt_ps(a);
#else
    return Lane{std::sqrt(a[0]), std::sqrt(a[1]), std::sqrt(a[2]), std::sqrt(a[3])};
#endif
}

inline Lane floor_of(Lane a) {
    const LaneMask whole = __builtin_convertvector(a, LaneMask);
    const Lane truncated = __builtin_convertvector(whole, Lane);
    return truncated - (truncated > a ? splat(1.0f) : splat(0.0f));
}

/// 0 at or below `from`, 1 at or above `to`, smooth between.
inline Lane smooth(float from, float to, Lane x) {
    const Lane t = clamp01((x - from) * (1.0f / (to - from)));
    return t * t * (3.0f - 2.0f * t);
}

/// A soft hill of height 1 at r2 = 0 that is 0 from r2 = 1 on (r2: squared distance over squared radius).
inline Lane hill(Lane r2) { return square(positive(1.0f - r2)); }

/// A sine of period 1, within 0.001.
inline Lane wave(Lane turns) {
    const Lane t = turns - floor_of(turns + 0.5f);
    const Lane y = 8.0f * t - 16.0f * t * magnitude(t);
    return 0.225f * (y * magnitude(y) - y) + y;
}

/// Part of a pixel of width `pixel` that lies where the signed distance is positive.
inline Lane coverage(Lane distance, float pixel) { return clamp01(distance * (1.0f / pixel) + 0.5f); }

/// Part of a pixel covered by a stroke of half width `half` whose middle lies at `distance`.
inline Lane stroke(Lane distance, Lane half, float pixel) {
    return coverage(distance + half, pixel) - coverage(distance - half, pixel);
}

/// Smooth noise in [0, 1] with cells of side 1.
inline Lane noise(Lane x, Lane y, std::uint32_t key) {
    const Lane x0 = floor_of(x);
    const Lane y0 = floor_of(y);
    Lane tx = x - x0;
    Lane ty = y - y0;
    tx = tx * tx * (3.0f - 2.0f * tx);
    ty = ty * ty * (3.0f - 2.0f * ty);
    using Word = std::uint32_t __attribute__((vector_size(16)));
    const Word ix = reinterpret_cast<Word>(__builtin_convertvector(x0, LaneMask)) * 0x9E3779B1u + key;
    const Word iy = reinterpret_cast<Word>(__builtin_convertvector(y0, LaneMask)) * 0x85EBCA77u;
    const auto corner = [](Word a, Word b) {
        Word h = a ^ b;
        h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
        h = h ^ (h >> 13);
        return __builtin_convertvector(reinterpret_cast<LaneMask>(h & 0xFFFFu), Lane) * (1.0f / 65535.0f);
    };
    const Lane top = mix(corner(ix, iy), corner(ix + 0x9E3779B1u, iy), tx);
    const Lane bottom = mix(corner(ix, iy + 0x85EBCA77u), corner(ix + 0x9E3779B1u, iy + 0x85EBCA77u), tx);
    return mix(top, bottom, ty);
}

} // namespace ganvas::faces
