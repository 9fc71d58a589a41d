#include "engine/metrics/diversity.h"

#include <cmath>
#include <numeric>

#include "engine/core/random.h"
#include "engine/metrics/frechet.h"
#include "engine/metrics/row_distances.h"

namespace ganvas {
namespace {

constexpr int mode_resamples = 100;

Result<std::vector<int>> answers(const FeatureMatrix& logits) {
    if (logits.count < 1 || logits.dimension < 2)
        return Error{ErrorCode::usage, "no pictures to count modes of", std::to_string(logits.count), ""};
    at::InferenceMode inference;
    auto rows = matrix_view(logits);
    if (!at::isfinite(rows.sum()).item<bool>())
        return Error{ErrorCode::bad_data, "the classifier's answers are not finite", "", ""};
    auto largest = rows.argmax(1);
    const auto* data = largest.data_ptr<std::int64_t>();
    return std::vector<int>(data, data + logits.count);
}

struct Histogram {
    std::vector<double> shares;
    int found = 0;
    double effective = 0;
};

Histogram histogram(const std::vector<int>& classes, int count) {
    Histogram made{std::vector<double>(static_cast<std::size_t>(count)), 0, 0};
    for (const int k : classes) made.shares[static_cast<std::size_t>(k)] += 1;
    double entropy = 0;
    for (double& share : made.shares) {
        share /= static_cast<double>(classes.size());
        if (share <= 0) continue;
        ++made.found;
        entropy -= share * std::log(share);
    }
    made.effective = std::exp(entropy);
    return made;
}

/// Kullback–Leibler divergence of two sets of answers, each class with one picture more, so that none is empty.
double divergence(const std::vector<int>& generated, const std::vector<int>& data, int classes) {
    std::vector<double> p(static_cast<std::size_t>(classes), 1.0), q = p;
    for (const int k : generated) p[static_cast<std::size_t>(k)] += 1;
    for (const int k : data) q[static_cast<std::size_t>(k)] += 1;
    const double total_p = static_cast<double>(generated.size()) + classes;
    const double total_q = static_cast<double>(data.size()) + classes;
    double sum = 0;
    for (std::size_t k = 0; k < p.size(); ++k)
        sum += p[k] / total_p * std::log(p[k] / total_p * total_q / q[k]);
    return std::max(sum, 0.0);
}

FeatureMatrix picked(const FeatureMatrix& features, const std::vector<std::int64_t>& rows, std::int64_t first,
                     std::int64_t count) {
    FeatureMatrix out{count, features.dimension, {}};
    out.values.reserve(static_cast<std::size_t>(count) * features.dimension);
    for (std::int64_t k = 0; k < count; ++k) {
        const auto row = features.row(rows[static_cast<std::size_t>(first + k)]);
        out.values.insert(out.values.end(), row.begin(), row.end());
    }
    return out;
}

} // namespace

Result<SampleBatches> distance_between_batches(const FeatureMatrix& features, std::int64_t batch, int pairs) {
    if (batch < 2 || features.count < 2 * batch)
        return Error{ErrorCode::usage, "too few pictures for two batches", std::to_string(features.count),
                     "at least twice the batch, and batches of two or more"};
    SampleBatches out;
    out.pairs = static_cast<int>(std::min<std::int64_t>(pairs, features.count / (2 * batch)));
    std::vector<double> values;
    for (int k = 0; k < out.pairs; ++k) {
        auto value =
            frechet_distance(features.part(2 * k * batch, batch), features.part((2 * k + 1) * batch, batch));
        if (!value) return value.error();
        values.push_back(*value);
    }
    out.distance = mean_and_deviation(values);
    return out;
}

Result<ModeCount> count_modes(const FeatureMatrix& logits, const FeatureMatrix* data, std::uint64_t seed) {
    auto classes = answers(logits);
    if (!classes) return classes.error();
    const auto whole = histogram(*classes, logits.dimension);
    ModeCount out{logits.count, logits.dimension, whole.found, whole.effective, -1, 0, 0, whole.shares};
    if (data) {
        if (data->dimension != logits.dimension)
            return Error{ErrorCode::usage, "the two sides have answers of different classifiers", "", ""};
        auto of_data = answers(*data);
        if (!of_data) return of_data.error();
        out.divergence = divergence(*classes, *of_data, logits.dimension);
    }
    std::vector<double> found, effective;
    std::vector<int> resample(classes->size());
    std::uint64_t index = 0;
    for (int k = 0; k < mode_resamples; ++k) {
        for (int& one : resample) one = (*classes)[random_below(seed, index++, classes->size())];
        const auto again = histogram(resample, logits.dimension);
        found.push_back(again.found);
        effective.push_back(again.effective);
    }
    out.found_deviation = mean_and_deviation(found).deviation;
    out.effective_deviation = mean_and_deviation(effective).deviation;
    return out;
}

Result<BatchSpread> batch_spread(const FeatureMatrix& data, const FeatureMatrix& generated,
                                 std::int64_t batch, int repeats, std::uint64_t seed) {
    repeats = std::max(repeats, 2);
    const auto smaller = std::min(data.count, generated.count);
    if (batch < 2 || batch > smaller)
        return Error{ErrorCode::usage, "not a batch size for these sets", std::to_string(batch),
                     "from 2 to " + std::to_string(smaller) + " pictures"};
    BatchSpread row;
    row.batch = batch;
    row.repeats = repeats;
    row.disjoint = batch * repeats <= smaller;
    std::vector<double> values;
    for (int k = 0; k < repeats; ++k) {
        const auto round = static_cast<std::uint64_t>(row.disjoint ? 0 : k);
        const auto first = row.disjoint ? batch * k : 0;
        const auto order_a = seeded_order(data.count, mix_bits(seed + 2 * round));
        const auto order_b = seeded_order(generated.count, mix_bits(seed + 2 * round + 1));
        auto value =
            frechet_distance(picked(data, order_a, first, batch), picked(generated, order_b, first, batch));
        if (!value) return value.error();
        values.push_back(*value);
    }
    const auto estimate = mean_and_deviation(values);
    row.mean = estimate.value;
    row.deviation = estimate.deviation;
    row.relative = row.mean > 0 ? 100 * row.deviation / row.mean : 0;
    const double share = row.relative / 100;
    row.relative_error = row.relative * std::sqrt(0.5 / (repeats - 1) + share * share / repeats);
    return row;
}

Result<std::vector<BatchSpread>> spread_by_batch(const FeatureMatrix& data, const FeatureMatrix& generated,
                                                 const std::vector<std::int64_t>& batches, int repeats,
                                                 std::uint64_t seed) {
    std::vector<BatchSpread> rows;
    for (const std::int64_t batch : batches) {
        auto row = batch_spread(data, generated, batch, repeats, seed);
        if (!row) return row.error();
        rows.push_back(row.take());
    }
    return rows;
}

} // namespace ganvas
