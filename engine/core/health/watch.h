/// HealthWatch: the rules of health.h over a history that grows.
///
/// One thread (the window's, or a command's). follow() costs as much as what is new; when the history was replaced or a
/// setting changed it looks at everything again.
#pragma once

#include <map>

#include "engine/core/health/health.h"
#include "engine/core/health/rules.h"

namespace ganvas {

/// What the rules know; findings.cpp turns it into words.
struct HealthRules {
    LossScale scale;
    SaturationRule saturation;
    OscillationRule oscillation;
    CollapseRule collapse;
    std::map<DistanceBadge, DistanceRule> distances;
    /// The one with the most points; null without any.
    [[nodiscard]] const DistanceRule* distance() const;
};

class HealthWatch {
public:
    /// `history_id` changes when the history is another one (View::history_id).
    /// True when the report is a new one.
    bool follow(const HealthHistory& history, std::uint64_t history_id = 0);
    [[nodiscard]] const HealthReport& report() const { return report_; }

private:
    /// What the report was made from.
    struct Seen {
        std::uint64_t history_id = 0;
        std::size_t losses = 0, distances = 0, diversity = 0, incidents = 0, checkpoints = 0;
        std::int64_t changed_at = 0, measured_at = -1, newest_checkpoint = -1;
        bool paused = false;
        bool operator==(const Seen&) const = default;
    };
    HealthRules rules_;
    Seen seen_;
    Settings settings_;
    bool any_ = false;
    HealthReport report_;
};

/// One a kind, in the order of HealthKind; checks.cpp.
[[nodiscard]] std::vector<HealthCheck> health_checks(const HealthHistory& history, const HealthRules& rules);
/// The words of a report; findings.cpp.
[[nodiscard]] HealthReport health_report(const HealthHistory& history, const HealthRules& rules);

} // namespace ganvas
