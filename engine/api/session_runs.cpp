/// The list of runs with its details, tags, and forks; two runs beside each other.
#include <algorithm>

#include "engine/api/job_titles.h"
#include "engine/api/recorded_runs.h"
#include "engine/api/run_operations.h"
#include "engine/api/session_fork.h"
#include "engine/api/session_implementation.h"
#include "engine/export/picture.h"
#include "engine/runs/run_files.h"
#include "engine/runs/run_store.h"

namespace ganvas {
namespace {

constexpr std::size_t most_runs = 1000; ///< studies make many
constexpr int thumbnail_side = 160;     ///< pixels: a thousand of them fit
constexpr int compared_faces = 16;

/// Means of whole squares, as many pixels a side as it takes to come below `side`.
Image shrunk(const Image& image, int side) {
    const int step = (std::max(image.width, image.height) + side - 1) / side;
    if (step < 2) return image;
    Image small(image.width / step, image.height / step, image.channels);
    for (int y = 0; y < small.height; ++y)
        for (int x = 0; x < small.width; ++x)
            for (int c = 0; c < image.channels; ++c) {
                int sum = 0;
                for (int dy = 0; dy < step; ++dy)
                    for (int dx = 0; dx < step; ++dx)
                        sum += image.row(y * step + dy)[(x * step + dx) * image.channels + c];
                small.row(y)[x * image.channels + c] = static_cast<std::uint8_t>(sum / (step * step));
            }
    return small;
}

SharedBatch picture_of(const Path& sheet_path) {
    if (sheet_path.empty()) return nullptr;
    auto sheet = read_png(sheet_path);
    if (!sheet) return nullptr;
    Image small = shrunk(*sheet, thumbnail_side);
    auto batch = std::make_shared<ImageBatch>();
    *batch = {1, small.height, small.width, small.channels, std::move(small.pixels)};
    return batch;
}

/// "report4-sagan-2min/dcgan": a study's run is known by the row that it is, not by the folder that several rows share.
std::string name_of(const RunSummary& run, const RecordedRun* recorded) {
    if (!recorded || recorded->rows.empty()) return run.name;
    const std::size_t others = recorded->rows.size() - 1;
    return recorded->rows.front() + (others ? " (+" + std::to_string(others) + ")" : "");
}

RunDetails details_of(const Path& folder, const RecordedRun* recorded) {
    RunDetails details;
    details.tags = read_tags(folder);
    if (const auto info = read_run(folder)) {
        details.parent = info->parent;
        details.parent_step = info->parent_step;
    }
    if (auto metrics = read_metrics(folder)) {
        auto distances = std::move(metrics->distances);
        if (distances.empty()) distances = all_distances({}, recorded);
        if (const DistancePoint* best = best_distance(distances)) details.best = *best;
    }
    for (const auto& [step, path] : step_files(checkpoints_folder(folder), ".safetensors"))
        details.checkpoints.push_back({path.string(), step, false});
    if (!details.best || details.checkpoints.empty()) return details;
    const auto away = [&](const CheckpointCard& one) { return std::abs(one.step - details.best->step); };
    std::min_element(details.checkpoints.begin(), details.checkpoints.end(),
                     [&](const auto& a, const auto& b) { return away(a) < away(b); })
        ->best = true;
    return details;
}

} // namespace

void SessionImplementation::refresh_runs() {
    quiet_->submit("Listing runs",
                   [arrivals = arrivals_, wake = options_.wake](const Progress&) -> Result<std::string> {
                       std::vector<RunCard> cards;
                       std::map<std::string, RunDetails> details;
                       const RecordedRuns recorded = recorded_runs(runs_folder());
                       for (const RunSummary& run : list_runs(runs_folder())) {
                           if (cards.size() == most_runs) break;
                           const RecordedRun* known_as = recorded_of(recorded, run.folder);
                           RunCard card{run.folder.string(), name_of(run, known_as),
                                        run.recipe,          run.data,
                                        run.modified,        run.step,
                                        run.images,          run.best_distance,
                                        run.resumable,       nullptr};
                           card.thumbnail = picture_of(run.newest_sample);
                           RunDetails& known = details[card.folder] = details_of(run.folder, known_as);
                           if (known.best) card.best_distance = known.best->value;
                           cards.push_back(std::move(card));
                       }
                       const std::size_t count = cards.size();
                       arrivals->put([cards = std::move(cards),
                                      details = std::move(details)](SessionImplementation& session) {
                           session.view_.runs = cards;
                           session.view_.run_details = details;
                       });
                       if (wake) wake();
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
    submit(job_titles::comparison,
           [command, id = next_notice_++, arrivals = arrivals_](const Progress&) -> Result<std::string> {
               RunComparison comparison =
                   compare_runs(command.first, command.second, command.seed, compared_faces);
               comparison.id = id;
               arrivals->put([comparison = std::move(comparison)](SessionImplementation& session) {
                   session.view_.comparison = comparison;
               });
               return std::string("two runs");
           });
}

void SessionImplementation::handle(const PlanFork& command) {
    if (check(TrainingAction::open)) open_run(command.checkpoint, AfterOpening::fork);
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
                   const bool wanted = session.view_.snapshot.state == TrainingState::opening;
                   session.view_.fork.reset();
                   session.run_folder_ = folder->string();
                   if (wanted)
                       session.ask_start({paused, 0});
                   else // stopped meanwhile
                       session.view_.snapshot.state = TrainingState::paused;
                   session.refresh_runs();
               });
               if (!folder) return folder.error();
               return folder->string();
           });
}

} // namespace ganvas
