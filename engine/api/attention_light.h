/// How brightly each place of a picture is shown where one of its places looks at them: in the window and in pictures.
///
/// Pure, any thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "engine/api/session_values.h"

namespace ganvas {

/// [height * width] of the layer, 1 where place (x, y) looks most, `darkest` where it does not look; empty for a layer
/// whose weights do not fit its size. The root keeps weak looks visible.
[[nodiscard]] inline std::vector<float> attention_light(const AttentionLayer& layer, int x, int y) {
    constexpr float darkest = 0.2f;
    const auto places = static_cast<std::size_t>(layer.height) * static_cast<std::size_t>(layer.width);
    if (places == 0 || layer.weights.size() != places * places) return {};
    const std::span<const float> row(
        layer.weights.data() + static_cast<std::size_t>(y * layer.width + x) * places, places);
    const float most = std::max(*std::max_element(row.begin(), row.end()), 1e-12f);
    std::vector<float> light;
    for (const float weight : row)
        light.push_back(darkest + (1 - darkest) * std::sqrt(std::max(0.0f, weight / most)));
    return light;
}

} // namespace ganvas
