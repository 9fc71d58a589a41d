// What the window remembers, and where the panels stand before anybody moved them.
#include <cstdlib>
#include <filesystem>

#include <doctest/doctest.h>

#include <imgui.h>
#include <imgui_internal.h>

#include "engine/core/files.h"
#include "tests/ui/harness.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

/// A configuration folder of this test's own.
struct OwnConfiguration {
    Path folder = Path(GANVAS_TEST_OUTPUT_DIR) / "preferences";
    OwnConfiguration() {
        std::filesystem::remove_all(folder);
        ::setenv("GANVAS_CONFIG", folder.c_str(), 1);
    }
    ~OwnConfiguration() { ::unsetenv("GANVAS_CONFIG"); }
};

bool in_sight(const char* title) {
    const ImGuiWindow* window = ImGui::FindWindowByName(title);
    return window && window->Active && !window->Hidden;
}

} // namespace

TEST_CASE("theme, scale, place, recent data, hidden panels and the layout are there at the next start") {
    const OwnConfiguration own;
    CHECK(*load_preferences() == Preferences{}); // a first start
    Preferences wanted;
    wanted.theme = ThemeKind::light;
    wanted.scale = 1.4f;
    wanted.smooth_pictures = true;
    wanted.place = {30, 40, 1500, 900, false};
    wanted.hidden_panels = {"Jobs"};
    for (int source = 0; source < 14; ++source) wanted.remember_data("/data/" + std::to_string(source));
    wanted.remember_data("/data/7");
    CHECK(wanted.recent_data.size() == 10);
    CHECK(wanted.recent_data.front() == "/data/7");
    {
        UiHarness ui({});
        ui.frames(5);
        wanted.layout = ImGui::SaveIniSettingsToMemory();
    }
    CHECK(wanted.layout.find("Docking") != std::string::npos);
    REQUIRE(save_preferences(wanted).ok());
    const auto read = load_preferences();
    REQUIRE(read.ok());
    CHECK(*read == wanted);
    REQUIRE(write_file(own.folder / "window.json", "{ damaged").ok());
    CHECK_FALSE(load_preferences().ok()); // said, and the window opens with what it has by itself
}

TEST_CASE("what was picked is there at the next start, and what no longer fits is not") {
    const OwnConfiguration own;
    Preferences wanted;
    ExplorerState& explorer = wanted.explorer;
    explorer.a = FacePick{18446744073709551615u, nullptr, {}};
    explorer.b = FacePick{7, nullptr, "/pictures/me.png"};
    explorer.alpha = 4.5;
    explorer.range = AlphaRange::magnified;
    explorer.path = LatentPath::lerp;
    explorer.truncation = 0.7;
    explorer.slots = {{{1, 2, 3}, {}, {9}}};
    explorer.random_seed = 65;
    explorer.pinned = {5, 6};
    explorer.pad_face = 11;
    REQUIRE(save_preferences(wanted).ok());
    auto read = load_preferences();
    REQUIRE(read.ok());
    CHECK(*read == wanted);

    read->explorer.class_label = 3; // the model that opens has no classes
    read->explorer.b->picture_path.clear();
    {
        UiHarness ui({.content = FakeContent::small, .preferences = *read});
        CHECK(ui.explorer().a == explorer.a); // not the first samples, which a newcomer gets
        CHECK(ui.explorer().b->seed == 7);
        CHECK(ui.explorer().slots == explorer.slots);
        CHECK(ui.explorer().alpha == 4.5);
        CHECK(ui.explorer().class_label == -1);
        const ExplorerState before = ui.explorer();
        ui.application().undo(); // nothing was done yet
        CHECK(ui.explorer() == before);
    }
    {
        read->explorer.b->picture_path = "/pictures/me.png";
        UiHarness ui({.content = FakeContent::small, .preferences = *read});
        REQUIRE(ui.session.last<ReadPicture>() != nullptr); // read for the model that opened
        CHECK(ui.session.last<ReadPicture>()->path == "/pictures/me.png");
        CHECK(ui.session.count<ReadPicture>() == 1);
    }
    REQUIRE(write_file(own.folder / "window.json",
                       R"({"explorer": {"alpha": 7, "truncation": -1, "slots": [[1,2,3,4,5,6,7,8,9,10],[],[]],
                           "a": null}})")
                .ok());
    read = load_preferences();
    REQUIRE(read.ok());
    CHECK(read->explorer.alpha == 0.5); // not on the range 0..1
    CHECK(read->explorer.truncation == 1);
    CHECK(read->explorer.slots[0].size() == picks_in_a_slot);
    REQUIRE(write_file(own.folder / "window.json", R"({"explorer": {"a": {"seed": "me"}}})").ok());
    CHECK_FALSE(load_preferences().ok());
}

TEST_CASE("the default layout: on a large screen Data, Train and Model stand open below each other") {
    for (const auto& [width, height, scale] :
         {std::tuple{2560, 1440, 1.0f}, std::tuple{1280, 800, 1.0f}, std::tuple{2560, 1440, 2.0f}}) {
        UiHarness ui({.content = FakeContent::small, .width = width, .height = height, .scale = scale});
        ui.frames(10);
        const bool roomy = scale == 1.0f && width == 2560;
        CAPTURE(width);
        CAPTURE(scale);
        int open = 0;
        for (const char* title : {"Data", "Train", "Model"}) open += in_sight(title);
        CHECK(open == (roomy ? 3 : 1));
        for (const char* title : {"Samples", "Sweep", "Curves", "Distance", "Runs"}) CHECK(in_sight(title));
        if (!roomy) continue;
        const ImGuiWindow *data = ImGui::FindWindowByName("Data"), *train = ImGui::FindWindowByName("Train"),
                          *model = ImGui::FindWindowByName("Model");
        CHECK(data->Pos.x == train->Pos.x);
        CHECK(data->Pos.y < train->Pos.y);
        CHECK(train->Pos.y < model->Pos.y);
        const ImGuiWindow* samples = ImGui::FindWindowByName("Samples");
        CHECK(samples->Size.x > data->Size.x * 2); // the pictures are the largest thing
    }
}
