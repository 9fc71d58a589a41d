// Every panel in every training state, with nothing, with a little and with a great deal to show.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/ui/harness.h"

#include <imgui_internal.h>

using namespace ganvas;
using namespace ganvas::testing;

namespace {

constexpr TrainingState states[] = {TrainingState::empty,  TrainingState::opening,  TrainingState::running,
                                    TrainingState::paused, TrainingState::stopping, TrainingState::finished,
                                    TrainingState::failed};

/// More than one colour in the panel: it drew something that can be seen.
bool drew_something(const Image& image, const ImGuiWindow& window) {
    const int left = std::max(0, static_cast<int>(window.Pos.x) + 2),
              right = std::min(image.width, static_cast<int>(window.Pos.x + window.Size.x) - 2);
    const int top = std::max(0, static_cast<int>(window.Pos.y) + 30),
              foot = std::min(image.height, static_cast<int>(window.Pos.y + window.Size.y) - 2);
    for (int y = top; y < foot; ++y)
        for (int x = left; x < right; ++x)
            if (!std::equal(image.row(y) + x * 3, image.row(y) + x * 3 + 3, image.row(top) + left * 3))
                return true;
    return false;
}

void all_panels(FakeContent content, const char* name) {
    UiHarness ui({.content = content});
    for (const auto& panel : make_all_panels()) {
        INFO(panel->title() << ", " << name);
        ui.application().show(panel->id());
        for (const TrainingState state : states) {
            ui.session.set_state(state);
            ui.frames(2);
        }
        const ImGuiWindow* window = ImGui::FindWindowByName(panel->title());
        REQUIRE(window != nullptr);
        CHECK_MESSAGE(!window->Hidden, panel->title() << " is not in front");
        const Image image = ui.pixels();
        CHECK_MESSAGE(drew_something(image, *window), panel->title() << " is blank, " << name);
    }
    ui.screenshot(std::string("panels-") + name);
}

} // namespace

TEST_CASE("every panel, every state, nothing to show") { all_panels(FakeContent::empty, "empty"); }
TEST_CASE("every panel, every state, a short run") { all_panels(FakeContent::small, "small"); }
TEST_CASE("every panel, every state, huge data") { all_panels(FakeContent::huge, "huge"); }

TEST_CASE("screenshots of each explorer tab") {
    UiHarness ui({});
    ui.explorer().slots = {std::vector<std::uint64_t>{3, 4, 5}, {6, 7}, {8}};
    ui.explorer().attributes["Smiling"] = 2;
    for (const auto& [panel, name] :
         {std::pair{PanelId::arithmetic, "arithmetic"}, std::pair{PanelId::attributes, "attributes"},
          std::pair{PanelId::pad, "pad"}, std::pair{PanelId::train, "train"}}) {
        ui.application().show(panel);
        ui.frames(20);
        ui.screenshot(std::string("tab-") + name);
    }
}
