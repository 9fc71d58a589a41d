/// Studies of the reports in the window: the list, what is on disk of one, and one that runs as a job with its table
/// coming in.
#include <algorithm>
#include <charconv>

#include "engine/api/recorded_runs.h"
#include "engine/api/session_implementation.h"
#include "engine/studies/study_file.h"
#include "engine/studies/study_plan.h"
#include "engine/studies/study_record.h"

namespace ganvas {
namespace {

Path results_folder() { return runs_folder() / "studies"; }

/// "report4-sagan-2min", "report4-sagan-2min-inception": a folder holds the rows of one length and one extractor, so
/// another budget does not touch them, and the same one goes on where it stopped.
Path study_folder(const StartStudy& command) {
    char digits[32] = {};
    std::to_chars(digits, digits + sizeof digits - 1, command.minutes);
    std::string name = command.study + (command.minutes > 0 ? "-" + std::string(digits) + "min" : "-full");
    if (!command.weights.empty()) name += "-inception";
    return results_folder() / name;
}

ReproduceOptions options_of(const StartStudy& command, const std::string& out, const std::string& device) {
    ReproduceOptions options;
    options.study = command.study;
    options.out = out;
    options.only = command.only;
    options.budget = command.minutes;
    options.device = device;
    options.trainings =
        (results_folder() / "trainings").string(); // what several studies train is trained once
    if (!command.weights.empty()) {
        options.extractor = "inception";
        options.weights = command.weights;
    }
    return options;
}

/// Job threads: the folder itself, or one beside it where that holds the rows of other data.
std::string fitting_folder(const ReproduceOptions& options) {
    const auto study = load_study(options.study);
    if (!study) return options.out; // the run says what is wrong
    StudyOptions wanted;
    wanted.budget = options.budget;
    wanted.extractor = options.extractor;
    wanted.weights = options.weights;
    const std::string identity = plan_identity(*study, wanted);
    constexpr int most = 100;
    for (int number = 1; number < most; ++number) {
        const std::string out = options.out + (number > 1 ? "-" + std::to_string(number) : "");
        if (check_folder(out, identity)) return out;
    }
    return options.out;
}

/// Job threads: everything that the disk has of a study.
StudyResults read_results(const std::string& name) {
    StudyResults results;
    ReproduceOptions options;
    options.study = name;
    auto outline = read_study(options);
    if (!outline) {
        results.problem = outline.error().line();
        return results;
    }
    results.outline = outline.take();
    std::vector<std::pair<std::filesystem::file_time_type, StudyRun>> found;
    std::error_code code;
    for (std::filesystem::directory_iterator entry(results_folder(), code), end; !code && entry != end;
         entry.increment(code)) {
        const ClaimedStudy claim = claimed_study(entry->path());
        if (claim.study != name) continue;
        StudyRun run;
        run.name = name;
        run.out = options.out = entry->path().string();
        run.budget = options.budget = claim.budget;
        run.extractor = options.extractor = claim.extractor;
        if (auto table = read_study(options))
            run.table = table.take();
        else
            run.error = table.error().line();
        std::error_code none;
        const Path records = entry->path() / "records";
        found.emplace_back(std::filesystem::exists(records, none)
                               ? std::filesystem::last_write_time(records, none)
                               : std::filesystem::last_write_time(entry->path(), none),
                           std::move(run));
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    for (auto& [time, run] : found) results.runs.push_back(std::move(run));
    return results;
}

bool untouched(const StudyRowView& row) {
    return row.step == 0 && row.error.empty()
           && std::none_of(row.cells.begin(), row.cells.end(),
                           [](const StudyCell& cell) { return cell.measured; });
}

/// Rows that were not asked for this time keep what an earlier start made of them.
void keep_rows(const StudyView& before, StudyView& now) {
    for (StudyRowView& row : now.rows) {
        if (!untouched(row)) continue;
        const auto earlier = std::find_if(before.rows.begin(), before.rows.end(),
                                          [&](const StudyRowView& one) { return one.key == row.key; });
        if (earlier != before.rows.end()) row = *earlier;
    }
}

} // namespace

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

void SessionImplementation::handle(const ReadStudy& command) {
    quiet_->submit(
        "Reading a study",
        [name = command.study, arrivals = arrivals_,
         wake = options_.wake](const Progress&) -> Result<std::string> {
            arrivals->put([name, results = read_results(name)](SessionImplementation& session) {
                // The one that runs knows more than the disk did when it was read.
                StudyResults& known = session.view_.study_results[name] = results;
                if (const auto& now = session.view_.study; now && now->name == name && now->running)
                    std::erase_if(known.runs, [&](const StudyRun& run) { return run.out == now->out; });
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
    study.out = study_folder(command).string();
    if (!command.weights.empty()) study.extractor = "inception";
    if (view_.study) keep_study(*view_.study);
    ReproduceOptions options = options_of(command, study.out, options_.device);
    const auto place = [arrivals = arrivals_](const std::string& from, const std::string& to) {
        arrivals->put([from, to](SessionImplementation& session) {
            std::optional<StudyRun>& now = session.view_.study;
            if (!now || now->out != from) return;
            now->out = to;
            const auto known = session.view_.study_results.find(now->name);
            if (known == session.view_.study_results.end()) return;
            now->table = known->second.outline;
            for (const StudyRun& run : known->second.runs)
                if (run.out == to) now->table = run.table;
        });
    };
    const auto show = [arrivals = arrivals_, wake = options_.wake](const StudyView& table) {
        arrivals->put([table](SessionImplementation& session) {
            if (!session.view_.study || session.view_.study->out != table.out) return;
            StudyView now = table;
            keep_rows(session.view_.study->table, now);
            session.view_.study->table = std::move(now);
        });
        if (wake) wake();
    };
    study.job = submit("Study " + command.study,
                       [options, show, place,
                        arrivals = arrivals_](const Progress& progress) mutable -> Result<std::string> {
                           const std::string wanted = std::exchange(options.out, fitting_folder(options));
                           place(wanted, options.out);
                           auto done = reproduce(options, progress, show);
                           if (!done) {
                               arrivals->put([out = options.out,
                                              line = done.error().line()](SessionImplementation& session) {
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

/// Another study may be started after it: its table stays among its study's results.
void SessionImplementation::keep_study(const StudyRun& run) {
    const auto known = view_.study_results.find(run.name);
    if (known == view_.study_results.end()) return; // read from the disk when it is looked at
    std::vector<StudyRun>& runs = known->second.runs;
    std::erase_if(runs, [&](const StudyRun& one) { return one.out == run.out; });
    runs.insert(runs.begin(), run);
}

/// A job that was cancelled before its turn never speaks, so its state is read from the list.
void SessionImplementation::follow_study() {
    if (!view_.study || !view_.study->running) return;
    const auto job = std::find_if(view_.jobs.begin(), view_.jobs.end(),
                                  [&](const JobStatus& one) { return one.id == view_.study->job; });
    view_.study->running = job != view_.jobs.end() && job->unfinished();
    if (!view_.study->running) {
        keep_study(*view_.study);
        refresh_runs(); // its rows are runs
    }
}

} // namespace ganvas
