/// StudyWork by this engine: train() and evaluate() of the command line, and the study's own pictures.
///
/// Internal to engine/api. What a measure needs and this build cannot give is an error with the reason, never a number.
#pragma once

#include <memory>

#include "engine/api/study_labels.h"
#include "engine/studies/study_work.h"

namespace ganvas {

[[nodiscard]] std::unique_ptr<StudyWork> make_study_work();

/// study_measures.cpp: a column's measure; those it has no word of its own for are metrics of evaluate().
[[nodiscard]] Result<Reading> measure_for_study(const MeasureJob& job, LabelShelf& labels,
                                                const Progress& progress);

/// study_pictures.cpp: grid, data, sweeps, walks, arithmetic, class grids.
[[nodiscard]] Result<std::vector<FigurePicture>> draw_for_study(const FigureJob& job, LabelShelf& labels,
                                                                const Progress& progress);

} // namespace ganvas
