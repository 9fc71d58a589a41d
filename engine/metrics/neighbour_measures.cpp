/// Precision and recall, density and coverage, nearest rows, pairwise distance: what set_distances.h promises of neighbours.
#include <cmath>
#include <limits>

#include "engine/metrics/row_distances.h"

namespace ganvas {
namespace {

constexpr std::int64_t block = 512; ///< rows at a time, so that 10,000 pictures do not need gigabytes
constexpr std::int64_t most_pair_rows = 4096;

/// Calls `work(first, rows)` for each block of rows.
template <class Work>
void by_blocks(const at::Tensor& x, Work work) {
    for (std::int64_t at = 0; at < x.size(0); at += block)
        work(at, x.narrow(0, at, std::min(block, x.size(0) - at)));
}

/// Distances of rows first … of x to all of x, with each row's distance to itself made infinite.
at::Tensor distances_to_others(const at::Tensor& rows, const at::Tensor& x, std::int64_t first) {
    auto squares = squared_distances(rows, x);
    squares.diagonal(first).fill_(std::numeric_limits<float>::infinity());
    return squares;
}

/// Squared distance of each row to its k-th nearest other row.
at::Tensor radii(const at::Tensor& x, int neighbours) {
    std::vector<at::Tensor> parts;
    by_blocks(x, [&](std::int64_t first, const at::Tensor& rows) {
        parts.push_back(std::get<0>(at::kthvalue(distances_to_others(rows, x, first), neighbours, 1)));
    });
    return at::cat(parts);
}

/// For each query the number of balls that it lies in, and for each ball whether any query lies in it.
struct Inside {
    at::Tensor balls;    ///< [queries] double
    at::Tensor occupied; ///< [centres] bool
};

Inside inside(const at::Tensor& queries, const at::Tensor& centres, const at::Tensor& squared_radii) {
    std::vector<at::Tensor> balls;
    auto occupied = at::zeros({centres.size(0)}, at::kBool);
    by_blocks(queries, [&](std::int64_t, const at::Tensor& rows) {
        auto within = squared_distances(rows, centres) <= squared_radii.unsqueeze(0);
        balls.push_back(within.sum(1).to(at::kDouble));
        occupied.logical_or_(within.any(0));
    });
    return {at::cat(balls), occupied};
}

double share(const at::Tensor& answers) { return answers.to(at::kDouble).mean().item<double>(); }

double share_error(double share, std::int64_t count) {
    return std::sqrt(share * (1 - share) / static_cast<double>(count));
}

/// Moved by the real set's mean: distances stay, and what float loses by |x|² + |y|² − 2 x·y gets small.
std::pair<at::Tensor, at::Tensor> centred(const FeatureMatrix& a, const FeatureMatrix& b) {
    auto mean = matrix_view(a).mean(0);
    return {matrix_view(a) - mean, matrix_view(b) - mean};
}

double pair_mean(const at::Tensor& x) {
    double total = 0;
    by_blocks(x, [&](std::int64_t first, const at::Tensor& rows) {
        auto distances = squared_distances(rows, x).sqrt_();
        distances.diagonal(first).zero_(); // rounding makes the distance to itself more than nothing
        total += distances.sum(at::kDouble).item<double>();
    });
    const auto n = static_cast<double>(x.size(0));
    return total / (n * (n - 1));
}

/// Values and places of each row's minimum; the places first, since a distance is worth computing exactly for them only.
std::vector<NearestRow> exact(const at::Tensor& queries, const at::Tensor& among, const at::Tensor& places) {
    auto distances =
        (queries.to(at::kDouble) - among.index_select(0, places).to(at::kDouble)).square().sum(1).sqrt();
    std::vector<NearestRow> found;
    for (std::int64_t k = 0; k < places.size(0); ++k)
        found.push_back({places[k].item<std::int64_t>(), distances[k].item<double>()});
    return found;
}

} // namespace

Result<PrecisionRecall> precision_recall(const FeatureMatrix& real, const FeatureMatrix& generated,
                                         int neighbours) {
    at::InferenceMode inference;
    if (auto good = check_pair(real, generated, neighbours + 1); !good) return good.error();
    auto [x, y] = centred(real, generated);
    PrecisionRecall out;
    out.precision = share(inside(y, x, radii(x, neighbours)).balls > 0);
    out.recall = share(inside(x, y, radii(y, neighbours)).balls > 0);
    out.precision_deviation = share_error(out.precision, generated.count);
    out.recall_deviation = share_error(out.recall, real.count);
    return out;
}

Result<DensityCoverage> density_coverage(const FeatureMatrix& real, const FeatureMatrix& generated,
                                         int neighbours) {
    at::InferenceMode inference;
    if (auto good = check_pair(real, generated, 1); !good) return good.error();
    if (real.count < neighbours + 1)
        return Error{ErrorCode::usage, "too few pictures", std::to_string(real.count),
                     "at least " + std::to_string(neighbours + 1) + " of the data"};
    auto [x, y] = centred(real, generated);
    const auto found = inside(y, x, radii(x, neighbours));
    const auto densities = found.balls / neighbours;
    DensityCoverage out;
    out.density = densities.mean().item<double>();
    out.coverage = share(found.occupied);
    if (generated.count > 1)
        out.density_deviation =
            densities.std().item<double>() / std::sqrt(static_cast<double>(generated.count));
    out.coverage_deviation = share_error(out.coverage, real.count);
    return out;
}

Result<std::vector<NearestRow>> nearest_rows(const FeatureMatrix& queries, const FeatureMatrix& among) {
    at::InferenceMode inference;
    if (auto good = check_pair(queries, among, 1); !good) return good.error();
    auto [x, y] = centred(among, queries);
    std::vector<at::Tensor> places;
    by_blocks(y, [&, centres = x](std::int64_t, const at::Tensor& rows) {
        places.push_back(squared_distances(rows, centres).argmin(1));
    });
    return exact(y, x, at::cat(places));
}

Result<std::vector<NearestRow>> nearest_others(const FeatureMatrix& features) {
    at::InferenceMode inference;
    if (auto good = check_pair(features, features, 2); !good) return good.error();
    auto x = matrix_view(features) - matrix_view(features).mean(0);
    std::vector<at::Tensor> places;
    by_blocks(x, [&](std::int64_t first, const at::Tensor& rows) {
        places.push_back(distances_to_others(rows, x, first).argmin(1));
    });
    return exact(x, x, at::cat(places));
}

Result<Estimate> mean_pairwise_distance(const FeatureMatrix& features) {
    at::InferenceMode inference;
    if (auto good = check_pair(features, features, 2); !good) return good.error();
    auto x = matrix_view(features).narrow(0, 0, std::min(features.count, most_pair_rows));
    x = x - x.mean(0);
    Estimate estimate{pair_mean(x), 0};
    const std::int64_t quarter = x.size(0) / 4;
    if (quarter < 2) return finite(estimate);
    std::vector<double> quarters;
    for (int k = 0; k < 4; ++k) quarters.push_back(pair_mean(x.narrow(0, k * quarter, quarter)));
    estimate.deviation = mean_and_deviation(quarters).deviation / 2;
    return finite(estimate);
}

} // namespace ganvas
