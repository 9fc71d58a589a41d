/// Helpers with which parameters become the coefficients of a Scene, and the parts of compose().
///
/// Pure functions, any thread. Each part lives beside the painter that uses it.
#pragma once

#include "engine/core/random.h"
#include "engine/data/faces/scene.h"

#include <algorithm>

namespace ganvas::faces {

// Good to 0.0001 for |x| <= 1.6; libm's own differ between machines in the last bit.
inline float sine(float x) {
    const float s = x * x;
    return x * (1.0f - s * (1.0f / 6.0f) * (1.0f - s * (1.0f / 20.0f) * (1.0f - s * (1.0f / 42.0f))));
}
inline float cosine(float x) {
    const float s = x * x;
    return 1.0f
           - s * 0.5f
                 * (1.0f - s * (1.0f / 12.0f) * (1.0f - s * (1.0f / 30.0f) * (1.0f - s * (1.0f / 56.0f))));
}

inline Direction unit(float x, float y, float z) {
    const float k = 1.0f / std::sqrt(x * x + y * y + z * z);
    return {x * k, y * k, z * k};
}

/// Further numbers in [0, 1] that need no name in FaceParameters.
inline float detail(const FaceParameters& p, std::uint32_t field) {
    return static_cast<float>(random_bits(p.detail, field) >> 40) * (1.0f / 16777216.0f);
}

/// A colour from a row of equally spaced ones.
template <std::size_t N>
Color ramp(const std::array<Color, N>& colors, float t) {
    const float at = std::clamp(t, 0.0f, 1.0f) * static_cast<float>(N - 1);
    const auto i = std::min(static_cast<std::size_t>(at), N - 2);
    return mix(colors[i], colors[i + 1], at - static_cast<float>(i));
}

Hair compose_hair(const FaceParameters& p, float age);
Hat compose_hat(const FaceParameters& p, const Pose& pose);
Glasses compose_glasses(const FaceParameters& p, const Pose& pose, const Eyes& eyes);
Body compose_body(const FaceParameters& p, const Pose& pose);
Background compose_background(const FaceParameters& p);

} // namespace ganvas::faces
