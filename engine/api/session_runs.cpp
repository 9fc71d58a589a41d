/// The list of runs with its details, tags, two runs beside each other, and forks.
#include <algorithm>

#include "engine/api/session_fork.h"
#include "engine/api/session_implementation.h"
#include "engine/export/picture.h"
#include "engine/runs/run_files.h"
#include "engine/runs/run_store.h"

namespace ganvas {
namespace {

constexpr std::size_t most_runs = 200;
constexpr int compared_faces = 16;

SharedBatch picture_of(const Path& sheet_path) {
    if (sheet_path.empty()) return nullptr;
    auto sheet = read_png(sheet_path);
    if (!sheet) return nullptr;
    auto batch = std::make_shared<ImageBatch>();
    *batch = {1, sheet->height, sheet->width, sheet->channels, std::move(sheet->pixels)};
    return batch;
}

RunDetails details_of(const Path& folder) {
    RunDetails details;
    details.tags = read_tags(folder);
    if (const auto info = read_run(folder)) {
        details.parent = info->parent;
        details.parent_step = info->parent_step;
    }
    if (const auto metrics = read_metrics(folder))
        if (const DistancePoint* best = best_distance(metrics->distances)) details.best = *best;
    for (const auto& [step, path] : step_files(checkpoints_folder(folder), ".safetensors"))
        details.checkpoints.push_back({path.string(), step, false});
    if (!details.best || details.checkpoints.empty()) return details;
    const auto away = [&](const CheckpointCard& one) { return std::abs(one.step - details.best->step); };
    std::min_element(details.checkpoints.begin(), details.checkpoints.end(),
                     [&](const auto& a, const auto& b) { return away(a) < away(b); })
        ->best = true;
    return details;
}

Result<SharedBatch> faces_of(const Path& folder, const std::vector<std::uint64_t>& seeds, ComparedRun& run) {
    auto opened = open_checkpoint(folder.string());
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
    if (auto metrics = read_metrics(Path(folder))) {
        run.losses = std::move(metrics->training);
        run.distances = std::move(metrics->distances);
    } else {
        run.problem = metrics.error().line();
    }
    auto faces = faces_of(folder, seeds, run);
    if (faces)
        run.pictures = faces.take();
    else
        run.problem = faces.error().line();
    return run;
}

} // namespace

void SessionImplementation::refresh_runs() {
    submit("Listing runs", [arrivals = arrivals_](const Progress&) -> Result<std::string> {
        std::vector<RunCard> cards;
        std::map<std::string, RunDetails> details;
        for (const RunSummary& run : list_runs(runs_folder())) {
            if (cards.size() == most_runs) break;
            RunCard card{run.folder.string(), run.name, run.recipe, run.data,
                         run.modified,        run.step, run.images, run.best_distance,
                         run.resumable,       nullptr};
            card.thumbnail = picture_of(run.newest_sample);
            details[card.folder] = details_of(run.folder);
            cards.push_back(std::move(card));
        }
        const std::size_t count = cards.size();
        arrivals->put(
            [cards = std::move(cards), details = std::move(details)](SessionImplementation& session) {
                session.view_.runs = cards;
                session.view_.run_details = details;
            });
        return std::to_string(count) + " runs";
    });
}

void SessionImplementation::handle(const RefreshRuns&) { refresh_runs(); }

void SessionImplementation::handle(const TagRun& command) {
    view_.run_details[command.folder].tags = command.tags;
    quiet_->submit("Tagging", [command, arrivals = arrivals_](const Progress&) -> Result<std::string> {
        const auto written = write_tags(command.folder, command.tags);
        if (written) return std::string();
        arrivals->put([line = written.error().line()](SessionImplementation& session) {
            session.notice(NoticeLevel::error, line);
        });
        return written.error();
    });
}

void SessionImplementation::handle(const CompareRuns& command) {
    submit("Comparing runs",
           [command, id = next_notice_++, arrivals = arrivals_](const Progress&) -> Result<std::string> {
               RunComparison comparison;
               comparison.id = id;
               for (int k = 0; k < compared_faces; ++k)
                   comparison.seeds.push_back(command.seed + static_cast<std::uint64_t>(k));
               comparison.runs = {compared(command.first, comparison.seeds),
                                  compared(command.second, comparison.seeds)};
               arrivals->put([comparison = std::move(comparison)](SessionImplementation& session) {
                   session.view_.comparison = comparison;
               });
               return std::string("two runs");
           });
}

void SessionImplementation::handle(const PlanFork& command) {
    if (!check(TrainingAction::open)) return;
    auto opened = open_checkpoint(command.checkpoint);
    if (!opened) return notice(NoticeLevel::error, opened.error().line());
    if (opened->run_folder.empty())
        return notice(
            NoticeLevel::error,
            "this file belongs to no run: only a run's checkpoint holds what training goes on from");
    if (loop_active()) end_loop();
    loop_.reset();
    run_folder_.clear();
    forget_run();
    const std::string parent = opened->run_folder;
    const std::int64_t step = opened->note.step;
    adopt(opened.take());
    std::erase_if(view_.losses, [&](const TrainingPoint& point) { return point.step > step; });
    std::erase_if(view_.distances, [&](const DistancePoint& point) { return point.step > step; });
    // No run is open: the settings are those of the next one, and none is fixed yet.
    run_folder_.clear();
    view_.snapshot.run_folder.clear();
    view_.snapshot.state = TrainingState::empty;
    view_.snapshot.message = "a fork: change settings, then train";
    view_.fork = ForkPlan{command.checkpoint, parent, Path(parent).filename().string(), step};
}

/// The new run is written by a job; when it is there, training goes on in it.
void SessionImplementation::start_fork(bool paused) {
    const ForkRequest request{view_.fork->checkpoint, view_.fork->parent, view_.settings, view_.recipe,
                              data_source_};
    view_.snapshot.state = TrainingState::opening;
    view_.snapshot.message = "forking " + view_.fork->parent_name;
    submit("Forking " + view_.fork->parent_name,
           [request, paused, arrivals = arrivals_](const Progress&) -> Result<std::string> {
               auto folder = make_fork(request);
               arrivals->put([folder, request, paused](SessionImplementation& session) {
                   // Given up meanwhile: the new run, where there is one, stays in the list.
                   if (!session.view_.fork || session.view_.fork->checkpoint != request.checkpoint) return;
                   if (!folder) {
                       session.view_.snapshot.state = TrainingState::empty;
                       session.view_.snapshot.message = folder.error().line();
                       return;
                   }
                   session.view_.fork.reset();
                   session.run_folder_ = folder->string();
                   session.start_loop(paused, true);
                   session.refresh_runs();
               });
               if (!folder) return folder.error();
               return folder->string();
           });
}

} // namespace ganvas
