/// The runner: the order of the work, going on after a stop at any place, failures, two rows at a time.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <thread>

#include "engine/studies/run_figures.h"
#include "engine/studies/study_page.h"
#include "engine/studies/study_runner.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/studies/fake_work.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

StudyPlan plan_in(const Study& study, const std::filesystem::path& out, int at_once = 1) {
    StudyOptions options;
    options.out = out.string();
    options.at_once = at_once;
    auto plan = plan_study(study, options);
    REQUIRE_MESSAGE(plan.ok(), (plan.ok() ? "" : plan.error().line()));
    return plan.take();
}

const std::vector<std::string> whole_work = {"train a 10", "measure fd", "train a 20", "measure fd",
                                             "draw grid",  "train b 10", "measure fd", "train b 20",
                                             "measure fd", "draw grid",  "measure fd", "measure fd"};

} // namespace

TEST_CASE("rows are trained to their points, measured there, and drawn at the end") {
    const Study study = small_study();
    ScratchFolder folder;
    FakeWork work;
    const StudyPlan plan = plan_in(study, folder / "out");
    const auto outcome = run_study(plan, work, {});
    REQUIRE(outcome.ok());
    CHECK(outcome->done == 3);
    CHECK(outcome->failures.empty());
    CHECK(work.calls() == whole_work);
    const auto records = read_records(plan);
    for (const UnitRecord& record : records) CHECK(record.done);
    CHECK(records[0].points.back().readings.at("generator_loss_mean").value == doctest::Approx(2.0));
    CHECK(records[2].points.size() == 2);
    CHECK_FALSE(records[2].points.back().readings.contains("generator_loss_mean"));
}

TEST_CASE(
    "at full length a run also stops where its figures look, and with a budget its marks are close enough") {
    Study study = small_study();
    StudyFigure progress;
    progress.kind = "progress";
    progress.title = "progress";
    progress.rows = {"a"};
    progress.moments = {0.25, 0.5, 0.9, 1};
    study.figures.push_back(progress);
    ScratchFolder folder;
    FakeWork work;
    const StudyPlan plan = plan_in(study, folder / "out");
    CHECK(plan.units[0].marks == std::vector<double>{0.25, 0.9}); // a point draws samples too
    CHECK(plan.units[1].marks.empty());
    REQUIRE(run_study(plan, work, {}).ok());
    std::vector<std::string> trained;
    for (const std::string& call : work.calls())
        if (call.starts_with("train ")) trained.push_back(call);
    CHECK(trained
          == std::vector<std::string>{"train a 5", "train a 10", "train a 18", "train a 20", "train b 10",
                                      "train b 20"});
    CHECK(read_records(plan)[0].points.size() == 2); // nothing is measured at the others

    StudyOptions options;
    options.out = (folder / "budget").string();
    options.budget = 2;
    CHECK((*plan_study(study, options)).units[0].marks.empty());

    StudyFigure early;
    early.kind = "early";
    StudyTarget length;
    length.epochs = 50;
    const auto epochs = figure_moments(early, length);
    REQUIRE(epochs.size() == 6);
    CHECK(epochs[0] == doctest::Approx(1.0 / 50));
    CHECK(epochs[5] == doctest::Approx(6.0 / 50));
    length.epochs = 2.5;
    CHECK(figure_moments(early, length).size() == 2);
    CHECK(figure_moments(early, {0, 100, 0, 0}).empty());
}

TEST_CASE("a study stopped anywhere goes on and does nothing twice") {
    const Study study = small_study();
    for (int stop = 0; stop <= static_cast<int>(whole_work.size()); ++stop) {
        CAPTURE(stop);
        ScratchFolder folder;
        const StudyPlan plan = plan_in(study, folder / "out");
        FakeWork first;
        first.stop_after = stop;
        const auto stopped = run_study(plan, first, {});
        REQUIRE(stopped.ok());
        CHECK(stopped->interrupted == (stop < static_cast<int>(whole_work.size())));
        FakeWork second;
        const auto finished = run_study(plan, second, {});
        REQUIRE(finished.ok());
        CHECK(finished->done == 3);
        // What comes after an interrupted unit may have begun before it was finished, so only the amounts are compared.
        auto all = first.calls();
        for (const std::string& call : second.calls()) all.push_back(call);
        auto wanted = whole_work;
        std::sort(all.begin(), all.end());
        std::sort(wanted.begin(), wanted.end());
        CHECK(all == wanted);
    }
}

TEST_CASE("a row that fails is told and tried again; the others are done") {
    const Study study = small_study();
    ScratchFolder folder;
    const StudyPlan plan = plan_in(study, folder / "out");
    FakeWork work;
    work.fails = "a";
    const auto outcome = run_study(plan, work, {});
    REQUIRE(outcome.ok());
    REQUIRE(outcome->failures.size() == 2); // a, and c that measures its run
    CHECK(outcome->failures[0].find("a: losses are no longer finite (step 3)") == 0);
    CHECK(outcome->done == 1);
    CHECK(read_record(folder / "out", "a").error.find("finite") != std::string::npos);
    FakeWork again;
    const auto mended = run_study(plan, again, {});
    REQUIRE(mended.ok());
    CHECK(mended->failures.empty());
    CHECK(mended->done == 3);
}

TEST_CASE("a measure that cannot be made is a reading with its reason, never a number") {
    const Study study = small_study();
    ScratchFolder folder;
    const StudyPlan plan = plan_in(study, folder / "out");
    FakeWork work;
    work.unknown = "fd";
    REQUIRE(run_study(plan, work, {}).ok());
    const Reading reading = read_record(folder / "out", "a").points.back().readings.at("fd");
    CHECK_FALSE(reading.measured);
    CHECK(reading.reason.find("unknown metric (fd)") != std::string::npos);
}

TEST_CASE("what failed is tried again when the study goes on, and what comes of it is made anew") {
    Study study = small_study();
    StudyColumn best;
    best.key = best.title = "best";
    best.measure = "lowest:fd";
    study.columns.push_back(best);
    study.rows.pop_back();
    ScratchFolder folder;
    const StudyPlan plan = plan_in(study, folder / "out");
    FakeWork work;
    work.unknown = "fd";
    work.undrawn = true;
    REQUIRE(run_study(plan, work, {}).ok());
    CHECK(read_record(folder / "out", "a").done);
    CHECK_FALSE(read_record(folder / "out", "a").points.back().readings.at("best").measured);
    FakeWork again;
    const auto mended = run_study(plan, again, {});
    REQUIRE(mended.ok());
    CHECK(again.calls()
          == std::vector<std::string>{"measure fd", "measure fd", "draw grid", "measure fd", "measure fd",
                                      "draw grid"});
    for (const char* row : {"a", "b"}) {
        const UnitRecord record = read_record(folder / "out", row);
        CHECK(record.done);
        CHECK(record.points.back().readings.at("fd").measured);
        CHECK(record.points.back().readings.at("best").measured);
        CHECK(record.figures.at(0).pictures.size() == 1);
    }
    FakeWork idle;
    REQUIRE(run_study(plan, idle, {}).ok());
    CHECK(idle.calls().empty());
}

TEST_CASE("a question that has no answer here is settled and not asked again") {
    const Study study = small_study();
    ScratchFolder folder;
    const StudyPlan plan = plan_in(study, folder / "out");
    FakeWork work;
    work.unknown = "fd";
    work.unknown_code = ErrorCode::unsupported;
    REQUIRE(run_study(plan, work, {}).ok());
    FakeWork again;
    REQUIRE(run_study(plan, again, {}).ok());
    CHECK(again.calls().empty());
}

TEST_CASE("a record says what its row was trained on") {
    const Study study = small_study();
    ScratchFolder folder;
    const StudyPlan plan = plan_in(study, folder / "out");
    FakeWork work;
    REQUIRE(run_study(plan, work, {}).ok());
    const UnitRecord record = read_record(folder / "out", "a");
    CHECK(record.data_source == "faces:64");
    CHECK(record.stand_in);
    // A plan that would choose other data by now does not change what the page claims.
    StudyPlan changed = plan;
    for (StudyUnit& unit : changed.units)
        unit.data.source = "/data/img_align_celeba.zip", unit.data.name = "CelebA",
        unit.data.stand_in = false;
    const std::string html = study_page_html(changed, read_records(plan), {});
    CHECK(html.find("Trained on CelebA") == std::string::npos);
    CHECK(html.find("In its place: drawn faces") != std::string::npos);
    CHECK(html.find("on drawn faces") != std::string::npos);
}

TEST_CASE("a folder holds one study with one budget") {
    const Study study = small_study();
    ScratchFolder folder;
    StudyPlan plan = plan_in(study, folder / "out");
    FakeWork work;
    REQUIRE(run_study(plan, work, {}).ok());
    plan.options.budget = 3;
    const auto refused = run_study(plan, work, {});
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::usage);
    CHECK(refused.error().line().find('\n') == std::string::npos);
}

TEST_CASE("two rows at a time when a trial says that it is faster") {
    Study study = small_study();
    for (StudyRow& row : study.rows)
        if (row.run.empty()) row.target = {0, 0, 0, 2};
    if (std::thread::hardware_concurrency() < 2) return;
    for (const double half : {40.0, 90.0}) {
        CAPTURE(half);
        ScratchFolder folder;
        StudyPlan plan = plan_in(study, folder / "out", 0);
        FakeWork work;
        work.rate_half = half;
        const auto outcome = run_study(plan, work, {});
        REQUIRE(outcome.ok());
        CHECK(outcome->pace.at_once == (half > 55 ? 2 : 1));
        CHECK(read_pace(folder / "out") == outcome->pace);
        // Two together have half of the machine each, for twice the minutes.
        const auto calls = work.calls();
        CHECK(std::count(calls.begin(), calls.end(), half > 55 ? "train a 4000" : "train a 2000") == 1);
        CHECK(outcome->done == 3);
    }
}

TEST_CASE("records come back as they were, and a damaged one counts as none") {
    UnitRecord record;
    record.done = true;
    Reading reading;
    reading.measured = true;
    reading.value = 1.25;
    reading.deviation = 0.5;
    reading.count = 64;
    reading.extractor = "lite0";
    reading.data = "faces \"x\"";
    reading.details["accuracy"] = 0.5;
    record.points.push_back({0.5, 10, 80, 1.5, 0.25, "a/step-10.safetensors", {{"fd", reading}}});
    record.figures[2] = {{{"figures/a.png", "caption"}}, ""};
    CHECK(parse_record(record_json(record)) == record);
    ScratchFolder folder;
    REQUIRE(write_record(folder.path(), "a", record).ok());
    CHECK(read_record(folder.path(), "a") == record);
    for (const char* bad :
         {"", "[]", "{\"done\": 3, \"points\": {\"x\": 1}}", "nonsense", "[[[[[[[[[[[[[[[[[[[["}) {
        std::ofstream(records_folder(folder.path()) / "a.json") << bad;
        CHECK_FALSE(read_record(folder.path(), "a").done);
    }
    reading.value = std::numeric_limits<double>::infinity();
    record.points[0].readings["fd"] = reading;
    const auto back = parse_record(record_json(record));
    REQUIRE(back);
    CHECK_FALSE(back->points[0].readings.at("fd").measured);
}
