#include "engine/metrics/evaluate.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <optional>

#include <nlohmann/json.hpp>

#include "engine/core/files.h"
#include "engine/metrics/set_distances.h"

namespace ganvas {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

bool contains(const std::vector<std::string>& names, const char* name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// The data's features are needed by every metric but the Fréchet distance, whose statistics may be cached.
struct DataSide {
    FeatureMatrix features;
    std::optional<FrechetReference> reference;
    std::int64_t count = 0;
};

MetricValue from_estimate(const Estimate& estimate, int resamples) {
    MetricValue value;
    value.value = estimate.value;
    value.deviation = estimate.deviation;
    value.resamples = resamples;
    return value;
}

/// One metric on one batch of generated pictures.
Result<MetricValue> measure(const std::string& metric, const DataSide& data, const FeatureMatrix& generated,
                            const FeatureMatrix& logits, const EvaluationRequest& request) {
    if (metric == "fd") {
        auto distance = data.reference->distance(generated);
        if (!distance) return distance.error();
        MetricValue value;
        value.value = *distance;
        if (request.batches <= 1) {
            auto spread = frechet_spread(*data.reference, generated, 4, request.seed);
            if (!spread) return spread.error();
            value.deviation = spread->deviation;
            value.resamples = spread->resamples;
        }
        return value;
    }
    if (metric == "kid") {
        const auto smaller = std::min(generated.count, data.features.count);
        const int size = static_cast<int>(std::clamp<std::int64_t>(smaller / 2, 2, 1000));
        auto estimate = kernel_distance(data.features, generated, 100, size, request.seed);
        if (!estimate) return estimate.error();
        auto value = from_estimate(*estimate, 100);
        value.details["subset_size"] = size;
        return value;
    }
    if (metric == "is") {
        auto estimate = classifier_score(logits, 10);
        return estimate ? Result<MetricValue>(from_estimate(*estimate, 10)) : estimate.error();
    }
    if (metric == "mmd") {
        const double bandwidth = median_bandwidth(data.features, generated);
        auto linear = linear_discrepancy(data.features, generated, bandwidth);
        if (!linear) return linear.error();
        auto quadratic = quadratic_discrepancy(data.features, generated, bandwidth);
        if (!quadratic) return quadratic.error();
        auto value =
            from_estimate(*linear, static_cast<int>(std::min(generated.count, data.features.count) / 2));
        value.details = {{"linear", linear->value},
                         {"linear_std", linear->deviation},
                         {"quadratic", quadratic->value},
                         {"quadratic_std", quadratic->deviation},
                         {"bandwidth", bandwidth}};
        return value;
    }
    auto both = precision_recall(data.features, generated, 3);
    if (!both) return both.error();
    MetricValue value;
    const double sum = both->precision + both->recall;
    value.value = sum > 0 ? 2 * both->precision * both->recall / sum : 0;
    value.details = {{"precision", both->precision}, {"recall", both->recall}, {"neighbours", 3}};
    return value;
}

/// Mean and standard deviation over the batches, details averaged.
MetricValue over_batches(const std::vector<MetricValue>& values) {
    if (values.size() == 1) return values.front();
    MetricValue out;
    const auto n = static_cast<double>(values.size());
    for (const auto& value : values) {
        out.value += value.value / n;
        for (const auto& [name, detail] : value.details) out.details[name] += detail / n;
    }
    for (const auto& value : values) out.deviation += (value.value - out.value) * (value.value - out.value);
    out.deviation = std::sqrt(out.deviation / (n - 1));
    out.resamples = static_cast<int>(values.size());
    return out;
}

std::string file_name_part(const std::string& text) {
    std::string out;
    for (char c : text) out += std::isalnum(static_cast<unsigned char>(c)) || c == '-' ? c : '_';
    return out;
}

Result<void> check_request(const EvaluationRequest& request, const ImageSource& generated,
                           std::int64_t count) {
    for (const auto& metric : request.metrics)
        if (!contains(metric_names(), metric.c_str())) {
            auto parsed = parse_metrics(metric);
            return parsed.error();
        }
    if (request.count < 2 || count < 2)
        return Error{ErrorCode::usage, "a distribution needs at least two pictures", generated.name,
                     "raise --count"};
    if (request.batches < 1) return Error{ErrorCode::usage, "batches must be at least 1", "--batches", ""};
    if (generated.size >= 0 && count * request.batches > generated.size)
        return Error{ErrorCode::usage, "not enough pictures for that many batches", generated.name,
                     "it has " + std::to_string(generated.size)};
    return {};
}

} // namespace

const std::vector<std::string>& metric_names() {
    static const std::vector<std::string> names = {"fd", "kid", "is", "mmd", "pr"};
    return names;
}

Result<std::vector<std::string>> parse_metrics(const std::string& text) {
    std::vector<std::string> names;
    for (std::size_t at = 0; at <= text.size();) {
        const auto comma = std::min(text.find(',', at), text.size());
        const auto name = text.substr(at, comma - at);
        if (!contains(metric_names(), name.c_str()))
            return Error{ErrorCode::usage, "unknown metric", name,
                         "fd, kid, is, mmd or pr, separated by commas"};
        if (!contains(names, name.c_str())) names.push_back(name);
        at = comma + 1;
    }
    return names;
}

Result<FrechetReference> data_reference(SharedDataset data, FeatureExtractor& extractor, std::int64_t count,
                                        std::uint64_t seed, bool use_cache, const Progress& progress) {
    count = std::min(count, data->size());
    const Path folder = cache_folder() / "statistics";
    const Path path = folder
                      / (file_name_part(data->fingerprint()) + "-" + file_name_part(extractor.name()) + "-"
                         + std::to_string(count) + "-" + std::to_string(seed) + ".safetensors");
    std::error_code ignored;
    if (use_cache && std::filesystem::exists(path, ignored)) {
        auto cached = FrechetReference::load(path, extractor.dimension(), count);
        if (cached) return cached;
    }
    auto features = extract_features(extractor, dataset_images(data, seed), 0, count, progress);
    if (!features) return features.error();
    auto statistics = gaussian_statistics(*features);
    if (!statistics) return statistics.error();
    auto reference = FrechetReference::from(statistics.take());
    // A cache that cannot be written costs time, not the measurement.
    if (use_cache && make_folder(folder)) (void)reference.save(path);
    return reference;
}

Result<Evaluation> evaluate(const ImageSource& generated, SharedDataset data,
                            const EvaluationRequest& request, const Progress& progress) {
    const auto start = Clock::now();
    std::int64_t count = request.count;
    if (generated.size >= 0 && request.batches == 1) count = std::min(count, generated.size);
    if (auto good = check_request(request, generated, count); !good) return good.error();
    auto extractor = make_extractor(request.extractor);
    if (!extractor) return extractor.error();
    const bool wants_logits = contains(request.metrics, "is");
    if (wants_logits && !(*extractor)->has_classifier())
        return Error{ErrorCode::usage, "the score `is` needs an extractor with a classifier",
                     request.extractor, "use lite0 or lite0-96"};

    Evaluation evaluation;
    DataSide side;
    side.count = std::min(request.count, data->size());
    const bool needs_fd = contains(request.metrics, "fd");
    const bool needs_features =
        std::any_of(request.metrics.begin(), request.metrics.end(),
                    [](const auto& name) { return name == "kid" || name == "mmd" || name == "pr"; });
    const double share = needs_features || needs_fd ? 0.45 : 0;
    if (needs_features) {
        auto features = extract_features(**extractor, dataset_images(data, request.seed), 0, side.count,
                                         progress, 0, share);
        if (!features) return features.error();
        side.features = features.take();
    }
    if (needs_fd && needs_features) {
        auto statistics = gaussian_statistics(side.features);
        if (!statistics) return statistics.error();
        side.reference = FrechetReference::from(statistics.take());
    } else if (needs_fd) {
        Progress part = progress;
        part.on_report = [&](double fraction, std::string_view text) {
            progress.report(share * fraction, text);
        };
        auto reference = data_reference(data, **extractor, side.count, request.seed, request.use_cache, part);
        if (!reference) return reference.error();
        side.reference = reference.take();
    }

    std::map<std::string, std::vector<MetricValue>> values;
    double extraction_seconds = 0;
    for (int batch = 0; batch < request.batches; ++batch) {
        const double from = share + (0.95 - share) * batch / request.batches;
        const double to = share + (0.95 - share) * (batch + 1) / request.batches;
        FeatureMatrix logits;
        const auto before = Clock::now();
        auto features = extract_features(**extractor, generated, batch * count, count, progress, from, to,
                                         wants_logits ? &logits : nullptr);
        if (!features) return features.error();
        extraction_seconds += seconds_since(before);
        for (const auto& metric : request.metrics) {
            if (progress.stop_requested())
                return Error{ErrorCode::interrupted, "measuring was stopped", generated.name, ""};
            progress.report(to, "computing " + metric);
            auto value = measure(metric, side, *features, logits, request);
            if (!value) return value.error();
            values[metric].push_back(value.take());
        }
    }
    for (const auto& [metric, of_batches] : values) {
        auto value = over_batches(of_batches);
        value.count = count;
        value.data_count = metric == "is" ? 0 : side.count;
        value.extractor = (*extractor)->name();
        value.data = data->source();
        evaluation.metrics[metric] = std::move(value);
    }
    evaluation.images_per_second =
        static_cast<double>(count) * request.batches / std::max(extraction_seconds, 1e-9);
    evaluation.seconds = seconds_since(start);
    progress.report(1, "measured");
    return evaluation;
}

std::string to_json(const Evaluation& evaluation) {
    nlohmann::ordered_json metrics = nlohmann::ordered_json::object();
    for (const auto& [name, value] : evaluation.metrics) {
        nlohmann::ordered_json entry = {{"value", value.value},          {"std", value.deviation},
                                        {"count", value.count},          {"extractor", value.extractor},
                                        {"resamples", value.resamples},  {"data", value.data},
                                        {"data_count", value.data_count}};
        for (const auto& [key, detail] : value.details) entry[key] = detail;
        metrics[name] = std::move(entry);
    }
    nlohmann::ordered_json json = {{"metrics", std::move(metrics)},
                                   {"images_per_second", evaluation.images_per_second},
                                   {"seconds", evaluation.seconds}};
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace ganvas
