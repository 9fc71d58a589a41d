#include "engine/core/health/loss_scale.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace ganvas {
namespace {

double softplus(double value) { return std::max(value, 0.0) + std::log1p(std::exp(-std::fabs(value))); }

/// Cross-entropy of an answer (a logit) against the share of real labels.
double cross_entropy(double share, double answer) {
    return share * softplus(-answer) + (1 - share) * softplus(answer);
}
/// The least that any answer between the ends reaches.
double best_cross_entropy(double share, double low, double high) {
    if (share <= 0 || share >= 1) return std::min(cross_entropy(share, low), cross_entropy(share, high));
    return cross_entropy(share, std::clamp(std::log(share / (1 - share)), low, high));
}

} // namespace

LossScale loss_scale(const Settings& settings) {
    const std::string& kind = settings.text("loss.kind");
    LossScale scale;
    if (kind == "wasserstein") return scale;
    scale.bounded = true;
    const double flip = settings.real("loss.label_flip");
    const double smoothing = settings.real("loss.label_smoothing");
    const double fake_smoothing = settings.real("loss.fake_smoothing");
    // A sigmoid before the loss keeps the answers between 0 and 1, and the loss takes them as they are.
    const bool squashed = settings.text("discriminator.output") == "sigmoid";
    constexpr double beyond = 50; // an answer that counts as certain
    const double low = squashed ? 0 : -beyond, high = squashed ? 1 : beyond;
    const double target = 1 - smoothing, fake_target = fake_smoothing;
    if (kind == "least_squares") {
        const double apart = target - fake_target;
        scale.guess = apart * apart / 4;
        scale.certain = flip * (1 - flip) * apart * apart;
        scale.generator_guess = 0.125;
        scale.generator_lost = 0.45; // 0.5: D says 0 to every sample
    } else if (kind == "hinge") {
        const double right = std::min(1.0, high), wrong = std::max(-1.0, low);
        const auto part = [&](double share, double answer) {
            return share * std::max(0.0, 1 - answer) + (1 - share) * std::max(0.0, 1 + answer);
        };
        scale.guess = 2;
        scale.certain = part(1 - flip, right) + part(flip, wrong);
        scale.generator_guess = squashed ? -0.5 : 0;
        scale.generator_lost = squashed ? -0.02 : 5;
    } else if (kind == "relativistic") { // one comparison a pair
        const double widest = high - low;
        scale.guess = std::log(2.0);
        scale.certain = best_cross_entropy(1 - flip, -widest, widest);
        scale.generator_guess = std::log(2.0);
        scale.generator_lost = squashed ? 1.3 : 7; // softplus(1): all that a sigmoid can be apart
    } else {
        const double share = (1 - flip) * target + flip * fake_target;
        const double fake_share = (1 - flip) * fake_target + flip * target;
        const double middle = std::clamp(0.0, low, high);
        scale.guess = cross_entropy(share, middle) + cross_entropy(fake_share, middle);
        scale.certain = best_cross_entropy(share, low, high) + best_cross_entropy(fake_share, low, high);
        const bool saturating = kind == "saturating";
        scale.generator_guess = saturating ? -std::log(2.0) : std::log(2.0);
        scale.generator_lost = saturating ? -0.05 : 7; // D(G(z)) is about 0.001
        if (squashed) {                                // D(G(z)) itself is the answer
            scale.generator_guess = saturating ? -softplus(0.5) : softplus(-0.5);
            scale.generator_lost = saturating ? -0.72 : 0.68;
        }
        scale.scores_mean_chance = !squashed;
    }
    return scale;
}

} // namespace ganvas
