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
