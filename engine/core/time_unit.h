/// How far a run has come, in four units: the horizontal axes of its curves, in the window and in exported drawings.
///
/// Pure, any thread.
#pragma once

#include <string_view>

namespace ganvas {

enum class TimeUnit { steps, images, minutes, epochs };

[[nodiscard]] constexpr const char* name(TimeUnit unit) {
    switch (unit) {
    case TimeUnit::steps: return "steps";
    case TimeUnit::images: return "images";
    case TimeUnit::minutes: return "minutes";
    case TimeUnit::epochs: return "epochs";
    }
    return "";
}

/// Where a point lies in that unit: anything with step, images, seconds (of training) and epoch.
template <class Point>
[[nodiscard]] double time_value(TimeUnit unit, const Point& point) {
    switch (unit) {
    case TimeUnit::images: return static_cast<double>(point.images);
    case TimeUnit::minutes: return point.seconds / 60;
    case TimeUnit::epochs: return point.epoch;
    case TimeUnit::steps: break;
    }
    return static_cast<double>(point.step);
}

} // namespace ganvas
