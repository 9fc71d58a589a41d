// Every entry of every Export menu: the copy beside it fills the clipboard with its command, or says why it cannot.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <icons_font_awesome_6.h>
#include <imgui.h>
#include <imgui_internal.h>

#include "tests/ui/harness.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

struct Entry {
    const char* label;
    const char* command; ///< words of the line that it copies
};
struct Menu {
    PanelId panel;
    const char* opener;
    ImGuiMouseButton button;
    std::vector<Entry> entries;
};

constexpr ImGuiMouseButton left = ImGuiMouseButton_Left, right = ImGuiMouseButton_Right;
constexpr const char* film = "ganvas runs history /home/someone/ganvas/runs/one --out history.gif";
constexpr const char* mark = "ganvas runs history /home/someone/ganvas/runs/one --step ";

std::vector<Menu> all_menus() {
    return {
        {PanelId::sweep,
         "//Sweep/" ICON_FA_FILE_EXPORT "  Export",
         left,
         {{"Both strips as PNG…", "--space both --out sweep.png"},
          {"Both strips for a page, rows of 16, as PNG…", "--space both --out sweep-page.png"},
          {"z strip as PNG…", "--space z --out sweep-z.png"},
          {"x strip as PNG…", "--space x --out sweep-x.png"},
          {"Difference strip as PNG…", "--space difference --out sweep-difference.png"},
          {"Film, z and x (GIF or WebP)…", "--space both --out sweep.gif"},
          {"Film, z (GIF or WebP)…", "--space z --out sweep-z.gif"},
          {"Film, x (GIF or WebP)…", "--space x --out sweep-x.gif"},
          {"The z picture as PNG…", "--space z --out picture.png"},
          {"The x picture as PNG…", "--space x --out picture-x.png"},
          {"Their difference as PNG…", "--space difference --out picture-difference.png"},
          {"Latents (safetensors or CSV)…", "--out sweep.safetensors"}}},
        {PanelId::samples,
         "//Samples/" ICON_FA_FLOPPY_DISK "##export",
         left,
         {{"This grid as PNG…", mark},
          {"History as a film…", film},
          {"History as one sheet…", "--out history.png"},
          {"Latents (safetensors or CSV)…", "--out grid.safetensors"}}},
        {PanelId::samples,
         "//Samples/$$12/tile",
         right,
         {{ICON_FA_FLOPPY_DISK "  Save as PNG…", "--out face-"},
          {ICON_FA_MAGNIFYING_GLASS "  Nearest training images", "ganvas neighbours "}}},
        {PanelId::model,
         "//Model/" ICON_FA_FILE_EXPORT "  Export",
         left,
         {{"Both networks as a drawing (PNG or SVG)…", "ganvas model "}}},
        {PanelId::arithmetic,
         "//Arithmetic/" ICON_FA_FILE_EXPORT "  Export",
         left,
         {{"3×3 sheet as PNG…", "--out arithmetic-sheet.png"},
          {"Result as PNG…", "--out arithmetic.png"},
          {"Latent of the result (safetensors or CSV)…", "--out arithmetic.safetensors"}}},
        {PanelId::attributes,
         "//Attributes/" ICON_FA_FILE_EXPORT "##export",
         left,
         {{"Picture as PNG…", "--out attributes.png"},
          {"Latent (safetensors or CSV)…", "--out attributes.safetensors"}}},
        {PanelId::data,
         "//Data/" ICON_FA_FILE_EXPORT "##export",
         left,
         {{"Pictures of the data as PNG…", "ganvas data inspect "}}},
        {PanelId::compare,
         "//Compare/" ICON_FA_FILE_EXPORT "##export",
         left,
         {{"Curves of both (PNG, SVG or CSV)…", "ganvas runs curves /home/someone/ganvas/runs/"},
          {"Pictures of both as PNG…", "ganvas runs compare "}}},
        {PanelId::pad,
         "//Pad/" ICON_FA_FILE_EXPORT "##export",
         left,
         {{"Picture as PNG…", "--out pad.png"}, {"Latent (safetensors or CSV)…", "--out pad.safetensors"}}},
    };
}

/// Of the plots, whose menus hold settings too: one button that exports, and one that copies.
const std::vector<Menu>& plots() {
    static const std::vector<Menu> both = {
        {PanelId::curves, "//Curves/" ICON_FA_SLIDERS "##menu", left, {}},
        {PanelId::distance, "//Distance/" ICON_FA_SLIDERS "##menu", left, {}}};
    return both;
}
constexpr const char* plot_copy = "//$FOCUSED/" ICON_FA_COPY "  Copy as command";

/// A run with a history, and something in every explorer.
void fill(UiHarness& ui) {
    ui.session.train(200);
    ui.session.set_state(TrainingState::paused);
    ui.session.view.snapshot.run_folder = "/home/someone/ganvas/runs/one";
    ui.explorer().slots[0] = {1, 2};
    ui.session.send(CompareRuns{"/home/someone/ganvas/runs/first", "/home/someone/ganvas/runs/second", 7});
    ui.frames(4);
    REQUIRE(ui.session.view.samples.size() > 1);
}

void open(UiHarness& ui, ImGuiTestContext* ctx, const Menu& menu) {
    ui.application().show(menu.panel);
    ctx->Yield(3);
    ctx->ItemClick(menu.opener, menu.button);
    ctx->Yield(2);
}

std::string copy_of(const Entry& entry) {
    return std::string("//$FOCUSED/") + entry.label + "/" ICON_FA_COPY "##copy";
}

/// Not of the data, nor of runs that are on disk.
bool of_the_model(const Entry& entry) {
    const std::string command = entry.command;
    return command != "ganvas neighbours " && command.rfind("ganvas data", 0) != 0
           && command != "ganvas runs compare " && command != "ganvas runs curves /home/someone/ganvas/runs/";
}

bool disabled(ImGuiTestContext* ctx, const char* item) {
    return (ctx->ItemInfo(item).ItemFlags & ImGuiItemFlags_Disabled) != 0;
}

/// How many copies the open menu has: an entry that this test does not know makes it fail.
int copies(ImGuiTestContext* ctx) {
    ImGuiTestItemList items;
    ctx->GatherItems(&items, ctx->WindowInfo("//$FOCUSED").ID);
    int found = 0;
    for (const ImGuiTestItemInfo& item : items)
        found += std::string(item.DebugLabel) == ICON_FA_COPY "##copy";
    return found;
}

bool tooltip_shown() {
    for (const ImGuiWindow* window : ImGui::GetCurrentContext()->Windows)
        if ((window->Flags & ImGuiWindowFlags_Tooltip) && window->Active && !window->Hidden) return true;
    return false;
}

} // namespace

TEST_CASE(
    "every entry of an Export menu has its own command beside it, which is copied and closes the menu") {
    UiHarness ui({});
    fill(ui);
    ui.run("copy each", [&](ImGuiTestContext* ctx) {
        for (const Menu& menu : all_menus()) {
            open(ui, ctx, menu);
            IM_CHECK_EQ_NO_RET(copies(ctx), static_cast<int>(menu.entries.size()));
            ctx->PopupCloseAll();
            for (const Entry& entry : menu.entries) {
                ImGui::SetClipboardText("");
                open(ui, ctx, menu);
                const std::string item = copy_of(entry);
                IM_CHECK(!disabled(ctx, item.c_str()));
                ctx->ItemClick(item.c_str());
                ctx->Yield(2);
                const std::string line = ImGui::GetClipboardText();
                ctx->LogInfo("%s: %s", entry.label, line.c_str());
                IM_CHECK_NO_RET(line.rfind("ganvas ", 0) == 0);
                IM_CHECK_NO_RET(line.find(entry.command) != line.npos);
                IM_CHECK_EQ_NO_RET(ImGui::GetCurrentContext()->OpenPopupStack.Size, 0);
            }
        }
        for (const Menu& menu : plots()) {
            ImGui::SetClipboardText("");
            open(ui, ctx, menu);
            ctx->ItemClick(plot_copy);
            ctx->Yield(2);
            const std::string line = ImGui::GetClipboardText();
            IM_CHECK_NO_RET(line.rfind("ganvas runs curves /home/someone/ganvas/runs/one", 0) == 0);
            IM_CHECK_EQ_NO_RET(ImGui::GetCurrentContext()->OpenPopupStack.Size, 0);
        }
        // Nothing was exported meanwhile: the copy lies on its row and is not the row.
        IM_CHECK_EQ(ui.session.count<ExportLatents>(), 0);
        IM_CHECK_EQ(ui.session.count<ExportHistory>(), 0);
        IM_CHECK_EQ(ui.session.count<ExportCurves>(), 0);
        IM_CHECK_EQ(ui.session.count<FindNeighbours>(), 0);
        IM_CHECK(ui.dialogs.asked.empty());
    });
}

TEST_CASE("where no command makes it, the copy is greyed and says why; the entry itself still exports") {
    UiHarness ui({});
    fill(ui);
    ui.session.view.snapshot.run_folder.clear();
    ui.session.no_command = Error{ErrorCode::unsupported, "the model has no file yet", "", ""};
    ui.frames(2);
    ui.run("no copy", [&](ImGuiTestContext* ctx) {
        for (const Menu& menu : all_menus()) {
            open(ui, ctx, menu);
            for (const Entry& entry : menu.entries) {
                if (!of_the_model(entry)) continue;
                const std::string item = copy_of(entry);
                IM_CHECK_NO_RET(disabled(ctx, item.c_str()));
                IM_CHECK_NO_RET(!disabled(ctx, (std::string("//$FOCUSED/") + entry.label).c_str()));
            }
            ctx->MouseMove(copy_of(menu.entries.front()).c_str(), ImGuiTestOpFlags_NoCheckHoveredId);
            ctx->Yield(60);
            IM_CHECK_NO_RET(tooltip_shown());
            ctx->PopupCloseAll();
        }
        for (const Menu& menu : plots()) {
            open(ui, ctx, menu);
            IM_CHECK_NO_RET(disabled(ctx, plot_copy));
            ctx->PopupCloseAll();
        }
    });
}

TEST_CASE("the Export menus as they look") {
    for (const ThemeKind theme : {ThemeKind::dark, ThemeKind::light}) {
        UiHarness ui({.theme = theme});
        fill(ui);
        ui.keep_pixels = true;
        const std::string suffix = theme == ThemeKind::dark ? "" : "-light";
        ui.run("looks", [&](ImGuiTestContext* ctx) {
            int number = 0;
            for (const Menu& menu : all_menus()) {
                open(ui, ctx, menu);
                ctx->MouseMove(copy_of(menu.entries.back()).c_str());
                ctx->Yield(3);
                ui.screenshot_of_last("export-menu-" + std::to_string(++number) + suffix);
                // The copies stand below each other, inside of the menu.
                const ImRect first = ctx->ItemInfo(copy_of(menu.entries.front()).c_str()).RectFull;
                const ImGuiWindow* popup = ctx->WindowInfo("//$FOCUSED").Window;
                for (const Entry& entry : menu.entries) {
                    const ImRect copy = ctx->ItemInfo(copy_of(entry).c_str()).RectFull;
                    IM_CHECK_EQ_NO_RET(copy.Min.x, first.Min.x);
                    IM_CHECK_LE_NO_RET(copy.Max.x, popup->Pos.x + popup->Size.x);
                }
                ctx->PopupCloseAll();
            }
            for (const Menu& menu : plots()) {
                open(ui, ctx, menu);
                ctx->MouseMove(plot_copy);
                ctx->Yield(3);
                ui.screenshot_of_last("export-menu-" + std::to_string(++number) + suffix);
                ctx->PopupCloseAll();
            }
        });
    }
}
