// Conditional models: the class picker, label mixing, one class a row; the checkerboard's figure; attention.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include <icons_font_awesome_6.h>
#include <imgui.h>
#include <imgui_internal.h>

#include "tests/ui/harness.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

const LatentRequest* newest(const FakeSession& session, PreviewChannel channel) {
    for (auto request = session.requests.rbegin(); request != session.requests.rend(); ++request)
        if (request->channel == channel) return &*request;
    return nullptr;
}

bool all_of_class(const std::vector<LatentPoint>& points, int label) {
    return std::all_of(points.begin(), points.end(),
                       [label](const LatentPoint& point) { return point.class_label == label; });
}

} // namespace

TEST_CASE("a model without classes shows nothing of classes") {
    UiHarness ui({});
    ui.run("no classes", [&](ImGuiTestContext* ctx) {
        IM_CHECK(!ctx->ItemExists("//Sweep/##class"));
        IM_CHECK(!ctx->ItemExists("//Samples/kind/Classes"));
    });
}

TEST_CASE(
    "the class picker moves the sweep, the arithmetic and the random grid, and the command carries it") {
    UiHarness ui({});
    ui.session.give_classes();
    ui.frames(3);
    ui.run("class", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Sweep");
        ctx->ComboClick("##class/Dress");
        ctx->Yield(3);
        IM_CHECK_EQ(ui.explorer().class_label, 3);
        IM_CHECK(all_of_class(newest(ui.session, PreviewChannel::sweep_strip)->points, 3));
        ctx->ItemClick(ICON_FA_COPY "  Copy as command");
        IM_CHECK(all_of_class(ui.session.asked_commands.back().points, 3));
        ctx->ItemClick("//Samples/kind/Random");
        ctx->Yield(3);
        IM_CHECK(all_of_class(newest(ui.session, PreviewChannel::random_grid)->points, 3));
    });
    ui.screenshot("class-sweep");
    ui.explorer().slots[0] = {1, 2};
    ui.application().show(PanelId::arithmetic);
    ui.frames(4);
    CHECK(all_of_class(newest(ui.session, PreviewChannel::arithmetic)->points, 3));
    ui.screenshot("class-arithmetic");
}

TEST_CASE("two classes are mixed by weight; undo takes the mixture back") {
    UiHarness ui({});
    ui.session.give_classes();
    ui.frames(3);
    ui.run("mix", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Sweep");
        IM_CHECK(ctx->ItemInfo("##class mix").ItemFlags & ImGuiItemFlags_Disabled);
        ctx->ComboClick("##class/Trouser");
        ctx->ComboClick("##class mix/Bag");
        ctx->Yield(3);
        using Mix = std::vector<std::pair<int, double>>;
        const LatentPoint middle = newest(ui.session, PreviewChannel::sweep_strip)->points[7];
        IM_CHECK((middle.class_mix == Mix{{1, 0.5}, {8, 0.5}}));
        IM_CHECK_EQ(middle.class_label, -1);
        ctx->ItemClick(ICON_FA_COPY "  Copy as command");
        IM_CHECK(ui.session.asked_commands.back().space == "both");
        IM_CHECK((ui.session.asked_commands.back().points[0].class_mix == Mix{{1, 0.5}, {8, 0.5}}));
        ui.application().undo();
        ctx->Yield(3);
        IM_CHECK_EQ(ui.explorer().class_to, -1);
        IM_CHECK_EQ(newest(ui.session, PreviewChannel::sweep_strip)->points[7].class_label, 1);
    });
}

TEST_CASE("one class a row, the same latents in every row; a click takes the face with its class") {
    UiHarness ui({});
    ui.session.give_classes();
    ui.frames(3);
    ui.keep_pixels = true;
    ui.run("class grid", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//Samples/kind/Classes");
        ctx->Yield(3);
        const auto points = newest(ui.session, PreviewChannel::random_grid)->points; // requests go on
        IM_CHECK_EQ(points.size(), 80);
        for (std::size_t at = 0; at < points.size(); ++at) {
            IM_CHECK_EQ_NO_RET(points[at].class_label, static_cast<int>(at / 8));
            IM_CHECK_NO_RET(points[at].from == points[at % 8].from);
        }
        ctx->ItemClick("//Samples/$$29/tile"); // the fourth row, the sixth latent
        IM_CHECK_EQ(ui.explorer().class_label, 3);
        // Only the picked one of the latent's column is marked as A.
        ctx->MouseMoveToPos(ImVec2(2, 2));
        ctx->Yield(3);
        const auto left_edge = [&](const char* tile) {
            const ImRect rect = ctx->ItemInfo(tile).RectFull;
            const std::uint8_t* p = ui.last_pixels().row(static_cast<int>(rect.GetCenter().y))
                                    + (static_cast<int>(rect.Min.x) + 1) * 3;
            return std::array<int, 3>{p[0], p[1], p[2]};
        };
        IM_CHECK(left_edge("//Samples/$$29/tile") != left_edge("//Samples/$$21/tile"));
        IM_CHECK(left_edge("//Samples/$$21/tile") == left_edge("//Samples/$$13/tile"));
        IM_CHECK(LatentSum::face(ui.explorer().a->seed) == points[5].from);
        ctx->ItemClick("//Samples/" ICON_FA_FLOPPY_DISK "##export");
        ctx->ItemClick("//$FOCUSED/This grid as PNG…/" ICON_FA_COPY "##copy");
        IM_CHECK_EQ(ui.session.asked_commands.back().points.size(), 80);
        IM_CHECK_EQ(ui.session.asked_commands.back().points.back().class_label, 9);
    });
    ui.screenshot("class-grid");
}

TEST_CASE("another model without that class: nothing is asked for that it lacks") {
    UiHarness ui({});
    ui.session.give_classes();
    ui.explorer().class_label = 7;
    ui.frames(3);
    CHECK(ui.explorer().class_label == 7);
    ui.session.view.model.classes = 0;
    ui.session.view.model.class_names.clear();
    ++ui.session.view.model.id;
    ui.frames(3);
    CHECK(ui.explorer().class_label == -1);
    CHECK(all_of_class(newest(ui.session, PreviewChannel::sweep_strip)->points, -1));
}

TEST_CASE("the checkerboard's figure stands beside the grid and says what it is") {
    UiHarness ui({});
    ui.session.set_state(TrainingState::running);
    ui.frames(3);
    ui.keep_pixels = true;
    const auto warned = [&ui] {
        const Theme theme = make_theme(ThemeKind::dark, 1);
        const ImGuiWindow* samples = ImGui::FindWindowByName("Samples");
        const Image& image = ui.last_pixels();
        int count = 0;
        for (int y = static_cast<int>(samples->Pos.y) + 24; y < static_cast<int>(samples->Pos.y) + 64; ++y)
            for (int x = static_cast<int>(samples->Pos.x);
                 x < static_cast<int>(samples->Pos.x + samples->Size.x); ++x) {
                const std::uint8_t* p = image.row(y) + x * 3;
                count += std::abs(p[0] - theme.warning.x * 255) < 12
                         && std::abs(p[1] - theme.warning.y * 255) < 12
                         && std::abs(p[2] - theme.warning.z * 255) < 12;
            }
        return count;
    };
    REQUIRE(ui.session.last<LookAtCheckerboard>() != nullptr);
    const SharedBatch newest_grid = ui.session.last<LookAtCheckerboard>()->pictures;
    CHECK(newest_grid == ui.session.view.samples.back().images_batch);
    ui.session.view.checkerboard = CheckerboardFigure{0.9, 0.1, 64, 400, "faces:64", "", 64, newest_grid};
    ui.frames(3);
    CHECK(warned() == 0);
    ui.session.view.checkerboard =
        CheckerboardFigure{6.4, 0.3, 64, 400, "faces:64", "train", 64, newest_grid};
    ui.frames(3);
    CHECK(warned() > 10);
    ui.screenshot("checkerboard");

    // Another grid in sight: its own figure is asked for, and the old one is not shown as if it were its.
    ui.run("random", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//Samples/kind/Random");
        ctx->Yield(3);
        const auto* asked = ui.session.last<LookAtCheckerboard>();
        IM_CHECK(asked->pictures != newest_grid);
        IM_CHECK_EQ(asked->step, ui.session.view.model.step);
    });
    CHECK(warned() == 0);
    ui.session.view.checkerboard->pictures = ui.session.last<LookAtCheckerboard>()->pictures;
    ui.frames(3);
    CHECK(warned() > 10);
    ui.screenshot("checkerboard-random");
}

TEST_CASE("pointing at a pixel of the z picture shows what self-attention looks at") {
    UiHarness ui({});
    ui.run("no attention", [&](ImGuiTestContext* ctx) {
        IM_CHECK(!ctx->ItemExists("//Sweep/" ICON_FA_CROSSHAIRS "##attention"));
        ctx->MouseMove("//Sweep/z/picture");
        ctx->Yield(3);
        IM_CHECK_EQ(ui.session.count<LookAtAttention>(), 0);
    });
    REQUIRE(ui.session.view.model.settings.set("generator.attention", "3").ok());
    ui.frames(3);
    ui.keep_pixels = true;
    ui.run("attention", [&](ImGuiTestContext* ctx) {
        const ImRect z = ctx->ItemInfo("//Sweep/z/picture").RectFull;
        const auto light_at = [&](float x, float y) {
            const std::uint8_t* p = ui.last_pixels().row(static_cast<int>(z.Min.y + y * z.GetHeight()))
                                    + static_cast<int>(z.Min.x + x * z.GetWidth()) * 3;
            return p[0] + p[1] + p[2];
        };
        ctx->MouseMoveToPos(ImVec2(z.Min.x + z.GetWidth() * 0.44f, z.Max.y + 60));
        ctx->Yield(3);
        const int plain = light_at(0.44f, 0.3f), mirrored = light_at(0.56f, 0.56f);
        // The place at (0.44, 0.44) looks at its mirror image at (0.56, 0.56) and hardly at anything else.
        ctx->MouseMoveToPos(ImVec2(z.Min.x + z.GetWidth() * 0.44f, z.Min.y + z.GetHeight() * 0.44f));
        ctx->Yield(4);
        IM_CHECK_EQ(ui.session.count<LookAtAttention>(), 1);
        IM_CHECK_EQ(light_at(0.56f, 0.56f), mirrored);
        IM_CHECK_LT(light_at(0.44f, 0.3f), plain / 2);
        ui.screenshot_of_last("attention");
        ctx->ItemClick("//Sweep/" ICON_FA_CROSSHAIRS "##attention");
        ctx->MouseMoveToPos(ImVec2(z.Min.x + z.GetWidth() * 0.44f, z.Min.y + z.GetHeight() * 0.44f));
        ctx->Yield(3);
        IM_CHECK_EQ(light_at(0.44f, 0.3f), plain);
    });
}

TEST_CASE("the discriminator's attention: G | D where both have it, and why it cannot be shown") {
    UiHarness ui({});
    Settings& settings = ui.session.view.model.settings;
    REQUIRE(settings.set("generator.attention", "3").ok());
    ui.frames(3);
    ui.run("one network",
           [&](ImGuiTestContext* ctx) { IM_CHECK(!ctx->ItemExists("//Sweep/###attention of")); });
    REQUIRE(settings.set("discriminator.attention", "2").ok());
    ui.frames(3);
    ui.keep_pixels = true;
    ui.run("discriminator", [&](ImGuiTestContext* ctx) {
        const auto hover = [&] {
            const ImRect z = ctx->ItemInfo("//Sweep/z/picture").RectFull;
            ctx->MouseMoveToPos(ImVec2(z.Min.x + z.GetWidth() * 0.44f, z.Min.y + z.GetHeight() * 0.44f));
            ctx->Yield(4);
            const auto light_at = [&](float x, float y) {
                const std::uint8_t* p = ui.last_pixels().row(static_cast<int>(z.Min.y + y * z.GetHeight()))
                                        + static_cast<int>(z.Min.x + x * z.GetWidth()) * 3;
                return p[0] + p[1] + p[2];
            };
            return light_at(0.56f, 0.56f); // the mirror image of the place that is pointed at
        };
        const int bright = hover();
        IM_CHECK(ui.session.last<LookAtAttention>()->network == NetworkKind::generator);
        ctx->ItemClick("//Sweep/###attention of");
        const int dark = hover(); // the fake discriminator looks at the place itself
        IM_CHECK(ui.session.last<LookAtAttention>()->network == NetworkKind::discriminator);
        IM_CHECK_LT(dark, bright / 2);
        ui.screenshot_of_last("attention-discriminator");
        ui.session.attention_problem =
            "no checkpoint holds the discriminator yet: it is there after the first save";
        ++ui.session.view.model.id; // newer weights are asked for anew
        IM_CHECK_EQ(hover(), bright);
        ui.screenshot_of_last("attention-problem");
    });
    // A model that has it in the discriminator alone.
    REQUIRE(settings.set("generator.attention", "").ok());
    ui.session.attention_problem.clear();
    ++ui.session.view.model.id;
    ui.frames(3);
    ui.run("discriminator alone", [&](ImGuiTestContext* ctx) {
        IM_CHECK(ctx->ItemExists("//Sweep/" ICON_FA_CROSSHAIRS "##attention"));
        IM_CHECK(!ctx->ItemExists("//Sweep/###attention of"));
        ctx->MouseMove("//Sweep/x/picture");
        ctx->MouseMove("//Sweep/z/picture");
        ctx->Yield(4);
        IM_CHECK(ui.session.last<LookAtAttention>()->network == NetworkKind::discriminator);
    });
}
