#include "engine/metrics/measures.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "engine/metrics/diversity.h"
#include "engine/metrics/set_distances.h"

namespace ganvas {
namespace {

constexpr int bootstrap_resamples = 4;
constexpr int score_resamples = 20;

MetricValue from_estimate(const Estimate& estimate, int resamples, std::string spread) {
    MetricValue value;
    value.value = estimate.value;
    value.deviation = estimate.deviation;
    value.resamples = resamples;
    value.spread = std::move(spread);
    return value;
}

Result<MetricValue> frechet(const MeasureInput& input) {
    // Long features have no covariance that fits in memory: their distance comes from the features of both sides.
    auto distance = input.reference ? input.reference->distance(input.generated)
                                    : frechet_distance(input.data, input.generated);
    if (!distance) return distance.error();
    MetricValue value;
    value.value = *distance;
    if (input.request.batches > 1) return value; // the batches themselves give the spread
    const auto seed = input.request.seed;
    auto spread = input.reference
                      ? frechet_spread(*input.reference, input.generated, bootstrap_resamples, seed)
                      : frechet_spread(input.data, input.generated, bootstrap_resamples, seed);
    if (!spread) return spread.error();
    value.deviation = spread->deviation;
    value.resamples = spread->resamples;
    value.spread = std::to_string(spread->resamples) + " bootstrap resamples";
    return value;
}

/// Six digits are more than features agree to from one machine to the next.
std::string short_number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.5g", value);
    return text;
}

Result<MetricValue> kernel(const MeasureInput& input) {
    const auto smaller = std::min(input.generated.count, input.data.count);
    const int size = static_cast<int>(std::clamp<std::int64_t>(smaller / 2, 2, 1000));
    auto estimate = kernel_distance(input.data, input.generated, 100, size, input.request.seed);
    if (!estimate) return estimate.error();
    auto value = from_estimate(*estimate, 100, "100 subsets of " + std::to_string(size));
    value.details["subset_size"] = size;
    value.parameters = "subsets of " + std::to_string(size);
    return value;
}

std::string splits_text(int splits) { return std::to_string(splits) + (splits == 1 ? " split" : " splits"); }

/// The error bar is a standard error, as that of every measure but `kid`; what papers print is beside it.
Result<MetricValue> score(const MeasureInput& input) {
    const int splits = splits_for(input.request.splits, input.logits.count);
    auto estimate = splits == 1 ? resampled_score(input.logits, score_resamples, input.request.seed)
                                : classifier_score(input.logits, splits);
    if (!estimate) return estimate.error();
    auto value =
        splits == 1
            ? from_estimate(*estimate, score_resamples,
                            "standard error by " + std::to_string(score_resamples) + " bootstrap resamples")
            : from_estimate(*estimate, splits, "standard error over " + splits_text(splits));
    value.details = {{"splits", splits}, {"classes", input.logits.dimension}};
    if (splits > 1) {
        value.details["std_over_splits"] = estimate->deviation;
        value.deviation /= std::sqrt(static_cast<double>(splits));
    }
    value.details["standard_error"] = value.deviation;
    value.parameters = splits_text(splits);
    return value;
}

Result<MetricValue> discrepancy(const MeasureInput& input) {
    const double bandwidth = input.bandwidth;
    auto linear = linear_discrepancy(input.data, input.generated, bandwidth);
    if (!linear) return linear.error();
    auto quadratic = quadratic_discrepancy(input.data, input.generated, bandwidth);
    if (!quadratic) return quadratic.error();
    const auto pairs = static_cast<int>(std::min(input.generated.count, input.data.count) / 2);
    auto value = from_estimate(*linear, pairs, "standard error over " + std::to_string(pairs) + " pairs");
    value.details = {{"linear", linear->value},
                     {"linear_std", linear->deviation},
                     {"quadratic", quadratic->value},
                     {"quadratic_std", quadratic->deviation},
                     {"standard_error", linear->deviation},
                     {"bandwidth", bandwidth}};
    // The other spread that `is` has: over as many parts of the pictures.
    if (const int splits = splits_for(input.request.splits, 2 * pairs); splits > 1 && pairs >= 2 * splits) {
        auto parts = linear_discrepancy_by_splits(input.data, input.generated, bandwidth, splits);
        if (!parts) return parts.error();
        value.details["splits"] = splits;
        value.details["std_over_splits"] = parts->deviation;
    }
    value.parameters = "σ " + short_number(bandwidth);
    return value;
}

Result<MetricValue> neighbourhoods(const MeasureInput& input) {
    auto both = precision_recall(input.data, input.generated, 3);
    if (!both) return both.error();
    MetricValue value;
    const double sum = both->precision + both->recall;
    value.value = sum > 0 ? 2 * both->precision * both->recall / sum : 0;
    value.deviation = std::max(both->precision_deviation, both->recall_deviation);
    value.spread = "standard error";
    value.details = {{"precision", both->precision},
                     {"precision_std", both->precision_deviation},
                     {"recall", both->recall},
                     {"recall_std", both->recall_deviation},
                     {"neighbours", 3}};
    value.parameters = "3 neighbours";
    return value;
}

Result<MetricValue> balls(const MeasureInput& input) {
    auto both = density_coverage(input.data, input.generated, 5);
    if (!both) return both.error();
    MetricValue value;
    value.value = both->coverage;
    value.deviation = both->coverage_deviation;
    value.spread = "standard error";
    value.details = {{"density", both->density},
                     {"density_std", both->density_deviation},
                     {"coverage", both->coverage},
                     {"coverage_std", both->coverage_deviation},
                     {"neighbours", 5}};
    value.parameters = "5 neighbours";
    return value;
}

Result<MetricValue> pairwise(const MeasureInput& input) {
    auto generated = mean_pairwise_distance(input.generated), data = mean_pairwise_distance(input.data);
    if (!generated) return generated.error();
    if (!data) return data.error();
    auto value = from_estimate(*generated, 4, "four disjoint quarters, halved");
    value.details = {{"data", data->value}, {"data_std", data->deviation}};
    if (data->value > 0) value.details["relative"] = generated->value / data->value;
    return value;
}

Result<MetricValue> between_samples(const MeasureInput& input) {
    const auto batch = std::min(input.request.sample_batch, input.generated.count / 2);
    auto generated = distance_between_batches(input.generated, batch);
    if (!generated) return generated.error();
    auto value = from_estimate(generated->distance, generated->pairs,
                               std::to_string(generated->pairs) + " pairs of batches");
    value.details = {{"batch", static_cast<double>(batch)}};
    value.parameters = "batches of " + std::to_string(batch);
    if (generated->pairs > 1)
        value.details["standard_error"] =
            generated->distance.deviation / std::sqrt(static_cast<double>(generated->pairs));
    if (input.data.count >= 2 * batch) {
        auto data = distance_between_batches(input.data, batch);
        if (!data) return data.error();
        value.details["data"] = data->distance.value;
        value.details["data_std"] = data->distance.deviation;
    }
    return value;
}

Result<MetricValue> batch_table(const MeasureInput& input) {
    std::vector<std::int64_t> batches;
    for (const auto batch : input.request.spread_batches)
        if (batch <= std::min(input.generated.count, input.data.count)) batches.push_back(batch);
    if (batches.empty())
        return Error{ErrorCode::usage, "too few pictures for any of the batch sizes",
                     std::to_string(input.generated.count), "raise --count"};
    auto rows = spread_by_batch(input.data, input.generated, batches, input.request.spread_repeats,
                                input.request.seed);
    if (!rows) return rows.error();
    MetricValue value;
    for (const BatchSpread& row : *rows) {
        const std::string size = std::to_string(row.batch);
        value.details["mean_" + size] = row.mean;
        value.details["relative_std_percent_" + size] = row.relative;
        value.details["relative_std_percent_error_" + size] = row.relative_error;
        value.details["disjoint_" + size] = row.disjoint ? 1 : 0;
    }
    value.value = rows->back().relative;
    value.deviation = rows->back().relative_error;
    value.resamples = rows->back().repeats;
    value.spread = "standard error over " + std::to_string(value.resamples) + " batches";
    value.parameters = std::to_string(value.resamples) + " batches of " + std::to_string(rows->back().batch);
    value.details["batch"] = static_cast<double>(rows->back().batch);
    value.details["drawn_from"] = static_cast<double>(std::min(input.generated.count, input.data.count));
    return value;
}

Result<MetricValue> modes(const MeasureInput& input) {
    auto count = count_modes(input.class_logits, input.data_class_logits, input.request.seed);
    if (!count) return count.error();
    MetricValue value;
    value.value = count->found;
    value.deviation = count->found_deviation;
    value.resamples = 100;
    value.spread = "100 bootstrap resamples";
    value.details = {{"classes", count->classes},
                     {"effective", count->effective},
                     {"effective_std", count->effective_deviation}};
    if (count->divergence >= 0) value.details["divergence"] = count->divergence;
    double largest = 0;
    for (const double share : count->shares) largest = std::max(largest, share);
    value.details["largest_share"] = largest;
    return value;
}

/// How near generated pictures lie to the data, against how near the data's own pictures lie to each other: well below
/// one means that they were remembered.
Result<MetricValue> nearest(const MeasureInput& input) {
    auto found = nearest_rows(input.generated, input.data);
    if (!found) return found.error();
    auto own = nearest_others(input.data);
    if (!own) return own.error();
    const auto count = static_cast<double>(found->size());
    double mean = 0, squares = 0, own_mean = 0;
    std::int64_t remembered = 0;
    for (const NearestRow& row : *found) {
        mean += row.distance / count;
        remembered += row.distance < (*own)[static_cast<std::size_t>(row.index)].distance / 3;
    }
    for (const NearestRow& row : *found) squares += (row.distance - mean) * (row.distance - mean);
    for (const NearestRow& row : *own) own_mean += row.distance / static_cast<double>(own->size());
    MetricValue value;
    value.value = mean;
    if (found->size() > 1) value.deviation = std::sqrt(squares / (count - 1) / count);
    value.spread = "standard error";
    value.details = {{"data", own_mean}, {"remembered_share", static_cast<double>(remembered) / count}};
    if (own_mean > 0) value.details["relative"] = mean / own_mean;
    return value;
}

} // namespace

const std::vector<Measure>& measures() {
    static const std::vector<Measure> all = {
        {"fd", "Fréchet distance", {.reference = true}, frechet},
        {"kid", "kernel distance", {.data = true}, kernel},
        {"is", "classifier score", {.logits = true}, score},
        {"mmd", "squared maximum mean discrepancy", {.data = true, .bandwidth = true}, discrepancy},
        {"pr", "precision and recall", {.data = true}, neighbourhoods},
        {"dc", "density and coverage", {.data = true}, balls},
        {"diversity", "mean pairwise distance", {.data = true}, pairwise},
        {"samples", "Fréchet distance between batches of samples", {.data = true}, between_samples},
        {"spread", "relative deviation of the Fréchet distance in percent", {.data = true}, batch_table},
        {"modes", "classes found by a classifier", {.classes = true}, modes},
        {"nn", "distance to the nearest picture of the data", {.data = true}, nearest},
    };
    return all;
}

const Measure* find_measure(const std::string& key) {
    for (const Measure& measure : measures())
        if (measure.key == key) return &measure;
    return nullptr;
}

int splits_for(int requested, std::int64_t count) {
    constexpr std::int64_t most = 10, fewest_pictures = 100;
    if (requested > 0) return static_cast<int>(std::clamp<std::int64_t>(count / 2, 1, requested));
    return count >= most * fewest_pictures ? static_cast<int>(most) : 1;
}

std::string metric_title(const std::string& metric, const std::string& extractor) {
    const bool inception = is_inception(extractor);
    if (metric == "fd" && inception) return "FID";
    if (metric == "kid" && inception) return "KID";
    if (metric == "is" && inception) return "Inception Score";
    if (metric == "is" && extractor.rfind("lite0", 0) == 0) return "ImageNet classifier score";
    if (metric == "is" && extractor == "classifier") return "classifier score of the data's classes";
    const Measure* measure = find_measure(metric);
    return measure ? measure->description : metric;
}

} // namespace ganvas
