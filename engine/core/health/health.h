/// What is wrong with a training run, in plain words, from its history alone.
///
/// Values and pure functions, any thread; no torch, no files. Each rule has a threshold to raise its finding and another
/// one to drop it, and both must hold for a while: a finding neither flickers nor comes from one wild step. The figures
/// are in rules.h. What cannot be said of a loss (a Wasserstein critic's answers have no scale) is not looked at, and the
/// report says so.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/diversity_point.h"
#include "engine/core/settings.h"
#include "engine/core/training_incident.h"
#include "engine/core/training_points.h"

namespace ganvas {

enum class HealthKind {
    not_finite,
    out_of_memory,
    discriminator_saturated,
    generator_collapsed,
    losses_oscillate,
    distance_rises,
    memorising,
};
inline constexpr int health_kinds = 7;
[[nodiscard]] const char* name(HealthKind kind); ///< "generator_collapsed", as --json has it

/// The curve that shows a finding.
enum class HealthSeries { losses, scores, distance, apart, between_batches, modes, neighbours };
[[nodiscard]] const char* name(HealthSeries series);

enum class HealthSeverity { note, warning, serious };
[[nodiscard]] const char* name(HealthSeverity severity);

/// How near samples come to the training images, against how near those come to each other (HowMemorised of the latent
/// engine measures it on demand).
struct MemorisationFigure {
    std::int64_t step = 0;      ///< of the weights
    std::int64_t samples = 0;   ///< N generated pictures
    std::int64_t held_out = 0;  ///< training images that were looked up among the others
    std::int64_t images = 0;    ///< training images searched
    double sample_distance = 0; ///< median distance of a sample to its nearest training image, 0 … 1
    double data_distance = 0;   ///< the same of a training image to its nearest other one
    std::int64_t nearer =
        0; ///< samples nearer to a training image than half of the training images are to theirs
    [[nodiscard]] double ratio() const { return data_distance > 0 ? sample_distance / data_distance : 1; }
    bool operator==(const MemorisationFigure&) const = default;
};

/// What one click does about a finding.
struct HealthFix {
    enum class Action {
        none,
        change_settings, ///< live ones, at once; a run that paused itself goes on
        go_back,    ///< a new run from the checkpoint of `step`, with `settings`; this one stays as it is
        new_run,    ///< from the beginning, with `settings`
        other_data, ///< the data have to change: look at them
    };
    Action action = Action::none;
    std::string label; ///< "Halve D's learning rate"
    std::vector<std::pair<std::string, std::string>> settings;
    std::int64_t step = -1;
    bool go_on = false; ///< change_settings: and train on
};

struct HealthFinding {
    HealthKind kind = HealthKind::not_finite;
    HealthSeverity severity = HealthSeverity::warning;
    std::string title;    ///< "The discriminator wins too easily"
    std::string happened; ///< one sentence with the numbers
    std::string meaning;  ///< what it means for who trains it
    std::int64_t since_step = 0;
    HealthSeries series = HealthSeries::losses;
    HealthFix fix;
};

/// One rule and what it sees now, whether or not it found something.
struct HealthCheck {
    HealthKind kind = HealthKind::not_finite;
    bool looked = false; ///< false: there is nothing to judge by (yet), `words` says why
    std::string words;   ///< "D's loss is 43 % of a guess's; below 3 % for 1,000 steps would be a finding"
};

struct HealthReport {
    std::vector<HealthFinding> findings; ///< gravest first
    std::vector<HealthCheck> checks;     ///< one a kind, in that order; empty before anything was trained
    std::int64_t points = 0, distances = 0, looks = 0; ///< how much was looked at
    std::int64_t since_step = 0; ///< of the last change of a setting, from which on it is judged
    std::int64_t step = 0;       ///< newest point
    [[nodiscard]] bool empty() const { return checks.empty(); }
    /// "Healthy: 184 loss points, 12 distances and 9 looks at diversity since step 0."
    [[nodiscard]] std::string calm_line() const;
};

/// A run as far as it is known. The spans must outlive the call.
struct HealthHistory {
    const Settings& settings; ///< as they are now
    std::span<const TrainingPoint> losses;
    std::span<const DistancePoint> distances;
    std::span<const DiversityPoint> diversity;
    std::span<const TrainingIncident> incidents = {};
    std::span<const std::int64_t> checkpoints = {}; ///< steps that can be gone back to, rising
    std::optional<MemorisationFigure> memorisation = {};
    std::int64_t changed_at =
        0; ///< step of the last change of a live setting; what was before it is only compared with
    std::int64_t step = 0; ///< where the run is
    bool paused = false;
};

/// The whole history at once.
[[nodiscard]] HealthReport examine_health(const HealthHistory& history);

} // namespace ganvas
