// The explorer under the hand: picking, sweeping, exporting, undoing; each click is a real one of the test engine's.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cmath>

#include <icons_font_awesome_6.h>

#include "app/gui/frame_drawer.h"
#include "engine/core/files.h"
#include "tests/ui/harness.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

const LatentRequest* last_request(const FakeSession& session, PreviewChannel channel) {
    for (auto it = session.requests.rbegin(); it != session.requests.rend(); ++it)
        if (it->channel == channel) return &*it;
    return nullptr;
}

constexpr const char* alpha_slider = "//Sweep/α##alpha/##slider";

} // namespace

TEST_CASE("a click takes A, a shift-click B, undo brings the picks back") {
    UiHarness ui({});
    const auto seeds = ui.session.view.sample_seeds;
    REQUIRE(ui.explorer().a);
    CHECK(ui.explorer().a->seed == seeds[0]); // a newcomer finds two faces picked
    ui.run("pick", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//Samples/$$9/tile");
        IM_CHECK_EQ(ui.explorer().a->seed, seeds[9]);
        ctx->KeyDown(ImGuiMod_Shift);
        ctx->ItemClick("//Samples/$$20/tile");
        ctx->KeyUp(ImGuiMod_Shift);
        IM_CHECK_EQ(ui.explorer().b->seed, seeds[20]);
        ctx->MouseMove("//Samples/$$33/tile");
        ctx->KeyPress(ImGuiKey_A);
        IM_CHECK_EQ(ui.explorer().a->seed, seeds[33]);
        ctx->KeyPress(ImGuiKey_X);
        IM_CHECK_EQ(ui.explorer().b->seed, seeds[33]);
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_Z);
        IM_CHECK_EQ(ui.explorer().a->seed, seeds[33]);
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_Z);
        IM_CHECK_EQ(ui.explorer().a->seed, seeds[9]);
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiKey_Z);
        IM_CHECK_EQ(ui.explorer().a->seed, seeds[33]);
    });
    const LatentRequest* strip = last_request(ui.session, PreviewChannel::sweep_strip);
    REQUIRE(strip != nullptr);
    CHECK(strip->points.size() == static_cast<std::size_t>(sweep_steps) + 2);
    CHECK(strip->points.front().from == LatentSum::face(seeds[33]));
    ui.screenshot("picked");
}

TEST_CASE(
    "the first frame of a movement has the picture that it asks for, those after it do not wait for theirs") {
    UiHarness ui({});
    ui.frames(10);
    std::atomic<bool> published = false;
    FrameDrawer drawer(ui.window(), ui.images(), ui.application(), published);
    Application& application = ui.application();
    const auto draw = [&](double alpha) {
        ui.explorer().alpha = alpha;
        return drawer.draw(ui.theme(), 1.0 / 60);
    };
    const auto shown = [&] { // of the newest request
        return application.previews()[PreviewChannel::sweep_current].id
               == application.last_request(PreviewChannel::sweep_current);
    };
    ui.window().resize(2400, 1400); // drawn in software that is dear, on any machine
    for (int i = 0; i < 4; ++i) draw(0.25);
    published = true;
    (void)drawer.take_news(0);
    draw(0.25);
    REQUIRE(shown());
    const std::size_t asked = ui.session.requests.size();

    published = true; // the picture comes at once
    draw(0.5);
    CHECK(ui.session.requests.size() > asked);
    CHECK(shown());
    CHECK(drawer.patience(GlWindow::now()) == 0);

    draw(0.625); // the movement goes on: its picture is made while the frame is drawn
    CHECK(!shown());
    published = true;
    CHECK(drawer.take_news(0));
    CHECK(shown());

    draw(0.625); // a rest, and a picture that is late
    CHECK(draw(0.75) >= 22);
    CHECK(!shown());
    const double now = GlWindow::now();
    CHECK(drawer.patience(now) >= 0);
    CHECK(drawer.patience(now - 0.03) > drawer.patience(now)); // counted from the request
    CHECK(drawer.patience(now + 1) == 0);
    published = true;
    CHECK(drawer.take_news(0));
    CHECK(drawer.patience(now) == 0);
}

TEST_CASE("the alpha slider asks for pictures while it is dragged; double-click and wheel work") {
    UiHarness ui({});
    ui.frames(10);
    ui.run("alpha", [&](ImGuiTestContext* ctx) {
        const std::size_t before = ui.session.requests.size();
        ctx->MouseMove(alpha_slider);
        ctx->MouseDown();
        IM_CHECK(ui.session.interactive());
        ctx->MouseMoveToPos(ImGui::GetIO().MousePos + ImVec2(80, 0));
        ctx->Yield(2);
        const double during = ui.explorer().alpha;
        IM_CHECK_GT(during, 0.6);
        ctx->MouseUp();
        ctx->Yield(20); // training keeps out of the way for a quarter of a second more
        IM_CHECK(!ui.session.interactive());
        IM_CHECK_GT(ui.session.requests.size(), before);
        const LatentRequest* request = last_request(ui.session, PreviewChannel::sweep_current);
        IM_CHECK(request != nullptr);
        IM_CHECK_LT(std::fabs(request->points.front().alpha - during), 1e-9);
        ctx->MouseWheelY(1);
        IM_CHECK_LT(std::fabs(ui.explorer().alpha - during - ui.explorer().alpha_step()), 1e-6);
        ctx->ItemDoubleClick(alpha_slider);
        IM_CHECK_LT(std::fabs(ui.explorer().alpha - 0.5), 1e-9);
        ctx->KeyPress(ImGuiKey_RightArrow);
        IM_CHECK_LT(std::fabs(ui.explorer().alpha - 0.5 - 1.0 / 63), 1e-9);
        ctx->ItemClick("//Sweep/range/0…10");
        IM_CHECK_EQ(ui.explorer().alpha_maximum(), 10.0);
        ctx->ItemClick("//Sweep/x/$$63/step");
        IM_CHECK_LT(std::fabs(ui.explorer().alpha - 10), 1e-9);
        IM_CHECK(ui.explorer().path == LatentPath::lerp); // along the sphere it would go round and round
        ctx->ItemClick("//Sweep/range/0…1");
        IM_CHECK(ui.explorer().path == LatentPath::slerp);
        ctx->ItemClick("//Sweep/range/0…10");
        ctx->Yield(2);
    });
    ui.screenshot("magnified");
}

TEST_CASE(
    "the sweep plays from A to B and stops there, turns round in a loop, and a hand on the slider stops it") {
    UiHarness ui({});
    ui.frames(10);
    const auto shown = [&] {
        return last_request(ui.session, PreviewChannel::sweep_current)->points.front().alpha;
    };
    constexpr const char* play = "//Sweep/" ICON_FA_PLAY "##play";
    constexpr const char* pause = "//Sweep/" ICON_FA_PAUSE "##play";
    ui.run("play", [&](ImGuiTestContext* ctx) {
        constexpr const char* loop = "//Sweep/" ICON_FA_REPEAT "##loop"; // on at first
        const double before = ui.explorer().alpha;
        ctx->ItemClick(loop);
        ctx->ItemClick(play);
        ctx->Yield(30); // of a fixed sixtieth of a second
        IM_CHECK_GT(shown(), before + 0.05);
        IM_CHECK(ctx->ItemExists(pause));
        ctx->Yield(240);
        IM_CHECK_EQ(shown(), 1.0); // from the middle it takes two seconds
        IM_CHECK_EQ(ui.explorer().alpha, 1.0);
        IM_CHECK(ctx->ItemExists(play));
        ctx->ItemClick(loop);
        ctx->ItemClick(play);
        double lowest = 1, highest = 0;
        for (int frame = 0; frame < 540; ++frame) { // nine seconds: there and back, and there again
            ctx->Yield();
            lowest = std::min(lowest, shown());
            highest = lowest < 0.1 ? std::max(highest, shown()) : 0;
        }
        IM_CHECK_LT(lowest, 0.02);
        IM_CHECK_GT(highest, 0.98);
        IM_CHECK(ctx->ItemExists(pause));
        ctx->ItemDoubleClick(alpha_slider);
        IM_CHECK(ctx->ItemExists(play));
        const double still = shown();
        ctx->Yield(20);
        IM_CHECK_EQ(shown(), still);
    });
}

TEST_CASE("truncation shrinks every face of the sweep; the difference is shown in place of the pictures") {
    UiHarness ui({});
    ui.frames(20);
    const Image pictures = ui.pixels();
    ui.run("difference", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//Sweep/" ICON_FA_CIRCLE_HALF_STROKE "##difference");
        ctx->MouseMoveToPos(ImVec2(2, 2));
    });
    CHECK(ui.explorer().difference);
    ui.frames(5);
    ui.screenshot("difference");
    const Image differences = ui.pixels();
    std::size_t changed = 0;
    for (std::size_t k = 0; k < pictures.pixels.size(); ++k)
        changed += std::abs(pictures.pixels[k] - differences.pixels[k]) > 16;
    CHECK(changed > 20000); // two pictures of some hundred pixels a side, not a button alone
    ui.run("truncation", [&](ImGuiTestContext* ctx) {
        ctx->MouseMove("//Sweep/truncation/##slider");
        ctx->MouseWheelY(-5);
        ctx->Yield(3);
    });
    const double truncation = ui.explorer().truncation;
    CHECK(truncation < 1);
    for (const PreviewChannel channel : {PreviewChannel::sweep_current, PreviewChannel::sweep_strip})
        for (const LatentPoint& point : last_request(ui.session, channel)->points)
            CHECK(point.truncation == truncation);
    ui.run("as they are", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//##status/###truncated"); // said where everybody sees it
        ctx->Yield(2);
        IM_CHECK_EQ(ui.explorer().truncation, 1.0);
    });
}

TEST_CASE("all 64 steps of the sweep are there to be clicked, on whole pixels, at any size of the window") {
    for (const auto& [width, height] : {std::pair{1280, 800}, {1440, 900}, {1920, 1080}, {2560, 1440}}) {
        UiHarness ui({.width = width, .height = height});
        ui.frames(20);
        CAPTURE(width);
        ui.run("tiles", [&](ImGuiTestContext* ctx) {
            const float size = static_cast<float>(ui.session.view.model.image_size);
            for (const char* strip : {"z", "x"})
                for (const int index : {0, 63}) {
                    const std::string tile =
                        std::string("//Sweep/") + strip + "/$$" + std::to_string(index) + "/step";
                    const ImRect area = ctx->ItemInfo(tile.c_str()).RectFull;
                    IM_CHECK_EQ(area.Min.x, std::floor(area.Min.x));
                    IM_CHECK_EQ(area.Min.y, std::floor(area.Min.y));
                    const float side = area.GetWidth();
                    IM_CHECK_EQ(area.GetHeight(), side);
                    // Alike pixels where there is room for them; never too small to be a face.
                    IM_CHECK(width < 1900 || std::fmod(side, size) == 0 || std::fmod(size, side) == 0);
                    IM_CHECK_GE(3.2f * side, size);
                }
            for (const char* strip : {"z", "x"})
                for (int index = 0; index < sweep_steps; ++index) {
                    const std::string tile =
                        std::string("//Sweep/") + strip + "/$$" + std::to_string(index) + "/step";
                    IM_CHECK(ctx->ItemExists(tile.c_str()));
                }
        });
        ui.screenshot("strips-" + std::to_string(width));
    }
}

TEST_CASE("export asks where and sends the sweep; copy as command fills the clipboard") {
    UiHarness ui({});
    ui.frames(10);
    const Path target = Path(GANVAS_TEST_OUTPUT_DIR) / "sweep.png";
    ui.dialogs.next_answer = target.string();
    ui.run("export", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Sweep");
        ctx->ItemClick(ICON_FA_COPY "  Copy as command");
        IM_CHECK(std::string(ImGui::GetClipboardText()).find("ganvas interpolate") == 0);
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_E);
        ctx->Yield(2);
        ctx->ItemClick("//$FOCUSED/Both strips as PNG…");
        ctx->Yield(3);
    });
    const ExportLatents* sent = ui.session.last<ExportLatents>();
    REQUIRE(sent != nullptr);
    CHECK(sent->path == target.string());
    CHECK(sent->points.size() == static_cast<std::size_t>(sweep_steps));
    CHECK(sent->space == "both");
    CHECK(ui.dialogs.asked.back().kind == FileQuestion::Kind::save_file);
}

TEST_CASE("keys train, pause and step; a loss point and a mark arrive; R turns the page") {
    UiHarness ui({});
    ui.run("keys", [&](ImGuiTestContext* ctx) {
        ctx->KeyPress(ImGuiKey_Space);
        IM_CHECK_EQ(ui.session.count<StartTraining>(), 1);
        ctx->Yield();
        ctx->KeyPress(ImGuiKey_Space);
        IM_CHECK_EQ(ui.session.count<PauseTraining>(), 1);
        ctx->Yield();
        const std::size_t before = ui.application().view().losses.size();
        ctx->KeyPress(ImGuiKey_Period);
        ctx->Yield(2);
        IM_CHECK_EQ(ui.application().view().losses.size(), before + 1);
        ctx->KeyPress(ImGuiMod_Shift | ImGuiKey_Space);
        IM_CHECK_EQ(ui.session.count<StopTraining>(), 1);
        ctx->Yield();
        ctx->KeyPress(ImGuiMod_Shift | ImGuiKey_Space); // stopped already: nothing to send
        IM_CHECK_EQ(ui.session.count<StopTraining>(), 1);
        ctx->KeyPress(ImGuiKey_R);
        ctx->Yield(2);
        IM_CHECK_EQ(ui.explorer().random_seed, 65u);
        const LatentRequest* grid = last_request(ui.session, PreviewChannel::random_grid);
        IM_CHECK(grid != nullptr);
        IM_CHECK(grid->points.front().from == LatentSum::face(65));
        ctx->KeyPress(ImGuiMod_Shift | ImGuiKey_R);
        IM_CHECK_EQ(ui.explorer().random_seed, 1u);
        ctx->KeyPress(ImGuiKey_F1);
        ctx->Yield(2);
        IM_CHECK(ctx->WindowInfo("//Keys and hands").Window != nullptr);
    });
    ui.screenshot("help");
    ui.run("help goes", [&](ImGuiTestContext* ctx) {
        const auto in_front = [](const char* title) {
            const ImGuiWindow* window = ImGui::FindWindowByName(title);
            return window && window->Active && !window->Hidden;
        };
        ctx->KeyPress(ImGuiKey_F1);
        for (const char* title : {"Health", "Distance"}) {
            ctx->WindowFocus(title);
            ctx->Yield(2);
            ctx->KeyPress(ImGuiKey_F1);
            ctx->Yield(2);
            ctx->KeyPress(ImGuiKey_F1);
            ctx->Yield(2);
            IM_CHECK(in_front(title)); // the sheet leaves the tabs as they were
        }
    });
}

TEST_CASE("the right-click menu fills an arithmetic slot and pins; a dropped file is opened") {
    UiHarness ui({});
    const auto seeds = ui.session.view.sample_seeds;
    ui.run("menu", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//Samples/$$12/tile", ImGuiMouseButton_Right);
        ctx->MenuClick("//$FOCUSED/Add to arithmetic/Plus");
        IM_CHECK_EQ(ui.explorer().slots[0].size(), 1u);
        IM_CHECK_EQ(ui.explorer().slots[0][0], seeds[12]);
    });
    ui.explorer().pinned = {seeds[3], seeds[4]};
    ui.frames(3);
    const LatentRequest* request = last_request(ui.session, PreviewChannel::random_grid);
    REQUIRE(request != nullptr);
    CHECK(request->points.back().from == LatentSum::face(seeds[4]));
    ui.application().drop({"/tmp/somewhere/run"});
    ui.frames(2);
    REQUIRE(ui.session.last<OpenPath>() != nullptr);
    CHECK(ui.session.last<OpenPath>()->path == "/tmp/somewhere/run");
}

TEST_CASE("an exported picture that was opened brings its sweep back") {
    UiHarness ui({});
    RestoredState state;
    state.id = 7;
    state.kind = "sweep";
    LatentPoint first, last;
    first.from = last.from = LatentSum::face(501);
    first.to = last.to = LatentSum::face(502);
    first.path = last.path = LatentPath::lerp;
    last.alpha = 10;
    first.truncation = last.truncation = 0.7;
    state.points = {first, last};
    ui.session.view.restored = {state};
    ui.frames(3);
    REQUIRE(ui.explorer().a);
    REQUIRE(ui.explorer().b);
    CHECK(ui.explorer().a->seed == 501);
    CHECK(ui.explorer().b->seed == 502);
    CHECK(ui.explorer().range == AlphaRange::magnified);
    CHECK(ui.explorer().truncation == doctest::Approx(0.7));
    CHECK(ui.explorer().path == LatentPath::lerp);
}

TEST_CASE("the shaders blend and subtract as arithmetic does") {
    UiHarness ui({});
    constexpr int side = 16;
    const auto batch = [](int first) {
        auto out = std::make_shared<ImageBatch>();
        out->count = 2;
        out->width = out->height = side;
        out->channels = 3;
        for (int value = 0; value < 2 * side * side * 3; ++value)
            out->pixels.push_back(static_cast<std::uint8_t>(value * first % 256));
        return out;
    };
    const SharedBatch a = batch(7), b = batch(31);
    for (const double alpha : {0.0, 0.25, 1.0, 3.0, -1.0}) {
        const auto tiles = ui.images().blend(a, 1, b, 0, 0, alpha, 3);
        REQUIRE(tiles.size() == 3);
        const Image seen = ui.pixels_of(tiles[2]);
        const TextureRegion difference = ui.images().difference(a, 1, a, 1, b, 0, alpha, 3);
        const Image differs = ui.pixels_of(difference);
        int worst = 0, worst_difference = 0;
        for (std::size_t at = 0; at < seen.pixels.size(); ++at) {
            const double x = a->image(1)[at], y = b->image(0)[at];
            const double blended = std::clamp((1 - alpha) * x + alpha * y, 0.0, 255.0);
            worst = std::max(worst, std::abs(static_cast<int>(std::lround(blended)) - seen.pixels[at]));
            const double apart = std::clamp(3 * std::fabs(x - blended), 0.0, 255.0);
            worst_difference = std::max(worst_difference,
                                        std::abs(static_cast<int>(std::lround(apart)) - differs.pixels[at]));
        }
        CHECK(worst <= 1);
        CHECK(worst_difference <= 1);
    }
}

TEST_CASE("a picture is uploaded once, however often it is drawn") {
    UiHarness ui({});
    ui.frames(5);
    const std::int64_t before = ui.images().uploads();
    ui.frames(20);
    CHECK(ui.images().uploads() == before);
    ui.session.train(40); // one new mark
    ui.frames(3);
    CHECK(ui.images().uploads() == before + 1);
}
