#include "app/gui/panels/toolbar.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <icons_font_awesome_6.h>
#include <imgui_internal.h>

#include "app/gui/panels/command_edit.h"
#include "app/gui/panels/export_menu.h"
#include "app/gui/panels/recipe_choice.h"

namespace ganvas {
namespace {

std::string short_source(const std::string& source) {
    if (source.empty()) return "no data";
    std::filesystem::path path(source);
    if (!path.has_filename()) path = path.parent_path();
    const std::string name = path.filename().string();
    return name.empty() ? source : name;
}

void data_menu(const Frame& frame, CommandSink& sink) {
    const std::string& now = frame.view.data_source;
    ImGui::PushStyleColor(ImGuiCol_Text, frame.theme.accent);
    const std::string title = short_source(now) + "  " ICON_FA_CARET_DOWN "###data";
    const bool open = ImGui::BeginMenu(title.c_str());
    ImGui::PopStyleColor();
    if (!open) {
        tooltip(frame.theme, now.empty() ? "The data to train on" : now);
        return;
    }
    if (ImGui::MenuItem("faces", "drawn by Ganvas", now == "faces")) sink.send(OpenData{"faces"});
    for (const std::string& source : frame.recent_data)
        if (source != "faces" && ImGui::MenuItem(source.c_str(), nullptr, source == now))
            sink.send(OpenData{source});
    ImGui::Separator();
    const auto ask = [&sink](FileQuestion::Kind kind, const char* question) {
        sink.ask_file({kind, question, {}, {}},
                      [&sink](std::string path) { sink.send(OpenData{std::move(path)}); });
    };
    if (ImGui::MenuItem(ICON_FA_FOLDER_OPEN "  Folder of pictures…"))
        ask(FileQuestion::Kind::open_folder, "Open a folder");
    if (ImGui::MenuItem(ICON_FA_FILE_ZIPPER "  Archive, IDX or CIFAR file…"))
        ask(FileQuestion::Kind::open_file, "Open data");
    ImGui::EndMenu();
}

void recipe_menu(const Frame& frame, CommandSink& sink) {
    ImGui::PushStyleColor(ImGuiCol_Text, frame.theme.accent);
    const std::string title = recipe_word(frame.view.recipe) + "  " ICON_FA_CARET_DOWN "###recipe";
    const bool open = ImGui::BeginMenu(title.c_str());
    ImGui::PopStyleColor();
    if (!open) {
        tooltip(frame.theme, "The recipe: which model and how it is trained");
        return;
    }
    const char* locked = recipe_fixed(frame.view);
    if (ImGui::MenuItem("From a file…", nullptr, false, !locked)) ask_for_recipe(sink);
    if (locked) tooltip(frame.theme, locked);
    export_entry(frame, sink, {"Save these settings…", SaveRecipe{suggested_recipe_file}});
    ImGui::Separator();
    for (const std::string& recipe : frame.view.recipes) {
        if (ImGui::MenuItem(recipe.c_str(), nullptr, recipe == frame.view.recipe, !locked))
            sink.send(UseRecipe{recipe});
        if (locked) tooltip(frame.theme, locked);
    }
    if (frame.view.recipes.empty()) muted_text(frame.theme, "no recipes were found");
    ImGui::EndMenu();
}

void buttons(const Frame& frame, CommandSink& sink) {
    const View& view = frame.view;
    const TrainingState state = view.snapshot.state;
    const Theme& theme = frame.theme;
    const ImVec2 square(frame.px(30), 0);
    const char* train = state == TrainingState::paused ? "Go on" : "Train";
    const TrainingAction first =
        state == TrainingState::paused ? TrainingAction::resume : TrainingAction::start;
    const ImVec2 wide(frame.px(80), 0); // as wide for either word: nothing jumps
    const float y = std::round((ImGui::GetWindowHeight() - ImGui::GetFrameHeight()) / 2);
    const auto next = [&frame, y] {
        ImGui::SameLine(0, frame.px(4));
        ImGui::SetCursorPosY(y);
    };
    ImGui::SetCursorPosY(y);
    if (button(theme, {.icon = ICON_FA_PLAY,
                       .label = train,
                       .tooltip = "Train",
                       .shortcut = "Space",
                       .disabled_reason = why_not(view, first),
                       .primary = state != TrainingState::running,
                       .size = wide}))
        train_or_pause(view, sink);
    next();
    if (button(theme, {.icon = ICON_FA_PAUSE,
                       .label = "##pause",
                       .tooltip = "Pause",
                       .shortcut = "Space",
                       .disabled_reason = why_not(view, TrainingAction::pause),
                       .size = square}))
        sink.send(PauseTraining{});
    next();
    if (button(theme, {.icon = ICON_FA_FORWARD_STEP,
                       .label = "##step",
                       .tooltip = "One step",
                       .shortcut = ".",
                       .disabled_reason = why_not(view, TrainingAction::step),
                       .size = square}))
        sink.send(StepTraining{1});
    next();
    if (button(theme, {.icon = ICON_FA_STOP,
                       .label = "##stop",
                       .tooltip = "Stop and save",
                       .shortcut = "Shift+Space",
                       .disabled_reason = why_not(view, TrainingAction::stop),
                       .size = square}))
        sink.send(StopTraining{});
}

ImVec4 state_colour(const Theme& theme, TrainingState state) {
    switch (state) {
    case TrainingState::running: return theme.good;
    case TrainingState::failed: return theme.error;
    case TrainingState::opening:
    case TrainingState::stopping: return theme.warning;
    default: return theme.muted;
    }
}

} // namespace

void train_or_pause(const View& view, CommandSink& sink) {
    const TrainingState state = view.snapshot.state;
    if (allowed(state, TrainingAction::pause))
        sink.send(PauseTraining{});
    else if (allowed(state, TrainingAction::resume))
        sink.send(ResumeTraining{});
    else if (allowed(state, TrainingAction::start))
        sink.send(StartTraining{});
}

const char* why_not(const View& view, TrainingAction action) {
    const std::string_view why = reason_not_allowed(view.snapshot.state, action);
    return why.empty() ? nullptr : why.data(); // string literals: they end in a zero
}

std::string training_line(const Snapshot& snapshot) {
    std::string line = shortened(static_cast<double>(snapshot.images)) + " img · ";
    if (snapshot.state == TrainingState::running) line += shortened(snapshot.images_per_second) + " img/s · ";
    line += "epoch " + fixed_text(snapshot.epoch, 1);
    if (snapshot.seconds_left >= 0) line += " · " + clock_text(snapshot.seconds_left) + " left";
    return line;
}

void draw_toolbar(const Frame& frame, CommandSink& sink) {
    const Theme& theme = frame.theme;
    const Snapshot& snapshot = frame.view.snapshot;
    data_menu(frame, sink);
    recipe_menu(frame, sink);
    ImGui::SameLine(0, frame.px(12));
    buttons(frame, sink);
    constexpr float y = 0; // a menu bar puts words on its own base line
    ImGui::SameLine(0, frame.px(12));
    ImGui::SetCursorPosY(y);
    // The state's word in its colour, then the figures at the right end.
    const std::string_view word = name(snapshot.state);
    ImGui::PushStyleColor(ImGuiCol_Text, state_colour(theme, snapshot.state));
    ImGui::TextUnformatted(word.data(), word.data() + word.size());
    ImGui::PopStyleColor();
    if (!snapshot.message.empty()) tooltip(theme, snapshot.message);
    const std::string line =
        snapshot.step > 0 || snapshot.state == TrainingState::running ? training_line(snapshot) : "";
    const float right = ImGui::GetWindowWidth() - ImGui::GetStyle().WindowPadding.x;
    const float width = ImGui::CalcTextSize(line.c_str()).x;
    ImGui::SameLine();
    ImGui::SetCursorPos(ImVec2(std::max(ImGui::GetCursorPosX() + frame.px(8), right - width), y));
    ImGui::PushStyleColor(ImGuiCol_Text, theme.text);
    fitted_text(theme, line, std::max(frame.px(40), right - ImGui::GetCursorPosX()));
    ImGui::PopStyleColor();
}

} // namespace ganvas
