/// Pictures as plain bytes: what crosses threads, goes to files and becomes textures.
///
/// Value types, any thread. Pixels are 8-bit, row by row from the top left, channels interleaved (HWC), sRGB as the
/// files have them, no padding. One channel is grey, three are RGB, four RGBA.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace ganvas {

struct Image {
    int width = 0;
    int height = 0;
    int channels = 0;                 ///< 1, 3 or 4
    std::vector<std::uint8_t> pixels; ///< height * width * channels

    Image() = default;
    Image(int width_, int height_, int channels_, std::uint8_t fill = 0)
        : width(width_), height(height_), channels(channels_),
          pixels(static_cast<std::size_t>(width_) * height_ * channels_, fill) {}
    [[nodiscard]] bool empty() const { return pixels.empty(); }
    [[nodiscard]] std::uint8_t* row(int y) {
        return pixels.data() + static_cast<std::size_t>(y) * width * channels;
    }
    [[nodiscard]] const std::uint8_t* row(int y) const {
        return pixels.data() + static_cast<std::size_t>(y) * width * channels;
    }
};

/// `count` pictures of one shape, one after another (NHWC).
struct ImageBatch {
    int count = 0;
    int height = 0;
    int width = 0;
    int channels = 0;
    std::vector<std::uint8_t> pixels;

    [[nodiscard]] std::size_t image_bytes() const {
        return static_cast<std::size_t>(height) * width * channels;
    }
    [[nodiscard]] std::span<const std::uint8_t> image(int index) const {
        return {pixels.data() + static_cast<std::size_t>(index) * image_bytes(), image_bytes()};
    }
    [[nodiscard]] Image copy(int index) const {
        Image out(width, height, channels);
        auto source = image(index);
        out.pixels.assign(source.begin(), source.end());
        return out;
    }
};

using SharedBatch = std::shared_ptr<const ImageBatch>;

} // namespace ganvas
