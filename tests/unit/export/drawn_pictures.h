/// Pictures and a recipe that the tests of exported files write and read back.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>

#include "engine/core/image.h"
#include "engine/core/random.h"

namespace ganvas::testing {

inline const std::string recipe =
    "{\"kind\":\"strip\",\"name\":\"a <b> & \\\"c\\\"\",\"long\":\"" + std::string(1000, 'x') + "\"}";

/// Smooth colours with a disc, moved by `phase`: like a face more than noise is.
inline Image picture(int width, int height, int channels, double phase = 0) {
    Image image(width, height, channels);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int k = 0; k < channels; ++k) {
                const double wave = std::sin(0.07 * x + phase + k) + std::cos(0.05 * y - phase * 2 + 2 * k);
                const bool disc = std::hypot(x - width / 2.0, y - height / 2.0) < width / 3.0;
                const double value = 128 + 50 * wave + (disc ? 25 : 0);
                image.row(y)[x * channels + k] =
                    k == 3 ? static_cast<std::uint8_t>(200) : static_cast<std::uint8_t>(value);
            }
    return image;
}

inline Image noise(int width, int height, int channels, std::uint64_t seed) {
    Image image(width, height, channels);
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i] = static_cast<std::uint8_t>(random_bits(seed, i));
    return image;
}

} // namespace ganvas::testing
