// What each rule sees now, found or not, in one line each.
#include "engine/core/health/watch.h"
#include "engine/core/health/words.h"

namespace ganvas {
namespace {

using namespace health;

HealthCheck finite_check(const HealthHistory& history) {
    std::int64_t times = 0;
    for (const TrainingIncident& one : history.incidents)
        times += one.kind == TrainingIncident::Kind::not_finite;
    return {HealthKind::not_finite, !history.losses.empty(),
            times == 0 ? "Every loss was a number."
                       : "Training went back " + counted(times, "time.", "times.")};
}

HealthCheck memory_check(const HealthHistory& history) {
    std::int64_t times = 0;
    for (const TrainingIncident& one : history.incidents)
        times += one.kind == TrainingIncident::Kind::out_of_memory;
    return {HealthKind::out_of_memory, !history.losses.empty(),
            times == 0 ? "No step ran out of memory."
                       : "Ran out of memory " + counted(times, "time.", "times.")};
}

HealthCheck saturation_check(const HealthHistory& history, const HealthRules& rules) {
    HealthCheck check{HealthKind::discriminator_saturated, rules.scale.bounded && !history.losses.empty(),
                      "A Wasserstein loss has no scale to say from that D wins too easily."};
    if (!rules.scale.bounded) return check;
    const double alarm =
        rules.scale.guess - SaturationRule::bad_certainty * (rules.scale.guess - rules.scale.certain);
    check.words = "D's loss is " + figure(rules.saturation.discriminator_loss) + ", a guess costs "
                  + figure(rules.scale.guess) + "; below " + figure(alarm) + " for "
                  + whole(SaturationRule::hold_steps) + " steps, with G falling behind, is too certain.";
    return check;
}

HealthCheck collapse_check(const HealthRules& rules) {
    const CollapseRule& rule = rules.collapse;
    if (!rule.looked())
        return {HealthKind::generator_collapsed, false,
                "How unlike samples are was not measured yet: it is, now and then, with Measure live on."};
    std::string words =
        "Two samples are "
        + percent(rule.newest.data_pairwise > 0 ? rule.newest.pairwise / rule.newest.data_pairwise : 1)
        + " as far apart as two pictures of the data; below " + percent(CollapseRule::bad_apart) + " in "
        + std::to_string(CollapseRule::looks) + " looks is a collapse.";
    return {HealthKind::generator_collapsed, true, std::move(words)};
}

HealthCheck oscillation_check(const HealthRules& rules) {
    const OscillationRule& rule = rules.oscillation;
    if (!rule.looked())
        return {HealthKind::losses_oscillate, false,
                "Swings are counted from " + whole(OscillationRule::window_steps / 2)
                    + " steps after the start or a changed setting."};
    return {HealthKind::losses_oscillate, true,
            counted(rule.swings, "wide swing", "wide swings") + " of the loss in the last "
                + whole(OscillationRule::window_steps) + " steps; "
                + std::to_string(OscillationRule::bad_swings) + " are too many."};
}

HealthCheck distance_check(const HealthRules& rules) {
    const DistanceRule* rule = rules.distance();
    if (!rule)
        return {HealthKind::distance_rises, false,
                "The Fréchet distance was not measured yet: it is, now and then, with Measure live on."};
    return {HealthKind::distance_rises, true,
            "The Fréchet distance is " + figure(rule->now) + ", at best " + figure(rule->best.value)
                + " at step " + whole(rule->best.step) + "; "
                + figure(DistanceRule::bad_factor * rule->best.value) + " for long would be worse."};
}

HealthCheck memorisation_check(const HealthHistory& history) {
    if (!history.memorisation)
        return {HealthKind::memorising, false,
                "Whether samples repeat training images is measured on demand."};
    const MemorisationFigure& seen = *history.memorisation;
    return {HealthKind::memorising, true,
            "At step " + whole(seen.step) + " samples are " + percent(seen.ratio())
                + " as far from training images as those from each other; below "
                + percent(MemorisationRule::bad_ratio) + " they repeat them."};
}

} // namespace

std::vector<HealthCheck> health_checks(const HealthHistory& history, const HealthRules& rules) {
    return {finite_check(history),      memory_check(history),    saturation_check(history, rules),
            collapse_check(rules),      oscillation_check(rules), distance_check(rules),
            memorisation_check(history)};
}

} // namespace ganvas
