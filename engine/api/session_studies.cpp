/// Studies of the reports in the window: the list, and one that runs as a job with its table coming in.
#include <algorithm>

#include "engine/api/session_implementation.h"

namespace ganvas {

void SessionImplementation::handle(const ListStudies&) {
    quiet_->submit("Listing studies",
                   [arrivals = arrivals_, wake = options_.wake](const Progress&) -> Result<std::string> {
                       arrivals->put([cards = list_studies()](SessionImplementation& session) {
                           session.view_.studies = cards;
                       });
                       if (wake) wake();
                       return std::string();
                   });
}

void SessionImplementation::handle(const StartStudy& command) {
    if (view_.study && view_.study->running)
        return notice(NoticeLevel::info, "a study runs already: cancel it first");
    StudyRun study;
    study.name = command.study;
    study.budget = command.minutes;
    study.running = true;
    // The same folder each time: a study that was cancelled goes on where it stopped.
    study.out = (runs_folder() / "studies" / command.study).string();
    ReproduceOptions options;
    options.study = command.study;
    options.out = study.out;
    options.budget = command.minutes;
    options.device = options_.device;
    const auto show = [arrivals = arrivals_, wake = options_.wake](const StudyView& table) {
        arrivals->put([table](SessionImplementation& session) {
            if (session.view_.study && session.view_.study->out == table.out)
                session.view_.study->table = table;
        });
        if (wake) wake();
    };
    study.job =
        submit("Study " + command.study,
               [options, show, arrivals = arrivals_](const Progress& progress) -> Result<std::string> {
                   auto done = reproduce(options, progress, show);
                   if (!done) {
                       arrivals->put(
                           [out = options.out, line = done.error().line()](SessionImplementation& session) {
                               if (session.view_.study && session.view_.study->out == out)
                                   session.view_.study->error = line;
                           });
                       return done.error();
                   }
                   show(*done);
                   return done->page;
               });
    view_.study = std::move(study);
}

/// A job that was cancelled before its turn never speaks, so its state is read from the list.
void SessionImplementation::follow_study() {
    if (!view_.study || !view_.study->running) return;
    const auto job = std::find_if(view_.jobs.begin(), view_.jobs.end(),
                                  [&](const JobStatus& one) { return one.id == view_.study->job; });
    view_.study->running =
        job != view_.jobs.end() && (job->state == JobState::waiting || job->state == JobState::running);
}

} // namespace ganvas
