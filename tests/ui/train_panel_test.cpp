// The Train panel: buttons, settings, target, data.
#include <doctest/doctest.h>

#include <icons_font_awesome_6.h>
#include <imgui.h>
#include <imgui_internal.h>

#include "tests/ui/harness.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

void bring_up_train(UiHarness& ui) {
    ui.application().show(PanelId::train);
    ui.frames(3);
}

} // namespace

TEST_CASE("train panel: start, pause, go on, step, stop") {
    UiHarness ui({.content = FakeContent::small});
    ui.session.set_state(TrainingState::empty);
    bring_up_train(ui);
    ui.run("train buttons", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Train");
        ctx->ItemClick("###main");
        IM_CHECK_EQ(ui.session.count<StartTraining>(), 1);
        IM_CHECK(ui.session.view.snapshot.state == TrainingState::running);
        IM_CHECK(ctx->ItemInfo(ICON_FA_FORWARD_STEP "##step").ItemFlags & ImGuiItemFlags_Disabled);
        ctx->ItemClick("###main");
        IM_CHECK_EQ(ui.session.count<PauseTraining>(), 1);
        const std::int64_t before = ui.session.view.snapshot.step;
        ctx->ItemClick(ICON_FA_FORWARD_STEP "##step");
        IM_CHECK_EQ(ui.session.view.snapshot.step, before + 1);
        ctx->ItemClick(ICON_FA_FLOPPY_DISK "##save");
        IM_CHECK_EQ(ui.session.count<SaveCheckpoint>(), 1);
        ctx->ItemClick("###main");
        IM_CHECK_EQ(ui.session.count<ResumeTraining>(), 1);
        ctx->ItemClick(ICON_FA_STOP "##stop");
        IM_CHECK_EQ(ui.session.count<StopTraining>(), 1);
        ctx->ItemClick(ICON_FA_FILE_CIRCLE_PLUS "##new");
        IM_CHECK_EQ(ui.session.count<NewRun>(), 1);
    });
}

TEST_CASE("train panel: a recipe from a file is loaded, undone, and the settings are saved as one") {
    UiHarness ui({.content = FakeContent::small});
    ui.session.set_state(TrainingState::empty);
    bring_up_train(ui);
    ui.run("recipe files", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Train");
        ui.dialogs.next_answer = "/home/someone/my own.toml";
        ctx->ItemClick("##recipe");
        ctx->ItemClick("//$FOCUSED/From a file…");
        ctx->Yield(3);
        IM_CHECK(ui.session.last<UseRecipe>()
                 && ui.session.last<UseRecipe>()->name == "/home/someone/my own.toml");
        ui.application().undo();
        ctx->Yield(3);
        IM_CHECK(ui.session.last<UseRecipe>()->name != "/home/someone/my own.toml");
        ui.dialogs.next_answer = "/home/someone/kept.toml";
        ctx->ItemClick(ICON_FA_FLOPPY_DISK "##save recipe");
        ctx->Yield(3);
        IM_CHECK(ui.session.last<SaveRecipe>()
                 && ui.session.last<SaveRecipe>()->path == "/home/someone/kept.toml");
    });
    // Dropped on the window it is undone as well.
    ui.application().drop({"/home/someone/dropped.toml"});
    ui.frames(3);
    REQUIRE(ui.session.last<OpenPath>() != nullptr);
    const int before = ui.session.count<UseRecipe>();
    ui.application().undo();
    ui.frames(3);
    CHECK(ui.session.count<UseRecipe>() == before + 1);
}

TEST_CASE("train panel: a live setting is sent once when let go, a fixed one is greyed") {
    UiHarness ui({.content = FakeContent::small});
    ui.session.set_state(TrainingState::running);
    bring_up_train(ui);
    ui.run("settings", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Train");
        IM_CHECK(ctx->ItemInfo("generator.width/##value/##slider").ItemFlags & ImGuiItemFlags_Disabled);
        const double before = ui.session.view.settings.real("generator.learning_rate");
        const char* slider = "generator.learning_rate/##value/##slider";
        ctx->ScrollToItemY(slider);
        ctx->MouseMove(slider);
        const ImVec2 start = ImGui::GetIO().MousePos;
        ctx->MouseDown();
        ctx->MouseMoveToPos(ImVec2(start.x + 12, start.y));
        ctx->MouseMoveToPos(ImVec2(start.x + 20, start.y));
        IM_CHECK_EQ(ui.session.count<ChangeSetting>(), 0);
        ctx->MouseUp();
        ctx->Yield(3);
        IM_CHECK_EQ(ui.session.count<ChangeSetting>(), 1);
        IM_CHECK(ui.session.last<ChangeSetting>()->key == "generator.learning_rate");
        IM_CHECK(ui.session.view.settings.real("generator.learning_rate") != before);
        IM_CHECK(ui.session.view.notices.size() == 0
                 || ui.session.view.notices.back().level != NoticeLevel::error);
        const double after = ui.session.view.settings.real("generator.learning_rate");
        ui.application().undo();
        ctx->Yield(3);
        IM_CHECK_EQ(ui.session.view.settings.real("generator.learning_rate"), before);
        ui.application().redo();
        ctx->Yield(3);
        IM_CHECK_EQ(ui.session.view.settings.real("generator.learning_rate"), after);
    });
    REQUIRE(ui.session.view.recipe_settings.set("generator.learning_rate", "0.00035").ok());
    ui.run("back to the recipe", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Train");
        ctx->MouseMove("generator.learning_rate/##value/##slider");
        ctx->MouseDoubleClick();
        ctx->Yield(3);
        IM_CHECK_EQ(ui.session.view.settings.real("generator.learning_rate"), 0.00035);
    });
}

TEST_CASE("train panel: a path that did not open leaves the box, which says what training takes") {
    UiHarness ui({.content = FakeContent::small});
    ui.session.set_state(TrainingState::empty);
    bring_up_train(ui);
    const std::string source = ui.session.view.data_source;
    ui.run("wrong path", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Train");
        ctx->ItemInputValue("source/##path", "/nowhere");
        ctx->KeyPress(ImGuiKey_Enter);
        IM_CHECK(ui.session.last<OpenData>()->source == "/nowhere");
        ui.session.view.data_source = source; // it failed
        ctx->Yield(3);
        ctx->ItemClick("source/##path");
        ctx->KeyPress(ImGuiKey_Enter);
        IM_CHECK(ui.session.last<OpenData>()->source == source);
    });
}

TEST_CASE("train panel: target and data") {
    UiHarness ui({.content = FakeContent::small});
    ui.session.set_state(TrainingState::empty);
    bring_up_train(ui);
    ui.run("target", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Train");
        const auto choose = [&](const char* word) {
            ctx->ComboClick((std::string("##target/") + word).c_str());
            ctx->Yield(2);
        };
        choose("minutes");
        IM_CHECK(ui.session.last<SetTarget>() != nullptr);
        IM_CHECK_GT(ui.session.last<SetTarget>()->minutes, 0.0);
        IM_CHECK_EQ(ui.session.last<SetTarget>()->steps, 0);
        choose("epochs");
        IM_CHECK_EQ(ui.session.last<SetTarget>()->epochs, 10.0);
        IM_CHECK_EQ(ui.session.last<SetTarget>()->minutes, 0.0);
        choose("images");
        IM_CHECK_EQ(ui.session.last<SetTarget>()->images, 1'000'000);
        IM_CHECK_EQ(ui.session.last<SetTarget>()->epochs, 0.0);
        choose("none");
        IM_CHECK_EQ(ui.session.last<SetTarget>()->images, 0);
        IM_CHECK_EQ(ui.session.last<SetTarget>()->steps, 0);
        ctx->ItemInputValue("source/##path", "/data/celeba.zip");
        ctx->KeyPress(ImGuiKey_Enter);
        IM_CHECK(ui.session.last<OpenData>() != nullptr);
        IM_CHECK(ui.session.last<OpenData>()->source == "/data/celeba.zip");
        ui.dialogs.next_answer = "/data/folder";
        ctx->ItemClick("source/" ICON_FA_FOLDER_OPEN "##folder");
        ctx->Yield(2);
        IM_CHECK(ui.session.last<OpenData>()->source == "/data/folder");
        IM_CHECK(ui.dialogs.asked.back().kind == FileQuestion::Kind::open_folder);
        ui.dialogs.next_answer = "/data/archive.tar";
        ctx->ItemClick("source/" ICON_FA_FILE_ZIPPER "##file");
        ctx->Yield(2);
        IM_CHECK(ui.session.last<OpenData>()->source == "/data/archive.tar");
        IM_CHECK(ui.dialogs.asked.back().kind == FileQuestion::Kind::open_file);
        // What was opened lately is one click away.
        ui.preferences.remember_data("/data/lately");
        ctx->Yield(2);
        ctx->ItemClick("source/" ICON_FA_CLOCK_ROTATE_LEFT "##recent");
        ctx->ItemClick("//$FOCUSED/\\/data\\/lately");
        ctx->Yield(2);
        IM_CHECK(ui.session.last<OpenData>()->source == "/data/lately");
    });
}
