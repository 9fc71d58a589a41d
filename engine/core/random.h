/// Counter-based random numbers: the value at (seed, index) never depends on what was drawn before.
///
/// Pure functions, any thread. SplitMix64 finalisers over (seed, index); normals by Box–Muller on two 32-bit
/// uniforms, computed in double, so that a seed names the same latent on every machine.
#pragma once

#include <cstdint>
#include <span>

namespace ganvas {

[[nodiscard]] constexpr std::uint64_t mix_bits(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

[[nodiscard]] constexpr std::uint64_t random_bits(std::uint64_t seed, std::uint64_t index) {
    return mix_bits(mix_bits(seed) ^ mix_bits(index * 0xd1342543de82ef95ULL + 0x632be59bd9b4e019ULL));
}

/// Uniform in [0, 1) with 53 bits.
[[nodiscard]] constexpr double random_uniform(std::uint64_t seed, std::uint64_t index) {
    return static_cast<double>(random_bits(seed, index) >> 11) * 0x1.0p-53;
}

/// Standard normal number `index` of the stream `seed`.
[[nodiscard]] double random_normal(std::uint64_t seed, std::uint64_t index);

/// Fills `out` with the normals 0 … out.size()-1 of the stream `seed`. A shorter fill is a prefix of a longer one.
void fill_normal(std::uint64_t seed, std::span<float> out);

/// A uniform number of 0 … bound-1 (bound > 0); the bias is below bound / 2^64.
[[nodiscard]] std::uint64_t random_below(std::uint64_t seed, std::uint64_t index, std::uint64_t bound);

} // namespace ganvas
