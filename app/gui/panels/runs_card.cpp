// RunsPanel's card: picture, words, buttons, and the menu with compare, fork and tags.
#include "app/gui/panels/recipe_choice.h"
#include "app/gui/panels/runs_panel.h"

#include <algorithm>

#include <icons_font_awesome_6.h>
#include <imgui.h>
#include <imgui_stdlib.h>

namespace ganvas {
namespace {

/// "2026-11-25T04:57:48Z" for people: to the minute; other texts stay as they are.
std::string moment_of(const std::string& iso) {
    constexpr std::size_t letter = 10, minutes_end = 16;
    if (iso.size() < minutes_end || iso[letter] != 'T') return iso;
    return iso.substr(0, letter) + " " + iso.substr(letter + 1, minutes_end - letter - 1);
}

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string badge_of(const DistancePoint& point) { return distance_badge(point).text(); }

} // namespace

std::vector<std::string> tags_of(const std::string& typed) {
    std::vector<std::string> tags;
    for (std::size_t at = 0; at <= typed.size();) {
        const std::size_t comma = std::min(typed.find(',', at), typed.size());
        std::string tag = trimmed(typed.substr(at, comma - at));
        if (!tag.empty() && std::find(tags.begin(), tags.end(), tag) == tags.end())
            tags.push_back(std::move(tag));
        at = comma + 1;
    }
    return tags;
}

std::string tags_text(const std::vector<std::string>& tags) {
    std::string text;
    for (const std::string& tag : tags) text += (text.empty() ? "" : ", ") + tag;
    return text;
}

const RunDetails& details_of(const View& view, const std::string& folder) {
    static const RunDetails none{};
    const auto found = view.run_details.find(folder);
    return found == view.run_details.end() ? none : found->second;
}

void RunsPanel::card_words(const Frame& frame, const RunCard& run, float left, float top, float width) {
    const Theme& theme = frame.theme;
    const RunDetails& details = details_of(frame.view, run.folder);
    const auto at_line = [&](float line) {
        ImGui::SetCursorPos(ImVec2(left, top + line * (ImGui::GetTextLineHeight() + theme.px(1))));
    };
    at_line(0);
    fitted_text(theme, run.name, width);
    std::string help = run.folder;
    if (!details.parent.empty())
        help += "\nForked from " + details.parent + " at step " + grouped(details.parent_step);
    tooltip(theme, help);
    ImGui::PushStyleColor(ImGuiCol_Text, theme.muted);
    ImGui::PushFont(nullptr, theme.small_size());
    at_line(1.3f);
    const Snapshot& now = frame.view.snapshot;
    const bool trains = now.state == TrainingState::running && now.run_folder == run.folder;
    std::string origin = details.parent.empty() ? "" : ICON_FA_CODE_FORK " ";
    if (trains) origin += "training · ";
    fitted_text(theme,
                origin + recipe_word(run.recipe) + " · " + run.data + " · step "
                    + grouped(trains ? now.step : run.step),
                width);
    at_line(2.4f);
    std::string line = details.tags.empty() ? moment_of(run.modified) : tags_text(details.tags);
    if (run.best_distance >= 0)
        line = "best distance " + fixed_text(run.best_distance, 1) + (line.empty() ? "" : " · ") + line;
    fitted_text(theme, line, width);
    if (details.best)
        tooltip(theme, "Lowest Fréchet distance: " + fixed_text(details.best->value, 1) + " at step "
                           + grouped(details.best->step) + " (" + badge_of(*details.best)
                           + "). The checkpoint nearest to it is kept.");
    ImGui::PopFont();
    ImGui::PopStyleColor();
}

void RunsPanel::fork_menu(const Frame& frame, CommandSink& sink, const RunDetails& details) {
    const std::string_view why = reason_not_allowed(frame.view.snapshot.state, TrainingAction::open);
    const bool possible = !details.checkpoints.empty() && why.empty();
    const bool open = ImGui::BeginMenu(ICON_FA_CODE_FORK "  Fork from", possible);
    if (!possible) tooltip(frame.theme, why.empty() ? "No checkpoint of it can be trained on" : why);
    if (!open) return;
    for (auto one = details.checkpoints.rbegin(); one != details.checkpoints.rend(); ++one) {
        const std::string label = "step " + grouped(one->step);
        if (ImGui::MenuItem(label.c_str(), one->best ? ICON_FA_STAR " best" : nullptr)) {
            sink.send(PlanFork{one->path});
            sink.show(PanelId::train);
        }
    }
    ImGui::EndMenu();
}

void RunsPanel::compare_menu(const Frame& frame, CommandSink& sink, const RunCard& run) {
    const bool others = frame.view.runs.size() > 1;
    const bool open = ImGui::BeginMenu(ICON_FA_CODE_COMPARE "  Compare with", others);
    if (!others) tooltip(frame.theme, "There is no other run yet");
    if (!open) return;
    for (std::size_t index = 0; index < frame.view.runs.size(); ++index) {
        const RunCard& other = frame.view.runs[index];
        if (other.folder == run.folder) continue;
        ImGui::PushID(static_cast<int>(index));
        if (ImGui::MenuItem(other.name.c_str(), ("step " + grouped(other.step)).c_str())) {
            sink.send(CompareRuns{run.folder, other.folder, frame.first_face()});
            sink.show(PanelId::compare);
        }
        ImGui::PopID();
    }
    ImGui::EndMenu();
}

void RunsPanel::card_menu(const Frame& frame, CommandSink& sink, const RunCard& run) {
    const RunDetails& details = details_of(frame.view, run.folder);
    const auto best = std::find_if(details.checkpoints.begin(), details.checkpoints.end(),
                                   [](const CheckpointCard& one) { return one.best; });
    const bool can_open = allowed(frame.view.snapshot.state, TrainingAction::open);
    if (ImGui::MenuItem(ICON_FA_STAR "  Explore its best checkpoint", nullptr, false,
                        can_open && best != details.checkpoints.end()))
        sink.send(OpenCheckpoint{best->path});
    if (best == details.checkpoints.end())
        tooltip(frame.theme, "Its distance was never measured: while it trains that happens by itself");
    compare_menu(frame, sink, run);
    fork_menu(frame, sink, details);
    ImGui::Separator();
    if (tags_folder_ != run.folder || ImGui::IsWindowAppearing()) {
        tags_folder_ = run.folder;
        typed_tags_ = tags_text(details.tags);
    }
    ImGui::SetNextItemWidth(frame.px(220));
    if (ImGui::InputTextWithHint("##tags", "tags, separated by commas", &typed_tags_,
                                 ImGuiInputTextFlags_EnterReturnsTrue)
        || ImGui::IsItemDeactivatedAfterEdit())
        if (tags_of(typed_tags_) != details.tags) sink.send(TagRun{run.folder, tags_of(typed_tags_)});
    ImGui::Separator();
    if (ImGui::MenuItem(ICON_FA_COPY "  Copy its folder's path")) sink.copy_text(run.folder);
}

void RunsPanel::card_buttons(const Frame& frame, CommandSink& sink, const RunCard& run) {
    const Theme& theme = frame.theme;
    const bool current = !run.folder.empty() && run.folder == frame.view.snapshot.run_folder;
    const std::string why(reason_not_allowed(frame.view.snapshot.state, TrainingAction::open));
    const bool opening = !run.folder.empty() && run.folder == frame.view.opening;
    const char* reason = opening ? "it is being opened" : why.empty() ? nullptr : why.c_str();
    if (button(theme, {.icon = ICON_FA_EYE,
                       .label = opening ? "Opening…###open" : "Open###open",
                       .tooltip = "Explore this run",
                       .disabled_reason =
                           !reason && !run.resumable ? "it has no checkpoint to explore yet" : reason}))
        sink.send(OpenCheckpoint{run.folder});
    ImGui::SameLine(0, theme.px(4));
    const char* stuck = reason ? reason
                        : current && frame.view.snapshot.state == TrainingState::running
                            ? "this run is training now"
                            : nullptr;
    if (button(theme, {.icon = ICON_FA_PLAY,
                       .label = "Go on",
                       .tooltip = run.resumable ? "Open it and train on"
                                                : "It has no checkpoint yet: train it from its beginning",
                       .disabled_reason = stuck}))
        sink.send(ContinueRun{run.folder});
    ImGui::SameLine(0, theme.px(4));
    if (button(
            theme,
            {.icon = ICON_FA_ELLIPSIS, .label = "##more", .tooltip = "Compare, fork, tags, best checkpoint"}))
        ImGui::OpenPopup("more");
    if (ImGui::BeginPopup("more")) {
        card_menu(frame, sink, run);
        ImGui::EndPopup();
    }
}

void RunsPanel::draw_card(const Frame& frame, CommandSink& sink, const RunCard& run, float width,
                          float height) {
    const Theme& theme = frame.theme;
    const bool current = !run.folder.empty() && run.folder == frame.view.snapshot.run_folder;
    const bool can_open = allowed(frame.view.snapshot.state, TrainingAction::open);
    const ImVec2 low = ImGui::GetCursorScreenPos(), start = ImGui::GetCursorPos();
    const ImVec2 high(low.x + width, low.y + height);
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(low, high, packed(theme.field, 0.55f), theme.px(4));
    if (current) list->AddRect(low, high, packed(theme.accent), theme.px(4));
    const float pad = theme.px(6), picture = height - 2 * pad;
    ImGui::SetCursorPos(ImVec2(start.x + pad, start.y + pad));
    TileSpec tile{.id = "thumbnail", .size = {picture, picture}};
    if (run.thumbnail) tile.picture = frame.images.picture(run.thumbnail, 0);
    if (image_tile(theme, tile).clicked && can_open && run.resumable) sink.send(OpenCheckpoint{run.folder});
    tooltip(theme,
            can_open ? std::string(run.resumable ? "Explore this run" : "It has no checkpoint to explore yet")
                     : std::string(reason_not_allowed(frame.view.snapshot.state, TrainingAction::open)));
    const float text_left = start.x + picture + 2 * pad, text_width = width - picture - 3 * pad;
    card_words(frame, run, text_left, start.y + pad, text_width);
    ImGui::SetCursorPos(ImVec2(text_left, start.y + height - pad - ImGui::GetFrameHeight()));
    card_buttons(frame, sink, run);
    ImGui::SetCursorPos(start);
    ImGui::Dummy(ImVec2(width, height));
}

} // namespace ganvas
