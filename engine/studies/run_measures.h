/// Measures that come from a run's own records: losses, scores, time, and what the curve of another measure did.
///
/// Pure functions, any thread. Names: generator_loss_mean, discriminator_loss_mean, generator_loss_lowest,
/// discriminator_loss_lowest, real_score, fake_score (means of the run's last tenth), steps, images, epochs, seconds,
/// images_per_second; and of a column that is measured at every point: lowest:KEY, highest:KEY, epoch_of_lowest:KEY,
/// epoch_of_highest:KEY, rise:KEY (last minus first), relative_spread:KEY (mean of deviation over value, in percent),
/// collapse_epoch:KEY[,DIVERSITY].
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/training_points.h"
#include "engine/studies/study_record.h"

namespace ganvas {

[[nodiscard]] bool is_run_measure(const std::string& measure);
/// Not measured (with a reason) where the run has not logged what it needs.
[[nodiscard]] Reading run_measure(const std::string& measure, const std::vector<TrainingPoint>& training,
                                  const std::vector<PointRecord>& points);

/// Where a model collapsed: the first place from which, to the end, the distance stays above 1.5 times its lowest or the
/// diversity below a quarter of its highest. Both lists are of one length, or `diversity` is empty. A model whose
/// distance fell to the end has not collapsed.
[[nodiscard]] std::optional<std::size_t> find_collapse(const std::vector<double>& distance,
                                                       const std::vector<double>& diversity);

} // namespace ganvas
