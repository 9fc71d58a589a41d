/// Pace: when the window draws.
///
/// A value, UI thread. At once after an input; after news from the workers at most ten times a second, and less often
/// where frames are dear, so that an untouched window leaves the machine to training; what is played, thirty times a
/// second; else not at all.
#pragma once

#include <algorithm>

#include "app/gui/panels/motion.h"

namespace ganvas {

inline constexpr double active_seconds = 0.35; ///< after an input: animations of hovering and releasing end
inline constexpr double tooltip_seconds = 0.8; ///< then one more frame, for a tooltip that waits
inline constexpr double active_interval = 1.0 / 60;
inline constexpr double untouched_interval =
    0.1;                                      ///< ten frames a second at most while nobody touches the window
inline constexpr double drawing_share = 0.02; ///< of one core, while nobody touches the window

/// When to draw: at once after an input, and when news came not sooner than the window's share of the machine allows.
class Pace {
public:
    /// Seconds from `now` until a frame is due (0.5 at most, to look again); not above 0: now.
    [[nodiscard]] double due(double now, double last_input, bool news, Motion motion) const {
        const double since_input = now - last_input;
        if (since_input < active_seconds) return last_frame_ + active_interval - now;
        // Where frames are dear, a third of the time is left to whatever makes the pictures.
        if (motion == Motion::played) return last_frame_ + std::max(active_interval * 2, cost_ * 1.5) - now;
        if (motion == Motion::settles)
            return last_frame_ + std::max(active_interval * 2, quiet_interval() * 0.5) - now;
        if (last_frame_ < last_input + tooltip_seconds && since_input >= tooltip_seconds) return -1;
        if (news) return last_frame_ + quiet_interval() - now;
        return since_input < tooltip_seconds ? last_input + tooltip_seconds - now : 0.5;
    }
    void drew(double began, double ended) {
        const double cost = ended - began;
        cost_ = cost_ <= 0 ? cost : cost_ * 0.9 + cost * 0.1;
        if (last_frame_ > 0) rate_ = rate_ * 0.8 + 0.2 / std::max(1e-3, began - last_frame_);
        last_frame_ = began;
    }
    [[nodiscard]] double milliseconds() const { return cost_ * 1000; }
    [[nodiscard]] double rate() const { return rate_; }

private:
    [[nodiscard]] double quiet_interval() const {
        return std::clamp(cost_ / drawing_share, untouched_interval, 1.0);
    }
    double cost_ = 0, last_frame_ = 0, rate_ = 0;
};

} // namespace ganvas
