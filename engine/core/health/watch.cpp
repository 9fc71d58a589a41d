#include "engine/core/health/watch.h"

namespace ganvas {

const DistanceRule* HealthRules::distance() const {
    // The badge that was measured last, once it has a few points; else the one with the most.
    const auto before = [](const DistanceRule& a, const DistanceRule& b) {
        constexpr int few = 3;
        if ((a.points() >= few) != (b.points() >= few)) return b.points() >= few;
        return a.points() >= few ? a.newest.step < b.newest.step : a.points() < b.points();
    };
    const DistanceRule* chosen = nullptr;
    for (const auto& [badge, rule] : distances)
        if (!chosen || before(*chosen, rule)) chosen = &rule;
    return chosen;
}

bool HealthWatch::follow(const HealthHistory& history, std::uint64_t history_id) {
    Seen now{history_id,
             history.losses.size(),
             history.distances.size(),
             history.diversity.size(),
             history.incidents.size(),
             history.checkpoints.size(),
             history.changed_at,
             history.memorisation ? history.memorisation->step : -1,
             history.checkpoints.empty() ? -1 : history.checkpoints.back(),
             history.paused};
    const bool same_settings = any_ && history.settings == settings_;
    if (same_settings && now == seen_) return false;
    const bool anew = !same_settings || now.history_id != seen_.history_id
                      || now.changed_at != seen_.changed_at || now.losses < seen_.losses
                      || now.distances < seen_.distances || now.diversity < seen_.diversity;
    if (anew) {
        rules_ = {};
        rules_.scale = loss_scale(history.settings);
        seen_ = {};
        settings_ = history.settings;
    }
    const auto judged = [&](std::int64_t step) { return step > history.changed_at; };
    for (const TrainingPoint& point : history.losses.subspan(seen_.losses)) {
        rules_.saturation.see(point, rules_.scale, judged(point.step));
        rules_.oscillation.see(point, rules_.scale, judged(point.step));
    }
    for (const DistancePoint& point : history.distances.subspan(seen_.distances))
        rules_.distances[distance_badge(point)].see(point, judged(point.step));
    for (const DiversityPoint& point : history.diversity.subspan(seen_.diversity))
        rules_.collapse.see(point, judged(point.step));
    seen_ = std::move(now);
    any_ = true;
    report_ = health_report(history, rules_);
    return true;
}

HealthReport examine_health(const HealthHistory& history) {
    HealthWatch watch;
    watch.follow(history);
    return watch.report();
}

} // namespace ganvas
