// Studies: chosen, started at several lengths, with some of the rows; their tables, those of earlier starts included.
#include <doctest/doctest.h>

#include <algorithm>

#include <icons_font_awesome_6.h>
#include <imgui.h>
#include <imgui_internal.h>

#include "tests/ui/harness.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

constexpr const char* start_button = ICON_FA_PLAY "  Start";
constexpr const char* page_button = ICON_FA_ARROW_UP_RIGHT_FROM_SQUARE "  Open the page";

void bring_up(UiHarness& ui, PanelId panel) {
    ui.application().show(panel);
    ui.frames(4);
}

void choose(ImGuiTestContext* ctx, const char* study) {
    ctx->SetRef(ctx->WindowInfo("//Studies/list").ID);
    ctx->ItemClick((std::string(study) + "/##study").c_str());
    ctx->SetRef("//Studies");
    ctx->Yield(3);
}

/// Rows stand in the table's own scrolling window.
void tick(ImGuiTestContext* ctx, const char* row) {
    ctx->ItemClick((std::string("//Studies/**/###") + row).c_str());
}

void finish(UiHarness& ui) {
    ui.session.view.study->running = false;
    ui.frames(3);
}

bool disabled(ImGuiTestContext* ctx, const char* item) {
    return (ctx->ItemInfo(item).ItemFlags & ImGuiItemFlags_Disabled) != 0;
}

} // namespace

TEST_CASE(
    "studies: one is chosen and started with a budget, its table fills, it is cancelled, its page opens") {
    UiHarness ui({});
    bring_up(ui, PanelId::studies);
    ui.run("studies", [&](ImGuiTestContext* ctx) {
        IM_CHECK_EQ(ui.session.count<ListStudies>(), 1);
        choose(ctx, "report4-sagan");
        IM_CHECK(ui.session.last<ReadStudy>() != nullptr);
        IM_CHECK(ui.session.last<ReadStudy>()->study == "report4-sagan");
        ctx->ItemClick(start_button);
        IM_CHECK(ui.session.last<StartStudy>() != nullptr);
        IM_CHECK(ui.session.last<StartStudy>()->study == "report4-sagan");
        IM_CHECK_EQ(ui.session.last<StartStudy>()->minutes, 2.0);
        IM_CHECK(ui.session.last<StartStudy>()->only.empty());
        IM_CHECK(ui.session.last<StartStudy>()->weights.empty());
        ctx->Yield(3);
        IM_CHECK(!ctx->ItemExists(start_button));
    });
    ui.screenshot("study-running");
    ui.run("study ends", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Studies");
        ctx->ItemClick(ICON_FA_STOP "  Cancel");
        IM_CHECK(ui.session.last<CancelJob>() != nullptr);
        IM_CHECK_EQ(ui.session.last<CancelJob>()->id, 777);
        ctx->Yield(2);
        ctx->ItemClick(page_button);
        IM_CHECK_EQ(ui.dialogs.pages.size(), 1);
        IM_CHECK(ui.dialogs.pages[0] == "/tmp/studies/report4-sagan-2min/index.html");
    });
}

TEST_CASE("a study is started again with another budget: both tables stay, each with its page") {
    UiHarness ui({});
    bring_up(ui, PanelId::studies);
    ui.run("two minutes", [&](ImGuiTestContext* ctx) {
        choose(ctx, "report4-sagan");
        ctx->ItemClick(start_button);
    });
    finish(ui);
    ui.run("five minutes", [&](ImGuiTestContext* ctx) {
        ctx->SetRef(ctx->WindowInfo("//Studies/budget").ID);
        ctx->ItemInputValue("##budget/##slider", 5.0f);
        ctx->SetRef("//Studies");
        ctx->ItemClick(start_button);
        ctx->Yield(3);
        IM_CHECK_EQ(ui.session.count<StartStudy>(), 2);
        IM_CHECK_EQ(ui.session.last<StartStudy>()->minutes, 5.0);
    });
    finish(ui);
    ui.screenshot("study-two-budgets");
    ui.run("both pages", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Studies");
        ctx->ItemClick(page_button);
        ctx->ItemClick("###\\/tmp\\/studies\\/report4-sagan-2min");
        ctx->Yield(2);
        ctx->ItemClick(page_button);
        IM_CHECK_EQ(ui.dialogs.pages.size(), 2);
        IM_CHECK(ui.dialogs.pages[0] == "/tmp/studies/report4-sagan-5min/index.html");
        IM_CHECK(ui.dialogs.pages[1] == "/tmp/studies/report4-sagan-2min/index.html");
        // The next start goes on with the one that is shown.
        ctx->ItemClick(start_button);
        IM_CHECK_EQ(ui.session.last<StartStudy>()->minutes, 2.0);
    });
}

TEST_CASE("a study that an earlier start finished is read from the disk; another one does not lose it") {
    UiHarness ui({});
    bring_up(ui, PanelId::studies);
    ui.run("earlier", [&](ImGuiTestContext* ctx) {
        choose(ctx, "report3-ablation");
        IM_CHECK(ui.session.last<ReadStudy>()->study == "report3-ablation");
        IM_CHECK(!ui.session.view.study.has_value()); // nothing was started in this window
        ctx->ItemClick(page_button);
        IM_CHECK(ui.dialogs.pages.back() == "/tmp/studies/report3-ablation-5min/index.html");
    });
    ui.screenshot("study-earlier");
    ui.run("another", [&](ImGuiTestContext* ctx) {
        choose(ctx, "report4-sagan");
        IM_CHECK(!ctx->ItemExists(page_button)); // nothing is there yet
        ctx->ItemClick(start_button);
        ctx->Yield(2);
        choose(ctx, "report3-ablation");
        IM_CHECK(disabled(ctx, start_button)); // one at a time
        ctx->ItemClick("###\\/tmp\\/studies\\/report3-ablation-full");
        ctx->Yield(2);
        ctx->ItemClick(page_button);
        IM_CHECK(ui.dialogs.pages.back() == "/tmp/studies/report3-ablation-full/index.html");
        choose(ctx, "report4-sagan");
        IM_CHECK(ctx->ItemExists(ICON_FA_STOP "  Cancel"));
    });
}

TEST_CASE("the table shows a finding where nothing could be measured, and the report's value beside ours") {
    UiHarness ui({});
    bring_up(ui, PanelId::studies);
    ui.run("choose", [&](ImGuiTestContext* ctx) {
        choose(ctx, "report3-ablation");
        ctx->MouseMoveToPos(ImVec2(2, 2));
        ctx->Yield(2);
    });
    const Image whole = ui.pixels();
    ui.screenshot("study-finding");
    StudyCell& collapse = ui.session.view.study_results["report3-ablation"].runs[0].table.rows[0].cells[1];
    REQUIRE(collapse.finding == "none to the end");
    collapse.finding.clear();
    ui.frames(2);
    const Image without_finding = ui.pixels();
    CHECK(without_finding.pixels != whole.pixels);
    for (StudyRowView& row : ui.session.view.study_results["report3-ablation"].runs[0].table.rows)
        for (StudyCell& cell : row.cells) cell.report.clear();
    ui.frames(2);
    CHECK(ui.pixels().pixels != without_finding.pixels);
}

TEST_CASE("rows are ticked, and a study can be as long as in the report") {
    UiHarness ui({});
    bring_up(ui, PanelId::studies);
    ui.run("rows", [&](ImGuiTestContext* ctx) {
        choose(ctx, "report1-upsampling");
        tick(ctx, "nearest");
        ctx->ItemClick("as in the report");
        ctx->Yield(2);
        ctx->ItemClick(start_button);
        const StartStudy* started = ui.session.last<StartStudy>();
        IM_CHECK(started != nullptr);
        IM_CHECK_EQ(started->minutes, 0.0);
        IM_CHECK((started->only == std::vector<std::string>{"deconvolution", "bilinear"}));
    });
    finish(ui);
    ui.screenshot("study-rows");
    ui.run("no rows", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Studies");
        tick(ctx, "deconvolution");
        tick(ctx, "bilinear");
        ctx->Yield(2);
        IM_CHECK(disabled(ctx, start_button));
        tick(ctx, "nearest");
        ctx->Yield(2);
        IM_CHECK(!disabled(ctx, start_button));
        ctx->ItemClick(start_button);
        IM_CHECK((ui.session.last<StartStudy>()->only == std::vector<std::string>{"nearest"}));
    });
}

TEST_CASE("Inception's file is chosen once, and used by a study and by the measuring of a model") {
    UiHarness ui({});
    bring_up(ui, PanelId::studies);
    ui.dialogs.next_answer = "/home/someone/inception.safetensors";
    ui.run("file", [&](ImGuiTestContext* ctx) {
        choose(ctx, "report4-sagan");
        ctx->ItemClick("weights/extractor/Inception");
        ctx->Yield(3);
        IM_CHECK_EQ(ui.dialogs.asked.size(), 1);
        IM_CHECK(ui.preferences.inception_weights == "/home/someone/inception.safetensors");
        ctx->ItemClick(start_button);
        IM_CHECK(ui.session.last<StartStudy>()->weights == "/home/someone/inception.safetensors");
    });
    finish(ui);
    ui.screenshot("study-inception");
    bring_up(ui, PanelId::distance);
    ui.keep_pixels = true;
    ui.run("measure", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//Distance/###measure");
        IM_CHECK(ui.session.last<MeasureDistance>()->extractor == "lite0");
        IM_CHECK(ui.session.last<MeasureDistance>()->weights.empty());
        ctx->ItemClick("//Distance/" ICON_FA_SLIDERS "##menu");
        ctx->ItemClick("//$FOCUSED/weights/extractor/Inception");
        ctx->Yield(2);
        ui.screenshot_of_last("distance-features");
        ctx->PopupCloseAll();
        ctx->Yield(2);
        IM_CHECK_EQ(ui.dialogs.asked.size(), 1); // it is known by now
        ctx->ItemClick("//Distance/###measure");
        IM_CHECK(ui.session.last<MeasureDistance>()->extractor == "inception");
        IM_CHECK(ui.session.last<MeasureDistance>()->weights == "/home/someone/inception.safetensors");
    });
}
