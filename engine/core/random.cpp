#include "engine/core/random.h"

#include <cmath>

namespace ganvas {

double random_normal(std::uint64_t seed, std::uint64_t index) {
    const std::uint64_t bits = random_bits(seed, index);
    // Half-open away from zero, so that the logarithm stays finite.
    const double u = (static_cast<double>(bits >> 32) + 0.5) * 0x1.0p-32;
    const double v = (static_cast<double>(bits & 0xffffffffULL) + 0.5) * 0x1.0p-32;
    return std::sqrt(-2.0 * std::log(u)) * std::cos(6.283185307179586476925286766559 * v);
}

void fill_normal(std::uint64_t seed, std::span<float> out) {
    for (std::size_t k = 0; k < out.size(); ++k) out[k] = static_cast<float>(random_normal(seed, k));
}

std::uint64_t random_below(std::uint64_t seed, std::uint64_t index, std::uint64_t bound) {
    // The high 64 bits of a 64 x 64 product, in two halves.
    const std::uint64_t bits = random_bits(seed, index);
    const std::uint64_t low = (bits & 0xffffffffULL) * bound >> 32;
    return bound <= 0xffffffffULL ? ((bits >> 32) * bound + low) >> 32 : bits % bound;
}

} // namespace ganvas
