#include "engine/studies/picture_measures.h"

#include <array>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

namespace ganvas {
namespace {

/// [height * width] in 0 … 1.
std::vector<double> brightness(const ImageBatch& images, int index) {
    const auto pixels = images.image(index);
    const auto channels = static_cast<std::size_t>(images.channels);
    std::vector<double> grey(pixels.size() / channels);
    for (std::size_t i = 0; i < grey.size(); ++i) {
        double sum = 0;
        for (std::size_t c = 0; c < channels; ++c) sum += pixels[i * channels + c];
        grey[i] = sum / (255.0 * static_cast<double>(channels));
    }
    return grey;
}

/// Cosines and sines of one axis at `bin` cycles over `size` pixels.
struct Wave {
    std::vector<double> cosine, sine;
    Wave(int size, int bin) {
        for (int i = 0; i < size; ++i) {
            const double angle = 2 * std::numbers::pi * bin * i / size;
            cosine.push_back(std::cos(angle));
            sine.push_back(std::sin(angle));
        }
    }
};

/// |F(u, v)|² of one picture.
double power_at(const std::vector<double>& grey, const Wave& across, const Wave& down) {
    double real = 0, imaginary = 0;
    std::size_t at = 0;
    for (std::size_t y = 0; y < down.cosine.size(); ++y) {
        double row_real = 0, row_imaginary = 0;
        for (std::size_t x = 0; x < across.cosine.size(); ++x, ++at) {
            row_real += grey[at] * across.cosine[x];
            row_imaginary -= grey[at] * across.sine[x];
        }
        real += row_real * down.cosine[y] + row_imaginary * down.sine[y];
        imaginary += row_imaginary * down.cosine[y] - row_real * down.sine[y];
    }
    return real * real + imaginary * imaginary;
}

double distance(const ImageBatch& images, int a, int b) {
    const auto first = images.image(a), second = images.image(b);
    double squares = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        const double away = (static_cast<double>(first[i]) - second[i]) / 255.0;
        squares += away * away;
    }
    return std::sqrt(squares / static_cast<double>(first.size()));
}

/// Sum and number of distances.
struct Mean {
    double sum = 0;
    long count = 0;
    void add(double value) { sum += value, ++count; }
    [[nodiscard]] double value() const { return count > 0 ? sum / static_cast<double>(count) : 0; }
};

} // namespace

double checkerboard_energy(const ImageBatch& images) {
    if (images.count == 0 || images.width < 16 || images.height < 16) return 0;
    // Bins k of an axis of n pixels; n/2 is half a cycle a pixel. The neighbours keep clear of the peak's own bins.
    const int half_x = images.width / 2, half_y = images.height / 2;
    const std::array<std::pair<int, int>, 3> peaks = {{{half_x, 0}, {0, half_y}, {half_x, half_y}}};
    double peak = 0, beside = 0;
    for (const auto& [u, v] : peaks) {
        std::vector<std::pair<int, int>> around;
        for (const int step : {2, 3}) {
            if (u > 0) around.emplace_back(u - step, v);
            if (v > 0) around.emplace_back(u, v - step);
            if (u > 0 && v > 0) around.emplace_back(u - step, v - step);
        }
        const Wave peak_x(images.width, u), peak_y(images.height, v);
        for (int i = 0; i < images.count; ++i) {
            const auto grey = brightness(images, i);
            peak += power_at(grey, peak_x, peak_y);
            for (const auto& [across, down] : around)
                beside += power_at(grey, Wave(images.width, across), Wave(images.height, down))
                          / static_cast<double>(around.size());
        }
    }
    // Rounding leaves some 1e-20 of a constant picture's power.
    return beside > 1e-12 ? peak / beside : 0;
}

double mean_picture_distance(const ImageBatch& images) {
    Mean mean;
    for (int a = 0; a < images.count; ++a)
        for (int b = a + 1; b < images.count; ++b) mean.add(distance(images, a, b));
    return mean.value();
}

double class_movement(const ImageBatch& images, int classes) {
    if (classes < 2) return 0;
    const int latents = images.count / classes;
    Mean by_class, by_latent;
    for (int row = 0; row < latents; ++row)
        for (int a = 0; a < classes; ++a) {
            for (int b = a + 1; b < classes; ++b)
                by_class.add(distance(images, row * classes + a, row * classes + b));
            for (int other = row + 1; other < latents; ++other)
                by_latent.add(distance(images, row * classes + a, other * classes + a));
        }
    return by_latent.value() > 0 ? by_class.value() / by_latent.value() : 0;
}

} // namespace ganvas
