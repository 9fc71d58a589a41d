#include "engine/studies/picture_measures.h"

#include <cmath>
#include <vector>

namespace ganvas {
namespace {

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

} // namespace

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
