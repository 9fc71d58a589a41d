#include "engine/metrics/set_distances.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "engine/core/random.h"
#include "engine/metrics/row_distances.h"
#include "engine/metrics/tensors.h"

namespace ganvas {
namespace {

/// `count` different rows of 0 … size-1: the start of a seeded shuffle.
at::Tensor subset(std::int64_t size, std::int64_t count, std::uint64_t seed) {
    std::vector<std::int64_t> rows(static_cast<std::size_t>(size));
    std::iota(rows.begin(), rows.end(), 0);
    for (std::int64_t k = 0; k < count; ++k) {
        const auto other =
            k + static_cast<std::int64_t>(random_below(seed, k, static_cast<std::uint64_t>(size - k)));
        std::swap(rows[static_cast<std::size_t>(k)], rows[static_cast<std::size_t>(other)]);
    }
    rows.resize(static_cast<std::size_t>(count));
    return at::tensor(rows);
}

/// Unbiased squared MMD from the three kernel matrices [m, m], [n, n], [m, n].
double unbiased(const at::Tensor& xx, const at::Tensor& yy, const at::Tensor& xy) {
    const auto m = static_cast<double>(xx.size(0)), n = static_cast<double>(yy.size(0));
    const double within_x = (xx.sum() - xx.trace()).item<double>() / (m * (m - 1));
    const double within_y = (yy.sum() - yy.trace()).item<double>() / (n * (n - 1));
    return within_x + within_y - 2 * xy.mean().item<double>();
}

at::Tensor gaussian_kernel(const at::Tensor& squares, double bandwidth) {
    return (squares / (-2 * bandwidth * bandwidth)).exp();
}

/// Both sets moved by their joint mean: distances stay, and what float loses by |x|² + |y|² − 2 x·y gets small.
std::pair<at::Tensor, at::Tensor> centred(const FeatureMatrix& a, const FeatureMatrix& b) {
    auto x = matrix_view(a), y = matrix_view(b);
    auto mean = (x.mean(0) + y.mean(0)) / 2;
    return {x - mean, y - mean};
}

double quadratic(const at::Tensor& x, const at::Tensor& y, double bandwidth) {
    // By blocks of rows, so that 10,000 pictures do not need gigabytes; the diagonal of k(x, x) is 1.
    const auto sum = [&](const at::Tensor& p, const at::Tensor& q) {
        double total = 0;
        for (std::int64_t at = 0; at < p.size(0); at += 1024) {
            auto rows = p.narrow(0, at, std::min<std::int64_t>(1024, p.size(0) - at));
            total += gaussian_kernel(squared_distances(rows, q), bandwidth).sum().item<double>();
        }
        return total;
    };
    const auto diagonal = [&](const at::Tensor& p) { // what rounding made of k(x, x) = 1 inside sum()
        double total = 0;
        for (std::int64_t at = 0; at < p.size(0); at += 1024) {
            auto rows = p.narrow(0, at, std::min<std::int64_t>(1024, p.size(0) - at));
            total += gaussian_kernel(squared_distances(rows, rows), bandwidth).trace().item<double>();
        }
        return total;
    };
    const auto m = static_cast<double>(x.size(0)), n = static_cast<double>(y.size(0));
    return (sum(x, x) - diagonal(x)) / (m * (m - 1)) + (sum(y, y) - diagonal(y)) / (n * (n - 1))
           - 2 * sum(x, y) / (m * n);
}

} // namespace

Result<Estimate> kernel_distance(const FeatureMatrix& a, const FeatureMatrix& b, int subsets, int subset_size,
                                 std::uint64_t seed) {
    at::InferenceMode inference;
    if (auto good = check_pair(a, b, 2); !good) return good.error();
    const std::int64_t size = std::min<std::int64_t>({subset_size, a.count, b.count});
    const auto kernel = [dimension = a.dimension](const at::Tensor& x, const at::Tensor& y) {
        auto k = x.matmul(y.t()).div_(dimension).add_(1);
        return (k * k).mul_(k).to(at::kDouble);
    };
    std::vector<double> values;
    for (int k = 0; k < subsets; ++k) {
        auto x = matrix_view(a).index_select(0, subset(a.count, size, seed + 2 * k));
        auto y = matrix_view(b).index_select(0, subset(b.count, size, seed + 2 * k + 1));
        values.push_back(unbiased(kernel(x, x), kernel(y, y), kernel(x, y)));
    }
    return finite(mean_and_deviation(values));
}

namespace {

Result<void> check_logits(const FeatureMatrix& logits) {
    if (logits.count < 2)
        return Error{ErrorCode::usage, "too few pictures", std::to_string(logits.count), "at least 2"};
    if (!at::isfinite(matrix_view(logits).sum()).item<bool>())
        return Error{ErrorCode::bad_data, "the classifier's answers are not finite", "", ""};
    return {};
}

/// exp E KL(p(y|x) ‖ p(y)) of logits [N, classes].
double score_of(const at::Tensor& logits) {
    auto log_p = at::log_softmax(logits.to(at::kDouble), 1);
    auto p = log_p.exp();
    auto log_marginal = p.mean(0, true).clamp_min(1e-300).log();
    return std::exp((p * (log_p - log_marginal)).sum(1).mean().item<double>());
}

} // namespace

Result<Estimate> classifier_score(const FeatureMatrix& logits, int splits) {
    at::InferenceMode inference;
    if (auto good = check_logits(logits); !good) return good.error();
    splits = static_cast<int>(std::clamp<std::int64_t>(splits, 1, logits.count / 2));
    std::vector<double> values;
    for (const auto& part : matrix_view(logits).tensor_split(splits)) values.push_back(score_of(part));
    return finite(mean_and_deviation(values));
}

Result<Estimate> resampled_score(const FeatureMatrix& logits, int resamples, std::uint64_t seed) {
    at::InferenceMode inference;
    if (auto good = check_logits(logits); !good) return good.error();
    std::vector<double> values;
    std::vector<std::int64_t> rows(static_cast<std::size_t>(logits.count));
    std::uint64_t index = 0;
    for (int k = 0; k < resamples; ++k) {
        for (auto& row : rows)
            row = static_cast<std::int64_t>(
                random_below(seed, index++, static_cast<std::uint64_t>(logits.count)));
        values.push_back(score_of(matrix_view(logits).index_select(0, at::tensor(rows))));
    }
    return finite({score_of(matrix_view(logits)), mean_and_deviation(values).deviation});
}

double median_bandwidth(const FeatureMatrix& data) {
    at::InferenceMode inference;
    auto x = matrix_view(data).narrow(0, 0, std::min(bandwidth_rows, data.count));
    x = x - x.mean(0);
    auto squares = squared_distances(x, x);
    auto above = at::triu_indices(x.size(0), x.size(0), 1);
    if (above.size(1) == 0) return 1;
    const double median = squares.index({above[0], above[1]}).median().item<double>();
    return median > 0 ? std::sqrt(median) : 1.0;
}

Result<Estimate> linear_discrepancy(const FeatureMatrix& a, const FeatureMatrix& b, double bandwidth) {
    at::InferenceMode inference;
    if (auto good = check_pair(a, b, 4); !good) return good.error();
    const std::int64_t pairs = std::min(a.count, b.count) / 2;
    const auto half = [pairs](const FeatureMatrix& side, int which) {
        return matrix_view(side).narrow(0, 0, 2 * pairs).view({pairs, 2, side.dimension}).select(1, which);
    };
    const auto kernel = [bandwidth](const at::Tensor& x, const at::Tensor& y) {
        return gaussian_kernel((x - y).square().sum(1), bandwidth).to(at::kDouble);
    };
    auto x1 = half(a, 0), x2 = half(a, 1), y1 = half(b, 0), y2 = half(b, 1);
    auto h = kernel(x1, x2) + kernel(y1, y2) - kernel(x1, y2) - kernel(x2, y1);
    return finite({h.mean().item<double>(), h.std().item<double>() / std::sqrt(static_cast<double>(pairs))});
}

Result<Estimate> linear_discrepancy_by_splits(const FeatureMatrix& a, const FeatureMatrix& b,
                                              double bandwidth, int splits) {
    if (auto good = check_pair(a, b, 4); !good) return good.error();
    const auto smaller = std::min(a.count, b.count);
    const auto parts = std::clamp<std::int64_t>(splits, 1, smaller / 4);
    const auto rows = smaller / parts;
    std::vector<double> values;
    for (std::int64_t k = 0; k < parts; ++k) {
        auto part = linear_discrepancy(a.part(k * rows, rows), b.part(k * rows, rows), bandwidth);
        if (!part) return part.error();
        values.push_back(part->value);
    }
    return finite(mean_and_deviation(values));
}

Result<Estimate> quadratic_discrepancy(const FeatureMatrix& a, const FeatureMatrix& b, double bandwidth) {
    at::InferenceMode inference;
    if (auto good = check_pair(a, b, 2); !good) return good.error();
    auto [x, y] = centred(a, b);
    Estimate estimate{quadratic(x, y, bandwidth), 0};
    const std::int64_t rows_x = a.count / 4, rows_y = b.count / 4;
    if (std::min(rows_x, rows_y) >= 2) {
        std::vector<double> quarters;
        for (int k = 0; k < 4; ++k)
            quarters.push_back(
                quadratic(x.narrow(0, k * rows_x, rows_x), y.narrow(0, k * rows_y, rows_y), bandwidth));
        estimate.deviation = mean_and_deviation(quarters).deviation / 2;
    }
    return finite(estimate);
}

} // namespace ganvas
