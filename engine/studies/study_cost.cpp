#include "engine/studies/study_cost.h"

#include <algorithm>
#include <cmath>

#include "engine/studies/run_measures.h"

namespace ganvas {
namespace {

constexpr std::int64_t fewest_when_fitted = 256, step_of_counts = 64;
constexpr double seconds_of_opening = 0.5;     ///< a checkpoint and its data
constexpr double seconds_of_covariances = 2.5; ///< five roots of covariances: the distance and its resamples
constexpr double seconds_of_support_vectors = 10;

/// Looked at as pictures or read from the run's log: some tenths of a second at most.
bool is_cheap(const std::string& measure) {
    for (const char* name : {"class_accuracy", "checkerboard", "sample_diversity", "class_movement",
                             "generator_parameters", "discriminator_parameters"})
        if (measure == name) return true;
    return is_run_measure(measure);
}

bool has_splits(const std::string& measure) { return measure == "is" || measure == "mmd"; }

bool is_support_vectors(const std::string& measure) { return measure == "svm" || measure == "svm_train"; }

/// Pictures that go through the network for one value.
double pictures_of(const PlannedColumn& planned) {
    const StudyColumn& column = *planned.column;
    if (planned.pool > 0) return static_cast<double>(2 * planned.pool);
    const double sides = is_support_vectors(column.measure) || column.measure == "consecutive_fd" ? 2 : 1;
    return sides * static_cast<double>(planned.count) * column.batches;
}

double seconds_beside_features(const std::string& measure, int batches) {
    if (is_support_vectors(measure)) return seconds_of_support_vectors;
    if (measure == "fd" || measure == "consecutive_fd" || measure == "samples")
        return seconds_of_covariances * std::max(1, batches / 4);
    return measure == "fd_relative_deviation" ? seconds_of_covariances * batches / 5.0 : 0.5;
}

} // namespace

double seconds_a_picture(const std::string& extractor) {
    if (extractor == "lite0") return 1 / 60.0;
    if (extractor == "lite0-96") return 1 / 200.0;
    if (extractor.starts_with("inception")) return 1 / 8.0;
    if (extractor == "discriminator") return 1 / 100.0;
    return 1 / 1000.0; // classifier, pixels
}

bool measured_together(const PlannedColumn& a, const PlannedColumn& b) {
    const StudyColumn &one = *a.column, &other = *b.column;
    const auto alone = [](const PlannedColumn& planned) {
        return planned.pool > 0 || is_cheap(planned.column->measure)
               || planned.column->measure == "consecutive_fd";
    };
    return a.extractor == b.extractor && a.count == b.count && one.batches == other.batches
           && (one.splits == other.splits || !has_splits(one.measure) || !has_splits(other.measure))
           && a.refused.empty() && b.refused.empty() && !alone(a) && !alone(b)
           && is_support_vectors(one.measure) == is_support_vectors(other.measure);
}

double measuring_seconds(const std::vector<PlannedColumn>& columns, int points, int cores) {
    double seconds = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const PlannedColumn& planned = columns[i];
        const StudyColumn& column = *planned.column;
        if (!planned.refused.empty() || is_cheap(column.measure)) continue;
        const int times = column.every ? points : 1;
        // The last point serves all columns of the same features at once; the others those that are measured there.
        int again = times;
        bool extra = true;
        for (std::size_t before = 0; before < i; ++before) {
            if (!measured_together(columns[before], planned)) continue;
            again = std::min(again, times - (columns[before].column->every ? times : 1));
            extra = extra && !is_support_vectors(column.measure);
        }
        seconds += std::max(again, 0)
                   * (seconds_of_opening
                      + pictures_of(planned) * seconds_a_picture(planned.extractor) / std::max(1, cores));
        if (extra) seconds += times * seconds_beside_features(column.measure, column.batches);
    }
    return seconds;
}

void fit_counts(std::vector<PlannedColumn>& columns, int points, int cores, double seconds) {
    for (int tries = 0; tries < 40 && measuring_seconds(columns, points, cores) > seconds; ++tries) {
        std::int64_t largest = 0;
        for (const PlannedColumn& planned : columns)
            if (!planned.column->exact && !is_cheap(planned.column->measure) && planned.refused.empty())
                largest = std::max(largest, planned.count);
        const std::int64_t smaller =
            std::max(fewest_when_fitted, largest * 4 / 5 / step_of_counts * step_of_counts);
        if (smaller >= largest) return;
        for (PlannedColumn& planned : columns)
            if (!planned.column->exact && !is_cheap(planned.column->measure) && planned.count > smaller)
                planned.count = smaller;
    }
}

} // namespace ganvas
