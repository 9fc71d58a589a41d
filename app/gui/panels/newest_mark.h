/// The samples that panels show where nobody chose an older mark. Window thread; the pointer holds until the view changes.
#pragma once

#include "engine/api/session.h"

namespace ganvas {

/// Null where there is none, and until the second comes, once the model has trained: the first mark shows a network that had
/// not begun, which is plain grey.
[[nodiscard]] inline const SampleMark* newest_mark(const View& view) {
    const bool only_untrained = view.samples.size() == 1 && view.samples.front().step == 0
                                && view.model.name == "live" && view.model.step > 0;
    return view.samples.empty() || only_untrained ? nullptr : &view.samples.back();
}

} // namespace ganvas
