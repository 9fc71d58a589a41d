#include "engine/core/health/words.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace ganvas::health {

std::string whole(std::int64_t number) {
    std::string digits = std::to_string(number < 0 ? -number : number);
    for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return number < 0 ? "-" + digits : digits;
}

std::string figure(double number) {
    const double amount = std::fabs(number);
    char text[48];
    std::snprintf(text, sizeof text,
                  amount >= 100                  ? "%.0f"
                  : amount >= 10                 ? "%.1f"
                  : amount >= 0.1 || amount == 0 ? "%.2f"
                                                 : "%.3f",
                  number);
    return text;
}

std::string percent(double share) { return std::to_string(std::lround(100 * share)) + " %"; }

std::string counted(std::int64_t number, const char* one, const char* many) {
    return whole(number) + " " + (number == 1 ? one : many);
}

std::int64_t checkpoint_near(const HealthHistory& history, std::int64_t step, bool before) {
    std::int64_t nearest = -1;
    for (const std::int64_t one : history.checkpoints) {
        if (before ? one >= step : one >= history.step) continue;
        if (nearest < 0 || std::abs(one - step) < std::abs(nearest - step)) nearest = one;
    }
    return nearest;
}

} // namespace ganvas::health
