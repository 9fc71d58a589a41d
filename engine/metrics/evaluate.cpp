#include "engine/metrics/evaluate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include <nlohmann/json.hpp>

#include "engine/core/elapsed.h"
#include "engine/core/progress_part.h"
#include "engine/metrics/measures.h"
#include "engine/metrics/set_distances.h"
#include "engine/runs/tensor_file.h"

namespace ganvas {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t bandwidth_seed = 0; ///< of the pictures that a kernel's bandwidth comes from

Result<void> check_request(const EvaluationRequest& request, const ImageSource& generated,
                           std::int64_t count) {
    for (const auto& metric : request.metrics)
        if (auto parsed = parse_metrics(metric); !parsed) return parsed.error();
    if (request.count < 2 || count < 2)
        return Error{ErrorCode::usage, "a distribution needs at least two pictures", generated.name,
                     "raise --count"};
    if (request.batches < 1) return Error{ErrorCode::usage, "batches must be at least 1", "--batches", ""};
    if (generated.size >= 0 && count * request.batches > generated.size)
        return Error{ErrorCode::usage, "not enough pictures for that many batches", generated.name,
                     "it has " + std::to_string(generated.size)};
    return {};
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
    out.parameters = values.front().parameters;
    out.spread = std::to_string(values.size()) + " batches";
    return out;
}

bool all_finite(const MetricValue& value) {
    return std::isfinite(value.value) && std::isfinite(value.deviation)
           && std::all_of(value.details.begin(), value.details.end(),
                          [](const auto& detail) { return std::isfinite(detail.second); });
}

/// One evaluation from start to end; lives for one call.
class Evaluator {
public:
    Evaluator(const ImageSource& generated, const ReferencePictures& data, const EvaluationRequest& request,
              const Progress& progress)
        : generated_(generated), data_(data), request_(request), progress_(progress), count_(request.count) {
        if (generated.size >= 0 && request.batches == 1) count_ = std::min(count_, generated.size);
        data_count_ = data.images.size < 0 ? request.count : std::min(request.count, data.images.size);
    }

    Result<Evaluation> run() {
        const auto start = Clock::now();
        if (auto good = check_request(request_, generated_, count_); !good) return good.error();
        auto first = generated_.images(0, 1);
        if (!first) return first.error();
        first_ = first.take();
        for (const auto& metric : request_.metrics) {
            const MeasureNeeds& needs = find_measure(metric)->needs;
            needs_.data = needs_.data || needs.data;
            needs_.reference = needs_.reference || needs.reference;
            needs_.logits = needs_.logits || needs.logits;
            needs_.classes = needs_.classes || needs.classes;
            needs_.bandwidth = needs_.bandwidth || needs.bandwidth;
        }
        needs_.data = needs_.data || !request_.save_features.empty();
        if (auto made = make_extractors(part_of(progress_, 0, 0.1)); !made) return made.error();
        if (needs_.reference && extractor_->dimension() > longest_for_covariance) {
            needs_.reference = false;
            needs_.data = true;
        }
        const double share = needs_.data || needs_.reference ? 0.45 : 0.1;
        if (auto made = prepare_data(part_of(progress_, 0.1, share)); !made) return made.error();
        for (int batch = 0; batch < request_.batches; ++batch) {
            const double from = share + (0.95 - share) * batch / request_.batches;
            const double to = share + (0.95 - share) * (batch + 1) / request_.batches;
            if (auto done = measure_batch(batch, part_of(progress_, from, to)); !done) return done.error();
        }
        Evaluation evaluation;
        for (const auto& [metric, of_batches] : values_)
            evaluation.metrics[metric] = with_badge(metric, over_batches(of_batches));
        evaluation.images_per_second =
            static_cast<double>(count_) * request_.batches / std::max(extraction_seconds_, 1e-9);
        evaluation.seconds = seconds_since(start);
        progress_.report(1, "measured");
        return evaluation;
    }

private:
    Result<void> make_extractors(const Progress& progress) {
        ExtractorRequest wanted;
        wanted.name = request_.extractor;
        wanted.weights = request_.weights;
        wanted.labelled = data_.labelled;
        wanted.discriminator = request_.discriminator;
        wanted.discriminator_key = request_.discriminator_key;
        wanted.use_cache = request_.use_cache;
        auto made = make_extractor(wanted, progress);
        if (!made) return made.error();
        extractor_ = made.take();
        if (needs_.logits && !extractor_->has_classifier())
            return Error{ErrorCode::usage, "the score `is` needs an extractor with a classifier",
                         request_.extractor, "use inception, classifier, lite0 or lite0-96"};
        if (!needs_.classes) return {};
        wanted.name = "classifier";
        auto classifier = make_extractor(wanted, progress);
        if (!classifier) return classifier.error();
        classifier_ = classifier.take();
        return {};
    }

    Result<void> prepare_data(const Progress& progress) {
        if (needs_.data) {
            auto features = data_features(data_, *extractor_, data_count_, request_.use_cache, progress);
            if (!features) return features.error();
            data_features_ = features.take();
        }
        if (needs_.reference && needs_.data) {
            auto statistics = gaussian_statistics(data_features_);
            if (!statistics) return statistics.error();
            reference_ = FrechetReference::from(statistics.take());
        } else if (needs_.reference) {
            auto reference = data_reference(data_, *extractor_, data_count_, request_.use_cache, progress);
            if (!reference) return reference.error();
            reference_ = reference.take();
        }
        if (needs_.bandwidth)
            if (auto found = find_bandwidth(progress); !found) return found;
        if (!needs_.classes) return {};
        auto unused =
            extract_features(*classifier_, data_.images, 0, data_count_, progress, 0, 1, &data_classes_);
        return unused ? Result<void>() : unused.error();
    }

    /// From the same pictures of the data whatever is measured against them, so that the values of one axis have one
    /// kernel. Where the data are another model's samples, from the first of those.
    Result<void> find_bandwidth(const Progress& progress) {
        if (!data_.labelled || (request_.seed == bandwidth_seed && data_count_ >= bandwidth_rows)) {
            bandwidth_ = median_bandwidth(data_features_);
            return {};
        }
        auto features = data_features(reference_pictures(data_.labelled, bandwidth_seed, data_.split),
                                      *extractor_, bandwidth_rows, request_.use_cache, progress);
        if (!features) return features.error();
        bandwidth_ = median_bandwidth(*features);
        return {};
    }

    Result<void> measure_batch(int batch, const Progress& progress) {
        FeatureMatrix logits, class_logits;
        const auto before = Clock::now();
        auto features = extract_features(*extractor_, generated_, batch * count_, count_, progress, 0, 0.9,
                                         needs_.logits ? &logits : nullptr);
        if (!features) return features.error();
        extraction_seconds_ += seconds_since(before);
        if (needs_.classes) {
            auto unused = extract_features(*classifier_, generated_, batch * count_, count_, progress, 0.9, 1,
                                           &class_logits);
            if (!unused) return unused.error();
        }
        if (batch == 0 && !request_.save_features.empty())
            if (auto saved = save(*features, logits); !saved) return saved;
        const MeasureInput input{data_features_, reference_ ? &*reference_ : nullptr,
                                 *features,      logits,
                                 class_logits,   data_classes_.count > 0 ? &data_classes_ : nullptr,
                                 bandwidth_,     request_};
        for (const auto& metric : request_.metrics) {
            if (progress.stop_requested())
                return Error{ErrorCode::interrupted, "measuring was stopped", generated_.name, ""};
            progress.report(1, "computing " + metric);
            auto value = find_measure(metric)->compute(input);
            if (!value) return value.error();
            if (!all_finite(*value))
                return Error{ErrorCode::bad_data, "no finite number came out", metric,
                             "the pictures or the weights are broken"};
            values_[metric].push_back(value.take());
        }
        return {};
    }

    Result<void> save(const FeatureMatrix& features, const FeatureMatrix& logits) const {
        TensorFile file;
        file.add_floats("generated", {features.count, features.dimension}, features.values);
        file.add_floats("data", {data_features_.count, data_features_.dimension}, data_features_.values);
        if (logits.count > 0) file.add_floats("logits", {logits.count, logits.dimension}, logits.values);
        file.metadata = {{"extractor", extractor_->name()},
                         {"resize", extractor_->resize()},
                         {"generated", generated_.name},
                         {"data", data_.name}};
        return write_tensor_file(request_.save_features, file);
    }

    MetricValue with_badge(const std::string& metric, MetricValue value) const {
        const bool by_class = find_measure(metric)->needs.classes;
        const FeatureExtractor& extractor = by_class ? *classifier_ : *extractor_;
        value.count = count_;
        value.data_count = metric == "is" ? 0 : data_count_;
        value.extractor = extractor.name();
        value.title = metric_title(metric, extractor.name());
        value.resize = resize_text(first_.width, first_.height, first_.channels, extractor);
        value.data = data_.name;
        value.split = data_.split;
        for (const auto& [name, detail] : extractor.details()) value.details.emplace(name, detail);
        return value;
    }

    const ImageSource& generated_;
    const ReferencePictures& data_;
    const EvaluationRequest& request_;
    const Progress& progress_;
    std::int64_t count_, data_count_ = 0;
    ImageBatch first_; ///< one generated picture, for its size
    MeasureNeeds needs_;
    std::unique_ptr<FeatureExtractor> extractor_, classifier_;
    FeatureMatrix data_features_, data_classes_;
    std::optional<FrechetReference> reference_;
    std::map<std::string, std::vector<MetricValue>> values_;
    double extraction_seconds_ = 0, bandwidth_ = 0;
};

} // namespace

const std::vector<std::string>& metric_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> keys;
        for (const Measure& measure : measures()) keys.push_back(measure.key);
        return keys;
    }();
    return names;
}

Result<std::vector<std::string>> parse_metrics(const std::string& text) {
    std::vector<std::string> names;
    for (std::size_t at = 0; at <= text.size();) {
        const auto comma = std::min(text.find(',', at), text.size());
        const auto name = text.substr(at, comma - at);
        if (!find_measure(name)) {
            std::string known;
            for (const auto& key : metric_names()) known += (known.empty() ? "" : ", ") + key;
            return Error{ErrorCode::usage, "unknown metric", name, known + ", separated by commas"};
        }
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        at = comma + 1;
    }
    return names;
}

Result<Evaluation> evaluate(const ImageSource& generated, const ReferencePictures& data,
                            const EvaluationRequest& request, const Progress& progress) {
    return Evaluator(generated, data, request, progress).run();
}

Result<Evaluation> evaluate(const ImageSource& generated, SharedDataset data,
                            const EvaluationRequest& request, const Progress& progress) {
    return evaluate(generated, reference_pictures(std::move(data), request.seed), request, progress);
}

std::string to_json(const Evaluation& evaluation) {
    nlohmann::ordered_json metrics = nlohmann::ordered_json::object();
    for (const auto& [name, value] : evaluation.metrics) {
        nlohmann::ordered_json entry = {{"value", value.value},
                                        {"std", value.deviation},
                                        {"count", value.count},
                                        {"extractor", value.extractor},
                                        {"name", value.title},
                                        {"resamples", value.resamples},
                                        {"std_over", value.spread},
                                        {"resize", value.resize},
                                        {"data", value.data},
                                        {"split", value.split},
                                        {"data_count", value.data_count},
                                        {"parameters", value.parameters}};
        for (const auto& [key, detail] : value.details) entry[key] = detail;
        metrics[name] = std::move(entry);
    }
    nlohmann::ordered_json json = {{"metrics", std::move(metrics)},
                                   {"images_per_second", evaluation.images_per_second},
                                   {"seconds", evaluation.seconds}};
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace ganvas
