/// The pictures of tests/peers/lite0_golden.py.
#pragma once

#include <algorithm>

#include "engine/core/image.h"

namespace ganvas::testing {

constexpr int golden_shapes[4][2] = {{64, 64}, {28, 28}, {300, 260}, {224, 224}};

inline int triangle_wave(int value, int period) {
    const int phase = value % period;
    return (2 * phase < period ? phase : period - phase) * 510 / period;
}

inline ImageBatch golden_picture(int number) {
    ImageBatch image{1, golden_shapes[number][0], golden_shapes[number][1], 3, {}};
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x)
            for (int c = 0; c < 3; ++c) {
                const int v = triangle_wave(x * (c + 2) + y * (number + 1), 24 + 7 * c)
                              + triangle_wave(x * y / 5 + 11 * number, 61) + triangle_wave(y * 3 + x * c, 97);
                image.pixels.push_back(static_cast<std::uint8_t>(std::clamp(v / 3, 0, 255)));
            }
    return image;
}

} // namespace ganvas::testing
