// Samples under the hand: history, the right-click menu, dragging a face away, and looking into pictures.
#include <doctest/doctest.h>

#include <algorithm>

#include <icons_font_awesome_6.h>
#include <imgui.h>
#include <imgui_internal.h>

#include "tests/ui/harness.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

/// Pixels of one window of the layout.
std::vector<std::uint8_t> pixels_in(const Image& image, const ImRect& area) {
    std::vector<std::uint8_t> out;
    for (int y = static_cast<int>(area.Min.y); y < static_cast<int>(area.Max.y); ++y)
        out.insert(out.end(), image.row(y) + static_cast<int>(area.Min.x) * 3,
                   image.row(y) + static_cast<int>(area.Max.x) * 3);
    return out;
}

} // namespace

TEST_CASE("the history goes back and returns; an old mark is exported as it was, by command too") {
    UiHarness ui({});
    ui.session.set_state(TrainingState::paused);
    ui.session.view.snapshot.run_folder = "/home/someone/ganvas/runs/one";
    ui.frames(4);
    const std::size_t marks = ui.session.view.samples.size();
    REQUIRE(marks > 4);
    ui.run("history", [&](ImGuiTestContext* ctx) {
        ctx->SetRef(ctx->WindowInfo("//Samples/history").ID);
        const char* slider = "##history/##slider";
        ctx->MouseMove(slider);
        ctx->MouseWheelY(-3);
        ctx->Yield(2);
        ui.dialogs.next_answer = "/tmp/grid.png";
        ctx->ItemClick("//Samples/" ICON_FA_FLOPPY_DISK "##export");
        ctx->ItemClick("//$FOCUSED/This grid as PNG…");
        ctx->Yield(3);
        const ExportHistory* sent = ui.session.last<ExportHistory>();
        IM_CHECK(sent != nullptr);
        IM_CHECK_EQ(sent->step, ui.session.view.samples[marks - 4].step);
        ctx->ItemClick("//Samples/" ICON_FA_FLOPPY_DISK "##export");
        ctx->ItemClick("//$FOCUSED/This grid as PNG…/" ICON_FA_COPY "##copy");
        const std::string line = ImGui::GetClipboardText();
        IM_CHECK(line.rfind("ganvas runs history ", 0) == 0);
        IM_CHECK(line.find("--step " + std::to_string(ui.session.view.samples[marks - 4].step)) != line.npos);
        ctx->ItemDoubleClick(slider);
        ctx->Yield(2);
        ctx->ItemClick("//Samples/" ICON_FA_FLOPPY_DISK "##export");
        ctx->ItemClick("//$FOCUSED/This grid as PNG…");
        ctx->Yield(3);
        // The newest mark too: by now the weights may be others, and truncation and class were never the mark's.
        IM_CHECK_EQ(ui.session.count<ExportHistory>(), 2);
        IM_CHECK_EQ(ui.session.last<ExportHistory>()->step, ui.session.view.samples.back().step);
        IM_CHECK_EQ(ui.session.count<ExportLatents>(), 0);
        ctx->ItemClick("//Samples/" ICON_FA_FLOPPY_DISK "##export");
        ctx->ItemClick("//$FOCUSED/This grid as PNG…/" ICON_FA_COPY "##copy");
        IM_CHECK(std::string(ImGui::GetClipboardText())
                     .find("--step " + std::to_string(ui.session.view.samples.back().step))
                 != std::string::npos);
        ui.explorer().truncation = 0.5;
        ctx->ItemClick("//Samples/" ICON_FA_FLOPPY_DISK "##export");
        ctx->ItemClick("//$FOCUSED/Latents (safetensors or CSV)…");
        ctx->Yield(3);
        IM_CHECK(ui.session.last<ExportLatents>() != nullptr);
        IM_CHECK_EQ(static_cast<int>(ui.session.last<ExportLatents>()->points.size()), 64);
        IM_CHECK_EQ(ui.session.last<ExportLatents>()->points.front().truncation, 1.0);
        ctx->ItemClick("//Samples/kind/Random");
        ctx->ItemClick("//Samples/" ICON_FA_FLOPPY_DISK "##export");
        ctx->ItemClick("//$FOCUSED/This grid as PNG…");
        ctx->Yield(3);
        IM_CHECK_EQ(ui.session.last<ExportLatents>()->points.front().truncation, 0.5);
        ctx->ItemClick("//Samples/kind/Fixed");
        for (const char* film : {"History as a film…", "History as one sheet…"}) {
            const int before = ui.session.count<ExportHistory>();
            ctx->ItemClick("//Samples/" ICON_FA_FLOPPY_DISK "##export");
            ctx->ItemClick((std::string("//$FOCUSED/") + film).c_str());
            ctx->Yield(3);
            IM_CHECK_EQ(ui.session.count<ExportHistory>(), before + 1);
            IM_CHECK_EQ(ui.session.last<ExportHistory>()->step, -1);
        }
    });
    ui.screenshot("history");
}

TEST_CASE(
    "the right-click menu pins, copies the seed, saves a PNG and asks for the nearest training images") {
    UiHarness ui({});
    const auto seeds = ui.session.view.sample_seeds;
    ui.dialogs.next_answer = "/tmp/face.png";
    ui.run("face menu", [&](ImGuiTestContext* ctx) {
        const auto choose = [&](const char* entry) {
            ctx->ItemClick("//Samples/$$12/tile", ImGuiMouseButton_Right);
            ctx->ItemClick((std::string("//$FOCUSED/") + entry).c_str());
            ctx->Yield(3);
        };
        choose(ICON_FA_THUMBTACK "  Pin below the grid");
        IM_CHECK(ui.explorer().pinned == std::vector<std::uint64_t>{seeds[12]});
        choose(ICON_FA_COPY "  Copy seed");
        IM_CHECK(std::string(ImGui::GetClipboardText()) == std::to_string(seeds[12]));
        choose(ICON_FA_FLOPPY_DISK "  Save as PNG…");
        IM_CHECK(ui.session.last<ExportLatents>() != nullptr);
        IM_CHECK(ui.session.last<ExportLatents>()->kind == ExportKind::picture);
        IM_CHECK(ui.session.last<ExportLatents>()->points.front().from == LatentSum::face(seeds[12]));
        choose(ICON_FA_MAGNIFYING_GLASS "  Nearest training images");
        IM_CHECK(ui.session.last<FindNeighbours>() != nullptr);
        IM_CHECK(ui.session.last<FindNeighbours>()->point.from == LatentSum::face(seeds[12]));
    });
    NeighbourResult found{{}, nullptr, {"one", "two"}, {0.1, 0.2}, "blocks", 4000};
    found.point.from = LatentSum::face(seeds[12]);
    std::vector<LatentPoint> points;
    for (const std::uint64_t seed : {12, 13, 14}) {
        LatentPoint point;
        point.from = LatentSum::face(seed);
        points.push_back(point);
    }
    found.images = fake_pictures(points, 64, 3, 1);
    ui.session.view.neighbours = found;
    ui.frames(3);
    const ImGuiWindow* window = ImGui::FindWindowByName("Nearest training images");
    REQUIRE(window != nullptr);
    CHECK(window->Active);
    ui.run("compared by features", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//Nearest training images/##compared by");
        ctx->ItemClick("//$FOCUSED/Lite0 features");
        IM_CHECK_STR_EQ(ui.session.last<FindNeighbours>()->features.c_str(), "lite0");
    });
    ui.screenshot("neighbours");
}

TEST_CASE("in its first seconds a run's grid shows what it has learned, not the untrained mark") {
    UiHarness ui({});
    View& view = ui.session.view;
    REQUIRE(view.samples.size() > 1);
    const SampleMark later = view.samples.back();
    SampleMark first = view.samples.front();
    first.step = 0;
    view.samples = {first};
    view.model.name = "live";
    view.model.step = 0;
    const auto asked = [&] {
        ui.session.requests.clear();
        ui.explorer().truncation -= 0.01; // other points, so that what is shown is asked for again
        ui.frames(4);
        for (const LatentRequest& request : ui.session.requests)
            if (request.channel == PreviewChannel::random_grid) return request.points.size();
        return std::size_t(0);
    };
    CHECK(asked() == 0); // the mark is all there is
    view.model.step = 12;
    CHECK(asked() == view.sample_seeds.size());
    ui.screenshot("first-seconds");
    view.samples.push_back(later);
    CHECK(asked() == 0); // marks from then on, which are the run's history
}

TEST_CASE("a face is dragged onto A and into a slot of the arithmetic") {
    UiHarness ui({});
    const auto seeds = ui.session.view.sample_seeds;
    ui.run("drag to A", [&](ImGuiTestContext* ctx) {
        ctx->ItemDragAndDrop("//Samples/$$30/tile", "//Sweep/$$0/A");
        IM_CHECK_EQ(ui.explorer().a->seed, seeds[30]);
    });
    ui.application().show(PanelId::arithmetic);
    ui.frames(3);
    ui.run("drag to slot", [&](ImGuiTestContext* ctx) {
        const ImRect plus = ctx->ItemInfo("//Arithmetic/$$1/" ICON_FA_PLUS "  A").RectFull;
        ctx->MouseMove("//Samples/$$31/tile");
        ctx->MouseDown();
        ctx->MouseMoveToPos(ImVec2(plus.Min.x + 20, plus.Min.y - 40));
        ctx->Yield(2);
        ctx->MouseUp();
        ctx->Yield(2);
        IM_CHECK(ui.explorer().slots[1] == std::vector<std::uint64_t>{seeds[31]});
    });
}

TEST_CASE("the wheel looks into the sweep's pictures, both at once; double-click brings them back") {
    UiHarness ui({});
    ui.frames(20);
    ui.keep_pixels = true;
    ui.run("zoom", [&](ImGuiTestContext* ctx) {
        const ImRect z = ctx->ItemInfo("//Sweep/z/picture").RectFull,
                     x = ctx->ItemInfo("//Sweep/x/picture").RectFull;
        ctx->MouseMoveToPos(ImVec2(z.Min.x + 5, z.Max.y + 60)); // where nothing hovers over the pictures
        ctx->Yield(70);
        const Image before = ui.last_pixels();
        ctx->MouseMove("//Sweep/z/picture");
        ctx->MouseWheelY(20);
        ctx->Yield(2);
        const double alpha = ui.explorer().alpha;
        ctx->MouseMoveToPos(ImVec2(z.Min.x + 5, z.Max.y + 60));
        ctx->Yield(70);
        const Image close = ui.last_pixels();
        IM_CHECK(pixels_in(before, z) != pixels_in(close, z));
        IM_CHECK(pixels_in(before, x) != pixels_in(close, x));
        IM_CHECK_EQ(ui.explorer().alpha, alpha); // the wheel was the picture's
        ctx->ItemDoubleClick("//Sweep/z/picture");
        ctx->MouseMoveToPos(ImVec2(z.Min.x + 5, z.Max.y + 60));
        ctx->Yield(70);
        const Image after = ui.last_pixels();
        IM_CHECK(pixels_in(before, z) == pixels_in(after, z));
        IM_CHECK(pixels_in(before, x) == pixels_in(after, x));
        ctx->MouseMove("//Sweep/x/picture");
        ctx->MouseWheelY(20);
        ctx->Yield(2);
    });
    ui.screenshot("zoomed-in");
}
