// Curves of one or several runs, and two runs' pictures of the same seeds: what the window shows in Curves and Compare.
#include <chrono>
#include <cmath>
#include <filesystem>
#include <map>
#include <utility>

#include "engine/api/checkpoint_model.h"
#include "engine/api/export_job.h"
#include "engine/api/recorded_runs.h"
#include "engine/api/run_operations.h"
#include "engine/api/session_implementation.h"
#include "engine/core/elapsed.h"
#include "engine/export/curves.h"
#include "engine/export/layout.h"
#include "engine/export/picture.h"
#include "engine/runs/run_files.h"
#include "engine/runs/run_store.h"

namespace ganvas {
namespace {

/// Under the name that the list of runs has for it, with what studies measured.
Result<NamedCurves> curves_of(const std::string& folder) {
    const RecordedRuns all = recorded_runs(runs_folder());
    const RecordedRun* recorded = recorded_of(all, Path(folder));
    const Path named = Path(folder).has_filename() ? Path(folder) : Path(folder).parent_path();
    const bool row = recorded && !recorded->rows.empty();
    auto metrics = read_metrics(Path(folder));
    if (!metrics) return metrics.error();
    return NamedCurves{row ? recorded->rows.front() : named.filename().string(), std::move(metrics->training),
                       all_distances(std::move(metrics->distances), recorded)};
}

/// Runs of one name are told apart by their whole folders.
void tell_apart(std::vector<NamedCurves>& curves, const std::vector<std::string>& runs) {
    std::map<std::string, int> times;
    for (const NamedCurves& one : curves) ++times[one.name];
    for (std::size_t k = 0; k < curves.size(); ++k)
        if (times[curves[k].name] > 1) curves[k].name = runs[k];
}

Result<void> write_curves_of(const std::string& run, const ExportCurves& what) {
    auto info = read_run(Path(run));
    if (!info) return info.error();
    auto metrics = read_metrics(Path(run));
    if (!metrics) return metrics.error();
    if (metrics->training.empty())
        return Error{ErrorCode::not_found, "the run has no curves yet", run, "train it first"};
    const std::string title = data_name(info->data_source) + ", recipe " + info->recipe;
    return export_curves(metrics->training, metrics->distances, what, title, run);
}

Result<void> write_curves_of(const std::vector<std::string>& runs, const ExportCurves& what) {
    std::vector<NamedCurves> curves;
    for (const std::string& run : runs) {
        auto one = curves_of(run);
        if (!one) return one.error();
        curves.push_back(one.take());
    }
    tell_apart(curves, runs);
    const std::int64_t step = curves.front().training.empty() ? 0 : curves.front().training.back().step;
    return write_compared_curves(what.path, curves, curve_drawing(what, runs.front(), step));
}

Result<SharedBatch> faces_of(const std::string& folder, const std::vector<std::uint64_t>& seeds,
                             ComparedRun& run) {
    auto opened = open_checkpoint(folder);
    if (!opened) return opened.error();
    run.step = opened->note.step;
    auto renderer = renderer_of({opened->model, prior_of(opened->note.settings), {}, {}});
    if (!renderer) return renderer.error();
    std::vector<LatentPoint> points(seeds.size());
    for (std::size_t k = 0; k < seeds.size(); ++k) points[k].from = LatentSum::face(seeds[k]);
    auto images = (*renderer)->render(points);
    if (!images) return images.error();
    return std::make_shared<const ImageBatch>(images.take());
}

ComparedRun compared(const std::string& folder, const std::vector<std::uint64_t>& seeds) {
    ComparedRun run;
    run.folder = folder;
    run.name = Path(folder).filename().string();
    if (auto curves = curves_of(folder)) {
        run.name = std::move(curves->name);
        run.losses = std::move(curves->training);
        run.distances = std::move(curves->distances);
    } else {
        run.problem = curves.error().line();
    }
    auto faces = faces_of(folder, seeds, run);
    if (faces)
        run.pictures = faces.take();
    else
        run.problem = faces.error().line();
    return run;
}

} // namespace

Result<PictureReport> export_run_curves(const std::vector<std::string>& runs, const ExportCurves& what) {
    const auto start = std::chrono::steady_clock::now();
    for (const std::string& run : runs)
        if (auto checked = check_run_folder(run); !checked) return checked.error();
    auto written = runs.size() == 1 ? write_curves_of(runs.front(), what) : write_curves_of(runs, what);
    if (!written) return written.error();
    return PictureReport{what.path, 1, 0, seconds_since(start)};
}

std::string curves_command(const std::vector<std::string>& runs, const ExportCurves& what) {
    if (runs.empty() || runs.front().empty()) return {};
    std::string line = "ganvas runs curves";
    for (const std::string& run : runs) line += " " + shell_word(run);
    if (what.smoothing > 1) line += " --smoothing " + std::to_string(std::lround(what.smoothing));
    if (what.logarithmic) line += " --log";
    if (what.unit != TimeUnit::steps) line += std::string(" --axis ") + name(what.unit);
    if (what.dark) line += " --dark";
    return line + " --out " + shell_word(what.path);
}

RunComparison compare_runs(const std::string& first, const std::string& second, std::uint64_t seed,
                           int count) {
    RunComparison comparison;
    for (int k = 0; k < count; ++k) comparison.seeds.push_back(seed + static_cast<std::uint64_t>(k));
    comparison.runs = {compared(first, comparison.seeds), compared(second, comparison.seeds)};
    return comparison;
}

Result<PictureReport> write_comparison(const RunComparison& comparison, const std::string& out) {
    const auto start = std::chrono::steady_clock::now();
    std::vector<Image> rows;
    for (const ComparedRun& run : comparison.runs) {
        if (!run.pictures) return Error{ErrorCode::not_found, "no pictures of it", run.folder, run.problem};
        auto row = tile(*run.pictures);
        if (!row) return row.error();
        rows.push_back(row.take());
    }
    constexpr int gap = 4;
    auto sheet = stack(rows, gap);
    if (!sheet) return sheet.error();
    if (auto written = write_picture(out, *sheet); !written) return written.error();
    return PictureReport{out, 1, static_cast<std::int64_t>(2 * comparison.seeds.size()),
                         seconds_since(start)};
}

std::string comparison_command(const RunComparison& comparison, const std::string& out) {
    const auto& [first, second] = comparison.runs;
    std::string line = "ganvas runs compare " + shell_word(first.folder) + " " + shell_word(second.folder);
    if (!comparison.seeds.empty())
        line += " --seed " + std::to_string(comparison.seeds.front()) + " --count "
                + std::to_string(comparison.seeds.size());
    return line + " --out " + shell_word(out);
}

} // namespace ganvas
