/// Motion: why the window goes on drawing though nobody touches it. A value.
#pragma once

namespace ganvas {

/// In order: of several in one frame the last of these counts.
enum class Motion {
    none,
    settles, ///< something fades or is waited for: drawn as often as an untouched window may
    played,  ///< the user started it and looks on: some thirty frames a second
};

} // namespace ganvas
