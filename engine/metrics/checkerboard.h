/// The checkerboard of transposed convolutions (Odena et al. 2016), as a number: spectral energy at the stride's frequency.
///
/// Pure functions, any thread, no torch. A layer that steps by `stride` leaves a pattern that repeats every `stride`
/// pixels; its energy sits where the frequency is a whole multiple of size / stride along x, y or both. Each picture's
/// grey values (mean taken away, edges faded with a Hann window) are transformed at these frequencies only; the share is
/// their energy over all energy. Data have a share too, so what is told is the ratio of the two.
#pragma once

#include "engine/core/image.h"
#include "engine/core/result.h"

namespace ganvas {

struct CheckerboardShare {
    double share = 0; ///< mean over the pictures, 0..1; a picture of one colour has 0
    double error = 0; ///< standard error of that mean
    int count = 0;    ///< pictures
};

/// `usage` when the stride is below 2 or does not divide the pictures' sides, or there are no pictures.
[[nodiscard]] Result<CheckerboardShare> checkerboard_share(const ImageBatch& pictures, int stride = 2);

struct CheckerboardRatio {
    double ratio = 0; ///< generated share / data share; 1: as much of the pattern as the data have
    double error = 0; ///< standard error, from both sets
    CheckerboardShare generated, data;
};

/// Data without any energy at these frequencies count as having a billionth of theirs: the ratio is always finite.
[[nodiscard]] Result<CheckerboardRatio> checkerboard_ratio(const ImageBatch& generated,
                                                           const ImageBatch& data, int stride = 2);

} // namespace ganvas
