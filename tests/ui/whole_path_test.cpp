// The whole path with the real engine behind the window: train, watch, pick, drag, arithmetic, export, read back.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include <icons_font_awesome_6.h>

#include "engine/export/picture.h"
#include "tests/support/session_place.h"
#include "tests/ui/harness.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

constexpr int side = 32; ///< of make_small's pictures

/// Frames pass until it holds; false after a minute.
bool frames_until(ImGuiTestContext* ctx, const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        ctx->Yield();
    }
    return true;
}

std::vector<std::uint8_t> tile_of(const Image& sheet, int left, int top) {
    std::vector<std::uint8_t> pixels;
    const std::size_t width = std::size_t(side) * sheet.channels;
    for (int y = 0; y < side; ++y) {
        const std::uint8_t* row = sheet.row(top + y) + std::size_t(left) * sheet.channels;
        pixels.insert(pixels.end(), row, row + width);
    }
    return pixels;
}

struct Exporter {
    UiHarness& ui;
    Path folder;

    /// Clicks `opener`, then `entry` in what it opened; the picture that is on the disk then.
    Image operator()(ImGuiTestContext* ctx, const char* opener, const char* entry, const char* name,
                     ImGuiMouseButton button = ImGuiMouseButton_Left) const {
        const Path path = folder / name;
        ui.dialogs.next_answer = path.string();
        ctx->ItemClick(opener, button);
        ctx->ItemClick((std::string("//$FOCUSED/") + entry).c_str());
        Image image;
        CHECK_MESSAGE(frames_until(ctx,
                                   [&] {
                                       auto read = read_png(path);
                                       if (!read) return false;
                                       image = read.take();
                                       return true;
                                   }),
                      "no picture was written: " << name);
        return image;
    }
};

} // namespace

TEST_CASE("the whole path in the window: train, watch, pick A and B, drag, arithmetic, export, read back") {
    Place place;
    auto session = empty_session();
    make_small(*session);
    session->send(OpenData{"faces:64"});
    REQUIRE(wait_for(*session, [](const View& view) { return view.data.has_value(); }));
    UiHarness ui({.session = session.get()});
    ui.draw_every_frame = true;
    const auto view = [&]() -> const View& { return ui.application().view(); };
    Image a, b, strip, sheet;
    ui.application().show(PanelId::train);
    ui.frames(3);
    ui.run("train and watch", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//Train/###main");
        IM_CHECK(frames_until(ctx, [&] { return view().losses.size() >= 3 && !view().samples.empty(); }));
        IM_CHECK(view().snapshot.state == TrainingState::running);
    });
    ui.run("pick and drag", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//Samples/$$9/tile");
        ctx->KeyDown(ImGuiMod_Shift);
        ctx->ItemClick("//Samples/$$20/tile");
        ctx->KeyUp(ImGuiMod_Shift);
        IM_CHECK_EQ(ui.explorer().a->seed, view().sample_seeds[9]);
        IM_CHECK_EQ(ui.explorer().b->seed, view().sample_seeds[20]);

        // A drag while it trains: the picture follows, and training goes on.
        const std::int64_t step = view().snapshot.step;
        ctx->MouseMove("//Sweep/α##alpha/##slider");
        ctx->MouseDown();
        ctx->MouseMoveToPos(ImGui::GetIO().MousePos + ImVec2(60, 0));
        ctx->Yield(2);
        ctx->MouseUp();
        IM_CHECK_GT(ui.explorer().alpha, 0.55);
        IM_CHECK(frames_until(ctx, [&] { return view().snapshot.step > step; }));
        ctx->ItemClick("//Train/###main");
        IM_CHECK(frames_until(ctx, [&] { return view().snapshot.state == TrainingState::paused; }));
    });
    const Exporter export_picture{ui, place.folder};
    ui.run("arithmetic and export", [&](ImGuiTestContext* ctx) {
        constexpr auto right = ImGuiMouseButton_Right;
        a = export_picture(ctx, "//Samples/$$9/tile", ICON_FA_FLOPPY_DISK "  Save as PNG…", "a.png", right);
        b = export_picture(ctx, "//Samples/$$20/tile", ICON_FA_FLOPPY_DISK "  Save as PNG…", "b.png", right);
        strip =
            export_picture(ctx, "//Sweep/" ICON_FA_FILE_EXPORT "  Export", "z strip as PNG…", "strip.png");

        ui.application().show(PanelId::arithmetic);
        ctx->Yield(3);
        ui.explorer().slots = {};
        ctx->Yield(2);
        ctx->ItemClick("//Arithmetic/$$0/" ICON_FA_PLUS "  A");
        ctx->ItemClick("//Arithmetic/$$1/" ICON_FA_PLUS "  B");
        ctx->ItemClick("//Arithmetic/$$2/" ICON_FA_PLUS "  B");
        ctx->ItemClick("//Arithmetic/Full length"); // off: the plain sum
        sheet = export_picture(ctx, "//Arithmetic/" ICON_FA_FILE_EXPORT "  Export", "3×3 sheet as PNG…",
                               "sheet.png");
    });
    REQUIRE(a.width == side);
    REQUIRE(b.width == side);
    REQUIRE(strip.width >= side);
    REQUIRE(sheet.width >= 3 * side);
    CHECK(a.pixels != b.pixels);
    const auto first = tile_of(strip, 0, 0), last = tile_of(strip, strip.width - side, strip.height - side);
    const auto face_a = tile_of(a, 0, 0), face_b = tile_of(b, 0, 0);
    CHECK(((first == face_a && last == face_b) || (first == face_b && last == face_a)));
    // A − B + B is A; the sheet has it in the middle, with noise around it.
    const int middle = (sheet.width - side) / 2;
    CHECK(tile_of(sheet, middle, middle) == face_a);
    CHECK(tile_of(sheet, 0, 0) != face_a);
    CHECK(read_picture_recipe(place.folder / "strip.png").ok());
    ui.screenshot("whole-path");
}
