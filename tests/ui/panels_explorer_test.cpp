// The panels that explore: arithmetic, attributes and pad.
#include <cmath>

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

const LatentRequest* newest(const FakeSession& session, PreviewChannel channel) {
    for (auto request = session.requests.rbegin(); request != session.requests.rend(); ++request)
        if (request->channel == channel) return &*request;
    return nullptr;
}

} // namespace

TEST_CASE("arithmetic: A and B go into slots, the sheet has nine, a pick is taken out, undone and copied") {
    UiHarness ui({.content = FakeContent::small});
    ui.explorer().a = FacePick{5, nullptr, {}};
    ui.explorer().b = FacePick{9, nullptr, {}};
    ui.explorer().slots = {};
    bring_up(ui, PanelId::arithmetic);
    ui.run("arithmetic", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Arithmetic");
        ctx->ItemClick("$$0/" ICON_FA_PLUS "  A");
        ctx->ItemClick("$$1/" ICON_FA_PLUS "  B");
        ctx->ItemClick("$$2/" ICON_FA_PLUS "  A");
        ctx->ItemClick("$$2/" ICON_FA_PLUS "  B");
        ctx->Yield(3);
        const auto& slots = ui.explorer().slots;
        IM_CHECK(slots[0] == std::vector<std::uint64_t>{5});
        IM_CHECK(slots[1] == std::vector<std::uint64_t>{9});
        IM_CHECK((slots[2] == std::vector<std::uint64_t>{5, 9}));
        const LatentRequest* result = newest(ui.session, PreviewChannel::arithmetic);
        IM_CHECK(result != nullptr);
        IM_CHECK_EQ(result->points.front().from.slots.size(), 3);
        IM_CHECK_EQ(result->points.front().from.slots[1].weight, -1.0);
        IM_CHECK_EQ(static_cast<int>(result->points.size()), 1 + 3 + 4);
        const LatentRequest* sheet = newest(ui.session, PreviewChannel::arithmetic_sheet);
        IM_CHECK_EQ(sheet->points.size(), 9);
        IM_CHECK_EQ(sheet->points[4].noise, 0.0);
        IM_CHECK_GT(sheet->points[0].noise, 0.0);
        ctx->ItemClick(ICON_FA_COPY "  Copy as command");
        IM_CHECK(std::string(ImGui::GetClipboardText()).rfind("ganvas ", 0) == 0);
        IM_CHECK(result->points.front().length == LatentLength::prior);
        IM_CHECK(sheet->points[0].length == LatentLength::prior);
        ctx->ItemClick("Full length");
        ctx->Yield(2);
        IM_CHECK(newest(ui.session, PreviewChannel::arithmetic)->points.front().length == LatentLength::sum);
        ctx->ItemClick("Full length");
        ctx->ItemClick("$$2/$$0/remove");
        IM_CHECK(ui.explorer().slots[2] == std::vector<std::uint64_t>{9});
        ctx->Yield(2);
        ui.application().undo();
        ctx->Yield(2);
        IM_CHECK((ui.explorer().slots[2] == std::vector<std::uint64_t>{5, 9}));
    });
    ui.dialogs.next_answer = "/tmp/sheet.png";
    ui.run("arithmetic export", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Arithmetic");
        ctx->ItemClick(ICON_FA_FILE_EXPORT "  Export");
        ctx->ItemClick("//$FOCUSED/3×3 sheet as PNG…");
        ctx->Yield(2);
        const ExportLatents* sent = ui.session.last<ExportLatents>();
        IM_CHECK(sent != nullptr);
        IM_CHECK(sent->path == "/tmp/sheet.png");
        IM_CHECK(sent->kind == ExportKind::sheet);
        IM_CHECK_EQ(sent->points.size(), 9);
    });
    ui.screenshot("arithmetic");
}

TEST_CASE("arithmetic: a slot takes eight faces and no more") {
    UiHarness ui({.content = FakeContent::small});
    ui.explorer().a = FacePick{5, nullptr, {}};
    ui.explorer().slots[0] = {1, 2, 3, 4, 5, 6, 7, 8};
    bring_up(ui, PanelId::arithmetic);
    ui.run("arithmetic full", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Arithmetic");
        IM_CHECK(ctx->ItemInfo("$$0/" ICON_FA_PLUS "  A").ItemFlags & ImGuiItemFlags_Disabled);
        IM_CHECK(!(ctx->ItemInfo("$$1/" ICON_FA_PLUS "  A").ItemFlags & ImGuiItemFlags_Disabled));
    });
}

TEST_CASE("attributes: sliders act together and at once, reset brings the face back") {
    UiHarness ui({.content = FakeContent::small});
    ui.explorer().attributes = {};
    bring_up(ui, PanelId::attributes);
    ui.run("attributes", [&](ImGuiTestContext* ctx) {
        ctx->SetRef(ctx->WindowInfo("//Attributes/sliders").ID);
        for (const int row : {0, 1}) {
            const std::string& name = ui.session.view.attributes[static_cast<std::size_t>(row)].name;
            const auto child = ctx->WindowInfo(("$$" + std::to_string(row) + "/slider").c_str());
            IM_CHECK(child.ID != 0);
            ImGuiTestItemList items;
            ctx->GatherItems(&items, child.ID);
            IM_CHECK_GT(items.GetSize(), 0);
            ctx->MouseMove(items[0]->ID);
            const ImVec2 at = ImGui::GetIO().MousePos;
            ctx->MouseDown();
            ctx->MouseMoveToPos(ImVec2(at.x + 20, at.y));
            ctx->Yield(2);
            IM_CHECK_GT(ui.explorer().attributes[name], 0.0); // while the button is still down
            ctx->MouseUp();
        }
        const LatentRequest* request = newest(ui.session, PreviewChannel::attributes);
        IM_CHECK(request != nullptr);
        IM_CHECK_EQ(request->points[0].attributes.size(), 2);
        IM_CHECK_EQ(request->points[1].attributes.size(), 0);
        ctx->SetRef("//Attributes");
        ctx->ItemClick(ICON_FA_ROTATE_LEFT "  Reset");
        IM_CHECK(ui.explorer().attributes.empty());
    });
    ui.screenshot("attributes");
}

TEST_CASE("attributes: beside each slider stands how much every other attribute moves with it") {
    UiHarness ui({.content = FakeContent::small});
    ui.session.view.attributes[0].moved[5] = 0.4;
    bring_up(ui, PanelId::attributes);
    ui.keep_pixels = true;
    ui.run("moves", [&](ImGuiTestContext* ctx) {
        ctx->SetRef(ctx->WindowInfo("//Attributes/sliders").ID);
        const ImRect strong = ctx->ItemInfo("$$0/moves").RectFull;
        // Six attributes, the last bar of the first row is high and stands out in colour.
        const Theme theme = make_theme(ThemeKind::dark, 1);
        const auto coloured = [&] {
            int count = 0;
            const Image& image = ui.last_pixels();
            for (int y = static_cast<int>(strong.Min.y); y < static_cast<int>(strong.Max.y); ++y)
                for (int x = static_cast<int>(strong.Min.x); x < static_cast<int>(strong.Max.x); ++x) {
                    const std::uint8_t* p = image.row(y) + x * 3;
                    count += std::abs(p[0] - theme.warning.x * 255) < 4
                             && std::abs(p[1] - theme.warning.y * 255) < 4;
                }
            return count;
        };
        ctx->Yield(2);
        IM_CHECK_GT(coloured(), 20);
        ui.session.view.attributes[0].moved[5] = 0.01;
        ctx->Yield(2);
        IM_CHECK_EQ(coloured(), 0);
    });
    ui.session.view.attributes[0].moved[5] = 0.4;
    ui.screenshot("attributes-moves");
}

TEST_CASE("attributes: without any, the button learns them") {
    UiHarness ui({.content = FakeContent::small});
    ui.session.view.attributes.clear();
    bring_up(ui, PanelId::attributes);
    ui.run("learn", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//Attributes/No attributes learned yet/" ICON_FA_GRADUATION_CAP
                       "  Learn attributes…");
        ctx->ItemClick("//$FOCUSED/Faces drawn by Ganvas");
        IM_CHECK(ui.session.last<LearnAttributes>() != nullptr);
        IM_CHECK(ui.session.last<LearnAttributes>()->source == "faces");
    });
}

TEST_CASE("attributes: directions are saved and opened, and amounts along those that are gone are let go") {
    UiHarness ui({.content = FakeContent::small});
    bring_up(ui, PanelId::attributes);
    ui.dialogs.next_answer = "/tmp/directions.safetensors";
    ui.run("save and open", [&](ImGuiTestContext* ctx) {
        ctx->ItemClick("//Attributes/" ICON_FA_GRADUATION_CAP "  Learn…");
        ctx->ItemClick("//$FOCUSED/Save these as a file…");
        ctx->Yield(2);
        IM_CHECK(ui.session.last<SaveDirections>() != nullptr);
        IM_CHECK(ui.session.last<SaveDirections>()->path == "/tmp/directions.safetensors");
        ui.dialogs.next_answer = "/tmp/directions.safetensors";
        ctx->ItemClick("//Attributes/" ICON_FA_GRADUATION_CAP "  Learn…");
        ctx->ItemClick("//$FOCUSED/Open a file of directions…");
        ctx->Yield(2);
        IM_CHECK(ui.session.last<OpenDirections>() != nullptr);
    });
    REQUIRE(ui.session.view.attributes.size() >= 2);
    ui.explorer().attributes = {{ui.session.view.attributes[0].name, 1.0}, {"Gone", 2.0}};
    ui.frames(3);
    CHECK(ui.explorer().attributes.size() == 1);
    CHECK(ui.explorer().attributes.count("Gone") == 0);
}

TEST_CASE("pad: what another model lacks is replaced, and the pad stands in the middle again") {
    UiHarness ui({.content = FakeContent::small});
    bring_up(ui, PanelId::pad);
    ui.explorer().pad_across = {.kind = PadDirection::Kind::attribute, .attribute = "Gone"};
    ui.explorer().pad_up = {.axis = 99};
    ui.explorer().pad_x = ui.explorer().pad_y = 2;
    ui.frames(3);
    CHECK(ui.explorer().pad_across == PadDirection{.axis = 0});
    CHECK(ui.explorer().pad_up == PadDirection{.axis = 1});
    CHECK(ui.explorer().pad_x == 0);
    CHECK(ui.explorer().pad_y == 0);
    ui.session.view.model.principal_axes = 0;
    ui.frames(3);
    CHECK(ui.explorer().pad_across.kind == PadDirection::Kind::attribute);
    CHECK(ui.explorer().pad_across.attribute == ui.session.view.attributes[0].name);
}

TEST_CASE("pad: dragging moves along both axes, double-click returns, a coordinate can be set") {
    UiHarness ui({.content = FakeContent::small});
    ui.explorer().pad_x = ui.explorer().pad_y = 0;
    bring_up(ui, PanelId::pad);
    ui.run("pad", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Pad");
        ctx->MouseMove("pad");
        const ImVec2 middle = ImGui::GetIO().MousePos;
        ctx->MouseDown();
        ctx->MouseMoveToPos(ImVec2(middle.x + 30, middle.y - 20));
        ctx->Yield(2);
        IM_CHECK_GT(ui.explorer().pad_x, 0.2);
        IM_CHECK_GT(ui.explorer().pad_y, 0.1);
        const LatentRequest* request = newest(ui.session, PreviewChannel::pad);
        IM_CHECK(request != nullptr);
        IM_CHECK_EQ(request->points.front().axes.size(), 2);
        ctx->MouseUp();
        ctx->ItemClick("###coordinates");
        ctx->MouseMove("$$0/z0/##slider");
        ctx->MouseDown();
        ctx->MouseMoveToPos(ImVec2(ImGui::GetIO().MousePos.x + 40, ImGui::GetIO().MousePos.y));
        ctx->MouseUp();
        IM_CHECK_EQ(ui.explorer().coordinates.count(0), 1);
        ctx->ItemClick(ICON_FA_ROTATE_LEFT "  Reset");
        IM_CHECK(ui.explorer().coordinates.empty());
        IM_CHECK_EQ(ui.explorer().pad_x, 0.0);
    });
    // From A to B is a direction too: the right edge is B where the pad starts from A.
    ui.explorer().a = FacePick{5, nullptr, {}};
    ui.explorer().b = FacePick{8, nullptr, {}};
    ui.frames(2);
    ui.run("from A to B", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Pad");
        ctx->ItemClick("##x");
        ctx->ItemClick("//$FOCUSED/A → B");
        ctx->MouseMove("pad");
        ctx->MouseDown();
        ctx->MouseMoveToPos(ImVec2(ImGui::GetIO().MousePos.x + 2000, ImGui::GetIO().MousePos.y));
        ctx->Yield(2);
        const LatentRequest* request = newest(ui.session, PreviewChannel::pad);
        IM_CHECK(request != nullptr);
        const bool whole_way = request->points.front().moves == std::vector<LatentMove>{{5, 8, 1}};
        IM_CHECK(whole_way);
        ctx->MouseUp();
        ctx->Yield(2);
    });
    ui.screenshot("pad-from-a-to-b");
    ui.run("back", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Pad");
        ctx->ItemClick(ICON_FA_ROTATE_LEFT "  Reset");
    });
    // A face's own coordinate is the prior's: the wheel nudges from it.
    ui.session.view.model.prior = LatentPrior::uniform;
    ui.frames(2);
    ui.run("uniform coordinate", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Pad");
        ctx->MouseMove("$$0/z0/##slider");
        ctx->MouseWheelY(1);
        ctx->Yield(2);
        IM_CHECK_EQ(ui.explorer().coordinates.count(0), 1);
        const double own = latent_coordinate(LatentPrior::uniform, ui.explorer().a->seed, 0);
        IM_CHECK_LT(std::fabs(std::fabs(ui.explorer().coordinates[0] - own) - 0.1), 1e-6);
        ctx->ItemClick(ICON_FA_ROTATE_LEFT "  Reset");
    });
    ui.session.view.model.prior = LatentPrior::normal;
    ui.session.view.model.principal_axes = 0;
    ui.session.view.attributes.clear();
    ui.frames(2);
    ui.run("find axes", [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Pad");
        ctx->ItemClick(ICON_FA_COMPASS "##axes");
        IM_CHECK_EQ(ui.session.count<ComputeAxes>(), 1);
    });
    ui.screenshot("pad-without-axes");
}
