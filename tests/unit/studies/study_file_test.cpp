/// Studies as files: what a good one says, what a bad one is told, and that every one that ships is good.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <string>

#include "engine/core/nearest_word.h"
#include "engine/runs/recipe.h"
#include "engine/studies/page_parts.h"
#include "engine/studies/study_cost.h"
#include "engine/studies/study_file.h"
#include "engine/studies/study_plan.h"
#include "tests/support/scratch_folder.h"

using namespace ganvas;
using ganvas::testing::ScratchFolder;
namespace fs = std::filesystem;

namespace {

const std::string good = R"(
title = "A table"
report = 3
section = "4.1, table 2"
about = "What they did."
differs = "What is different."
recipe = "quick"
epochs = 5
points = 4
set = { "train.batch" = 8 }

[data.faces]
name = "CelebA"
file = "img_align_celeba.zip"
stand_in = ["faces:100"]

[[column]]
measure = "fd"
title = "distance"
every = true

[[column]]
measure = "lowest:fd"
key = "best"

[[row]]
key = "a"
title = "first"
report = { best = "1.5e-8" }

[[row]]
key = "b"
title = "second"
recipe = "dcgan"
steps = 20
set = { latent.size = 50 }

[[figure]]
kind = "grid"
title = "samples"
rows = ["b"]
)";

/// `good` with one part changed.
std::string changed(const std::string& from, const std::string& to) {
    std::string text = good;
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

std::string error_line(const std::string& text) {
    const auto study = parse_study(text, "test", "test.toml");
    REQUIRE_FALSE(study.ok());
    CHECK(study.error().code == ErrorCode::usage);
    const std::string line = study.error().line();
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find("test.toml") != std::string::npos);
    return line;
}

/// Set for one test.
class EnvironmentVariable {
public:
    EnvironmentVariable(const char* name, const std::string& value) : name_(name) {
        if (const char* before = std::getenv(name)) before_ = before;
        ::setenv(name, value.c_str(), 1);
    }
    ~EnvironmentVariable() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }
    EnvironmentVariable(const EnvironmentVariable&) = delete;
    EnvironmentVariable& operator=(const EnvironmentVariable&) = delete;

private:
    const char* name_;
    std::optional<std::string> before_;
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::vector<fs::path> shipped() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(fs::path(GANVAS_SOURCE_DIR) / "assets/studies"))
        if (entry.path().extension() == ".toml") files.push_back(entry.path());
    return files;
}

bool recipe_ships(const std::string& name) {
    return fs::exists(fs::path(GANVAS_SOURCE_DIR) / "assets/recipes" / (name + ".toml"));
}

} // namespace

TEST_CASE("a study is read with what its rows take from it") {
    const auto study = parse_study(good, "test", "test.toml");
    REQUIRE_MESSAGE(study.ok(), (study.ok() ? "" : study.error().line()));
    CHECK(study->report == 3);
    CHECK(study->points == 4);
    REQUIRE(study->rows.size() == 2);
    const StudyRow &a = study->rows[0], &b = study->rows[1];
    CHECK(a.recipe == "quick");
    CHECK(a.target.epochs == 5);
    CHECK(a.data == "faces");
    CHECK(a.settings == std::vector<std::string>{"train.batch=8"});
    CHECK(a.report.at("best") == "1.5e-8");
    CHECK(b.recipe == "dcgan");
    CHECK(b.target.steps == 20);
    CHECK(b.target.epochs == 0);
    CHECK(b.settings == std::vector<std::string>{"train.batch=8", "latent.size=50"});
    CHECK(study->columns[1].key == "best");
    CHECK(study->columns[0].every);
    CHECK(study->figures[0].rows == std::vector<std::string>{"b"});
}

TEST_CASE("a bad study is refused with one clear line") {
    CHECK(has(error_line("title = "), "not TOML"));
    CHECK(has(error_line(changed("epochs = 5", "epoks = 5")), "did you mean epochs?"));
    CHECK(has(error_line(changed("every = true", "every = \"yes\"")), "true or false"));
    CHECK(has(error_line(changed("report = 3", "report = 9")), "1 to 5"));
    CHECK(has(error_line(changed("kind = \"grid\"", "kind = \"gird\"")), "did you mean grid?"));
    CHECK(has(error_line(changed("rows = [\"b\"]", "rows = [\"c\"]")), "names the row \"c\""));
    CHECK(has(error_line(changed("key = \"b\"", "key = \"a\"")), "given twice"));
    CHECK(has(error_line(changed("key = \"b\"", "key = \"../b\"")), "odd"));
    CHECK(has(error_line(changed("{ best = ", "{ worst = ")), "\"worst\", no column"));
    CHECK(has(error_line(changed("about = \"What they did.\"", "")), "about"));
    CHECK(has(error_line(changed("epochs = 5", "")), "needs one of epochs, steps, images and minutes"));
    CHECK(has(error_line(changed("stand_in = [\"faces:100\"]", "")), "stand_in"));
    CHECK(
        has(error_line(changed("title = \"second\"", "title = \"second\"\nrun = \"b\"")), "which has none"));
    CHECK(has(error_line(changed("points = 4", "points = 4000")), "1 to 1000"));
}

TEST_CASE("the line of a bad key is named") {
    CHECK(has(error_line(changed("epochs = 5", "epoks = 5")), "test.toml:8"));
}

TEST_CASE("an unknown study names the nearest") {
    CHECK(nearest_word("report4-sgan", {"report4-sagan", "report3-walks"}) == "report4-sagan");
    CHECK(nearest_word("sagan", {"report4-sagan", "report3-walks"}) == "report4-sagan");
    CHECK(nearest_word("zzzzzz", {"report4-sagan", "report3-walks"}).empty());
    const auto unknown = load_study("no-such-study-at-all");
    REQUIRE_FALSE(unknown.ok());
    CHECK(unknown.error().code == ErrorCode::usage);
    CHECK(has(unknown.error().line(), "unknown study (no-such-study-at-all)"));
}

TEST_CASE("a budget takes the place of the report's length, and scales what is measured") {
    const auto study = parse_study(good, "test", "test.toml");
    REQUIRE(study.ok());
    StudyOptions options;
    options.out = "/tmp/none";
    auto full = plan_study(*study, options);
    REQUIRE(full.ok());
    CHECK(full->units[0].target.epochs == 5);
    CHECK(full->units[0].points == 4);
    CHECK(full->units[0].columns[0].count == 2048);
    options.budget = 0.1;
    auto scaled = plan_study(*study, options);
    REQUIRE(scaled.ok());
    for (const StudyUnit& unit : scaled->units) {
        CHECK(unit.target.epochs == 0);
        CHECK(unit.target.steps == 0);
        CHECK(unit.target.minutes == doctest::Approx(0.1));
        CHECK(unit.points == 2);
        CHECK(unit.columns[0].count == 120);
    }
    CHECK(plan_identity(*study, options) != plan_identity(*study, {}));
}

TEST_CASE("a short budget narrows the networks as the study says, and never a width that the user chose") {
    auto study =
        parse_study(changed("points = 4", "points = 4\nnarrow_with_budget = 4\nbatch_with_budget = 2"),
                    "test", "test.toml");
    REQUIRE_MESSAGE(study.ok(), (study.ok() ? "" : study.error().line()));
    study->rows[1].settings.push_back("generator.width=16");
    StudyOptions options;
    options.out = "/tmp/none";
    const auto widths = [&](const StudyOptions& with, std::size_t unit) {
        const auto plan = plan_study(*study, with);
        REQUIRE(plan.ok());
        return std::pair{plan->units[unit].settings.integer("generator.width"),
                         plan->units[unit].settings.integer("discriminator.width")};
    };
    CHECK(widths(options, 0) == std::pair<std::int64_t, std::int64_t>{32, 32});
    options.budget = 2;
    CHECK(widths(options, 0) == std::pair<std::int64_t, std::int64_t>{8, 8});
    CHECK(widths(options, 1) == std::pair<std::int64_t, std::int64_t>{8, 16}); // not below 8
    CHECK(has(plan_identity(*study, options), "widths / 4, batches / 2"));
    CHECK(has(smaller_words(*study, options), "1/4 of the report's width, batches of 1/2"));
    CHECK(plan_study(*study, options)->units[1].settings.integer("train.batch") == 8); // not below 8
    StudyOptions chosen = options;
    chosen.assignments = {"generator.width=64"};
    CHECK(widths(chosen, 0) == std::pair<std::int64_t, std::int64_t>{64, 8});
    options.budget = 30;
    CHECK(widths(options, 0) == std::pair<std::int64_t, std::int64_t>{32, 32});
    CHECK_FALSE(has(plan_identity(*study, options), "width"));
}

TEST_CASE("the data that a key stands for are part of what a folder holds") {
    const auto study = parse_study(good, "test", "test.toml");
    REQUIRE(study.ok());
    ScratchFolder folder;
    const EnvironmentVariable place("GANVAS_DATA", folder.path().string());
    const std::string before = plan_identity(*study, {});
    CHECK(has(before, "faces faces:100"));
    std::ofstream(folder / "img_align_celeba.zip") << "x";
    CHECK(plan_identity(*study, {}) != before);
    StudyOptions inception;
    inception.extractor = "inception";
    inception.weights = "a.safetensors";
    CHECK(plan_identity(*study, inception) != plan_identity(*study, {}));
}

TEST_CASE("Inception takes the place of Lite0 alone, and gives a distance its proper name") {
    auto study = parse_study(good, "test", "test.toml");
    REQUIRE(study.ok());
    StudyColumn pixels = study->columns[0];
    pixels.key = "pixels", pixels.extractor = "pixels";
    study->columns.push_back(pixels);
    StudyOptions options;
    options.out = "/tmp/none";
    options.extractor = "inception";
    options.weights = "a.safetensors";
    const auto plan = plan_study(*study, options);
    REQUIRE(plan.ok());
    CHECK(plan->units[0].columns[0].extractor == "inception");
    CHECK(plan->units[0].columns[2].extractor == "pixels");
    CHECK(column_title(study->columns[0], options) == "FID");
    CHECK(column_title(study->columns[0], {}) == "distance");
    CHECK(column_title(pixels, options) == "distance");
    CHECK(has(features_sentence(*plan), "FID"));
    CHECK(has(study_command(*plan), "--extractor inception --weights a.safetensors"));
}

TEST_CASE("the training part is taken of a source that has parts") {
    const auto study =
        parse_study(changed("stand_in = [", "split = \"train\"\nstand_in = ["), "test", "test.toml");
    REQUIRE(study.ok());
    ScratchFolder folder;
    StudyOptions options;
    options.out = "/tmp/none";
    options.data = folder.path().string();
    auto plan = plan_study(*study, options);
    REQUIRE(plan.ok());
    CHECK(plan->units[0].settings.text("data.split") == "all");
    for (const char* file : {"train-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte.gz"})
        std::ofstream(folder / file) << "x";
    plan = plan_study(*study, options);
    REQUIRE(plan.ok());
    CHECK(plan->units[0].settings.text("data.split") == "train");
    CHECK(plan->units[0].data.split == "train");
    options.assignments = {"data.split=all"};
    plan = plan_study(*study, options);
    REQUIRE(plan.ok());
    CHECK(plan->units[0].settings.text("data.split") == "all");
    CHECK_FALSE(has_parts("faces:100"));
    CHECK(has(error_line(changed("stand_in = [", "split = \"half\"\nstand_in = [")), "train or test"));
}

TEST_CASE("no column of a study that ships is refused at two minutes a row, and measuring takes less than "
          "training") {
    for (const fs::path& file : shipped()) {
        CAPTURE(file.string());
        const auto study = load_study(file.string());
        REQUIRE(study.ok());
        StudyOptions options;
        options.out = "/tmp/none";
        options.data = "faces:100";
        options.budget = 2;
        const auto plan = plan_study(*study, options);
        REQUIRE_MESSAGE(plan.ok(), (plan.ok() ? "" : plan.error().line()));
        for (const StudyUnit& unit : plan->units) {
            CAPTURE(unit.key);
            for (const PlannedColumn& planned : unit.columns) {
                CHECK_MESSAGE(planned.refused.empty(), planned.refused);
                CHECK(planned.count >= std::min<std::int64_t>(planned.column->exact ? 4 : 256,
                                                              full_count(*planned.column)));
            }
            CHECK(measuring_seconds(unit.columns, unit.points, 2) < 120);
            CHECK((unit.points == 1 || unit.points == 2 || unit.points == 4 || unit.points == 8));
        }
    }
}

TEST_CASE("rows are chosen by key, and settings of the user come last") {
    const auto study = parse_study(good, "test", "test.toml");
    REQUIRE(study.ok());
    StudyOptions options;
    options.out = "/tmp/none";
    options.only = {"b"};
    options.assignments = {"latent.size=7"};
    auto plan = plan_study(*study, options);
    REQUIRE(plan.ok());
    REQUIRE(plan->units.size() == 1);
    CHECK(plan->units[0].settings.integer("latent.size") == 7);
    CHECK(plan->units[0].settings.integer("train.batch") == 8);
    options.only = {"c"};
    const auto unknown = plan_study(*study, options);
    REQUIRE_FALSE(unknown.ok());
    CHECK(unknown.error().code == ErrorCode::usage);
    options.only = {};
    options.assignments = {"no.such=1"};
    CHECK_FALSE(plan_study(*study, options).ok());
}

TEST_CASE("every study that ships fits together, and each report has some") {
    const auto files = shipped();
    REQUIRE(files.size() >= 25);
    std::set<int> reports;
    bool report_recipes = false;
    for (const auto& entry : fs::directory_iterator(fs::path(GANVAS_SOURCE_DIR) / "assets/recipes"))
        report_recipes = report_recipes || entry.path().filename().string().rfind("report", 0) == 0;
    for (const fs::path& file : files) {
        CAPTURE(file.string());
        const auto study = load_study(file.string());
        REQUIRE_MESSAGE(study.ok(), (study.ok() ? "" : study.error().line()));
        reports.insert(study->report);
        CHECK(file.stem().string().rfind("report" + std::to_string(study->report) + "-", 0) == 0);
        for (const StudyRow& row : study->rows) {
            CAPTURE(row.key);
            // Once the recipes of the reports ship, each row must be buildable; before, those that can be.
            if (!report_recipes && !recipe_ships(row.recipe)) continue;
            CHECK(recipe_ships(row.recipe));
            const auto settings = row_settings(row);
            CHECK_MESSAGE(settings.ok(), (settings.ok() ? "" : settings.error().line()));
            // A row that the report trained longer is longer with a budget too.
            const StudyTarget& first = study->rows.front().target;
            if (row.run.empty() && row.target.steps == 0 && first.epochs > 0
                && row.target.epochs > 1.5 * first.epochs)
                CHECK(row.share > 1.5 * study->rows.front().share);
        }
    }
    CHECK(reports == std::set<int>{1, 2, 3, 4, 5});
}
