#include "engine/studies/run_figures.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "engine/export/layout.h"
#include "engine/export/picture.h"
#include "engine/runs/run_store.h"
#include "engine/studies/picture_measures.h"

namespace ganvas {
namespace {

constexpr int sheet_columns = 4, sheet_tiles = 16; ///< of a mark's 64, so that six sheets stand side by side
constexpr std::size_t early_marks = 6;
const std::vector<double> usual_moments = {0.02, 0.1, 0.25, 0.5, 0.75, 1};

std::string caption_of(const RunSample& mark, const std::vector<TrainingPoint>& training) {
    double epoch = -1;
    for (const TrainingPoint& point : training)
        if (point.step <= mark.step && point.images > 0)
            epoch = point.epoch * static_cast<double>(mark.images) / static_cast<double>(point.images);
    char text[96];
    if (epoch >= 0)
        std::snprintf(text, sizeof text, "epoch %.2f, step %lld", epoch, static_cast<long long>(mark.step));
    else
        std::snprintf(text, sizeof text, "step %lld", static_cast<long long>(mark.step));
    return text;
}

Result<ImageBatch> tiles_of(const RunSample& mark) {
    auto sheet = read_png(mark.path);
    if (!sheet) return sheet.error();
    if (mark.columns <= 0 || mark.count <= 0)
        return Error{ErrorCode::bad_data, "the sample does not say how its tiles lie", mark.path.string(),
                     ""};
    auto tiles = untile(*sheet, mark.columns, mark.count, 0);
    if (!tiles || tiles->count <= sheet_tiles) return tiles;
    tiles->count = sheet_tiles;
    tiles->pixels.resize(tiles->image_bytes() * sheet_tiles);
    return tiles;
}

std::vector<std::size_t> chosen_marks(const FigureJob& job, const std::vector<RunSample>& marks) {
    if (job.figure.moments.empty()) {
        std::vector<std::size_t> chosen;
        // The untrained generator's grey says nothing about collapse: begin after it where there is more.
        const std::size_t first = marks.size() > early_marks && marks.front().step == 0 ? 1 : 0;
        for (std::size_t i = first; i < std::min(marks.size(), first + early_marks); ++i) chosen.push_back(i);
        return chosen;
    }
    std::vector<std::int64_t> steps;
    for (const RunSample& mark : marks) steps.push_back(mark.step);
    return nearest_marks(steps, job.figure.moments);
}

} // namespace

bool is_run_figure(const std::string& kind) { return kind == "progress" || kind == "early"; }

std::vector<double> figure_moments(const StudyFigure& figure, const StudyTarget& length) {
    if (figure.kind == "progress") return figure.moments.empty() ? usual_moments : figure.moments;
    std::vector<double> moments;
    if (figure.kind == "early" && length.epochs > 0)
        for (std::size_t epoch = 1; epoch <= early_marks && static_cast<double>(epoch) <= length.epochs;
             ++epoch)
            moments.push_back(static_cast<double>(epoch) / length.epochs);
    return moments;
}

std::vector<std::size_t> nearest_marks(const std::vector<std::int64_t>& steps,
                                       const std::vector<double>& moments) {
    std::vector<std::size_t> found;
    if (steps.empty()) return found;
    for (const double moment : moments) {
        const double wanted = moment * static_cast<double>(steps.back());
        std::size_t best = 0;
        for (std::size_t i = 1; i < steps.size(); ++i)
            if (std::abs(static_cast<double>(steps[i]) - wanted)
                < std::abs(static_cast<double>(steps[best]) - wanted))
                best = i;
        found.push_back(best);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

Result<std::vector<FigurePicture>> draw_run_figure(const FigureJob& job) {
    const auto marks = run_samples(Path(job.folder));
    if (marks.empty()) return Error{ErrorCode::not_found, "the run has drawn no samples", job.folder, ""};
    const auto metrics = read_metrics(Path(job.folder));
    std::vector<FigurePicture> pictures;
    for (const std::size_t index : chosen_marks(job, marks)) {
        auto tiles = tiles_of(marks[index]);
        if (!tiles) return tiles.error();
        auto sheet = tile(*tiles, {sheet_columns, 1, 1, 255});
        if (!sheet) return sheet.error();
        const std::string file = job.out + "-" + std::to_string(pictures.size() + 1) + ".png";
        if (auto written = write_png(file, *sheet); !written) return written.error();
        std::string caption =
            caption_of(marks[index], metrics ? metrics->training : std::vector<TrainingPoint>{});
        if (job.figure.kind == "early") {
            char text[64];
            std::snprintf(text, sizeof text, ", mean distance %.3f", mean_picture_distance(*tiles).value);
            caption += text;
        }
        pictures.push_back({file, caption});
    }
    return pictures;
}

} // namespace ganvas
