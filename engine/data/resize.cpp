#include "engine/data/resize.h"

#include <algorithm>
#include <cmath>

namespace ganvas {
namespace {

/// For each output pixel: the first input pixel and the weights from there on (all spans of one length).
struct FilterTable {
    int taps = 0;
    std::vector<int> first;
    std::vector<float> weights; ///< [output, taps]
};

FilterTable triangle_filter(int input, int output) {
    const double scale = static_cast<double>(input) / output;
    const double radius = std::max(1.0, scale); // of the triangle, in input pixels
    FilterTable table;
    table.taps = std::min(input, static_cast<int>(std::ceil(radius)) * 2 + 1);
    table.first.resize(output);
    table.weights.assign(static_cast<std::size_t>(output) * table.taps, 0.0f);
    std::vector<double> row(table.taps);
    for (int o = 0; o < output; ++o) {
        const double center = (o + 0.5) * scale;
        const int low =
            std::clamp(static_cast<int>(std::floor(center - radius + 0.5)), 0, input - table.taps);
        double sum = 0;
        for (int t = 0; t < table.taps; ++t) {
            row[t] = std::max(0.0, 1.0 - std::abs(low + t + 0.5 - center) / radius);
            sum += row[t];
        }
        table.first[o] = low;
        for (int t = 0; t < table.taps; ++t)
            table.weights[static_cast<std::size_t>(o) * table.taps + t] = static_cast<float>(row[t] / sum);
    }
    return table;
}

std::uint8_t to_byte(float value) {
    return static_cast<std::uint8_t>(std::clamp(value + 0.5f, 0.0f, 255.0f));
}

template <int channels>
void filter_row(const std::uint8_t* from, const FilterTable& table, float* to) {
    const std::size_t width = table.first.size();
    for (std::size_t x = 0; x < width; ++x) {
        const float* weight = table.weights.data() + x * table.taps;
        const std::uint8_t* pixel = from + static_cast<std::size_t>(table.first[x]) * channels;
        float sum[channels] = {};
        for (int t = 0; t < table.taps; ++t)
            for (int c = 0; c < channels; ++c) sum[c] += weight[t] * pixel[t * channels + c];
        for (int c = 0; c < channels; ++c) to[x * channels + c] = sum[c];
    }
}

Image cut(const Image& image, const PixelBox& box) {
    Image out(box.width, box.height, image.channels);
    const std::size_t row = static_cast<std::size_t>(box.width) * image.channels;
    for (int y = 0; y < box.height; ++y) {
        const std::uint8_t* from = image.row(box.y + y) + static_cast<std::size_t>(box.x) * image.channels;
        std::copy(from, from + row, out.row(y));
    }
    return out;
}

} // namespace

Image resize(const Image& image, const PixelBox& box, int width, int height) {
    if (box.width == width && box.height == height) return cut(image, box);
    const int channels = image.channels;
    const FilterTable across = triangle_filter(box.width, width);
    const FilterTable down = triangle_filter(box.height, height);
    // Only as many filtered rows are kept as one output row needs: memory stays small for tall pictures.
    const std::size_t row_floats = static_cast<std::size_t>(width) * channels;
    std::vector<float> ring(row_floats * down.taps);
    std::vector<float> sum(row_floats);
    Image out(width, height, channels);
    int filtered = 0; // rows of the box that went through the horizontal filter
    for (int y = 0; y < height; ++y) {
        const int first = down.first[y];
        for (filtered = std::max(filtered, first); filtered < first + down.taps; ++filtered) {
            const std::uint8_t* from =
                image.row(box.y + filtered) + static_cast<std::size_t>(box.x) * channels;
            float* to = ring.data() + row_floats * (filtered % down.taps);
            if (channels == 1)
                filter_row<1>(from, across, to);
            else if (channels == 3)
                filter_row<3>(from, across, to);
            else
                filter_row<4>(from, across, to);
        }
        std::fill(sum.begin(), sum.end(), 0.0f);
        for (int t = 0; t < down.taps; ++t) {
            const float weight = down.weights[static_cast<std::size_t>(y) * down.taps + t];
            if (weight == 0) continue;
            const float* from = ring.data() + row_floats * ((first + t) % down.taps);
            for (std::size_t i = 0; i < row_floats; ++i) sum[i] += weight * from[i];
        }
        std::uint8_t* to = out.row(y);
        for (std::size_t i = 0; i < row_floats; ++i) to[i] = to_byte(sum[i]);
    }
    return out;
}

Image convert_channels(const Image& image, int channels) {
    if (image.channels == channels) return image;
    Image out(image.width, image.height, channels);
    const std::size_t area = static_cast<std::size_t>(image.width) * image.height;
    for (std::size_t i = 0; i < area; ++i) {
        const std::uint8_t* from = image.pixels.data() + i * image.channels;
        std::uint8_t* to = out.pixels.data() + i * channels;
        int colour[3] = {from[0], from[image.channels == 1 ? 0 : 1], from[image.channels == 1 ? 0 : 2]};
        if (image.channels == 4)
            for (int& value : colour) value = (value * from[3] + 255 * (255 - from[3]) + 127) / 255;
        if (channels == 1)
            to[0] =
                static_cast<std::uint8_t>((299 * colour[0] + 587 * colour[1] + 114 * colour[2] + 500) / 1000);
        else
            for (int c = 0; c < 3; ++c) to[c] = static_cast<std::uint8_t>(colour[c]);
    }
    return out;
}

} // namespace ganvas
