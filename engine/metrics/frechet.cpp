#include "engine/metrics/frechet.h"

#include <cmath>
#include <cstring>

#include "engine/core/random.h"
#include "engine/metrics/tensors.h"
#include "engine/runs/tensor_file.h"

namespace ganvas {
namespace {

constexpr std::int64_t most_long_rows = 8192;

at::Tensor square_view(const std::vector<double>& values, std::int64_t size) {
    return at::from_blob(const_cast<double*>(values.data()), {size, size}, at::kDouble);
}
at::Tensor vector_view(const std::vector<double>& values) {
    return at::from_blob(const_cast<double*>(values.data()), {static_cast<std::int64_t>(values.size())},
                         at::kDouble);
}
std::vector<double> to_vector(const at::Tensor& tensor) {
    auto plain = tensor.contiguous();
    return {plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel()};
}

Result<void> check(const at::Tensor& features, const FeatureMatrix& matrix) {
    if (matrix.count < 2)
        return Error{ErrorCode::usage, "a distribution needs at least two pictures",
                     std::to_string(matrix.count), "measure more"};
    if (!at::isfinite(features.sum()).item<bool>())
        return Error{ErrorCode::bad_data, "the features are not finite", "",
                     "the pictures or the weights are broken"};
    return {};
}

/// F with F Fᵀ = `matrix`, symmetric and positive semi-definite: Cholesky's where it exists, which takes a tenth of the
/// time, else the symmetric root with negative eigenvalues (rounding) set to zero.
at::Tensor factor_of(const at::Tensor& matrix) {
    auto [factor, failed] = at::linalg_cholesky_ex(matrix);
    if (failed.item<int>() == 0 && at::isfinite(factor.sum()).item<bool>()) return factor;
    OneThread one;
    auto [values, vectors] = at::linalg_eigh(matrix);
    return (vectors * values.clamp_min(0).sqrt().unsqueeze(0)).matmul(vectors.t());
}

/// Sum of the square roots of a symmetric positive semi-definite matrix's eigenvalues.
double trace_of_root(const at::Tensor& matrix) {
    OneThread one;
    return at::linalg_eigvalsh(matrix).clamp_min(0).sqrt().sum().item<double>();
}

} // namespace

Result<GaussianStatistics> gaussian_statistics(const FeatureMatrix& features) {
    at::InferenceMode inference;
    auto x = matrix_view(features).to(at::kDouble);
    if (auto good = check(x, features); !good) return good.error();
    auto mean = x.mean(0);
    x.sub_(mean);
    auto covariance = x.t().matmul(x).div_(static_cast<double>(features.count - 1));
    return GaussianStatistics{features.count, features.dimension, to_vector(mean), to_vector(covariance)};
}

Result<double> frechet_distance(const GaussianStatistics& a, const GaussianStatistics& b) {
    if (a.dimension != b.dimension)
        return Error{ErrorCode::usage, "the two sides have features of different extractors", "", ""};
    at::InferenceMode inference;
    auto first = square_view(a.covariance, a.dimension), second = square_view(b.covariance, b.dimension);
    auto root = factor_of(first);
    auto product = root.t().matmul(second).matmul(root);
    const double means = (vector_view(a.mean) - vector_view(b.mean)).square().sum().item<double>();
    const double traces = first.trace().item<double>() + second.trace().item<double>();
    return std::max(means + traces - 2 * trace_of_root((product + product.t()) / 2), 0.0);
}

Result<double> frechet_distance(const FeatureMatrix& a, const FeatureMatrix& b) {
    if (a.dimension != b.dimension)
        return Error{ErrorCode::usage, "the two sides have features of different extractors", "", ""};
    const auto larger = std::max(a.count, b.count);
    if (larger > a.dimension && a.dimension <= longest_for_covariance) {
        auto first = gaussian_statistics(a), second = gaussian_statistics(b);
        if (!first) return first.error();
        if (!second) return second.error();
        return frechet_distance(*first, *second);
    }
    if (larger > most_long_rows)
        return Error{ErrorCode::usage, "too many pictures for features of that length",
                     std::to_string(larger) + " of " + std::to_string(a.dimension) + " numbers",
                     "at most " + std::to_string(most_long_rows)};
    at::InferenceMode inference;
    auto x = matrix_view(a).to(at::kDouble), y = matrix_view(b).to(at::kDouble);
    if (auto good = check(x, a); !good) return good.error();
    if (auto good = check(y, b); !good) return good.error();
    auto mean_x = x.mean(0), mean_y = y.mean(0);
    x = (x - mean_x) / std::sqrt(static_cast<double>(a.count - 1));
    y = (y - mean_y) / std::sqrt(static_cast<double>(b.count - 1));
    OneThread one;
    const double root = at::linalg_svdvals(x.matmul(y.t())).sum().item<double>();
    const double means = (mean_x - mean_y).square().sum().item<double>();
    const double traces = x.square().sum().item<double>() + y.square().sum().item<double>();
    return std::max(means + traces - 2 * root, 0.0);
}

FrechetReference FrechetReference::from(GaussianStatistics statistics) {
    at::InferenceMode inference;
    FrechetReference reference;
    reference.statistics_ = std::move(statistics);
    auto covariance = square_view(reference.statistics_.covariance, reference.statistics_.dimension);
    reference.root_ = to_vector(factor_of(covariance));
    reference.trace_ = covariance.trace().item<double>();
    return reference;
}

Result<double> FrechetReference::distance(const FeatureMatrix& features) const {
    return distance(features, {});
}

Result<double> FrechetReference::distance(const FeatureMatrix& features,
                                          const std::vector<std::int64_t>& rows) const {
    if (features.dimension != statistics_.dimension)
        return Error{ErrorCode::usage, "the two sides have features of different extractors", "", ""};
    at::InferenceMode inference;
    auto x = matrix_view(features);
    if (!rows.empty()) x = x.index_select(0, at::tensor(rows));
    x = x.to(at::kDouble);
    if (auto good = check(x, features); !good) return good.error();
    const auto n = x.size(0);
    auto mean = x.mean(0);
    x = x - mean;
    const double trace = x.square().sum().item<double>() / static_cast<double>(n - 1);
    // With S1 = F Fᵀ, the trace is the sum of the singular values of X F / sqrt(n − 1); the smaller Gram matrix has them.
    auto root = square_view(root_, statistics_.dimension);
    at::Tensor gram;
    if (n < statistics_.dimension) {
        auto projected = x.matmul(root);
        gram = projected.matmul(projected.t());
    } else {
        gram = root.t().matmul(x.t().matmul(x)).matmul(root);
    }
    gram.div_(static_cast<double>(n - 1));
    const double means = (mean - vector_view(statistics_.mean)).square().sum().item<double>();
    return std::max(means + trace_ + trace - 2 * trace_of_root((gram + gram.t()) / 2), 0.0);
}

Result<void> FrechetReference::save(const Path& path) const {
    TensorFile file;
    const auto add = [&](const char* name, const std::vector<double>& values,
                         std::vector<std::int64_t> shape) {
        TensorBlob blob{name, TensorType::float64, std::move(shape), {}};
        blob.bytes.resize(values.size() * sizeof(double));
        std::memcpy(blob.bytes.data(), values.data(), blob.bytes.size());
        file.tensors.push_back(std::move(blob));
    };
    const std::int64_t size = statistics_.dimension;
    add("mean", statistics_.mean, {size});
    add("covariance", statistics_.covariance, {size, size});
    add("root", root_, {size, size});
    file.metadata["kind"] = "ganvas.frechet_reference";
    file.metadata["count"] = std::to_string(statistics_.count);
    return write_tensor_file(path, file);
}

Result<FrechetReference> FrechetReference::load(const Path& path, int dimension, std::int64_t count) {
    auto file = read_tensor_file(path);
    if (!file) return file.error();
    const std::int64_t size = dimension;
    FrechetReference reference;
    const auto read = [&](const char* name, std::vector<std::int64_t> shape, std::vector<double>& values) {
        const TensorBlob* blob = file->find(name);
        if (!blob || blob->type != TensorType::float64 || blob->shape != shape) return false;
        values.resize(blob->bytes.size() / sizeof(double));
        std::memcpy(values.data(), blob->bytes.data(), blob->bytes.size());
        for (double value : values)
            if (!std::isfinite(value)) return false;
        return true;
    };
    if (file->text("kind") != "ganvas.frechet_reference" || file->text("count") != std::to_string(count)
        || !read("mean", {size}, reference.statistics_.mean)
        || !read("covariance", {size, size}, reference.statistics_.covariance)
        || !read("root", {size, size}, reference.root_))
        return Error{ErrorCode::bad_checkpoint, "not the statistics that belong here", path.string(), ""};
    reference.statistics_.count = count;
    reference.statistics_.dimension = dimension;
    for (std::int64_t k = 0; k < size; ++k)
        reference.trace_ += reference.statistics_.covariance[static_cast<std::size_t>(k * size + k)];
    return reference;
}

namespace {

/// Standard deviation of `distance` over bootstrap draws of `count` rows.
template <class Distance>
Result<Spread> bootstrap(std::int64_t count, int resamples, std::uint64_t seed, const Progress& progress,
                         Distance distance) {
    std::vector<double> values;
    std::vector<std::int64_t> rows(static_cast<std::size_t>(count));
    std::uint64_t index = 0;
    for (int k = 0; k < resamples; ++k) {
        for (auto& row : rows)
            row = static_cast<std::int64_t>(random_below(seed, index++, static_cast<std::uint64_t>(count)));
        Result<double> value = progress.part([&]() -> Result<double> { return distance(rows); });
        if (!value) return value.error();
        values.push_back(*value);
    }
    double mean = 0, squares = 0;
    for (double value : values) mean += value / resamples;
    for (double value : values) squares += (value - mean) * (value - mean);
    return Spread{resamples > 1 ? std::sqrt(squares / (resamples - 1)) : 0.0, resamples};
}

} // namespace

Result<Spread> frechet_spread(const FrechetReference& data, const FeatureMatrix& generated, int resamples,
                              std::uint64_t seed, const Progress& progress) {
    return bootstrap(generated.count, resamples, seed, progress,
                     [&](const std::vector<std::int64_t>& rows) { return data.distance(generated, rows); });
}

Result<Spread> frechet_spread(const FeatureMatrix& data, const FeatureMatrix& generated, int resamples,
                              std::uint64_t seed, const Progress& progress) {
    return bootstrap(generated.count, resamples, seed, progress, [&](const std::vector<std::int64_t>& rows) {
        FeatureMatrix drawn{generated.count, generated.dimension, {}};
        drawn.values.reserve(generated.values.size());
        for (const auto row : rows) {
            const auto values = generated.row(row);
            drawn.values.insert(drawn.values.end(), values.begin(), values.end());
        }
        return frechet_distance(data, drawn);
    });
}

} // namespace ganvas
