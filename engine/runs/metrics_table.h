/// metrics.csv: rows of training points and of distances as text, and back; diversity.csv likewise.
///
/// Pure functions, any thread; used by the run store. One header, then a row a point; a row's first cell says
/// which kind it is and cells that the kind lacks are empty. Reading passes over rows that are torn or edited
/// (and counts them), and where the steps go back (a run that went on from an earlier checkpoint) the later
/// rows replace the earlier ones. Rows of older programs, which lack the last two cells (resize, split), are read too: what
/// they lack stays empty.
#pragma once

#include <string>
#include <string_view>

#include "engine/runs/run_values.h"

namespace ganvas {

[[nodiscard]] const std::string& metrics_header(); ///< with its line end
[[nodiscard]] std::string metrics_row(const TrainingPoint& point);
[[nodiscard]] std::string metrics_row(const DistancePoint& point);
[[nodiscard]] RunMetrics parse_metrics(std::string_view text);

[[nodiscard]] const std::string& diversity_header(); ///< with its line end
[[nodiscard]] std::string metrics_row(const DiversityPoint& point);
/// Sets `into`'s diversity and adds to its damaged rows.
void parse_diversity(std::string_view text, RunMetrics& into);

} // namespace ganvas
