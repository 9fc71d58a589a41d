/// Figures that a run has drawn already: its fixed-noise samples over time.
///
/// Free functions, any thread; they read the run folder and write PNG files. `progress`: a few moments of the run as
/// separate sheets; `early`: six early ones, with how different their pictures are (report 1's mode-collapse table).
/// Errors: `not_found` for a run without samples, `io`.
#pragma once

#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/studies/study_work.h"

namespace ganvas {

[[nodiscard]] bool is_run_figure(const std::string& kind);

/// Parts of a run of this length that the figure shows: `progress` its moments, `early` epochs 1 to 6 where the length is in
/// epochs. None where it takes the marks as they come.
[[nodiscard]] std::vector<double> figure_moments(const StudyFigure& figure, const StudyTarget& length);

/// `job.figure.moments` as figure_moments() has them; none: the first marks.
[[nodiscard]] Result<std::vector<FigurePicture>> draw_run_figure(const FigureJob& job);

/// Indices of the marks nearest to these parts of the last step, each once and in order.
[[nodiscard]] std::vector<std::size_t> nearest_marks(const std::vector<std::int64_t>& steps,
                                                     const std::vector<double>& moments);

} // namespace ganvas
