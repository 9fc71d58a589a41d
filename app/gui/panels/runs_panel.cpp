/// Runs: recent runs as cards; each is one click from being explored or trained on.
#include <algorithm>

#include <icons_font_awesome_6.h>
#include <imgui.h>

#include "app/gui/panels/panel.h"

namespace ganvas {
namespace {

class RunsPanel final : public Panel {
public:
    PanelId id() const override { return PanelId::runs; }
    const char* title() const override { return "Runs"; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    static void draw_offer(const Frame& frame, CommandSink& sink);
    static void draw_card(const Frame& frame, CommandSink& sink, const RunCard& run, float width,
                          float height);
};

void go_on(CommandSink& sink, const std::string& folder) {
    sink.send(OpenCheckpoint{folder});
    sink.send(StartTraining{});
}

/// "2026-11-25T04:57:48Z" for people: to the minute; other texts stay as they are.
std::string moment_of(const std::string& iso) {
    constexpr std::size_t letter = 10, minutes_end = 16;
    if (iso.size() < minutes_end || iso[letter] != 'T') return iso;
    return iso.substr(0, letter) + " " + iso.substr(letter + 1, minutes_end - letter - 1);
}

/// The last run was left while it trained.
void RunsPanel::draw_offer(const Frame& frame, CommandSink& sink) {
    if (!frame.view.resume_offered) return;
    const auto card = std::find_if(frame.view.runs.begin(), frame.view.runs.end(), [&](const RunCard& run) {
        return run.folder == frame.view.resume_folder;
    });
    if (card == frame.view.runs.end()) return;
    const RunCard& last = *card;
    ImGui::AlignTextToFramePadding();
    const float button_width = frame.px(96);
    fitted_text(frame.theme, "“" + last.name + "” was still training when the window was closed.",
                ImGui::GetContentRegionAvail().x - button_width - frame.px(8));
    ImGui::SameLine();
    if (button(frame.theme, {.icon = ICON_FA_PLAY,
                             .label = "Go on",
                             .tooltip = "Train on from its last checkpoint",
                             .primary = true,
                             .size = {button_width, 0}}))
        go_on(sink, last.folder);
    ImGui::Dummy(ImVec2(0, frame.px(4)));
}

void RunsPanel::draw_card(const Frame& frame, CommandSink& sink, const RunCard& run, float width,
                          float height) {
    const Theme& theme = frame.theme;
    const bool current = !run.folder.empty() && run.folder == frame.view.snapshot.run_folder;
    const bool can_open = allowed(frame.view.snapshot.state, TrainingAction::open);
    const std::string why(reason_not_allowed(frame.view.snapshot.state, TrainingAction::open));
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const ImVec2 start = ImGui::GetCursorPos();
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(low, ImVec2(low.x + width, low.y + height), packed(theme.field, 0.55f), theme.px(4));
    if (current) list->AddRect(low, ImVec2(low.x + width, low.y + height), packed(theme.accent), theme.px(4));
    const float pad = theme.px(6), picture = height - 2 * pad;
    ImGui::SetCursorPos(ImVec2(start.x + pad, start.y + pad));
    TileSpec tile{.id = "thumbnail", .size = {picture, picture}};
    if (run.thumbnail) tile.picture = frame.images.picture(run.thumbnail, 0);
    if (image_tile(theme, tile).clicked && can_open) sink.send(OpenCheckpoint{run.folder});
    tooltip(theme, can_open ? "Explore this run" : why);
    const float text_left = start.x + picture + 2 * pad, text_width = width - picture - 3 * pad;
    const auto at_line = [&](float line) {
        ImGui::SetCursorPos(
            ImVec2(text_left, start.y + pad + line * (ImGui::GetTextLineHeight() + theme.px(1))));
    };
    at_line(0);
    fitted_text(theme, run.name, text_width);
    tooltip(theme, run.folder);
    ImGui::PushStyleColor(ImGuiCol_Text, theme.muted);
    ImGui::PushFont(nullptr, theme.small_size());
    at_line(1.3f);
    fitted_text(theme, run.recipe + " · " + run.data + " · step " + grouped(run.step), text_width);
    at_line(2.4f);
    std::string line = moment_of(run.modified);
    if (run.best_distance >= 0)
        line +=
            (line.empty() ? "" : " · ") + std::string("best distance ") + fixed_text(run.best_distance, 1);
    fitted_text(theme, line, text_width);
    ImGui::PopFont();
    ImGui::PopStyleColor();
    ImGui::SetCursorPos(ImVec2(text_left, start.y + height - pad - ImGui::GetFrameHeight()));
    const char* reason = can_open ? nullptr : why.c_str();
    if (button(
            theme,
            {.icon = ICON_FA_EYE, .label = "Open", .tooltip = "Explore this run", .disabled_reason = reason}))
        sink.send(OpenCheckpoint{run.folder});
    ImGui::SameLine(0, theme.px(4));
    const char* stuck = reason ? reason
                        : current && frame.view.snapshot.state == TrainingState::running
                            ? "this run is training now"
                        : !run.resumable ? "no checkpoint of it can be trained on"
                                         : nullptr;
    if (button(theme, {.icon = ICON_FA_PLAY,
                       .label = "Go on",
                       .tooltip = "Open it and train on",
                       .disabled_reason = stuck}))
        go_on(sink, run.folder);
    ImGui::SetCursorPos(start);
    ImGui::Dummy(ImVec2(width, height));
}

void RunsPanel::draw(const Frame& frame, CommandSink& sink) {
    const auto& runs = frame.view.runs;
    if (runs.empty()) {
        EmptyState empty{.icon = ICON_FA_CLOCK_ROTATE_LEFT,
                         .title = "No runs yet",
                         .hint = "Every training run is kept, with its checkpoints, samples and curves. It "
                                 "appears here once it was saved."};
        if (allowed(frame.view.snapshot.state, TrainingAction::start))
            empty.button_label = "Train", empty.button_icon = ICON_FA_PLAY;
        if (empty_state(frame.theme, empty)) sink.send(StartTraining{});
        return;
    }
    draw_offer(frame, sink);
    if (!ImGui::BeginChild("cards")) {
        ImGui::EndChild();
        return;
    }
    const float gap = frame.px(8), space = ImGui::GetContentRegionAvail().x;
    const int columns = std::max(1, static_cast<int>((space + gap) / (frame.px(300) + gap)));
    const float width = (space - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns),
                height = frame.px(88);
    const int rows = (static_cast<int>(runs.size()) + columns - 1) / columns;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(gap, gap));
    ImGuiListClipper clipper;
    clipper.Begin(rows, height + gap);
    while (clipper.Step()) {
        for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row) {
            for (int column = 0; column < columns && row * columns + column < static_cast<int>(runs.size());
                 ++column) {
                const std::size_t index = static_cast<std::size_t>(row * columns + column);
                if (column) ImGui::SameLine();
                ImGui::PushID(static_cast<int>(index));
                ImGui::BeginGroup();
                draw_card(frame, sink, runs[index], width, height);
                ImGui::EndGroup();
                ImGui::PopID();
            }
        }
    }
    ImGui::PopStyleVar();
    ImGui::EndChild();
}

} // namespace

std::unique_ptr<Panel> make_runs_panel() { return std::make_unique<RunsPanel>(); }

} // namespace ganvas
