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

/// Standard error of a statistic from its values with each of the draws left out in turn (Efron's jackknife).
double jackknife_error(const std::vector<double>& left_out) {
    if (left_out.size() < 2) return 0;
    const auto count = static_cast<double>(left_out.size());
    double mean = 0, squares = 0;
    for (const double value : left_out) mean += value / count;
    for (const double value : left_out) squares += (value - mean) * (value - mean);
    return std::sqrt((count - 1) / count * squares);
}

/// Σ numerator / Σ denominator and its standard error, from one of each a picture.
PictureMeasure ratio_of_sums(const std::vector<double>& numerators, const std::vector<double>& denominators) {
    double above = 0, below = 0, squares = 0;
    for (const double value : numerators) above += value;
    for (const double value : denominators) below += value;
    // Rounding leaves some 1e-20 of a constant picture's power.
    if (!(below > 1e-12)) return {};
    const double ratio = above / below;
    for (std::size_t i = 0; i < numerators.size(); ++i) {
        const double away = numerators[i] - ratio * denominators[i];
        squares += away * away;
    }
    const auto count = static_cast<double>(numerators.size());
    return {ratio, count > 2 ? std::sqrt(squares * count / (count - 1)) / below : 0};
}

} // namespace

PictureMeasure checkerboard_energy(const ImageBatch& images) {
    if (images.count == 0 || images.width < 16 || images.height < 16) return {};
    // Bins k of an axis of n pixels; n/2 is half a cycle a pixel. The neighbours keep clear of the peak's own bins.
    const int half_x = images.width / 2, half_y = images.height / 2;
    const std::array<std::pair<int, int>, 3> peaks = {{{half_x, 0}, {0, half_y}, {half_x, half_y}}};
    const auto pictures = static_cast<std::size_t>(images.count);
    std::vector<double> peak(pictures), beside(pictures);
    for (const auto& [u, v] : peaks) {
        std::vector<std::pair<int, int>> around;
        for (const int step : {2, 3}) {
            if (u > 0) around.emplace_back(u - step, v);
            if (v > 0) around.emplace_back(u, v - step);
            if (u > 0 && v > 0) around.emplace_back(u - step, v - step);
        }
        const Wave peak_x(images.width, u), peak_y(images.height, v);
        for (std::size_t i = 0; i < pictures; ++i) {
            const auto grey = brightness(images, static_cast<int>(i));
            peak[i] += power_at(grey, peak_x, peak_y);
            for (const auto& [across, down] : around)
                beside[i] += power_at(grey, Wave(images.width, across), Wave(images.height, down))
                             / static_cast<double>(around.size());
        }
    }
    return ratio_of_sums(peak, beside);
}

PictureMeasure mean_picture_distance(const ImageBatch& images) {
    if (images.count < 2) return {};
    const auto count = static_cast<std::size_t>(images.count);
    std::vector<double> of_picture(count); // sum of the distances to all others
    double sum = 0;
    for (std::size_t a = 0; a < count; ++a)
        for (std::size_t b = a + 1; b < count; ++b) {
            const double away = distance(images, static_cast<int>(a), static_cast<int>(b));
            sum += away, of_picture[a] += away, of_picture[b] += away;
        }
    const auto pairs = [](double n) { return n * (n - 1) / 2; };
    PictureMeasure measure{sum / pairs(images.count), 0};
    if (images.count < 3) return measure;
    std::vector<double> left_out;
    for (const double own : of_picture) left_out.push_back((sum - own) / pairs(images.count - 1));
    measure.error = jackknife_error(left_out);
    return measure;
}

namespace {

/// Distances of a grid of `latents` rows and `classes` columns, summed so that any one row can be left out.
struct GridDistances {
    std::vector<double> within_row; ///< [latents] over pairs of classes
    std::vector<double> to_other;   ///< [latents] over the same class of every other row
    double within = 0, between = 0; ///< sums over all
    int latents = 0, classes = 0;

    /// Mean over pairs of classes, over the mean over pairs of latents; of the sums that so many rows leave.
    [[nodiscard]] double movement(double within_sum, double between_sum, int rows) const {
        const double of_class = within_sum / (rows * classes * (classes - 1) / 2.0);
        const double of_latent = between_sum / (classes * rows * (rows - 1) / 2.0);
        return of_latent > 0 ? of_class / of_latent : 0;
    }
};

GridDistances grid_distances(const ImageBatch& images, int classes) {
    GridDistances grid;
    grid.classes = classes;
    grid.latents = images.count / classes;
    grid.within_row.resize(static_cast<std::size_t>(grid.latents));
    grid.to_other = grid.within_row;
    for (int row = 0; row < grid.latents; ++row)
        for (int a = 0; a < classes; ++a) {
            const auto own = static_cast<std::size_t>(row);
            for (int b = a + 1; b < classes; ++b)
                grid.within_row[own] += distance(images, row * classes + a, row * classes + b);
            for (int other = row + 1; other < grid.latents; ++other) {
                const double away = distance(images, row * classes + a, other * classes + a);
                grid.to_other[own] += away, grid.to_other[static_cast<std::size_t>(other)] += away;
                grid.between += away;
            }
        }
    for (const double sum : grid.within_row) grid.within += sum;
    return grid;
}

} // namespace

PictureMeasure class_movement(const ImageBatch& images, int classes) {
    if (classes < 2 || images.count / classes < 2) return {};
    const GridDistances grid = grid_distances(images, classes);
    PictureMeasure measure{grid.movement(grid.within, grid.between, grid.latents), 0};
    if (grid.latents < 3) return measure;
    std::vector<double> left_out;
    for (std::size_t row = 0; row < grid.within_row.size(); ++row)
        left_out.push_back(grid.movement(grid.within - grid.within_row[row],
                                         grid.between - grid.to_other[row], grid.latents - 1));
    measure.error = jackknife_error(left_out);
    return measure;
}

} // namespace ganvas
