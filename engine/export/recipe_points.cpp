// Lists of points that several parts of the program make and must make alike.
#include <algorithm>

#include "engine/export/recipe_text.h"

namespace ganvas {

std::vector<double> sweep_alphas(int steps, double first, double last) {
    std::vector<double> alphas;
    for (int i = 0; i < steps; ++i)
        alphas.push_back(i > 0 && i == steps - 1 ? last
                                                 : first + (last - first) * i / std::max(1, steps - 1));
    return alphas;
}

std::vector<LatentPoint> sweep_points(const LatentPoint& base, const std::vector<double>& alphas) {
    std::vector<LatentPoint> points(alphas.size(), base);
    for (std::size_t i = 0; i < alphas.size(); ++i) points[i].alpha = alphas[i];
    return points;
}

std::vector<LatentPoint> faces_like(const LatentPoint& like, std::uint64_t first, int count) {
    std::vector<LatentPoint> points(static_cast<std::size_t>(std::max(0, count)), like);
    for (std::size_t i = 0; i < points.size(); ++i) points[i].from = LatentSum::face(first + i);
    return points;
}

std::vector<LatentPoint> face_points(std::uint64_t first, int count, double truncation, int class_label) {
    LatentPoint like;
    like.truncation = truncation;
    like.class_label = class_label;
    return faces_like(like, first, count);
}

std::vector<LatentPoint> class_points(std::uint64_t first, int count, double truncation, int classes) {
    std::vector<LatentPoint> points;
    for (int label = 0; label < classes; ++label) {
        const auto row = face_points(first, count, truncation, label);
        points.insert(points.end(), row.begin(), row.end());
    }
    return points;
}

std::vector<LatentPoint> noise_sheet_points(const LatentPoint& result, int side, double noise,
                                            std::uint64_t seed) {
    std::vector<LatentPoint> points(static_cast<std::size_t>(std::max(0, side * side)), result);
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (i == points.size() / 2 && side % 2 == 1) continue;
        points[i].noise = noise;
        points[i].noise_seed = seed + i;
    }
    return points;
}

} // namespace ganvas
