// A study's records and pages on a failing disk: each file is the old or the new one, whole.
#include <doctest/doctest.h>

#include "engine/studies/overview_page.h"
#include "engine/studies/study_page.h"
#include "engine/studies/study_record.h"
#include "tests/support/every_fault.h"
#include "tests/unit/studies/fake_work.h"

using namespace ganvas;
using namespace ganvas::testing;

TEST_CASE("every fault in what a study writes") {
    UnitRecord record, older;
    record.done = true, record.data_name = "faces";
    const auto put_record = [&](const Path& folder) {
        REQUIRE(write_record(folder / "study", "row", older).ok());
    };
    CHECK(
        check_every_fault({"a record", put_record,
                           [&](const Path& folder) { return write_record(folder / "study", "row", record); }})
        > 10);
    CHECK(check_every_fault({"a folder's claim", [](const Path&) {},
                             [](const Path& folder) { return claim_folder(folder / "study", "this one"); }})
          > 10);
    const auto overview = [](const Path& folder, const char* about) {
        return write_overview(folder, {}, about);
    };
    CHECK(check_every_fault({"the overview", [&](const Path& f) { REQUIRE(overview(f, "old").ok()); },
                             [&](const Path& f) { return overview(f, "new"); }})
          > 10);
    const Study study = small_study();
    const auto put_page = [&](const Path& folder) {
        StudyOptions options;
        options.out = folder.string();
        const auto plan = plan_study(study, options);
        REQUIRE(plan.ok());
        return write_study_page(*plan, read_records(*plan), {});
    };
    const auto old_page = [](const Path& folder) {
        for (const char* name : {"index.html", "table.csv"}) REQUIRE(write_file(folder / name, "old").ok());
    };
    CHECK(check_every_fault({"a study's page and tables", old_page, put_page}) > 30);
}
