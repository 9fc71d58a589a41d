// The panels about training: data, curves, distances, runs, jobs and messages; Train has its own file.
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
    ui.frames(3);
}

} // namespace

TEST_CASE("curves: a curve hides, the wheel zooms, one click shows the whole run again") {
    UiHarness ui({.content = FakeContent::small});
    ui.session.train(400);
    bring_up(ui, PanelId::curves);
    ui.run("curves", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Curves");
        IM_CHECK(ctx->ItemExists("D"));
        ctx->ItemClick("D");
        IM_CHECK(!ctx->ItemExists(ICON_FA_EXPAND "##whole"));
        const ImGuiWindow* window = ctx->GetWindowByRef("");
        ctx->MouseMoveToPos(
            ImVec2(window->Pos.x + window->Size.x * 0.6f, window->Pos.y + window->Size.y * 0.6f));
        ctx->MouseWheelY(2);
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists(ICON_FA_EXPAND "##whole"));
        ctx->ItemClick(ICON_FA_EXPAND "##whole");
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists(ICON_FA_EXPAND "##whole"));
    });
    ui.dialogs.next_answer = "/tmp/curves.png";
    ui.run("curves export", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Curves");
        ctx->ItemClick(ICON_FA_SLIDERS "##menu");
        ctx->ItemClick("//$FOCUSED/" ICON_FA_FILE_EXPORT "  PNG, SVG or CSV…");
        ctx->Yield(2);
        IM_CHECK(ui.session.last<ExportCurves>() != nullptr);
        IM_CHECK(ui.session.last<ExportCurves>()->path == "/tmp/curves.png");
        IM_CHECK_EQ(ui.session.last<ExportCurves>()->smoothing, 20.0);
        IM_CHECK(ui.session.last<ExportCurves>()->dark);
    });
}

TEST_CASE("distance: measured on demand with the full features; unlike badges get a choice, not one axis") {
    UiHarness ui({.content = FakeContent::small});
    ui.session.train(200);
    bring_up(ui, PanelId::distance);
    ui.run("distance", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Distance");
        ctx->ItemClick("###measure");
        IM_CHECK(ui.session.last<MeasureDistance>() != nullptr);
        IM_CHECK(ui.session.last<MeasureDistance>()->extractor == "lite0");
        IM_CHECK_EQ(ui.session.last<MeasureDistance>()->count, 2048);
        IM_CHECK(!ctx->ItemExists("##kind"));
        DistancePoint other = ui.session.view.distances.back();
        other.extractor = "lite0";
        other.value = 12;
        ui.session.view.distances.push_back(other);
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("##kind"));
    });
}

TEST_CASE(
    "distance: how many pictures is chosen beside the curve, and the curves are exported from here too") {
    UiHarness ui({.content = FakeContent::small});
    ui.session.train(200);
    bring_up(ui, PanelId::distance);
    ui.dialogs.next_answer = "/tmp/curves.svg";
    ui.run("distance menu", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//Distance/" ICON_FA_SLIDERS "##menu");
        ctx->SetRef("//$FOCUSED");
        const char* count = "measure.count/##value";
        if (!ctx->ItemExists(count)) count = "measure.count/##value/##slider";
        ctx->ItemInputValue(count, 512);
        ctx->Yield(4);
        IM_CHECK(ui.session.last<ChangeSetting>() != nullptr);
        IM_CHECK(ui.session.last<ChangeSetting>()->key == "measure.count");
        IM_CHECK(ui.session.last<ChangeSetting>()->value == "512");
        ctx->ItemClick(ICON_FA_FILE_EXPORT "  PNG, SVG or CSV…");
        ctx->Yield(3);
        IM_CHECK(ui.session.last<ExportCurves>() != nullptr);
        IM_CHECK(ui.session.last<ExportCurves>()->path == "/tmp/curves.svg");
    });
}

TEST_CASE("data: real beside generated from the first start on; a run's data are opened by one click") {
    UiHarness ui({.content = FakeContent::small});
    ui.session.view.samples.clear();
    ++ui.session.view.history_id;
    bring_up(ui, PanelId::data);
    ui.frames(20);
    ui.screenshot("data-first-start");
    ui.run("both", [&](ImGuiTestContext* ctx) {
        ImGuiTestItemList items;
        ctx->GatherItems(&items, "//Data");
        IM_CHECK(ctx->ItemExists("//Data/source/##path"));
    });
    ui.session.view.data.reset();
    ui.session.view.data_source = "/data/photos64.tar";
    bring_up(ui, PanelId::data);
    ui.run("open", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//Data/Not opened yet/" ICON_FA_FOLDER_OPEN "  Open these data");
        IM_CHECK(ui.session.last<OpenData>() != nullptr);
        IM_CHECK(ui.session.last<OpenData>()->source == "/data/photos64.tar");
    });
}

TEST_CASE("Ctrl+E from a list exports from the explorer that was used last") {
    UiHarness ui({.content = FakeContent::small});
    bring_up(ui, PanelId::pad);
    bring_up(ui, PanelId::messages);
    ui.dialogs.next_answer = "/tmp/pad.png";
    ui.run("export from a list", [&](ImGuiTestContext* ctx) {
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_E);
        ctx->Yield(2);
        ctx->ItemClick("//$FOCUSED/Picture as PNG…");
        ctx->Yield(3);
        IM_CHECK(ui.session.last<ExportLatents>() != nullptr);
        IM_CHECK(ui.session.last<ExportLatents>()->kind == ExportKind::picture);
    });
}

TEST_CASE("view menu: light theme, smooth pixels, a panel hidden and back, the default layout; keys scale") {
    UiHarness ui({.content = FakeContent::small});
    ui.run("view", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("##MainMenuBar");
        ctx->MenuClick("View/Light");
        IM_CHECK(ui.preferences.theme == ThemeKind::light);
        IM_CHECK(ui.application().wishes().preferences_changed);
        ctx->MenuClick("View/Smooth pixels");
        IM_CHECK(ui.preferences.smooth_pictures);
        ctx->MenuClick("View/Pad");
        IM_CHECK_EQ(ui.preferences.hidden_panels.size(), 1);
        ctx->MenuClick("View/Pad");
        IM_CHECK(ui.preferences.hidden_panels.empty());
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_Equal);
        IM_CHECK_GT(ui.preferences.scale, 1.05f);
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_0);
        IM_CHECK_EQ(ui.preferences.scale, 1.0f);
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_Minus);
        IM_CHECK_LT(ui.preferences.scale, 0.95f);
        ctx->KeyPress(ImGuiKey_F11);
        IM_CHECK(ui.application().wishes().toggle_fullscreen);
    });
}

TEST_CASE("jobs are cancelled, messages dismissed, runs opened and gone on with") {
    UiHarness ui({.content = FakeContent::huge});
    ui.session.set_state(TrainingState::paused);
    bring_up(ui, PanelId::jobs);
    ui.run("jobs", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Jobs");
        const JobStatus* active = nullptr;
        for (const JobStatus& job : ui.session.view.jobs)
            if (job.state == JobState::running || job.state == JobState::waiting) active = &job;
        IM_CHECK(active != nullptr);
        ctx->ItemClick(("$$" + std::to_string(active->id) + "/" ICON_FA_XMARK "##cancel").c_str());
        IM_CHECK(ui.session.last<CancelJob>() != nullptr);
        IM_CHECK_EQ(ui.session.last<CancelJob>()->id, active->id);
    });
    bring_up(ui, PanelId::messages);
    ui.run("messages", [&](ImGuiTestContext* ctx) {
        const std::uint64_t newest = ui.session.view.notices.back().id;
        const std::size_t before = ui.session.view.notices.size();
        ctx->SetRef(ctx->WindowInfo("//Messages/list").ID);
        ctx->ItemClick(("$$" + std::to_string(newest) + "/" ICON_FA_XMARK "##dismiss").c_str());
        IM_CHECK_EQ(ui.session.last<DismissNotice>()->id, newest);
        IM_CHECK_EQ(ui.session.view.notices.size(), before - 1);
        ctx->SetRef("//Messages");
        ctx->ItemClick("least/Errors");
        ctx->ItemClick("Dismiss all");
        for (const Notice& notice : ui.session.view.notices) IM_CHECK(notice.level != NoticeLevel::error);
        IM_CHECK(!ui.session.view.notices.empty());
        ctx->ItemClick("least/All");
        ctx->ItemClick("Dismiss all");
        IM_CHECK(ui.session.view.notices.empty()); // every one, not every second
    });
    bring_up(ui, PanelId::runs);
    ui.run("runs", [&](ImGuiTestContext* ctx) {
        ctx->SetRef(ctx->WindowInfo("//Runs/cards").ID);
        ctx->ItemClick("$$0/###open");
        IM_CHECK(ui.session.last<OpenCheckpoint>()->path == ui.session.view.runs[0].folder);
        IM_CHECK_EQ(ui.session.count<StartTraining>(), 0);
        ctx->ItemClick("$$0/" ICON_FA_PLAY "  Go on");
        IM_CHECK_EQ(ui.session.count<OpenCheckpoint>(), 1);
        IM_CHECK_EQ(ui.session.count<StartTraining>(), 0); // it would begin whatever is open
        IM_CHECK(ui.session.last<ContinueRun>() != nullptr);
        IM_CHECK(ui.session.last<ContinueRun>()->folder == ui.session.view.runs[0].folder);
        // Without a checkpoint there is nothing to explore, but it can be trained from its beginning.
        ui.session.set_state(TrainingState::paused);
        ctx->Yield(2);
        IM_CHECK(!(ctx->ItemInfo("$$0/###open").ItemFlags & ImGuiItemFlags_Disabled));
        ui.session.view.runs[0].resumable = false;
        ctx->Yield(2);
        IM_CHECK(ctx->ItemInfo("$$0/###open").ItemFlags & ImGuiItemFlags_Disabled);
        ctx->ItemClick("$$0/" ICON_FA_PLAY "  Go on");
        IM_CHECK_EQ(ui.session.count<ContinueRun>(), 2);
        // While a run is opened its card says so, and is not opened twice.
        ui.session.view.opening = ui.session.view.runs[0].folder;
        ui.session.set_state(TrainingState::paused);
        ctx->Yield(2);
        IM_CHECK(ctx->ItemInfo("$$0/" ICON_FA_PLAY "  Go on").ItemFlags & ImGuiItemFlags_Disabled);
    });
}

TEST_CASE("messages: what a notice offers is done by its button, on the toast and in the list") {
    UiHarness ui({.content = FakeContent::small});
    ui.session.view.notices.push_back({1, NoticeLevel::info, "“one” was stopped and saved at step 400", 3,
                                       NoticeAction::continue_run, "/home/someone/ganvas/runs/one"});
    ui.frames(3);
    ui.screenshot("notice-offer");
    ui.run("toast", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//##toast1/Go on with it");
        IM_CHECK(ui.session.last<ContinueRun>() != nullptr);
        IM_CHECK(ui.session.last<ContinueRun>()->folder == "/home/someone/ganvas/runs/one");
    });
    ui.session.view.notices.push_back(
        {2, NoticeLevel::info,
         "“one” is trained on faces, and stays with that: /data/cats.zip is for "
         "a new run",
         4, NoticeAction::new_run_on, "/data/cats.zip"});
    bring_up(ui, PanelId::messages);
    ui.screenshot("messages-offer");
    ui.run("list", [&](ImGuiTestContext* ctx) {
        ctx->SetRef(ctx->WindowInfo("//Messages/list").ID);
        ctx->ItemClick("$$2/New run on cats.zip");
        IM_CHECK(ui.session.last<NewRun>() != nullptr);
        IM_CHECK(ui.session.last<NewRun>()->data == "/data/cats.zip");
        IM_CHECK_EQ(ui.session.view.notices.size(), 1); // done, so it is gone
    });
}

TEST_CASE("data that are being opened show their progress where Train was pressed") {
    UiHarness ui({.content = FakeContent::small});
    ui.session.set_state(TrainingState::opening);
    ui.session.view.snapshot.message = "opening photos.tar";
    ui.session.view.data_source = "/data/photos.tar";
    ui.session.view.data_job = 41;
    ui.session.view.jobs.push_back({40, "Opening some run", "", 0.9, 1, JobState::running, ""});
    ui.session.view.jobs.push_back(
        {41, "Opening photos.tar", "1,200 of 4,000", 0.3, 1, JobState::running, ""});
    bring_up(ui, PanelId::train);
    ui.screenshot("train-opening");
    ui.run("source", [&](ImGuiTestContext* ctx) {
        // What will be trained on, though the pictures on the screen are still the others.
        IM_CHECK(ctx->ItemExists("//Train/source/##path"));
        IM_CHECK(ctx->ItemInfo("//Train/###main").ItemFlags & ImGuiItemFlags_Disabled);
        ctx->ItemClick("//Train/" ICON_FA_STOP "##stop");
        IM_CHECK_EQ(ui.session.count<StopTraining>(), 1);
    });
}

TEST_CASE("every panel draws in every training state with empty, small and huge data") {
    for (const FakeContent content : {FakeContent::empty, FakeContent::small, FakeContent::huge}) {
        UiHarness ui({.content = content});
        for (int state = 0; state <= static_cast<int>(TrainingState::failed); ++state) {
            ui.session.set_state(static_cast<TrainingState>(state));
            for (int panel = 0; panel < static_cast<int>(PanelId::count); ++panel) {
                ui.application().show(static_cast<PanelId>(panel));
                ui.frames(2);
                CHECK(ImGui::GetDrawData()->TotalVtxCount > 0);
            }
        }
        const char* names[] = {"empty", "small", "huge"};
        ui.session.set_state(TrainingState::failed);
        for (const PanelId panel : {PanelId::train, PanelId::arithmetic, PanelId::attributes, PanelId::pad,
                                    PanelId::runs, PanelId::messages}) {
            bring_up(ui, panel);
            ui.screenshot("panel-" + std::to_string(static_cast<int>(panel)) + "-"
                          + names[static_cast<int>(content)]);
        }
    }
}
