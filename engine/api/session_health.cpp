/// What is wrong with the run that is open: its health, going back to a better checkpoint, memorised images.
#include <algorithm>

#include "engine/api/job_titles.h"
#include "engine/api/run_health.h"
#include "engine/api/session_implementation.h"
#include "engine/latent/memorisation.h"
#include "engine/runs/run_files.h"
#include "engine/runs/run_store.h"

namespace ganvas {
namespace {

/// What came after the step is no longer the run's. True when there was something.
template <class Point>
bool drop_after(std::vector<Point>& points, std::int64_t step) {
    const auto later = [&](const Point& point) { return point.step > step; };
    return std::erase_if(points, later) > 0;
}

} // namespace

/// Where steps go back, the later points take the place of the earlier.
void SessionImplementation::take_points() {
    bool replaced = false;
    for (const TrainingPoint& point : loop_->take_points()) {
        for (; !view_.losses.empty() && view_.losses.back().step >= point.step; replaced = true)
            view_.losses.pop_back();
        view_.losses.push_back(point);
    }
    for (const TrainingIncident& incident : loop_->take_incidents()) {
        incidents_.push_back(incident);
        const std::int64_t step = incident.back_to;
        changed_at_ = std::min(changed_at_, step);
        replaced = drop_after(view_.losses, step) || replaced;
        replaced = drop_after(view_.distances, step) || replaced;
        replaced = drop_after(view_.diversity, step) || replaced;
        replaced = drop_after(view_.samples, step) || replaced;
    }
    for (const SettingChange& change : loop_->take_changes()) {
        if (auto set = view_.settings.set(change.key, change.value); set && changes_training(change.key))
            changed_at_ = std::max(changed_at_, change.step);
    }
    if (replaced) ++view_.history_id;
}

void SessionImplementation::forget_health() {
    incidents_.clear();
    changed_at_ = 0;
    told_.clear();
    view_.memorisation.reset();
}

void SessionImplementation::follow_health() {
    const Snapshot& now = view_.snapshot;
    const HealthHistory history{.settings = view_.settings,
                                .losses = view_.losses,
                                .distances = view_.distances,
                                .diversity = view_.diversity,
                                .incidents = incidents_,
                                .checkpoints = now.checkpoints,
                                .memorisation = view_.memorisation,
                                .changed_at = changed_at_,
                                .step = now.step,
                                .paused = now.state == TrainingState::paused};
    if (!health_.follow(history, view_.history_id)) return;
    view_.health = health_.report();
    std::vector<HealthKind> found;
    for (const HealthFinding& finding : view_.health.findings) {
        found.push_back(finding.kind);
        // What the run did by itself it has said itself.
        const bool said = finding.kind == HealthKind::not_finite || finding.kind == HealthKind::out_of_memory;
        const bool known = std::find(told_.begin(), told_.end(), finding.kind) != told_.end();
        if (!said && !known && now.state == TrainingState::running)
            notice(NoticeLevel::warning, finding.title + ". " + finding.happened, NoticeAction::show_health);
    }
    told_ = std::move(found);
}

void SessionImplementation::handle(const GoBack& command) {
    if (!check(TrainingAction::open)) return;
    if (run_folder_.empty()) return notice(NoticeLevel::info, "there is no run to go back in yet");
    if (loop_active()) loop_->send(train_command::Keep{command.step});
    const Path path = step_file(checkpoints_folder(Path(run_folder_)), command.step, ".safetensors");
    open_run(path.string(), AfterOpening::fork, WaitingStart{});
    RunOpening::Going back{view_.settings, target_};
    for (const auto& [key, value] : command.settings)
        if (auto set = back.settings.set(key, value); !set) notice(NoticeLevel::error, set.error().line());
    opening_run_->back = std::move(back);
}

void SessionImplementation::handle(const MeasureMemorisation&) {
    if (!explored_.model || !run_open())
        return notice(NoticeLevel::info, "there is no run whose samples could be compared with its data");
    submit(job_titles::memorisation,
           [explored = explored_, index_of = neighbour_index("blocks"),
            mirrored = view_.model.settings.boolean("data.flip"), run = run_folder_,
            arrivals = arrivals_](const Progress& progress) -> Result<std::string> {
               auto made = index_of(progress);
               if (!made) return made.error();
               const SharedIndex index = made.take();
               auto renderer = renderer_of(explored);
               if (!renderer) return renderer.error();
               auto figure = measure_memorisation(sample_images(**renderer, 1), *index,
                                                  {.mirrored = mirrored}, explored.model->step, progress);
               if (!figure) return figure.error();
               if (!run.empty())
                   if (auto written = write_memorisation(Path(run), *figure); !written)
                       return written.error();
               arrivals->put([figure = *figure, index, run](SessionImplementation& session) {
                   if (session.run_folder_ != run) return;
                   session.neighbours_ = index;
                   session.view_.memorisation = figure;
               });
               return std::to_string(figure->nearer) + " of " + std::to_string(figure->samples)
                      + " samples are near to a training image";
           });
}

} // namespace ganvas
