// Runs: tags, compare, fork, best so far; studies; mode collapse beside the distance.
#include <doctest/doctest.h>

#include <icons_font_awesome_6.h>
#include <imgui.h>
#include <imgui_internal.h>

#include "tests/ui/harness.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

void bring_up(UiHarness& ui, PanelId panel) {
    ui.application().show(panel);
    ui.frames(4);
}

std::string card(ImGuiTestContext* ctx, int index, const char* item) {
    static_cast<void>(ctx);
    return "$$" + std::to_string(index) + "/" + item;
}

void menu_of(ImGuiTestContext* ctx, int index) {
    ctx->SetRef(ctx->WindowInfo("//Runs/cards").ID);
    ctx->ItemClick(card(ctx, index, ICON_FA_ELLIPSIS "##more").c_str());
    ctx->SetRef("//$FOCUSED");
}

} // namespace

TEST_CASE("runs: tags are typed in the card's menu, kept, and found") {
    UiHarness ui({.width = 1600, .height = 1000});
    for (const char* name : {"one", "two", "three", "four"}) ui.session.add_run(name);
    bring_up(ui, PanelId::runs);
    ui.run("tags", [&](ImGuiTestContext* ctx) {
        menu_of(ctx, 1);
        ctx->ItemInputValue("##tags", " good , wide,good");
        ctx->Yield(3);
        IM_CHECK(ui.session.last<TagRun>() != nullptr);
        IM_CHECK(ui.session.last<TagRun>()->folder == "/home/someone/ganvas/runs/one");
        IM_CHECK((ui.session.last<TagRun>()->tags == std::vector<std::string>{"good", "wide"}));
        ctx->KeyPress(ImGuiKey_Escape);
        ctx->SetRef("//Runs");
        ctx->ItemInputValue("##filter", "WIDE quick");
        ctx->Yield(2);
        ctx->SetRef(ctx->WindowInfo("//Runs/cards").ID);
        IM_CHECK(ctx->ItemExists(card(ctx, 0, ICON_FA_ELLIPSIS "##more").c_str()));
        IM_CHECK(!ctx->ItemExists(card(ctx, 1, ICON_FA_ELLIPSIS "##more").c_str()));
    });
    ui.screenshot("runs-tags");
}

TEST_CASE("runs: a fork from any checkpoint waits for its settings, then begins; the best one is opened by "
          "one click") {
    UiHarness ui({.width = 1600, .height = 1000});
    ui.session.add_run("one");
    ui.session.set_state(TrainingState::paused);
    bring_up(ui, PanelId::runs);
    ui.run("fork", [&](ImGuiTestContext* ctx) {
        menu_of(ctx, 1);
        ctx->ItemClick(ICON_FA_STAR "  Explore its best checkpoint");
        IM_CHECK(ui.session.last<OpenCheckpoint>() != nullptr);
        IM_CHECK(ui.session.last<OpenCheckpoint>()->path
                 == "/home/someone/ganvas/runs/one/checkpoints/step-400.safetensors");
        menu_of(ctx, 1);
        ctx->MenuClick(ICON_FA_CODE_FORK "  Fork from/step 200");
        ctx->Yield(3);
        IM_CHECK(ui.session.last<PlanFork>() != nullptr);
        IM_CHECK(ui.session.last<PlanFork>()->checkpoint
                 == "/home/someone/ganvas/runs/one/checkpoints/step-200.safetensors");
        IM_CHECK_EQ(ui.session.count<StartTraining>(), 0);
        // What is fixed while a run lasts can be changed until the fork begins.
        ctx->SetRef("//Train");
        IM_CHECK(!(ctx->ItemInfo("generator.width/##value/##slider").ItemFlags & ImGuiItemFlags_Disabled));
    });
    bring_up(ui, PanelId::runs);
    ui.screenshot("runs-fork");
    ui.run("begin", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//Runs/" ICON_FA_PLAY "  Begin");
        IM_CHECK_EQ(ui.session.count<StartTraining>(), 1);
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("//Runs/" ICON_FA_PLAY "  Begin"));
    });
}

TEST_CASE(
    "two runs are compared: one quantity of both, distances of one badge, the same latents on both sides") {
    UiHarness ui({});
    ui.session.add_run("one");
    bring_up(ui, PanelId::runs);
    ui.run("compare", [&](ImGuiTestContext* ctx) {
        menu_of(ctx, 0);
        ctx->MenuClick(ICON_FA_CODE_COMPARE "  Compare with/$$1/one");
        ctx->Yield(5);
        IM_CHECK(ui.session.last<CompareRuns>() != nullptr);
        IM_CHECK(ui.session.last<CompareRuns>()->second == "/home/someone/ganvas/runs/one");
        ctx->SetRef("//Compare");
        IM_CHECK(ctx->ItemExists("$$0/$$15/face"));
        IM_CHECK(ctx->ItemExists("$$1/$$15/face"));
        IM_CHECK(!ctx->ItemExists("##badge"));
        ctx->ItemClick("quantity/Distance");
        ctx->Yield(2);
        ctx->ItemClick("##badge");
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("//$FOCUSED/lite0-96 · N 2048 · faces"));
        IM_CHECK(ctx->ItemExists("//$FOCUSED/lite0 · N 2048 · faces   (one run only)"));
        ctx->KeyPress(ImGuiKey_Escape);
        const std::uint64_t before = ui.session.last<CompareRuns>()->seed;
        ctx->SetRef("//Compare");
        ctx->ItemClick(ICON_FA_DICE "##other latents");
        IM_CHECK_EQ(ui.session.last<CompareRuns>()->seed, before + 16);
    });
    ui.screenshot("compare");
}

TEST_CASE(
    "studies: one is chosen and started with a budget, its table fills, it is cancelled, its page opens") {
    UiHarness ui({});
    bring_up(ui, PanelId::studies);
    ui.run("studies", [&](ImGuiTestContext* ctx) {
        IM_CHECK_EQ(ui.session.count<ListStudies>(), 1);
        ctx->SetRef(ctx->WindowInfo("//Studies/list").ID);
        ctx->ItemClick("report4-sagan/##study");
        ctx->SetRef("//Studies");
        ctx->ItemClick(ICON_FA_PLAY "  Start");
        IM_CHECK(ui.session.last<StartStudy>() != nullptr);
        IM_CHECK(ui.session.last<StartStudy>()->study == "report4-sagan");
        IM_CHECK_EQ(ui.session.last<StartStudy>()->minutes, 2.0);
        ctx->Yield(3);
        IM_CHECK(!ctx->ItemExists(ICON_FA_PLAY "  Start"));
    });
    ui.screenshot("study-running");
    ui.run("study ends", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Studies");
        ctx->ItemClick(ICON_FA_STOP "  Cancel");
        IM_CHECK(ui.session.last<CancelJob>() != nullptr);
        IM_CHECK_EQ(ui.session.last<CancelJob>()->id, 777);
        ctx->Yield(2);
        ctx->ItemClick(ICON_FA_ARROW_UP_RIGHT_FROM_SQUARE "  Open the page");
        IM_CHECK_EQ(ui.dialogs.pages.size(), 1);
        IM_CHECK(ui.dialogs.pages[0] == "/tmp/studies/report4-sagan/index.html");
    });
}

TEST_CASE("mode collapse stands beside the distance, each measure with a curve of its own") {
    UiHarness ui({});
    bring_up(ui, PanelId::distance);
    ui.run("none yet", [&](ImGuiTestContext* ctx) { IM_CHECK(!ctx->ItemExists("//Distance/###batches")); });
    for (const std::int64_t step : {50, 100, 150, 200}) {
        DiversityPoint point;
        point.step = step;
        point.images = step * 64;
        point.between_batches = 60 - static_cast<double>(step) / 10;
        point.between_batches_deviation = 2;
        point.pairwise = 7 - static_cast<double>(step) / 50;
        point.data_pairwise = 8;
        point.modes = 7;
        point.classes = 10;
        point.effective_modes = 5.2;
        point.count = 256;
        point.batch = 64;
        point.extractor = "lite0-96";
        point.data = "faces";
        ui.session.view.diversity.push_back(point);
    }
    ui.frames(3);
    const Image distance = ui.pixels();
    ui.run("batches", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//Distance/###batches");
        ctx->Yield(2);
    });
    CHECK(ui.pixels().pixels != distance.pixels);
    ui.screenshot("diversity-batches");
    ui.run("apart", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//Distance/###apart");
        ctx->Yield(2);
    });
    ui.screenshot("diversity-apart");
}
