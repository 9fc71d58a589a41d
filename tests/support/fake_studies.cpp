// What the Studies panel sees of a FakeSession.
#include <cmath>
#include <tuple>

#include "tests/support/fake_session.h"

namespace ganvas::testing {
namespace {

/// Three rows of which the first `done` are finished; nothing is measured of the others.
StudyView fake_table(const std::string& out, int done) {
    StudyView table;
    table.out = out;
    if (!out.empty()) table.page = out + "/index.html";
    for (const char* key : {"deconvolution", "nearest", "bilinear"}) {
        const int index = static_cast<int>(table.rows.size());
        const bool measured = index < done;
        StudyRowView row;
        row.key = row.title = key;
        row.state = measured ? "done" : "not run yet";
        row.data = "faces";
        row.step = measured ? 500 : 0;
        row.seconds = measured ? 60 : 0;
        StudyCell distance;
        distance.column = "fd";
        distance.title = "Fréchet distance";
        distance.measured = measured;
        distance.value = 88.5 + 10 * index;
        distance.deviation = 2.1;
        distance.count = 2048;
        distance.extractor = "lite0";
        distance.data = "faces";
        distance.reason = "not yet";
        distance.report = "61.2 (FID)";
        StudyCell collapse;
        collapse.column = "collapse";
        collapse.title = "epoch of collapse";
        collapse.reason = measured ? "it never collapsed" : "not yet";
        if (measured) collapse.finding = "none to the end";
        row.cells = {distance, collapse};
        table.rows.push_back(std::move(row));
    }
    return table;
}

StudyRun fake_study(const std::string& name, double minutes, int done) {
    StudyRun run;
    run.name = name;
    run.budget = minutes;
    run.out =
        "/tmp/studies/" + name + (minutes > 0 ? "-" + std::to_string(std::lround(minutes)) + "min" : "-full");
    run.table = fake_table(run.out, done);
    return run;
}

} // namespace

void FakeSession::obey_studies(const Command& command) {
    if (std::holds_alternative<ListStudies>(command)) {
        for (const auto& [name, title, report] :
             {std::tuple{"report1-upsampling", "Upsampling by three ways", 1},
              {"report3-ablation", "Twelve rows of an ablation", 3},
              {"report4-sagan", "DCGAN and SAGAN", 4}}) {
            StudyCard card;
            card.name = name;
            card.title = title;
            card.report = report;
            view.studies.push_back(std::move(card));
        }
        for (StudyCard& card : view.studies) {
            card.about = "What the report did, with its rows trained again on this machine.";
            card.rows = {"deconvolution", "nearest", "bilinear"};
        }
        view.studies[2].missing = {"CIFAR-10: bring cifar-10-binary.tar.gz"};
    }
    if (const auto* read = std::get_if<ReadStudy>(&command)) {
        StudyResults& results = view.study_results[read->study];
        results.outline = fake_table("", 0);
        if (read->study == "report3-ablation" && results.runs.empty())
            results.runs = {fake_study(read->study, 5, 3), fake_study(read->study, 0, 1)};
    }
    if (const auto* start = std::get_if<StartStudy>(&command)) {
        view.jobs.push_back({777, "Study " + start->study, "row 2 of 3", 0.4, 12, JobState::running, ""});
        if (view.study) { // a table that was made stays known
            auto& runs = view.study_results[view.study->name].runs;
            std::erase_if(runs, [&](const StudyRun& one) { return one.out == view.study->out; });
            runs.push_back(*view.study);
        }
        StudyRun run = fake_study(start->study, start->minutes, 1);
        run.job = 777;
        run.running = true;
        if (!start->weights.empty()) run.extractor = "inception";
        view.study = std::move(run);
    }
    if (const auto* cancel = std::get_if<CancelJob>(&command);
        cancel && view.study && view.study->job == cancel->id)
        view.study->running = false;
}

} // namespace ganvas::testing
