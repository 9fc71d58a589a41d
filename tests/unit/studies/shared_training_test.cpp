/// Runs that studies share: trained once for all, whatever is killed when, and told on every page.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "engine/studies/overview_page.h"
#include "engine/studies/shared_training.h"
#include "engine/studies/study_page.h"
#include "engine/studies/study_runner.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/studies/fake_work.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

/// The small study under another name; its row b differs from that of `small` when `other_b`.
Study named(const std::string& name, int points, bool other_b) {
    Study study = small_study();
    study.name = name;
    study.points = points;
    if (other_b) study.rows[1].settings = {"latent.size=7"};
    study.rows.pop_back();
    return study;
}

struct Several {
    std::vector<Study> studies;
    std::vector<StudyPlan> plans;
    Several(const std::filesystem::path& out, std::vector<Study> some) : studies(std::move(some)) {
        for (const Study& study : studies) {
            StudyOptions options;
            options.out = (out / study.name).string();
            options.trainings = (out / "trainings").string();
            options.at_once = 1;
            auto plan = plan_study(study, options);
            REQUIRE(plan.ok());
            plans.push_back(plan.take());
        }
    }
    void assign() {
        std::vector<StudyPlan*> all;
        for (StudyPlan& plan : plans) all.push_back(&plan);
        REQUIRE(assign_trainings(all).ok());
    }
    [[nodiscard]] TrainingCount count() const {
        std::vector<const StudyPlan*> all;
        for (const StudyPlan& plan : plans) all.push_back(&plan);
        return count_trainings(all);
    }
    /// False when it was interrupted.
    bool work(FakeWork& work) {
        for (const StudyPlan& plan : plans)
            if (work_through(plan, {}, work, {}).interrupted) return false;
        return true;
    }
};

std::vector<Study> three() {
    return {named("one", 2, false), named("two", 4, true), named("three", 1, false)};
}

long trainings(const std::vector<std::string>& calls) {
    return std::count_if(calls.begin(), calls.end(),
                         [](const auto& call) { return call.starts_with("train "); });
}

} // namespace

TEST_CASE("rows that are the same are trained once, and stop where any of them is measured") {
    ScratchFolder folder;
    Several several(folder.path(), three());
    // `quick` with 20 steps is the same in a, a, a, b, b; two/b has another latent.
    CHECK(several.count().all == 2);
    CHECK(several.count().open == 2);
    several.assign();
    const StudyUnit& first = several.plans[0].units[0];
    CHECK(first.training == several.plans[2].units[1].training);
    CHECK(first.training != several.plans[1].units[1].training);
    CHECK(first.stops == several.plans[1].units[0].stops);
    CHECK(first.stops.size() == 4);
    FakeWork work;
    REQUIRE(several.work(work));
    CHECK(trainings(work.calls()) == 8); // two runs with four stops each
    CHECK(several.count().open == 0);
    for (const StudyPlan& plan : several.plans)
        for (const UnitRecord& record : read_records(plan)) CHECK(record.done);
    const auto users = training_users(several.plans[0].options.trainings, first.training);
    CHECK(users == std::vector<std::string>{"one/a", "one/b", "two/a", "three/a", "three/b"});
    const std::string html = study_page_html(several.plans[0], read_records(several.plans[0]), {});
    CHECK(html.find("the same run as one/b, two/a, three/a, three/b") != std::string::npos);
    // One that comes later takes the run over without a step.
    Several later(folder.path(), {named("later", 2, false)});
    later.assign();
    FakeWork more;
    REQUIRE(later.work(more));
    CHECK(trainings(more.calls()) == 0);
    // Thirds lie at no stop, so another run is needed.
    Several thirds(folder.path(), {named("thirds", 3, false)});
    thirds.assign();
    CHECK(thirds.plans[0].units[0].training != first.training);
    CHECK(thirds.count().open == 1);
}

TEST_CASE("studies that share runs go on after a stop at any place and train nothing twice") {
    FakeWork whole;
    {
        ScratchFolder folder;
        Several several(folder.path(), three());
        several.assign();
        REQUIRE(several.work(whole));
    }
    for (int stop = 0; stop <= static_cast<int>(whole.calls().size()); ++stop) {
        CAPTURE(stop);
        ScratchFolder folder;
        FakeWork first, second;
        first.stop_after = stop;
        {
            Several several(folder.path(), three());
            several.assign();
            CHECK(several.work(first) == (stop == static_cast<int>(whole.calls().size())));
        }
        Several several(folder.path(), three());
        several.assign();
        REQUIRE(several.work(second));
        CHECK(trainings(first.calls()) + trainings(second.calls()) == trainings(whole.calls()));
        CHECK(first.calls().size() + second.calls().size() == whole.calls().size());
    }
}

TEST_CASE("the overview leads to every page") {
    OverviewEntry entry;
    entry.name = "report1-dcgan";
    entry.title = "<b>";
    entry.page = "report1-dcgan/index.html";
    entry.report = 1;
    entry.rows = 3, entry.done = 2, entry.failed = 1, entry.cells = 9, entry.measured = 8;
    OverviewEntry broken;
    broken.name = "report2-digits";
    broken.report = 2;
    broken.problem = "no pictures";
    const std::string html = overview_html({entry, broken}, "two studies");
    CHECK(html.find("href=\"report1-dcgan/index.html\"") != std::string::npos);
    CHECK(html.find("2 of 3 rows done, 1 failed") != std::string::npos);
    CHECK(html.find("8 of 9 values") != std::string::npos);
    CHECK(html.find("no pictures") != std::string::npos);
    CHECK(html.find("<b>") == std::string::npos);
}
