#include "engine/latent/latents.h"

#include <algorithm>
#include <cmath>

#include "engine/core/random.h"
#include "engine/core/single_face.h"

namespace ganvas {
namespace {

double dot(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t k = 0; k < a.size(); ++k) sum += static_cast<double>(a[k]) * b[k];
    return sum;
}

void add_scaled(LatentVector& z, std::span<const float> direction, double amount) {
    for (std::size_t k = 0; k < z.size(); ++k) z[k] = static_cast<float>(z[k] + amount * direction[k]);
}

Error no_such(const std::string& what, const std::string& where, const std::string& hint) {
    return Error{ErrorCode::usage, "this model has no " + what, where, hint};
}

Result<void> add_attributes_of(const LatentPoint& point, const LatentSpace& space, LatentVector& z) {
    for (const auto& [name, amount] : point.attributes) {
        const auto found =
            std::find_if(space.attributes.begin(), space.attributes.end(),
                         [&, &wanted = name](const auto& known) { return known.name == wanted; });
        if (found == space.attributes.end()) {
            std::string names;
            for (const auto& known : space.attributes) names += (names.empty() ? "" : ", ") + known.name;
            return no_such("direction of that name", name,
                           names.empty() ? "learn them with `ganvas attributes`" : "it has " + names);
        }
        if (found->direction.size() != z.size())
            return Error{ErrorCode::bad_checkpoint, "the direction is of another latent size", name, ""};
        add_scaled(z, found->direction, amount);
    }
    for (const auto& [number, amount] : point.axes) {
        if (number < 0 || number >= static_cast<int>(space.axes.size()))
            return no_such("principal axis of that number", std::to_string(number),
                           "it has " + std::to_string(space.axes.size()));
        if (space.axes[static_cast<std::size_t>(number)].size() != z.size())
            return Error{ErrorCode::bad_checkpoint, "the axis is of another latent size",
                         std::to_string(number), ""};
        add_scaled(z, space.axes[static_cast<std::size_t>(number)], amount);
    }
    return {};
}

} // namespace

LatentVector latent_of_seed(std::uint64_t seed, const LatentSpace& space) {
    LatentVector z(static_cast<std::size_t>(space.size));
    for (std::size_t k = 0; k < z.size(); ++k)
        z[k] = static_cast<float>(latent_coordinate(space.prior, seed, k));
    return z;
}

LatentVector latent_sum(const LatentSum& sum, const LatentSpace& space) {
    if (const auto seed = single_face(sum)) return latent_of_seed(*seed, space);
    std::vector<double> total(static_cast<std::size_t>(space.size), 0.0);
    for (const auto& slot : sum.slots) {
        for (const auto seed : slot.seeds) {
            const auto z = latent_of_seed(seed, space);
            const double weight = slot.weight / static_cast<double>(slot.seeds.size());
            for (std::size_t k = 0; k < z.size(); ++k) total[k] += weight * z[k];
        }
    }
    return {total.begin(), total.end()};
}

LatentVector lerp(std::span<const float> a, std::span<const float> b, double alpha) {
    LatentVector z(a.size());
    for (std::size_t k = 0; k < z.size(); ++k) z[k] = static_cast<float>((1 - alpha) * a[k] + alpha * b[k]);
    return z;
}

LatentVector slerp(std::span<const float> a, std::span<const float> b, double alpha) {
    if (alpha == 0) return {a.begin(), a.end()};
    if (alpha == 1) return {b.begin(), b.end()};
    const double length_a = std::sqrt(dot(a, a)), length_b = std::sqrt(dot(b, b));
    if (length_a < 1e-12 || length_b < 1e-12) return lerp(a, b, alpha);
    const double cosine = std::clamp(dot(a, b) / (length_a * length_b), -1.0, 1.0);
    const double angle = std::acos(cosine), sine = std::sin(angle);
    if (sine < 1e-6) return lerp(a, b, alpha);
    const double within = std::clamp(alpha, 0.0, 1.0);
    const double length = (1 - within) * length_a + within * length_b;
    const double weight_a = length * std::sin((1 - alpha) * angle) / (sine * length_a);
    const double weight_b = length * std::sin(alpha * angle) / (sine * length_b);
    LatentVector z(a.size());
    for (std::size_t k = 0; k < z.size(); ++k) z[k] = static_cast<float>(weight_a * a[k] + weight_b * b[k]);
    return z;
}

LatentVector with_length_of_prior(LatentVector z, const LatentSpace& space) {
    const double length = std::sqrt(dot(z, z));
    if (length < 1e-6) return z; // nowhere: it has no direction to be long in
    const double variance = space.prior == LatentPrior::uniform ? 1.0 / 3 : 1.0;
    const double scale = std::sqrt(variance * static_cast<double>(z.size())) / length;
    for (float& value : z) value = static_cast<float>(value * scale);
    return z;
}

Result<LatentVector> resolve(const LatentPoint& point, const LatentSpace& space) {
    const auto sum_of = [&](const LatentSum& sum) {
        LatentVector z = latent_sum(sum, space);
        return point.length == LatentLength::prior && !single_face(sum)
                   ? with_length_of_prior(std::move(z), space)
                   : z;
    };
    LatentVector z = sum_of(point.from);
    if (point.to) {
        const LatentVector to = sum_of(*point.to);
        z = point.path == LatentPath::slerp ? slerp(z, to, point.alpha) : lerp(z, to, point.alpha);
    }
    if (auto done = add_attributes_of(point, space, z); !done) return done.error();
    for (const LatentMove& move : point.moves) {
        add_scaled(z, latent_of_seed(move.to, space), move.amount);
        add_scaled(z, latent_of_seed(move.from, space), -move.amount);
    }
    for (const auto& [number, value] : point.coordinates) {
        if (number < 0 || number >= space.size)
            return no_such("latent coordinate of that number", std::to_string(number),
                           "they go from 0 to " + std::to_string(space.size - 1));
        z[static_cast<std::size_t>(number)] = static_cast<float>(value);
    }
    if (point.noise != 0) {
        LatentVector noise(z.size());
        fill_normal(point.noise_seed, noise);
        add_scaled(z, noise, point.noise);
    }
    if (point.truncation != 1)
        for (auto& value : z) value = static_cast<float>(value * point.truncation);
    for (const float value : z)
        if (!std::isfinite(value))
            return Error{ErrorCode::usage, "the latent is not finite", "", "take smaller weights or steps"};
    return z;
}

Result<std::vector<float>> class_row(const LatentPoint& point, const LatentSpace& space) {
    auto mix = point.class_mix;
    if (mix.empty() && point.class_label >= 0) mix = {{point.class_label, 1.0}};
    std::vector<float> row(static_cast<std::size_t>(std::max(0, space.classes)));
    if (space.classes == 0) {
        if (mix.empty()) return row;
        return Error{ErrorCode::usage, "this model has no classes", "class " + std::to_string(mix[0].first),
                     "train one with condition.generator and condition.discriminator"};
    }
    if (mix.empty()) {
        const auto& slots = point.from.slots;
        const std::uint64_t seed = slots.empty() || slots[0].seeds.empty() ? 0 : slots[0].seeds[0];
        mix = {{class_of_seed(seed, space.classes), 1.0}};
    }
    for (const auto& [label, weight] : mix) {
        if (label < 0 || label >= space.classes)
            return no_such("class of that number", std::to_string(label),
                           "they go from 0 to " + std::to_string(space.classes - 1));
        if (!std::isfinite(weight))
            return Error{ErrorCode::usage, "a class weight is not finite", std::to_string(label), ""};
        row[static_cast<std::size_t>(label)] += static_cast<float>(weight);
    }
    return row;
}

} // namespace ganvas
