// Files of a run and recipes that were made to harm: none hangs, ends the stack or fills the memory.
#include <doctest/doctest.h>

#include <ctime>
#include <string>
#include <sys/stat.h>

#include "engine/runs/metrics_table.h"
#include "engine/runs/recipe.h"
#include "engine/runs/run_json.h"
#include "engine/runs/tensor_file.h"
#include "tests/support/scratch_folder.h"

using namespace ganvas;
using ganvas::testing::ScratchFolder;

TEST_CASE("a recipe with a key of a hundred thousand parts is refused") {
    std::string key = "a";
    for (int k = 0; k < 100'000; ++k) key += ".a";
    for (const std::string& text : {key + " = 1\n", "[" + key + "]\n", "x = {" + key + " = 1}\n"}) {
        const auto recipe = parse_recipe(text, "r.toml");
        REQUIRE_FALSE(recipe.ok());
        CHECK(recipe.error().what == "recipe has a key of too many parts");
    }
}

TEST_CASE("a recipe that stands on a pipe or a device is refused, not waited for") {
    const ScratchFolder folder;
    REQUIRE(::mkfifo((folder / "pipe.toml").c_str(), 0600) == 0);
    for (const std::string& base : {(folder / "pipe.toml").string(), std::string("/dev/zero")}) {
        CAPTURE(base);
        const auto recipe = parse_recipe("base = \"" + base + "\"\n", (folder / "r.toml").string());
        REQUIRE_FALSE(recipe.ok());
        CHECK(recipe.error().line().find("no such recipe") != std::string::npos);
    }
    CHECK_FALSE(load_recipe((folder / "pipe.toml").string()).ok()); // a run.json may name it
    REQUIRE(write_file(folder / "sound.toml", "[generator]\nwidth = 40\n").ok());
    const auto recipe = parse_recipe("base = \"sound.toml\"\n", (folder / "r.toml").string());
    REQUIRE(recipe.ok());
    CHECK(recipe->integer("generator.width") == 40);
}

TEST_CASE("a run.json of a hundred thousand members is read in a moment") {
    std::string text = R"({"format":"ganvas run 1","step":7,"settings":{)";
    for (int k = 0; k < 100'000; ++k) text += "\"key-" + std::to_string(k) + "\":1,";
    const std::clock_t start = std::clock();
    const auto info = parse_run_json(text + "\"generator.width\":40}}", "run.json");
    REQUIRE(info.ok());
    CHECK(info->step == 7);
    CHECK(info->settings.integer("generator.width") == 40);
    // Looking at every member for each takes minutes.
    CHECK(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC < 10);
}

TEST_CASE("a checkpoint whose header is longer than any is refused before it is read") {
    const ScratchFolder folder;
    const std::string json = "{\"__metadata__\":{\"a\":\"" + std::string(3u << 20, 'x') + "\"}}";
    std::string file(8, '\0');
    const std::uint64_t length = json.size();
    for (int k = 0; k < 8; ++k) file[static_cast<std::size_t>(k)] = static_cast<char>(length >> 8 * k);
    REQUIRE(write_file(folder / "a.safetensors", file + json).ok());
    const auto read = read_tensor_file(folder / "a.safetensors");
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().what == "header is too long");
}
