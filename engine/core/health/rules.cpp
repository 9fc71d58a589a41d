#include "engine/core/health/rules.h"

#include <algorithm>
#include <cmath>

#include "engine/core/quantile.h"

namespace ganvas {

// ---- the machines' parts -------------------------------------------------------------------------------------------
void Alarm::reset() {
    on_ = false;
    times_ = 0;
}

bool Alarm::lasted(Moment now, const Delay& delay) const {
    return times_ >= delay.times && now.step - began_.step >= delay.steps
           && now.seconds - began_.seconds >= delay.seconds;
}

void Alarm::see(Moment now, bool bad, bool good) {
    const bool towards = on_ ? good : bad;
    if (!towards) {
        times_ = 0;
        return;
    }
    if (times_++ == 0) began_ = now;
    if (!lasted(now, on_ ? drop_ : raise_)) return;
    if (!on_) since_ = began_.step;
    on_ = !on_;
    times_ = 0;
}

double StepMean::see(std::int64_t step, double value) {
    if (!std::isfinite(value)) return value_;
    const double keep =
        last_ < 0 ? 0 : std::exp(-static_cast<double>(std::max<std::int64_t>(1, step - last_)) / steps_);
    value_ = keep * value_ + (1 - keep) * value;
    last_ = step;
    return value_;
}

// ---- D saturated ---------------------------------------------------------------------------------------------------
void SaturationRule::see(const TrainingPoint& point, const LossScale& scale, bool judged) {
    discriminator_loss = d_.see(point.step, point.discriminator_loss);
    generator_loss = g_.see(point.step, point.generator_loss);
    real_score = real_.see(point.step, point.real_score);
    fake_score = fake_.see(point.step, point.fake_score);
    if (!scale.bounded) return;
    const double certainty = scale.certainty(discriminator_loss);
    if (!judged || certainty < good_certainty) certain_ = false;
    if (judged && !certain_ && certainty >= bad_certainty) {
        certain_ = true;
        since_ = {point.step, point.seconds};
        generator_loss_before_ = generator_loss;
    }
    const bool lasted =
        certain_ && point.step - since_.step >= hold_steps && point.seconds - since_.seconds >= hold_seconds;
    // A strong D alone is no illness: some G learns well from one. It is one when G loses ground.
    const bool falls_behind = scale.generator_lost > 1 && generator_loss > scale.generator_guess + 1
                              && generator_loss >= growth * generator_loss_before_;
    const bool losing = generator_loss >= scale.generator_lost || falls_behind;
    alarm_.see({point.step, point.seconds}, lasted && losing, certainty < good_certainty);
}

// ---- losses oscillate ----------------------------------------------------------------------------------------------
void OscillationRule::see(const TrainingPoint& point, const LossScale& scale, bool judged) {
    // A critic's answers drift as they like; only what sets real and generated pictures apart can be compared.
    const double value =
        mean_.see(point.step, scale.bounded ? point.generator_loss : point.discriminator_loss);
    greatest_ = std::max(greatest_, std::fabs(value));
    if (!judged) return;
    window_.push_back({point.step, value});
    while (point.step - window_.front().step > window_steps) window_.pop_front();
    if (point.step - counted_ < window_steps / 60) return;
    counted_ = point.step;
    looked_ = window_.size() >= least_points && point.step - window_.front().step >= window_steps / 2;
    if (!looked_) return;
    count(scale);
    alarm_.see({point.step, point.seconds}, swings >= bad_swings, swings <= good_swings);
}

/// Turns of a zigzag whose legs are all at least as long as the swing that is looked for.
void OscillationRule::count(const LossScale& scale) {
    std::vector<double> values;
    values.reserve(window_.size());
    for (const Place& place : window_) values.push_back(place.value);
    const double usual = std::fabs(quantile(std::move(values), 0.5));
    const double least =
        scale.bounded ? swing * std::max(usual, std::fabs(scale.guess) / 2)
                      : swing_without_scale
                            * std::max({usual, 0.1 * greatest_, 1e-6}); // a critic near 0 has noise only
    swings = 0;
    double low = window_.front().value, high = low;
    lowest = highest = low;
    int direction = 0;
    for (const Place& place : window_) {
        lowest = std::min(lowest, place.value);
        highest = std::max(highest, place.value);
        low = std::min(low, place.value);
        high = std::max(high, place.value);
        const bool up = place.value - low >= least, down = high - place.value >= least;
        if ((direction <= 0 && up) || (direction >= 0 && down)) {
            direction = direction <= 0 && up ? 1 : -1;
            ++swings;
            low = high = place.value;
        }
    }
}

// ---- G collapsed ---------------------------------------------------------------------------------------------------
void CollapseRule::see(const DiversityPoint& point, bool judged) {
    if (looked_ && !same_badge(point, newest)) { // another ruler: nothing before it can be compared with
        most_apart = most_batches = 0;
        most_modes = 0;
        alarm_.reset();
    }
    looked_ = true;
    newest = point;
    const double apart = point.data_pairwise > 0 ? point.pairwise / point.data_pairwise : 1;
    const double batches = most_batches > 0 ? point.between_batches / most_batches : 1;
    const double modes =
        most_modes >= 3 && point.modes >= 0 ? static_cast<double>(point.modes) / most_modes : 1;
    // The untrained generator's grey says nothing about collapse.
    const bool was_diverse = most_apart >= diverse_apart;
    const bool should_be = point.epoch >= never_epochs && point.step >= never_steps;
    const bool by_apart = apart < bad_apart && (was_diverse || should_be);
    const bool by_batches = was_diverse && batches < bad_batches;
    const bool by_modes = was_diverse && modes < bad_modes;
    const bool bad = judged && (by_apart || by_batches || by_modes);
    if (bad) sign = by_apart ? Sign::apart : by_batches ? Sign::batches : Sign::modes;
    const bool good = apart >= good_apart && batches >= good_batches && modes >= good_modes;
    alarm_.see({point.step, point.seconds}, bad, good);
    most_apart = std::max(most_apart, apart);
    most_batches = std::max(most_batches, point.between_batches);
    most_modes = std::max(most_modes, point.modes);
}

// ---- the distance rises --------------------------------------------------------------------------------------------
void DistanceRule::see(const DistancePoint& point, bool judged) {
    if (!std::isfinite(point.value)) return;
    newest = point;
    last_.push_back(point.value);
    if (last_.size() > 3) last_.pop_front();
    std::vector<double> three(last_.begin(), last_.end());
    std::sort(three.begin(), three.end());
    now = three[three.size() / 2];
    if (points_++ == 0 || point.value <= best.value) {
        best = point;
        since_best_ = 0;
        alarm_.see({point.step, point.seconds}, false, true);
        return;
    }
    if (judged) ++since_best_;
    const double share = static_cast<double>(point.step - best.step)
                         / static_cast<double>(std::max<std::int64_t>(1, point.step));
    const bool long_ago = share >= least_share || point.seconds - best.seconds >= least_seconds;
    const double noise = deviations * std::max(best.deviation, point.deviation);
    const bool bad = judged && since_best_ >= least_points && long_ago
                     && now >= std::max(bad_factor * best.value, best.value + noise);
    alarm_.see({point.step, point.seconds}, bad, now < good_factor * best.value);
}

} // namespace ganvas
