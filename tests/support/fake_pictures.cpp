// Pictures without a model: a face drawn from twelve numbers of its latent.
#include <algorithm>
#include <array>
#include <cmath>

#include "engine/core/random.h"
#include "tests/support/fake_session.h"

namespace ganvas::testing {
namespace {

constexpr int features = 12;
using Latent = std::array<double, features>;

Latent latent_of(const LatentSum& sum) {
    Latent out{};
    for (const LatentSum::Slot& slot : sum.slots)
        for (const std::uint64_t seed : slot.seeds)
            for (int k = 0; k < features; ++k)
                out[static_cast<std::size_t>(k)] += slot.weight
                                                    * random_normal(seed, static_cast<std::uint64_t>(k))
                                                    / static_cast<double>(slot.seeds.size());
    return out;
}

Latent latent_of(const LatentPoint& point) {
    Latent out = latent_of(point.from);
    if (point.to) {
        const Latent to = latent_of(*point.to);
        for (std::size_t k = 0; k < out.size(); ++k)
            out[k] = (1 - point.alpha) * out[k] + point.alpha * to[k];
    }
    for (const auto& [name, amount] : point.attributes) out[name.size() % features] += amount * 0.5;
    for (const auto& [axis, amount] : point.axes)
        out[static_cast<std::size_t>(std::abs(axis)) % features] += amount * 0.7;
    for (const auto& [coordinate, value] : point.coordinates)
        out[static_cast<std::size_t>(std::abs(coordinate)) % features] = value;
    for (std::size_t k = 0; k < out.size(); ++k)
        out[k] += point.noise * random_normal(point.noise_seed + 77, k);
    for (double& value : out) value = std::clamp(value * point.truncation, -3.0, 3.0);
    return out;
}

double wave(double value) { return 0.5 + 0.5 * std::tanh(value); }

struct Rgb {
    double r, g, b;
};

/// A head, hair, eyes and a mouth: enough to tell faces apart on a screenshot.
Rgb shade(const Latent& z, double x, double y) {
    const Rgb ground = {wave(z[0]) * 0.7 + 0.1, wave(z[1]) * 0.7 + 0.1, wave(z[2]) * 0.7 + 0.1};
    const Rgb skin = {0.55 + 0.35 * wave(z[3]), 0.38 + 0.32 * wave(z[3]), 0.28 + 0.28 * wave(z[3])};
    const Rgb hair = {0.1 + 0.7 * wave(z[4] + z[5] - 1), 0.08 + 0.5 * wave(z[4] - 0.8),
                      0.05 + 0.25 * wave(z[4] - 1.2)};
    const double cx = 0.06 * z[6], wide = 0.52 + 0.06 * z[7], high = 0.68 + 0.05 * z[8];
    const auto ellipse = [&](double at_x, double at_y, double a, double b) {
        return (x - at_x) * (x - at_x) / (a * a) + (y - at_y) * (y - at_y) / (b * b) < 1;
    };
    const double light = 1 - 0.25 * (x - cx);
    Rgb colour = ground;
    if (ellipse(cx, -0.18, wide + 0.14, high + 0.08)) colour = hair;
    if (ellipse(cx, 0.08, wide, high)) colour = {skin.r * light, skin.g * light, skin.b * light};
    if (y < -0.38 + 0.08 * z[5] && ellipse(cx, -0.18, wide + 0.1, high + 0.05)) colour = hair;
    for (const double side : {-1.0, 1.0}) {
        if (ellipse(cx + side * 0.22, -0.06, 0.11, 0.06 + 0.01 * z[9])) colour = {0.95, 0.95, 0.95};
        if (ellipse(cx + side * 0.22 + 0.02 * z[6], -0.06, 0.05, 0.06))
            colour = {0.12, 0.15, 0.2 + 0.3 * wave(z[10])};
    }
    const double smile = 0.42 + 0.12 * z[11] * (x - cx) * (x - cx) * -6;
    if (std::fabs(y - smile) < 0.035 && std::fabs(x - cx) < 0.22) colour = {0.7, 0.25, 0.25};
    return colour;
}

} // namespace

SharedBatch fake_pictures(const std::vector<LatentPoint>& points, int size, int channels, double age) {
    auto batch = std::make_shared<ImageBatch>();
    batch->count = static_cast<int>(points.size());
    batch->width = batch->height = size;
    batch->channels = channels;
    batch->pixels.resize(batch->image_bytes() * points.size());
    std::uint8_t* out = batch->pixels.data();
    std::uint64_t noise = 0;
    for (const LatentPoint& point : points) {
        const Latent z = latent_of(point);
        for (int y = 0; y < size; ++y) {
            for (int x = 0; x < size; ++x) {
                const Rgb colour = shade(z, (x + 0.5) / size * 2 - 1, (y + 0.5) / size * 2 - 1);
                const double values[] = {colour.r, colour.g, colour.b};
                for (int c = 0; c < channels; ++c) {
                    double value = channels == 1 ? (values[0] + values[1] + values[2]) / 3 : values[c];
                    if (age < 1) value = age * value + (1 - age) * random_uniform(11, noise++);
                    *out++ = static_cast<std::uint8_t>(std::lround(255 * std::clamp(value, 0.0, 1.0)));
                }
            }
        }
    }
    return batch;
}

} // namespace ganvas::testing
