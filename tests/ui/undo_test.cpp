// What undo knows of training: settings, recipes and targets, of the run that is open and of no other; keys that ask a panel.
#include <doctest/doctest.h>

#include <cmath>

#include <imgui.h>
#include <imgui_internal.h>

#include "app/gui/panels/command_edit.h"
#include "tests/ui/harness.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

constexpr const char* rate = "generator.learning_rate";

std::size_t changes(const UiHarness& ui) {
    return static_cast<std::size_t>(ui.session.count<ChangeSetting>());
}

} // namespace

TEST_CASE("another run's settings are not what undo changes") {
    UiHarness ui({.content = FakeContent::small});
    ui.session.set_state(TrainingState::empty);
    ui.session.view.snapshot.run_folder = "";
    ui.frames(2);
    ui.application().send(ChangeSetting{rate, "0.0003"});
    ui.application().undo();
    ui.frames(2);
    REQUIRE(changes(ui) == 2);
    ui.application().redo();
    ui.frames(2);
    REQUIRE(changes(ui) == 3);
    ui.session.view.snapshot.run_folder = "/runs/opened";
    ui.application().poll();
    ui.application().undo();
    ui.application().redo();
    ui.frames(2);
    CHECK(changes(ui) == 3);
}

TEST_CASE("a setting that a run was built with is neither changed back nor said to be") {
    UiHarness ui({.content = FakeContent::small});
    ui.session.set_state(TrainingState::empty);
    ui.application().send(ChangeSetting{"generator.width", "48"});
    ui.session.set_state(TrainingState::running); // its folder is not there yet
    ui.application().poll();
    const std::size_t before = changes(ui);
    ui.application().undo();
    ui.frames(2);
    CHECK(changes(ui) == before);
    // What would be refused is no step either.
    CHECK_FALSE(edit_of(ChangeSetting{"generator.width", "64"}, ui.session.view));
    CHECK_FALSE(edit_of(UseRecipe{"dcgan"}, ui.session.view));
    CHECK(edit_of(ChangeSetting{rate, "0.0004"}, ui.session.view));
}

TEST_CASE("undo brings back the recipe before with what was changed in it, and the target before") {
    UiHarness ui({.content = FakeContent::small});
    ui.session.set_state(TrainingState::empty);
    View& view = ui.session.view;
    view.recipe = "quick";
    REQUIRE(view.settings.set(rate, "0.0007").ok());
    REQUIRE(view.recipe_settings.set(rate, "0.0005").ok());
    const auto changed = view.settings.differences(view.recipe_settings).size();
    ui.application().send(UseRecipe{"dcgan"});
    REQUIRE(view.settings.set(rate, "0.0002").ok()); // as the engine does
    ui.application().undo();
    ui.frames(2);
    CHECK(ui.session.last<UseRecipe>()->name == "quick");
    CHECK(view.settings.real(rate) == 0.0007);
    CHECK(changes(ui) == changed);
    ui.application().redo();
    CHECK(ui.session.last<UseRecipe>()->name == "dcgan");

    view.snapshot.target_steps = 500;
    view.snapshot.target_seconds = 0;
    view.snapshot.target_epochs = 0;
    view.snapshot.target_images = 0;
    ui.application().send(SetTarget{.steps = 900});
    ui.application().undo();
    CHECK(ui.session.last<SetTarget>()->steps == 500);
    ui.application().redo();
    CHECK(ui.session.last<SetTarget>()->steps == 900);
}

TEST_CASE("a message goes after its time, and the window knows when") {
    UiHarness ui({.content = FakeContent::small});
    ui.frames(1);
    const double now = ImGui::GetTime();
    CHECK_FALSE(ui.application().toast_over(now));
    ui.application().say("Copied");
    CHECK_FALSE(ui.application().toast_over(now));
    CHECK(ui.application().toast_over(now + 1000));
    ui.frames(600); // ten seconds of the harness's clock
    CHECK_FALSE(ui.application().toast_over(now + 1000));
}

TEST_CASE("Ctrl+E brings the panel that it is for to the front, or says that there is nothing to write") {
    UiHarness ui({.content = FakeContent::small});
    ui.frames(12);
    ui.run("export of a hidden tab", [&](ImGuiTestContext* ctx) {
        ui.application().show(PanelId::sweep);
        ctx->Yield(4);
        ui.application().show(PanelId::runs); // in front of it, and writes nothing
        ctx->Yield(4);
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_E);
        ctx->Yield(6);
        IM_CHECK(ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel));
        ctx->KeyPress(ImGuiKey_Escape);
        ctx->Yield(2);
        ui.explorer().slots = {};
        ui.application().show(PanelId::arithmetic);
        ctx->Yield(4);
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_E);
        ctx->Yield(4);
        IM_CHECK(!ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel));
        const ImGuiWindow* said = ImGui::FindWindowByName("##toast1");
        IM_CHECK(said != nullptr && said->WasActive && !said->Hidden);
    });
    ui.frames(10);
    ui.screenshot("nothing-to-export");
}

TEST_CASE("keys: tabs by number, A and B under the pointer, arrows in steps and tens") {
    UiHarness ui({.content = FakeContent::small});
    ui.frames(12);
    ui.run("keys", [&](ImGuiTestContext* ctx) {
        for (const auto& [key, title] :
             {std::pair(ImGuiKey_2, "Arithmetic"), std::pair(ImGuiKey_3, "Attributes"),
              std::pair(ImGuiKey_4, "Pad"), std::pair(ImGuiKey_1, "Sweep")}) {
            ctx->KeyPress(key);
            ctx->Yield(4);
            const ImGuiWindow* window = ImGui::FindWindowByName(title);
            IM_CHECK(window != nullptr);
            IM_CHECK_SILENT(!window->Hidden && window->WasActive);
        }
        ctx->MouseMove("//Samples/$$2/tile");
        ctx->KeyPress(ImGuiKey_B);
        ctx->Yield(2);
        IM_CHECK(ui.explorer().b.has_value());
        IM_CHECK_EQ(ui.explorer().b->seed, ui.session.view.sample_seeds[2]);
        ui.explorer().alpha = 0;
        ctx->KeyPress(ImGuiMod_Shift | ImGuiKey_RightArrow);
        const double ten = ui.explorer().alpha;
        IM_CHECK(std::abs(ten - 10 * ui.explorer().alpha_step()) < 1e-9);
        ctx->KeyPress(ImGuiKey_LeftArrow);
        IM_CHECK(std::abs(ui.explorer().alpha - 9 * ui.explorer().alpha_step()) < 1e-9);
        ctx->KeyPress(ImGuiMod_Shift | ImGuiKey_LeftArrow);
        IM_CHECK_EQ(ui.explorer().alpha, 0.0);
    });
}
