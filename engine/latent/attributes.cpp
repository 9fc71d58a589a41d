#include "engine/latent/attributes.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <optional>

#include <ATen/ATen.h>

#include "engine/core/caught.h"
#include "engine/core/progress_part.h"
#include "engine/core/random.h"
#include "engine/latent/attribute_classifier.h"
#include "engine/metrics/tensors.h"

namespace ganvas {
namespace {

constexpr int pool_size = 1200;    ///< fresh latents among which the "no" samples are found
constexpr int selection_size = 64; ///< "no" samples on which the two candidate directions are compared
constexpr int render_batch = 64;

/// Latents, what the classifier says about their pictures.
struct Labelled {
    at::Tensor latents; ///< [n, L] float
    at::Tensor logits;  ///< [n, A] float
};

class Learner {
public:
    Learner(LatentRenderer& renderer, const AttributeClassifier& classifier, const Progress& progress)
        : renderer_(renderer), classifier_(classifier), progress_(progress) {}

    Result<at::Tensor> logits_of(const at::Tensor& latents) const {
        auto plain = latents.to(at::kFloat).contiguous();
        const auto size = static_cast<std::size_t>(plain.size(1));
        std::vector<at::Tensor> logits;
        for (std::int64_t first = 0; first < plain.size(0); first += render_batch) {
            if (progress_.stop_requested())
                return Error{ErrorCode::interrupted, "learning was stopped", "", ""};
            std::vector<LatentVector> batch;
            for (std::int64_t k = first; k < std::min(first + render_batch, plain.size(0)); ++k) {
                const float* row = plain.data_ptr<float>() + static_cast<std::size_t>(k) * size;
                batch.emplace_back(row, row + size);
            }
            auto images = renderer_.render_latents(batch);
            if (!images) return images.error();
            logits.push_back(classifier_.logits(*images));
        }
        return at::cat(logits);
    }

    /// `count` samples by seeds seed, seed + 1, …; progress goes from `from` to `to`.
    Result<Labelled> label_samples(std::uint64_t seed, int count, double from, double to,
                                   const char* what) const {
        std::vector<at::Tensor> latents, logits;
        for (int first = 0; first < count; first += 4 * render_batch) {
            progress_.report(from + (to - from) * first / count, what);
            std::vector<float> values;
            const int rows = std::min(4 * render_batch, count - first);
            for (int k = 0; k < rows; ++k) {
                const auto z =
                    latent_of_seed(seed + static_cast<std::uint64_t>(first + k), renderer_.space());
                values.insert(values.end(), z.begin(), z.end());
            }
            latents.push_back(at::tensor(values).view({rows, renderer_.space().size}));
            auto part = logits_of(latents.back());
            if (!part) return part.error();
            logits.push_back(part.take());
        }
        return Labelled{at::cat(latents), at::cat(logits)};
    }

    struct Effect {
        double flipped = 0;
        int tried = 0;
        std::vector<double> moved;
    };
    /// What `sigma` steps along the direction do to the `count` samples from number `skip` on that answer "no".
    Result<Effect> try_direction(const Labelled& pool, const at::Tensor& direction, std::int64_t question,
                                 double sigma, int skip, int count) const {
        auto all = (pool.logits.select(1, question) <= 0).nonzero().flatten();
        const auto start = std::min<std::int64_t>(skip, all.size(0));
        auto rows = all.narrow(0, start, std::min<std::int64_t>(count, all.size(0) - start));
        Effect effect;
        effect.tried = static_cast<int>(rows.size(0));
        effect.moved.assign(static_cast<std::size_t>(pool.logits.size(1)), 0.0);
        if (effect.tried == 0) return effect;
        auto after = logits_of(pool.latents.index_select(0, rows) + sigma * direction.unsqueeze(0));
        if (!after) return after.error();
        auto before = pool.logits.index_select(0, rows);
        effect.flipped = (after->select(1, question) > 0).to(at::kDouble).mean().item<double>();
        auto moved = (after->sigmoid() - before.sigmoid()).mean(0).to(at::kDouble).contiguous();
        effect.moved.assign(moved.data_ptr<double>(), moved.data_ptr<double>() + moved.numel());
        return effect;
    }

private:
    LatentRenderer& renderer_;
    const AttributeClassifier& classifier_;
    const Progress& progress_;
};

/// Slopes of the logits on the latents, [A, L], each logit in units of its own deviation. Logits beyond ±6 (0.25 %)
/// are cut: how sure the classifier is there says nothing about the picture.
at::Tensor regress(const Labelled& samples) {
    OneThread one;
    auto z = samples.latents.to(at::kDouble), y = samples.logits.clamp(-6, 6).to(at::kDouble);
    z = z - z.mean(0, true);
    y = (y - y.mean(0, true)) / y.std(0, true, true).clamp_min(1e-6);
    auto gram = z.t().matmul(z);
    gram.diagonal().add_(gram.trace() / z.size(1) * 0.01);
    return at::cholesky_solve(z.t().matmul(y), at::linalg_cholesky(gram)).t().contiguous();
}

/// Directions that move their own answer and, as far as a ridge allows, no other: rows of (S Sᵀ + λ)⁻¹ S.
at::Tensor separated(const at::Tensor& slopes) {
    OneThread one;
    auto gram = slopes.matmul(slopes.t());
    gram.diagonal().add_(gram.diagonal().mean() * 0.1 + 1e-12);
    return at::cholesky_solve(slopes, at::linalg_cholesky(gram));
}

at::Tensor unit(const at::Tensor& direction) {
    const double length = direction.norm().item<double>();
    return (length > 1e-9 ? direction / length : at::zeros_like(direction)).to(at::kFloat).contiguous();
}

/// The candidate that moves its own answer most over what it moves the others; the plain one when they are level.
double merit(const Learner::Effect& effect, std::size_t own) {
    double others = 0;
    for (std::size_t k = 0; k < effect.moved.size(); ++k)
        if (k != own) others = std::max(others, std::abs(effect.moved[k]));
    return effect.moved.empty() ? 0 : effect.moved[own] - 0.5 * others;
}

Result<AttributeDirections> learn(const Dataset& data, LatentRenderer& renderer,
                                  const AttributeOptions& options, const Progress& progress) {
    auto questions = questions_of(data);
    if (!questions) return questions.error();
    AttributeClassifier classifier(data.channels(), static_cast<int>(questions->names.size()),
                                   mix_bits(options.seed));
    auto report =
        classifier.train(data, *questions, {options.images, options.epochs, options.seconds, options.seed},
                         part_of(progress, 0, 0.6));
    if (!report) return report.error();

    at::NoGradGuard no_gradients;
    const Learner learner(renderer, classifier, progress);
    const std::uint64_t seeds = mix_bits(options.seed ^ 0xa77b0e5);
    auto samples = learner.label_samples(seeds, std::max(options.samples, 4 * renderer.space().size), 0.6,
                                         0.75, "labelling samples");
    if (!samples) return samples.error();
    auto pool = learner.label_samples(mix_bits(seeds), std::max(pool_size, 4 * options.fresh), 0.75, 0.8,
                                      "fresh samples");
    if (!pool) return pool.error();

    const auto slopes = regress(*samples), apart = separated(slopes);
    AttributeDirections found{renderer.space().size, data.source(), {}};
    for (std::size_t q = 0; q < questions->names.size(); ++q) {
        progress.report(0.8 + 0.2 * static_cast<double>(q) / static_cast<double>(questions->names.size()),
                        "trying " + questions->names[q]);
        const auto index = static_cast<std::int64_t>(q);
        at::Tensor best;
        double best_merit = 0;
        for (const auto& candidate : {unit(slopes[index]), unit(apart[index])}) {
            auto effect =
                learner.try_direction(*pool, candidate, index, options.sigma, options.fresh, selection_size);
            if (!effect) return effect.error();
            const double value = merit(*effect, q);
            if (!best.defined() || value > best_merit + 0.01) best = candidate, best_merit = value;
        }
        auto effect = learner.try_direction(*pool, best, index, options.sigma, 0, options.fresh);
        if (!effect) return effect.error();
        LearnedAttribute attribute;
        attribute.name = questions->names[q];
        attribute.direction.assign(best.data_ptr<float>(), best.data_ptr<float>() + best.numel());
        attribute.classifier_accuracy = report->accuracy[q];
        attribute.base_rate = report->base_rate[q];
        attribute.flipped = effect->flipped;
        attribute.fresh = effect->tried;
        attribute.moved = effect->moved;
        attribute.works = attribute_works(attribute, static_cast<int>(q), report->held_out);
        found.attributes.push_back(std::move(attribute));
    }
    progress.report(1, "directions learned");
    return found;
}

} // namespace

bool attribute_works(const LearnedAttribute& attribute, int own_index, std::int64_t held_out) {
    const double base = attribute.base_rate;
    const double chance =
        std::sqrt(base * (1 - base) / static_cast<double>(std::max<std::int64_t>(held_out, 1)));
    if (attribute.classifier_accuracy <= base + 2 * chance) return false;
    if (attribute.fresh < 20 || attribute.flipped < 1.0 / 3) return false;
    const double own = attribute.moved[static_cast<std::size_t>(own_index)];
    for (std::size_t k = 0; k < attribute.moved.size(); ++k)
        if (static_cast<int>(k) != own_index && std::abs(attribute.moved[k]) > own) return false;
    return own > 0;
}

Result<AttributeDirections> learn_attributes(SharedDataset labelled, LatentRenderer& renderer,
                                             const AttributeOptions& options, const Progress& progress) {
    const LatentVector origin(static_cast<std::size_t>(renderer.space().size), 0.0f);
    auto picture = renderer.render_latents({&origin, 1});
    if (!picture) return picture.error();
    if (picture->channels != labelled->channels() || picture->width != labelled->width())
        return Error{ErrorCode::usage, "the labelled pictures have another shape than the model's",
                     labelled->source(),
                     "prepare them as the model's: " + std::to_string(picture->width) + " pixels, "
                         + std::to_string(picture->channels) + " channels"};
    try {
        return learn(*labelled, renderer, options, progress);
    } catch (const std::exception& exception) {
        return error_of(exception, "learning directions from " + labelled->source());
    }
}

std::vector<NamedDirection> directions_of(const AttributeDirections& directions) {
    std::vector<NamedDirection> named;
    for (const auto& attribute : directions.attributes)
        named.push_back({attribute.name, attribute.direction});
    return named;
}

} // namespace ganvas
