// Exported files that are opened again, pictures of the user's, and the offer to go on.
#include <doctest/doctest.h>

#include <filesystem>

#include <icons_font_awesome_6.h>

#include "engine/api/pictures.h"
#include "engine/core/files.h"
#include "tests/ui/harness.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

LatentPoint face(std::uint64_t seed) {
    LatentPoint point;
    point.from = LatentSum::face(seed);
    return point;
}

void bring_back(UiHarness& ui, const char* kind, std::vector<LatentPoint> points) {
    RestoredState state;
    state.id = !ui.session.view.restored.empty() ? ui.session.view.restored.back().id + 1 : 100;
    state.kind = kind;
    state.points = std::move(points);
    ui.session.view.restored = {state};
    ui.frames(3);
}

/// A picture file of the user's: a grey ramp, of another size than the model's.
std::string own_picture() {
    Image image(40, 30, 3);
    for (std::size_t at = 0; at < image.pixels.size(); ++at)
        image.pixels[at] = static_cast<std::uint8_t>(at % 251);
    const Path folder = GANVAS_TEST_OUTPUT_DIR;
    const std::string path = (folder / "own-picture.png").string();
    REQUIRE(make_folder(folder).ok());
    REQUIRE(write_picture(path, image).ok());
    return path;
}

} // namespace

TEST_CASE("a walk on the pad comes back with its axes, coordinates and face") {
    UiHarness ui({});
    LatentPoint point = face(12);
    point.axes = {{3, 1.5}, {7, -0.5}};
    point.coordinates = {{4, 2.0}};
    bring_back(ui, "pad", {point});
    CHECK(ui.explorer().pad_point(1) == point);
    point.axes.clear();
    point.moves = {{30, 31, 0.25}};
    point.attributes = {{"Smiling", -1}};
    bring_back(ui, "pad", {point});
    CHECK(ui.explorer().a->seed == 30);
    CHECK(ui.explorer().b->seed == 31);
    CHECK(ui.explorer().pad_point(1) == point);
}

TEST_CASE("a walk along axes that this model's file lacks has them found, and stays where it was meanwhile") {
    UiHarness ui({});
    ui.session.view.model.principal_axes = 0;
    LatentPoint point = face(12);
    point.axes = {{6, 1.5}};
    bring_back(ui, "pad", {point});
    CHECK(ui.session.count<ComputeAxes>() == 1);
    ui.frames(3);
    CHECK(ui.explorer().pad_point(1) == point);
    ui.session.view.model.principal_axes = 10;
    ui.frames(3);
    CHECK(ui.explorer().pad_point(1) == point);
}

TEST_CASE("an arithmetic sheet comes back with its slots, noise and noise seed") {
    UiHarness ui({});
    ExplorerState made;
    made.slots = {std::vector<std::uint64_t>{3, 4}, {5}, {6, 7, 8}};
    made.sheet_noise = 0.4;
    made.sheet_seed = 9;
    bring_back(ui, "arithmetic", made.arithmetic_sheet());
    CHECK(ui.explorer().arithmetic_sheet() == made.arithmetic_sheet());
    bring_back(ui, "arithmetic", {made.arithmetic_point()});
    CHECK(ui.explorer().slots == made.slots);
}

TEST_CASE("one face becomes A and is pinned; a grid of other faces is pinned; a page of the random grid is "
          "turned to") {
    UiHarness ui({});
    bring_back(ui, "face", {face(901)});
    CHECK(ui.explorer().a->seed == 901);
    CHECK(ui.explorer().pinned == std::vector<std::uint64_t>{901});
    bring_back(ui, "grid", {face(5), face(50), face(500)});
    CHECK(ui.explorer().pinned == std::vector<std::uint64_t>{5, 50, 500});
    bring_back(ui, "grid", {face(640), face(641), face(642)});
    CHECK(ui.explorer().random_seed == 640);
    ui.application().undo();
    CHECK(ui.explorer().random_seed != 640);
}

TEST_CASE("a picture of the user's stands in for A in x-space, is exported, and comes back with the sweep") {
    UiHarness ui({});
    const std::string path = own_picture();
    ui.dialogs.next_answer = path;
    ui.run("own picture", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//Sweep/$$0/A", ImGuiMouseButton_Right);
        ctx->ItemClick("//$FOCUSED/" ICON_FA_IMAGE "  A picture of mine (x-space)…");
        ctx->Yield(3);
        IM_CHECK(ui.explorer().a->picture != nullptr);
        IM_CHECK_EQ(ui.explorer().a->picture->width, 64);
        ui.dialogs.next_answer = "/tmp/strip.png";
        ctx->SetRef("//Sweep");
        ctx->ItemClick(ICON_FA_FILE_EXPORT "  Export");
        ctx->ItemClick("//$FOCUSED/Both strips as PNG…");
        ctx->Yield(3);
        IM_CHECK(ui.session.last<ExportLatents>() != nullptr);
        IM_CHECK(ui.session.last<ExportLatents>()->from_image == path);
        IM_CHECK(ui.session.last<ExportLatents>()->to_image.empty());
    });
    ui.screenshot("own-picture");
    // Another model: the picture is read again at its size.
    ui.session.view.model.image_size = 32;
    ui.frames(2);
    CHECK(ui.explorer().a->picture->width == 32);
    ui.session.view.model.image_size = 64;

    ui.explorer().a = FacePick{1, nullptr, {}};
    RestoredState state;
    state.id = 77;
    state.kind = "sweep";
    LatentPoint first = face(3), last = face(3);
    first.to = last.to = LatentSum::face(4);
    last.alpha = 1;
    state.points = {first, last};
    state.from_image = path;
    ui.session.view.restored = {state};
    ui.frames(3);
    REQUIRE(ui.explorer().a);
    CHECK(ui.explorer().a->seed == 3);
    CHECK(ui.explorer().a->picture != nullptr);
    CHECK(ui.explorer().a->picture_path == path);
}

TEST_CASE("a picture that cannot be read leaves A as it was and is said") {
    UiHarness ui({});
    const std::optional<FacePick> before = ui.explorer().a;
    const int notices = static_cast<int>(ui.session.view.notices.size());
    ui.application().use_picture(Side::a, "no-such-picture.png");
    REQUIRE(ui.session.last<ReadPicture>() != nullptr);
    CHECK(std::filesystem::path(ui.session.last<ReadPicture>()->path).is_absolute());
    ui.frames(3);
    CHECK(ui.explorer().a == before);
    CHECK(static_cast<int>(ui.session.view.notices.size()) == notices + 1);
    // Of two for one side the last counts, whichever is read first.
    const std::string path = own_picture();
    ui.application().use_picture(Side::a, path);
    const std::uint64_t first = ui.session.last<ReadPicture>()->id;
    ui.application().use_picture(Side::a, "no-such-picture.png");
    CHECK(ui.session.last<ReadPicture>()->id != first);
    ui.frames(3);
    CHECK(ui.explorer().a == before);
}

TEST_CASE("a history brings the samples to its mark once the run's marks are read; another run's never") {
    UiHarness ui({});
    ui.session.set_state(TrainingState::paused);
    ui.session.view.snapshot.run_folder = "/home/someone/ganvas/runs/one";
    ui.frames(4);
    const std::vector<SampleMark> marks = ui.session.view.samples;
    REQUIRE(marks.size() > 4);
    const auto exported_step = [&] {
        ui.dialogs.next_answer = "/tmp/grid.png";
        ui.run("which mark", [&](ImGuiTestContext* ctx) {
            ctx->ItemClick("//Samples/" ICON_FA_FLOPPY_DISK "##export");
            ctx->ItemClick("//$FOCUSED/This grid as PNG…");
            ctx->Yield(3);
        });
        REQUIRE(ui.session.last<ExportHistory>() != nullptr);
        return ui.session.last<ExportHistory>()->step;
    };
    const auto open_history = [&](std::int64_t step) {
        RestoredState state;
        state.id = !ui.session.view.restored.empty() ? ui.session.view.restored.back().id + 1 : 300;
        state.kind = "history";
        state.step = step;
        ui.session.view.restored = {state};
        ui.session.view.samples.clear(); // a job reads them
        ui.frames(4);
    };
    open_history(marks[2].step + 1);
    ui.session.view.samples = marks;
    ui.frames(3);
    CHECK(exported_step() == marks[2].step);
    open_history(marks[1].step);
    ui.session.view.snapshot.run_folder = "/home/someone/ganvas/runs/other";
    ui.session.view.samples = marks;
    ui.frames(3);
    CHECK(exported_step() == marks[2].step); // as it was
}

TEST_CASE("what no command makes leaves the clipboard as it was and says why") {
    UiHarness ui({});
    ui.session.no_command = Error{ErrorCode::unsupported, "no command makes this", "", ""};
    ui.run("no command", [&](ImGuiTestContext* ctx) {
        ImGui::SetClipboardText("mine"); // the test engine's own clipboard
        ctx->ItemClick("//Sweep/" ICON_FA_COPY "  Copy as command");
        IM_CHECK(std::string(ImGui::GetClipboardText()) == "mine");
        IM_CHECK(ctx->WindowInfo("//##toast1").Window != nullptr);
    });
}

TEST_CASE("closing waits for files that are being written, says so, and may be taken back or insisted on") {
    UiHarness ui({});
    Application& application = ui.application();
    ui.session.view.jobs = {{40, "Measuring Fréchet distance", "", 0.5, 1, JobState::running, ""}};
    ui.frames(2);
    CHECK(!application.may_close(false));
    ui.session.view.jobs.push_back({41, "Exporting sweep.gif", "", 0.25, 1, JobState::running, "", true});
    CHECK(!application.may_close(true)); // the job came after the last frame
    ui.frames(2);
    ui.screenshot("closing-after-export");
    ui.run("stay", [&](ImGuiTestContext* ctx) { ctx->ItemClick("//##leaving/Stay"); });
    ui.session.view.jobs.back().state = JobState::done;
    ui.frames(2);
    CHECK(!application.may_close(false)); // it was taken back

    ui.session.view.jobs.back().state = JobState::running;
    ui.frames(1);
    CHECK(!application.may_close(true));
    CHECK(!application.may_close(false));
    ui.session.view.jobs.back().state = JobState::done;
    ui.frames(1);
    CHECK(application.may_close(false)); // as soon as it is written; the measure is not waited for

    ui.session.view.jobs.back().state = JobState::running;
    ui.frames(2);
    CHECK(application.may_close(true)); // asked again: now
    ui.run("close without", [&](ImGuiTestContext* ctx) { ctx->ItemClick("//##leaving/Close without"); });
    CHECK(application.wishes().quit);
}

TEST_CASE("the offer to go on opens that very run and trains it; not now leaves it") {
    UiHarness ui({});
    ui.session.set_state(TrainingState::empty);
    ui.session.view.resume_offered = true;
    ui.session.view.resume_folder = "/home/someone/ganvas/runs/left-alone";
    ui.session.view.resume_step = 1200; // and not saved at the end
    ui.frames(4);
    ui.screenshot("resume-after-crash");
    ui.run("go on", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//##resume/" ICON_FA_PLAY "  Go on with it");
        ctx->Yield(2);
        IM_CHECK(ui.session.last<ContinueRun>() != nullptr);
        IM_CHECK(ui.session.last<ContinueRun>()->folder == "/home/someone/ganvas/runs/left-alone");
        IM_CHECK_EQ(ui.session.count<StartTraining>(), 0); // it would begin whatever is open
        IM_CHECK(!ctx->ItemExists("//##resume/" ICON_FA_PLAY "  Go on with it"));
    });
    ui.screenshot("resumed");
}
