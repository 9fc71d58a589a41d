// Runs: tags, compare, fork, best so far; mode collapse beside the distance.
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
    ctx->Yield(2);
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
        const auto find = [&](const char* words) {
            ctx->SetRef("//Runs");
            ctx->ItemInputValue("##filter", words);
            ctx->Yield(2);
        };
        const auto any_card = [&] {
            ctx->SetRef(ctx->WindowInfo("//Runs/cards").ID);
            return ctx->ItemExists(card(ctx, 0, ICON_FA_ELLIPSIS "##more").c_str());
        };
        find("one");
        menu_of(ctx, 0);
        ctx->ItemInputValue("##tags", " good , wide,good");
        ctx->Yield(3);
        IM_CHECK(ui.session.last<TagRun>() != nullptr);
        IM_CHECK(ui.session.last<TagRun>()->folder == "/home/someone/ganvas/runs/one");
        IM_CHECK((ui.session.last<TagRun>()->tags == std::vector<std::string>{"good", "wide"}));
        ctx->PopupCloseAll();
        find("narrow");
        IM_CHECK(!any_card());
        find("WIDE quick");
        IM_CHECK(any_card());
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
        ctx->MenuClick(ICON_FA_CODE_COMPARE "  Compare with");
        ctx->ItemClick("//###Menu_00/$$1/one");
        ctx->Yield(10);
        IM_CHECK(ui.session.last<CompareRuns>() != nullptr);
        IM_CHECK(ui.session.last<CompareRuns>()->second == "/home/someone/ganvas/runs/one");
        ctx->SetRef("//Compare");
        // A picture is explored by a click.
        ctx->ItemClick("$$1/$$3/face");
        IM_CHECK(ui.explorer().a.has_value());
        IM_CHECK_EQ(ui.explorer().a->seed, ui.session.view.comparison->seeds[3]);
        IM_CHECK(ctx->ItemExists("$$0/$$15/face"));
        IM_CHECK(!ctx->ItemExists("##badge"));
        ctx->ItemClick("quantity/Distance");
        ctx->Yield(2);
        ctx->ItemClick("##badge");
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("//$FOCUSED/lite0-96 · N 2048 · faces"));
        IM_CHECK(ctx->ItemExists("//$FOCUSED/lite0 · N 2048 · faces   (one run only)"));
        ctx->PopupCloseAll();
        const std::uint64_t before = ui.session.last<CompareRuns>()->seed;
        ctx->SetRef("//Compare");
        ctx->ItemClick(ICON_FA_DICE "##other latents");
        IM_CHECK_EQ(ui.session.last<CompareRuns>()->seed, before + 16);
    });
    ui.screenshot("compare");
    ui.run("both runs' curves and pictures as files", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Compare");
        ui.dialogs.next_answer = "/tmp/both.svg";
        ctx->ItemClick(ICON_FA_FILE_EXPORT "##export");
        ctx->ItemClick("//$FOCUSED/Curves of both (PNG, SVG or CSV)…");
        ctx->Yield(3);
        const auto* curves = ui.session.last<ExportCurves>();
        IM_CHECK(curves != nullptr && curves->path == "/tmp/both.svg");
        IM_CHECK_EQ(curves->runs.size(), std::size_t(2));
        IM_CHECK(curves->runs.back() == "/home/someone/ganvas/runs/one");
        ui.dialogs.next_answer = "/tmp/both.png";
        ctx->ItemClick(ICON_FA_FILE_EXPORT "##export");
        ctx->ItemClick("//$FOCUSED/Pictures of both as PNG…");
        ctx->Yield(3);
        IM_CHECK(ui.session.last<ExportComparison>()
                 && ui.session.last<ExportComparison>()->path == "/tmp/both.png");
    });
}

TEST_CASE("mode collapse stands beside the distance, each measure with a curve of its own") {
    UiHarness ui({});
    bring_up(ui, PanelId::distance);
    ui.run("none yet", [&](ImGuiTestContext* ctx) { IM_CHECK(!ctx->ItemExists("//Distance/###batches")); });
    for (const std::int64_t step : {50, 100, 150, 200, 250, 300, 350, 400}) {
        DiversityPoint point;
        const auto at = static_cast<double>(step);
        point.step = step;
        point.images = step * 64;
        point.epoch = at / 128;
        point.between_batches = 60 - at / 10;
        point.between_batches_deviation = 2;
        point.since_last = step == 50 ? -1 : 30 - at / 20;
        point.since_last_deviation = 1;
        point.pairwise = 7 - at / 80;
        point.data_pairwise = 8;
        point.modes = step < 300 ? 9 : 3;
        point.classes = 10;
        point.effective_modes = 5.2;
        point.count = 256;
        point.batch = 64;
        point.extractor = "lite0-96";
        point.data = "faces";
        ui.session.view.diversity.push_back(point);
    }
    ui.frames(3);
    std::vector<std::vector<std::uint8_t>> seen{ui.pixels().pixels};
    for (const char* name : {"batches", "consecutive", "apart", "modes"}) {
        ui.run(name, [&](ImGuiTestContext* ctx) {
            ctx->ItemClick((std::string("//Distance/###") + name).c_str());
            ctx->MouseMoveToPos(ImVec2(2, 2));
            ctx->Yield(2);
        });
        seen.push_back(ui.pixels().pixels);
        for (std::size_t before = 0; before + 1 < seen.size(); ++before)
            CHECK_MESSAGE(seen[before] != seen.back(), "a curve of its own: " << name);
        ui.screenshot(std::string("diversity-") + name);
    }
    // Data without classes: nothing counts modes, and what is shown exists.
    for (DiversityPoint& point : ui.session.view.diversity) point.modes = -1;
    ui.frames(3);
    ui.run("no classes", [&](ImGuiTestContext* ctx) {
        IM_CHECK(!ctx->ItemExists("//Distance/###modes"));
        IM_CHECK(ctx->ItemExists("//Distance/###consecutive"));
    });
    CHECK(ui.pixels().pixels != seen.back());
}
