/// StudyWork by this engine: train() and evaluate() of the command line, and the study's own pictures.
///
/// Internal to engine/api. What a measure needs and this build cannot give is an error with the reason, never a number.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "engine/api/evaluation.h"
#include "engine/api/study_labels.h"
#include "engine/core/thread_annotations.h"
#include "engine/studies/study_work.h"

namespace ganvas {

[[nodiscard]] std::unique_ptr<StudyWork> make_study_work();

/// Values that evaluate() gave together with others, until they are asked for: pictures go through a network once for
/// all columns of the same features. Any thread; keeps the newest some hundred.
class ValueShelf {
public:
    void put(const std::string& key, const MeasuredValue& value);
    [[nodiscard]] std::optional<MeasuredValue> find(const std::string& key) const;

private:
    mutable Mutex mutex_;
    std::map<std::string, MeasuredValue> values_ GANVAS_GUARDED_BY(mutex_);
    std::deque<std::string> order_ GANVAS_GUARDED_BY(mutex_); ///< oldest first
};

/// What is kept while studies run.
struct StudyShelves {
    LabelShelf labels;
    ValueShelf values;
};

/// study_measures.cpp: a column's measure; those it has no word of its own for are metrics of evaluate().
[[nodiscard]] Result<Reading> measure_for_study(const MeasureJob& job, StudyShelves& shelves,
                                                const Progress& progress);

/// study_pictures.cpp: grid, data, sweeps, walks, arithmetic, class grids.
[[nodiscard]] Result<std::vector<FigurePicture>> draw_for_study(const FigureJob& job, LabelShelf& labels,
                                                                const Progress& progress);

} // namespace ganvas
