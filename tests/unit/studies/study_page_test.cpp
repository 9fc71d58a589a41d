/// The page: every row, values beside the report's, nothing from outside, every text escaped.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include "engine/core/files.h"
#include "engine/export/picture.h"
#include "engine/studies/html_text.h"
#include "engine/studies/page_charts.h"
#include "engine/studies/page_parts.h"
#include "engine/studies/study_page.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/studies/fake_work.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
    return found;
}

StudyPlan plan_in(const Study& study, const std::filesystem::path& out, double budget) {
    StudyOptions options;
    options.out = out.string();
    options.budget = budget;
    auto plan = plan_study(study, options);
    REQUIRE(plan.ok());
    return plan.take();
}

std::string text_of(const std::filesystem::path& path) {
    const auto text = read_text(path);
    REQUIRE(text.ok());
    return *text;
}

} // namespace

TEST_CASE("texts are escaped, whatever is in them") {
    CHECK(escape_html("<script>alert('1') & \"2\"</script>")
          == "&lt;script&gt;alert(&#39;1&#39;) &amp; &quot;2&quot;&lt;/script&gt;");
    CHECK(escape_html("é€😀") == "é€😀");
    CHECK(escape_html(std::string_view("a\0b\x1b", 4)) == "a b ");
    CHECK(escape_html("\xff\xc0\xaf\xed\xa0\x80")
          == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(data_uri("text/plain", std::string_view("Man")) == "data:text/plain;base64,TWFu");
    CHECK(data_uri("text/plain", std::string_view("Ma")) == "data:text/plain;base64,TWE=");
    CHECK(data_uri("text/plain", std::string_view("M")) == "data:text/plain;base64,TQ==");
    CHECK(csv_field("a,\"b\"") == "\"a,\"\"b\"\"\"");
}

TEST_CASE(
    "a finished study's page has every row, value, figure and sentence, and needs nothing from outside") {
    const Study study = small_study();
    ScratchFolder folder;
    const StudyPlan plan = plan_in(study, folder / "out", 2);
    FakeWork work;
    REQUIRE(run_study(plan, work, {}).ok());
    for (const char* row : {"a", "b"})
        REQUIRE(
            write_png(folder / "out" / "figures" / (std::string(row) + "-1-grid.png"), Image(8, 8, 3, 200))
                .ok());
    REQUIRE(write_study_page(plan, read_records(plan), read_pace(folder / "out")).ok());
    const std::string html = text_of(folder / "out" / "index.html");
    CHECK(count(html, "<tr data-row=") == study.rows.size());
    for (const StudyRow& row : study.rows) CHECK(has(html, "<strong>" + row.title + "</strong>"));
    CHECK(has(html, "A &lt;small&gt; study"));
    CHECK_FALSE(has(html, "A <small> study"));
    CHECK(count(html, "<span class=\"there\">148.72</span>") == 3);
    CHECK(count(html, "<span class=\"here\">") == 5); // three distances, two losses
    CHECK(has(html, "2 minutes of training a row (--budget)"));
    CHECK(has(html, "no-such-file.zip"));
    CHECK(has(html, "They are drawn."));
    CHECK(count(html, "src=\"data:image/png;base64,") == 2);
    CHECK(count(html, "src=\"data:image/svg+xml;base64,") >= 3);
    CHECK(count(html, " src=\"") == count(html, " src=\"data:"));
    for (const char* outside : {"<script", "http://", "https://", "<link", "@import", "url("})
        CHECK_FALSE(has(html, outside));
    const std::string table = text_of(folder / "out" / "table.csv");
    CHECK(count(table, "\n") == 1 + study.rows.size() * study.columns.size());
    CHECK(has(table, "148.72"));
    CHECK(count(text_of(folder / "out" / "points.csv"), "\na,") == 3); // two distances, one loss
    CHECK(has(text_of(folder / "out" / "curves-a.csv"), "step"));
}

TEST_CASE("the losses of chosen rows stand in one drawing") {
    Study study = small_study();
    StudyFigure losses;
    losses.kind = "curves";
    losses.title = "Losses of both";
    study.figures = {losses};
    ScratchFolder folder;
    const StudyPlan plan = plan_in(study, folder / "out", 2);
    CHECK(has(study_page_html(plan, read_records(plan), {}), "Losses of both</h3>\n<p class=\"none\">"));
    FakeWork work;
    REQUIRE(run_study(plan, work, {}).ok());
    CHECK(has(study_page_html(plan, read_records(plan), {}),
              "<img alt=\"Losses of both\" src=\"data:image/svg+xml"));
    std::vector<NamedCurves> runs(2);
    runs[0].name = "first-run";
    runs[1].name = "second-run";
    for (int i = 0; i < 4; ++i)
        for (NamedCurves& run : runs) {
            TrainingPoint point;
            point.epoch = i;
            point.discriminator_loss = 0.5F;
            point.generator_loss = 2.0F;
            run.training.push_back(point);
        }
    const std::string drawing = losses_chart(runs);
    for (const char* word : {"first-run", "second-run", "Loss of D", "Loss of G"}) CHECK(has(drawing, word));
}

TEST_CASE("an unfinished study's page has all its rows too and says what is missing") {
    const Study study = small_study();
    ScratchFolder folder;
    const StudyPlan plan = plan_in(study, folder / "out", 2);
    FakeWork work;
    work.stop_after = 3;
    REQUIRE(run_study(plan, work, {}).ok());
    const std::string html = study_page_html(plan, read_records(plan), {});
    CHECK(count(html, "<tr data-row=") == study.rows.size());
    CHECK(has(html, "not yet"));
    CHECK(has(html, "not run yet"));
    CHECK(has(html, "Not drawn yet."));
}

TEST_CASE("what was not measured, drawn or trained says why") {
    const Study study = small_study();
    ScratchFolder folder;
    const StudyPlan plan = plan_in(study, folder / "out", 2);
    FakeWork work;
    work.unknown = "fd";
    work.fails = "b";
    REQUIRE(run_study(plan, work, {}).ok());
    const std::string html = study_page_html(plan, read_records(plan), {});
    CHECK(has(html, "not measured"));
    CHECK(has(html, "unknown metric (fd)"));
    CHECK(has(html, "losses are no longer finite"));
    CHECK(has(html, "cannot be read")); // the figure's file was never written
}

TEST_CASE("cells of several seeds are their mean with the deviation over the seeds") {
    Study study = small_study();
    study.seeds = {1, 2};
    StudyOptions options;
    options.out = "/tmp/none";
    options.only = {"a"};
    auto plan = plan_study(study, options);
    REQUIRE(plan.ok());
    REQUIRE(plan->units.size() == 2);
    CHECK(plan->units[0].key == "a-seed-1");
    std::vector<UnitRecord> records(2);
    for (int k : {0, 1}) {
        Reading reading;
        reading.measured = true;
        reading.value = 10 + 2 * k;
        records[k].done = true;
        records[k].points.push_back({1, 20, 160, 1, 2, "", {{"fd", reading}}});
    }
    const StudyTable table = make_table(*plan, records);
    REQUIRE(table.rows.size() == 3);
    CHECK(table.rows[0].cells[0].value == doctest::Approx(11));
    CHECK(table.rows[0].cells[0].deviation == doctest::Approx(std::sqrt(2.0)));
    CHECK(table.rows[0].cells[0].seeds == 2);
    CHECK(table.rows[1].state == RowState::waiting);
}

TEST_CASE("a badge names the step and the pictures of its value, where they are not its row's") {
    Study study = small_study();
    TableRow row;
    row.data = "photos64.tar";
    row.step = 5000;
    TableCell cell;
    cell.seeds = 1;
    cell.badge.extractor = "lite0-96";
    CHECK(has(badge_text(cell, row, study), "photos64.tar, step 5000"));
    cell.badge.step = 1200; // the best of a curve
    CHECK(has(badge_text(cell, row, study), "photos64.tar, step 1200"));
    cell.badge.against = "the point before";
    CHECK(has(badge_text(cell, row, study), "the point before, step 1200"));
    CHECK_FALSE(has(badge_text(cell, row, study), "photos64"));
    Reading kept;
    kept.measured = true;
    kept.step = 1200;
    kept.against = "the point before";
    PointRecord point;
    point.readings["fd"] = kept;
    UnitRecord record;
    record.points = {point};
    const ScratchFolder place;
    REQUIRE(write_record(place.path(), "row", record).ok());
    CHECK(read_record(place.path(), "row").points.at(0).readings.at("fd") == kept);
}

TEST_CASE("values with different badges never share a drawing") {
    const Study study = small_study();
    StudyOptions options;
    options.out = "/tmp/none";
    auto plan = plan_study(study, options);
    REQUIRE(plan.ok());
    std::vector<UnitRecord> records(plan->units.size());
    const auto point = [](double epoch, double value, std::int64_t pictures) {
        Reading reading;
        reading.measured = true;
        reading.value = value;
        reading.count = pictures;
        reading.extractor = "lite0";
        return PointRecord{0.5, 10, 80, 1, epoch, "", {{"fd", reading}}};
    };
    records[0].points = {point(1, 50, 64), point(2, 40, 64)};
    records[1].points = {point(1, 50, 64), point(2, 45, 64)};
    CHECK(measure_charts(*plan, records).size() == 1);
    records[1].points = {point(1, 50, 128), point(2, 45, 128)};
    const auto charts = measure_charts(*plan, records);
    REQUIRE(charts.size() == 2);
    CHECK(charts[0].title != charts[1].title);
}
