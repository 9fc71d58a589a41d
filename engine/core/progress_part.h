/// Progress of a part of the work, from `from` to `to` of the whole, both in [0, 1].
///
/// A value of its own: it may outlive `whole`. Stops and computes as the whole does.
#pragma once

#include "engine/core/progress.h"

namespace ganvas {

[[nodiscard]] inline Progress part_of(const Progress& whole, double from, double to) {
    Progress part = whole;
    part.on_report = [report = whole.on_report, from, to](double fraction, std::string_view text) {
        if (report) report(from + (to - from) * fraction, text);
    };
    return part;
}

} // namespace ganvas
