/// About how long a study's measures take on a processor, so that they do not cost more than the training.
///
/// Pure functions, any thread. The rates are those of this program on a processor without a GPU, a picture a second and
/// core; they decide how many pictures are measured and what the command line says beforehand, and nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/studies/study_plan.h"

namespace ganvas {

/// A picture through a feature network, on one core.
[[nodiscard]] double seconds_a_picture(const std::string& extractor);

/// Whether two columns come from the same features, so that they are measured together.
[[nodiscard]] bool measured_together(const PlannedColumn& a, const PlannedColumn& b);

/// Of all columns that a unit measures, at all of its points, with `cores` at work.
[[nodiscard]] double measuring_seconds(const std::vector<PlannedColumn>& columns, int points, int cores);

/// Makes the counts that may be smaller so small that measuring takes at most `seconds` a unit; never below 256 pictures
/// (or what they were).
void fit_counts(std::vector<PlannedColumn>& columns, int points, int cores, double seconds);

} // namespace ganvas
