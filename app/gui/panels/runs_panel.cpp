#include "app/gui/panels/runs_panel.h"

#include <algorithm>
#include <cctype>

#include <icons_font_awesome_6.h>
#include <imgui.h>
#include <imgui_stdlib.h>

namespace ganvas {
namespace {

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Every word is in its name, recipe, data or tags.
bool matches(const View& view, const RunCard& run, const std::string& filter) {
    const std::string all = lowered(run.name + " " + run.recipe + " " + run.data + " "
                                    + tags_text(details_of(view, run.folder).tags));
    const std::string words = lowered(filter);
    for (std::size_t at = 0; at < words.size();) {
        const std::size_t space = std::min(words.find(' ', at), words.size());
        if (all.find(words.substr(at, space - at)) == std::string::npos) return false;
        at = space + 1;
    }
    return true;
}

} // namespace

/// The last run was left while it trained.
void RunsPanel::draw_offer(const Frame& frame, CommandSink& sink) {
    if (!frame.view.resume_offered) return;
    const auto card = std::find_if(frame.view.runs.begin(), frame.view.runs.end(), [&](const RunCard& run) {
        return run.folder == frame.view.resume_folder;
    });
    if (card == frame.view.runs.end()) return;
    ImGui::AlignTextToFramePadding();
    const float button_width = frame.px(96);
    fitted_text(frame.theme,
                "“" + card->name + "” was still training when the program ended"
                    + (frame.view.resume_saved ? "." : ", and was not saved then."),
                ImGui::GetContentRegionAvail().x - button_width - frame.px(8));
    ImGui::SameLine();
    const std::string folder = card->folder; // the view changes with the first command
    if (button(frame.theme, {.icon = ICON_FA_PLAY,
                             .label = "Go on",
                             .tooltip = card->resumable ? "Train on from its last checkpoint"
                                                        : "It has no checkpoint yet: it begins again",
                             .disabled_reason = frame.view.opening == folder ? "it is being opened" : nullptr,
                             .primary = true,
                             .size = {button_width, 0}}))
        sink.send(ContinueRun{folder});
    ImGui::Dummy(ImVec2(0, frame.px(4)));
}

/// A fork was asked for and has not begun: what it will be, and the two ways on.
void RunsPanel::draw_fork(const Frame& frame, CommandSink& sink) {
    if (!frame.view.fork) return;
    const ForkPlan& fork = *frame.view.fork;
    const float begin = frame.px(96), drop = frame.px(30);
    ImGui::AlignTextToFramePadding();
    fitted_text(frame.theme,
                ICON_FA_CODE_FORK "  Fork of “" + fork.parent_name + "” at step " + grouped(fork.step)
                    + ": change settings in Train, then begin.",
                ImGui::GetContentRegionAvail().x - begin - drop - frame.px(16));
    ImGui::SameLine();
    if (button(frame.theme, {.icon = ICON_FA_PLAY,
                             .label = "Begin",
                             .tooltip = "A new run goes on from that checkpoint",
                             .primary = true,
                             .size = {begin, 0}}))
        sink.send(StartTraining{});
    ImGui::SameLine();
    if (button(frame.theme,
               {.icon = ICON_FA_XMARK, .label = "##drop fork", .tooltip = "No fork", .size = {drop, 0}}))
        sink.send(NewRun{});
    ImGui::Dummy(ImVec2(0, frame.px(4)));
}

/// With a screenful of runs: what to look for, and the list anew.
void RunsPanel::draw_tools(const Frame& frame, CommandSink& sink) {
    constexpr std::size_t few = 4;
    if (frame.view.runs.size() <= few) return;
    const float refresh = frame.px(30);
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - refresh - frame.px(8));
    ImGui::InputTextWithHint("##filter", "find by name, recipe, data or tag", &filter_);
    ImGui::SameLine();
    if (button(frame.theme, {.icon = ICON_FA_ARROWS_ROTATE,
                             .label = "##refresh",
                             .tooltip = "Look for runs again",
                             .size = {refresh, 0}}))
        sink.send(RefreshRuns{});
}

void RunsPanel::draw_cards(const Frame& frame, CommandSink& sink, const std::vector<const RunCard*>& shown) {
    const float gap = frame.px(8), space = ImGui::GetContentRegionAvail().x;
    const int columns = std::max(1, static_cast<int>((space + gap) / (frame.px(300) + gap)));
    const float width = (space - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns),
                height = frame.px(88);
    const int count = static_cast<int>(shown.size()), rows = (count + columns - 1) / columns;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(gap, gap));
    ImGuiListClipper clipper;
    clipper.Begin(rows, height + gap);
    while (clipper.Step()) {
        for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row) {
            for (int column = 0; column < columns && row * columns + column < count; ++column) {
                const int index = row * columns + column;
                if (column) ImGui::SameLine();
                ImGui::PushID(index);
                ImGui::BeginGroup();
                draw_card(frame, sink, *shown[static_cast<std::size_t>(index)], width, height);
                ImGui::EndGroup();
                ImGui::PopID();
            }
        }
    }
    ImGui::PopStyleVar();
}

void RunsPanel::draw(const Frame& frame, CommandSink& sink) {
    const auto& runs = frame.view.runs;
    draw_fork(frame, sink);
    if (runs.empty()) {
        const bool training = !frame.view.snapshot.run_folder.empty();
        EmptyState empty{.icon = ICON_FA_CLOCK_ROTATE_LEFT,
                         .title = training ? "The first run is training" : "No runs yet",
                         .hint = "Every training run is kept, with its checkpoints, samples and curves. It "
                                 "appears here once it was saved."};
        if (allowed(frame.view.snapshot.state, TrainingAction::start))
            empty.button_label = "Train", empty.button_icon = ICON_FA_PLAY;
        if (empty_state(frame.theme, empty)) sink.send(StartTraining{});
        return;
    }
    draw_offer(frame, sink);
    draw_tools(frame, sink);
    std::vector<const RunCard*> shown;
    for (const RunCard& run : runs)
        if (matches(frame.view, run, filter_)) shown.push_back(&run);
    if (ImGui::BeginChild("cards")) {
        if (shown.empty()) muted_text(frame.theme, "No run has these words.");
        draw_cards(frame, sink, shown);
    }
    ImGui::EndChild();
}

std::unique_ptr<Panel> make_runs_panel() { return std::make_unique<RunsPanel>(); }

} // namespace ganvas
