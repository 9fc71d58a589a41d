#include "engine/api/run_operations.h"

#include <chrono>
#include <cmath>
#include <filesystem>

#include "engine/api/checkpoint_model.h"
#include "engine/api/export_job.h"
#include "engine/api/run_history.h"
#include "engine/api/session_implementation.h"
#include "engine/core/elapsed.h"
#include "engine/device/thread_setup.h"
#include "engine/export/layout.h"
#include "engine/export/picture.h"
#include "engine/runs/run_store.h"

namespace ganvas {
namespace {

class Stopwatch {
public:
    [[nodiscard]] double seconds() const { return seconds_since(start_); }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

} // namespace

Result<PictureReport> export_run_history(const std::string& run, const ExportHistory& what,
                                         const Progress& progress) {
    const Stopwatch watch;
    if (auto checked = check_run_folder(run); !checked) return checked.error();
    const std::vector<SampleMark> marks = read_marks(run, progress, what.step);
    if (marks.empty() && what.step >= 0)
        return Error{ErrorCode::not_found, "the history has no such step", std::to_string(what.step),
                     "the names in its folder samples say which there are"};
    if (auto written = export_history(marks, what, run, progress); !written) return written.error();
    return PictureReport{what.path, 1, static_cast<std::int64_t>(marks.size()), watch.seconds()};
}

std::string history_command(const std::string& run, const ExportHistory& what) {
    if (run.empty()) return {};
    const ExportHistory usual;
    std::string line = "ganvas runs history " + shell_word(run);
    if (what.columns != usual.columns) line += " --columns " + std::to_string(what.columns);
    if (what.step >= 0) line += " --step " + std::to_string(what.step);
    return line + " --out " + shell_word(what.path);
}

Result<NeighboursReport> nearest_images(const PictureOptions& options, const NeighboursOptions& wanted,
                                        const Progress& progress) {
    const Stopwatch watch;
    prepare_worker_thread(0);
    auto opened = open_checkpoint(options.checkpoint);
    if (!opened) return opened.error();
    auto renderer = make_renderer(*opened);
    if (!renderer) return renderer.error();
    auto dataset = open_dataset(wanted.data, preparation_of(opened->note.settings), progress);
    if (!dataset) return dataset.error();
    auto index = make_neighbour_index(dataset.take(), wanted.features, wanted.weights, progress);
    if (!index) return index.error();
    const LatentPoint face = face_of(options, wanted.seed);
    auto found = find_neighbours(**renderer, *index, face, wanted.count);
    if (!found) return found.error();
    auto strip = tile(*found->images, {0, options.gap, options.scale, 255});
    if (!strip) return strip.error();
    ExportLatents what;
    what.points = {face};
    const std::string recipe = to_json(export_recipe(what, opened->path, opened->note.step));
    if (auto written = write_picture(Path(options.out), std::span(&*strip, 1), 1, recipe); !written)
        return written.error();
    return NeighboursReport{found->names, found->distances, found->compared, options.out, watch.seconds()};
}

} // namespace ganvas
