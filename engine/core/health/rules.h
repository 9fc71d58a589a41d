/// The rules of the health panel, each a small machine that is fed a history point by point.
///
/// Values, one thread at a time; internal to engine/core/health. A machine raises its alarm when what is bad has lasted,
/// and drops it when what is good has lasted; between the two thresholds it stays as it is. Points up to `changed_at` are
/// only compared with: a changed setting gets the time to work.
///
/// Where the figures come from: the quick recipe's D has a loss of 0.5 to 0.68 (a guess costs 0.69), DCGAN's on thousands
/// of photographs 0.4 to 0.9 (1.39) with single points near 0; both are far from 3 % of a guess for 1,000 steps on end.
/// The second report's collapsed models have a quarter of the diversity; studies count a distance of 1.5 times the best
/// as collapse.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "engine/core/diversity_point.h"
#include "engine/core/health/loss_scale.h"
#include "engine/core/training_points.h"

namespace ganvas {

/// Raised and dropped with a delay, in steps and in seconds of training.
class Alarm {
public:
    struct Moment {
        std::int64_t step = 0;
        double seconds = 0;
    };
    struct Delay {
        std::int64_t steps = 0;
        double seconds = 0;
        int times = 1; ///< in a row
    };
    Alarm(Delay raise, Delay drop) : raise_(raise), drop_(drop) {}
    /// `bad` and `good` are never both true.
    void see(Moment now, bool bad, bool good);
    [[nodiscard]] bool on() const { return on_; }
    [[nodiscard]] std::int64_t since() const { return since_; } ///< where the bad stretch began
    void reset();

private:
    [[nodiscard]] bool lasted(Moment now, const Delay& delay) const;
    Delay raise_, drop_;
    bool on_ = false;
    std::int64_t since_ = 0;
    Moment began_; ///< of the stretch that would turn the alarm
    int times_ = 0;
};

/// A mean that forgets over so many steps, however often points come.
class StepMean {
public:
    explicit StepMean(double steps) : steps_(steps) {}
    double see(std::int64_t step, double value);
    [[nodiscard]] double value() const { return value_; }

private:
    double steps_, value_ = 0;
    std::int64_t last_ = -1;
};

/// D is hardly ever wrong, and G loses ground.
class SaturationRule {
public:
    static constexpr double bad_certainty = 0.97, good_certainty = 0.93, growth = 1.1;
    static constexpr std::int64_t hold_steps = 1000;
    static constexpr double hold_seconds = 60, mean_steps = 200;

    void see(const TrainingPoint& point, const LossScale& scale, bool judged);
    [[nodiscard]] bool on() const { return alarm_.on(); }
    [[nodiscard]] std::int64_t since() const { return since_.step; }
    double discriminator_loss = 0, generator_loss = 0, real_score = 0, fake_score = 0; ///< means

private:
    Alarm alarm_{{0, 0, 3}, {hold_steps / 4, hold_seconds / 4}};
    StepMean d_{mean_steps}, g_{mean_steps}, real_{mean_steps}, fake_{mean_steps};
    bool certain_ = false;
    Alarm::Moment since_;              ///< D is so certain
    double generator_loss_before_ = 0; ///< at that moment
};

/// Both networks win in turns: the smoothed loss goes far up and down, again and again.
class OscillationRule {
public:
    static constexpr std::int64_t window_steps = 3000, hold_steps = 500;
    static constexpr double hold_seconds = 30, mean_steps = 100;
    static constexpr double swing = 1; ///< of the middle loss (or a guess's, where that is more)
    static constexpr double swing_without_scale = 2; ///< Wasserstein: of the critic's middle loss
    static constexpr int bad_swings = 8, good_swings = 4;
    static constexpr std::size_t least_points = 60; ///< in the window

    void see(const TrainingPoint& point, const LossScale& scale, bool judged);
    [[nodiscard]] const Alarm& alarm() const { return alarm_; }
    [[nodiscard]] bool looked() const { return looked_; }
    int swings = 0;                 ///< in the window
    double lowest = 0, highest = 0; ///< of the smoothed loss there

private:
    void count(const LossScale& scale);
    struct Place {
        std::int64_t step;
        double value;
    };
    Alarm alarm_{{hold_steps, hold_seconds}, {hold_steps, hold_seconds}};
    StepMean mean_{mean_steps};
    std::deque<Place> window_;
    std::int64_t counted_ = 0; ///< step
    double greatest_ = 0;      ///< size of the smoothed loss so far
    bool looked_ = false;
};

/// Samples are alike: their distances, the distance between two batches, or the classes that they cover.
class CollapseRule {
public:
    static constexpr double bad_apart = 0.35, good_apart = 0.5;     ///< of the data's pairwise distance
    static constexpr double bad_batches = 0.15, good_batches = 0.3; ///< of the greatest so far
    static constexpr double bad_modes = 0.6,
                            good_modes = 0.8;    ///< of the most so far, where that is 3 or more
    static constexpr double diverse_apart = 0.6; ///< a model that was once this diverse can collapse …
    static constexpr double never_epochs =
        3; ///< … and one that never was has failed to become so after these
    static constexpr std::int64_t never_steps = 3000;
    static constexpr int looks = 3;

    enum class Sign { apart, batches, modes };
    void see(const DiversityPoint& point, bool judged);
    [[nodiscard]] const Alarm& alarm() const { return alarm_; }
    [[nodiscard]] bool looked() const { return looked_; }
    DiversityPoint newest;
    Sign sign = Sign::apart; ///< by what it was seen last
    double most_apart = 0, most_batches = 0;
    int most_modes = 0;

private:
    Alarm alarm_{{0, 30, looks}, {0, 0, 2}};
    bool looked_ = false;
};

/// The Fréchet distance was best long ago. One rule a badge: unlike distances are not compared.
class DistanceRule {
public:
    static constexpr double bad_factor = 1.2, good_factor = 1.1, grave_factor = 1.5;
    static constexpr double deviations = 3;
    static constexpr int least_points = 6;       ///< since the best one
    static constexpr double least_share = 0.2;   ///< of the run's steps since then …
    static constexpr double least_seconds = 600; ///< … or so long

    void see(const DistancePoint& point, bool judged);
    [[nodiscard]] const Alarm& alarm() const { return alarm_; }
    [[nodiscard]] int points() const { return points_; }
    [[nodiscard]] bool grave() const { return now > grave_factor * best.value; }
    DistancePoint best, newest;
    double now = 0; ///< middle one of the last three

private:
    Alarm alarm_{{0, 0, 2}, {0, 0, 2}};
    std::deque<double> last_;
    int since_best_ = 0; ///< points that were judged
    int points_ = 0;
};

/// Samples are nearer to training images than those are to each other.
struct MemorisationRule {
    static constexpr double bad_ratio = 0.5;
};

} // namespace ganvas
