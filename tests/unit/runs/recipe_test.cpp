// Recipes and latent tables.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "engine/runs/latent_table.h"
#include "engine/runs/recipe.h"
#include "tests/support/full_disk.h"
#include "tests/support/scratch_folder.h"

using namespace ganvas;
using ganvas::testing::FullDisk;
using ganvas::testing::ScratchFolder;

TEST_CASE("a recipe sets what it names and leaves the rest") {
    const auto settings =
        parse_recipe("description = 'small'\n[generator]\nwidth = 24\nlearning_rate = 1e-3\n"
                     "upsampling = \"nearest\"\n[data]\nflip = true\n[image]\nsize = 32\n",
                     "small.toml");
    REQUIRE(settings.ok());
    CHECK(settings->integer("generator.width") == 24);
    CHECK(settings->real("generator.learning_rate") == 1e-3);
    CHECK(settings->text("generator.upsampling") == "nearest");
    CHECK(settings->boolean("data.flip"));
    CHECK(settings->integer("image.size") == 32);
    CHECK(settings->differences(Settings()).size() == 5);
}

TEST_CASE("a recipe of dotted keys and whole numbers for real settings reads too") {
    const auto settings = parse_recipe("generator.width = 24\nloss.r1 = 10\n", "dotted");
    REQUIRE(settings.ok());
    CHECK(settings->integer("generator.width") == 24);
    CHECK(settings->real("loss.r1") == 10.0);
}

TEST_CASE("mistakes in a recipe are usage errors with the line") {
    const auto check = [](const char* text, const char* what, const char* where) {
        CAPTURE(text);
        const auto settings = parse_recipe(text, "my.toml");
        REQUIRE_FALSE(settings.ok());
        CHECK(settings.error().code == ErrorCode::usage);
        CHECK_MESSAGE(settings.error().line().find(what) != std::string::npos, settings.error().line());
        CHECK_MESSAGE(settings.error().where == where, settings.error().where);
    };
    check("[generator]\n\nwidht = 3\n", "did you mean generator.width", "my.toml:3");
    check("[generator]\nwidth = 100000\n", "out of range", "my.toml:2");
    check("[generator]\nwidth = 'wide'\n", "out of range", "my.toml:2");
    check("[generator]\nwidth = [3]\n", "not a value", "my.toml:2");
    check("[generator]\nwidth = nan\n", "generator.width", "my.toml:2");
    check("top = 3\n", "unknown setting", "my.toml:1");
    check("[generator\n", "not TOML", "my.toml:1");
    check("a = \xff\n", "not TOML", "my.toml:1");
    CHECK_FALSE(parse_recipe("a = " + std::string(100'000, '['), "deep").ok());
}

TEST_CASE("recipe_text is read back") {
    Settings settings;
    REQUIRE(settings.assign("generator.width=48").ok());
    REQUIRE(settings.assign("generator.learning_rate=0.00021").ok());
    REQUIRE(settings.assign("loss.kind=hinge").ok());
    REQUIRE(settings.assign("loss.r1=2").ok());
    REQUIRE(settings.assign("augment.colour=true").ok());
    const std::string text = recipe_text(settings, "what \"worked\"");
    const auto read = parse_recipe(text, "text");
    REQUIRE_MESSAGE(read.ok(), text);
    CHECK(*read == settings);
    CHECK(*parse_recipe(recipe_text(Settings()), "defaults") == Settings());
}

TEST_CASE("recipes are found by name in the assets, or by path") {
    const ScratchFolder folder;
    std::filesystem::create_directories(folder / "recipes");
    REQUIRE(
        write_file(folder / "recipes/tiny.toml", "description = 'for tests'\n[generator]\nwidth = 8\n").ok());
    REQUIRE(write_file(folder / "recipes/notes.txt", "no recipe").ok());
    REQUIRE(write_file(folder / "mine.toml", "[generator]\nwidth = 9\n").ok());
    const char* before = std::getenv("GANVAS_ASSETS");
    const std::string kept = before != nullptr ? before : "";
    ::setenv("GANVAS_ASSETS", folder.path().c_str(), 1);
    CHECK(recipe_names() == std::vector<std::string>{"tiny"});
    CHECK(load_recipe("tiny")->integer("generator.width") == 8);
    CHECK(recipe_description("tiny") == "for tests");
    CHECK(load_recipe((folder / "mine.toml").string())->integer("generator.width") == 9);
    const auto unknown = load_recipe("tinny");
    CHECK(unknown.error().code == ErrorCode::usage);
    CHECK(unknown.error().line() == "unknown recipe (tinny): did you mean tiny?");
    CHECK(load_recipe("somebody's").error().line()
          == "unknown recipe (somebody's): use tiny, one of a report (`ganvas reproduce --list`), or a .toml "
             "file");
    CHECK(load_recipe("").error().code == ErrorCode::usage);
    CHECK(load_recipe("../recipes/absent").error().code == ErrorCode::usage);
    CHECK(load_recipe(folder.path().string()).error().code == ErrorCode::usage);
    if (before != nullptr)
        ::setenv("GANVAS_ASSETS", kept.c_str(), 1);
    else
        ::unsetenv("GANVAS_ASSETS");
}

TEST_CASE("a recipe may start from another") {
    const ScratchFolder folder;
    REQUIRE(
        write_file(folder / "first.toml", "description = 'one'\n[generator]\nwidth = 9\ndepth = 2\n").ok());
    REQUIRE(write_file(folder / "second.toml", "base = 'first.toml'\n[generator]\nwidth = 7\n").ok());
    REQUIRE(write_file(folder / "own.toml", "base = 'own.toml'\n").ok());
    const auto settings = load_recipe((folder / "second.toml").string());
    REQUIRE_MESSAGE(settings.ok(), settings.error().line());
    CHECK(settings->integer("generator.width") == 7);
    CHECK(settings->integer("generator.depth") == 2);
    CHECK(recipe_description((folder / "second.toml").string()).empty());
    CHECK(load_recipe((folder / "own.toml").string()).error().line().find("too deeply") != std::string::npos);
    CHECK(parse_recipe("base = 'absent'\n", "text").error().code == ErrorCode::usage);
    CHECK(parse_recipe("base = 3\n", "text").error().where == "text:1");
}

TEST_CASE("every recipe that ships is readable and says what it is for") {
    ::setenv("GANVAS_ASSETS", GANVAS_SOURCE_DIR "/assets", 1);
    const auto names = recipe_names();
    for (const std::string& name : names) {
        CAPTURE(name);
        const auto settings = load_recipe(name);
        CHECK_MESSAGE(settings.ok(), (settings.ok() ? "" : settings.error().line()));
        CHECK_FALSE(recipe_description(name).empty());
    }
    ::unsetenv("GANVAS_ASSETS");
    CHECK(std::count(names.begin(), names.end(), "quick") == 1);
    CHECK(std::count(names.begin(), names.end(), "dcgan") == 1);
}

TEST_CASE("latents go out and come back in both kinds of file, with their recipe") {
    const ScratchFolder folder;
    const LatentTable table{{{0.1f, -2.5f, 1e-20f}, {3, 1.0f / 3, 0}}, "{\"kind\":\"latents\"}"};
    for (const char* name : {"a.csv", "a.safetensors"}) {
        CAPTURE(name);
        REQUIRE(write_latents(folder / name, table).ok());
        const auto read = read_latents(folder / name);
        REQUIRE(read.ok());
        CHECK(read->latents == table.latents);
        CHECK(read->recipe == table.recipe);
    }
    CHECK(*read_text(folder / "a.csv")
          == "# ganvas {\"kind\":\"latents\"}\nz0,z1,z2\n0.1,-2.5,1e-20\n3,0.33333334,0\n");
    CHECK(write_latents(folder / "a.txt", table).error().code == ErrorCode::usage);
    CHECK(write_latents("/proc/a.csv", table).error().code != ErrorCode::usage);
    for (const char* bad : {"z0,z1\n1,2\n3\n", "z0\nx\n", "z0\n1,\n", "z0\n1e99999\n"}) {
        REQUIRE(write_file(folder / "bad.csv", bad).ok());
        CHECK(read_latents(folder / "bad.csv").error().code == ErrorCode::bad_data);
    }
    {
        const FullDisk full(10);
        CHECK(write_latents(folder / "b.csv", table).error().code == ErrorCode::io);
        CHECK(write_latents(folder / "b.safetensors", table).error().code == ErrorCode::io);
    }
    CHECK_FALSE(std::filesystem::exists(folder / "b.csv"));
    CHECK(folder.file_count() == 3);
}
