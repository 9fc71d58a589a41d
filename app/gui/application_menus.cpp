// Application's menus, keys, notices and questions.
#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "app/gui/application.h"

#include <icons_font_awesome_6.h>
#include <imgui_internal.h>
#include <imgui_stdlib.h>

#include "app/gui/panels/notice_action.h"
#include "app/gui/panels/toolbar.h"

namespace ganvas {
namespace {

constexpr float smallest_scale = 0.5f, largest_scale = 3.0f;
constexpr int random_grid_count = 64;

std::string run_label(const RunCard& run) {
    std::string text = run.name.empty() ? run.folder : run.name;
    text += "   step " + grouped(run.step);
    return text;
}

} // namespace

void Application::menu_bar(const Frame& frame) {
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(frame.px(8), frame.px(6)));
    ImGui::PushStyleColor(ImGuiCol_PopupBg, frame.theme.field);
    const bool open = ImGui::BeginMainMenuBar();
    ImGui::PopStyleVar();
    if (open) {
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(frame.px(12), frame.px(8)));
        file_menu(frame);
        edit_menu(frame);
        view_menu(frame);
        run_menu(frame);
        if (ImGui::BeginMenu("Help")) {
            if (ImGui::MenuItem("Keys and hands", "F1")) help_.open = true;
            ImGui::EndMenu();
        }
        ImGui::SameLine(0, frame.px(24));
        draw_toolbar(frame, *this);
        ImGui::PopStyleVar();
        ImGui::EndMainMenuBar();
    }
    ImGui::PopStyleColor();
}

void Application::ask_open() {
    ask_file({FileQuestion::Kind::open_file, "Open a checkpoint, data or an exported picture", {}, {}},
             [this](std::string path) { open_path(path); });
}

void Application::file_menu(const Frame& frame) {
    if (!ImGui::BeginMenu("File")) return;
    if (ImGui::MenuItem(ICON_FA_FILE "  Open…", "Ctrl+O")) ask_open();
    if (ImGui::MenuItem(ICON_FA_FOLDER_OPEN "  Open a run or a folder of pictures…"))
        ask_file({FileQuestion::Kind::open_folder, "Open a run or a folder of pictures", {}, {}},
                 [this](std::string path) { open_path(path); });
    const bool runs = ImGui::BeginMenu("Recent runs", !view_->runs.empty());
    if (view_->runs.empty()) tooltip(frame.theme, "No run was saved yet");
    if (runs) {
        constexpr std::size_t most = 12;
        for (std::size_t index = 0; index < std::min(most, view_->runs.size()); ++index) {
            const RunCard& run = view_->runs[index];
            ImGui::PushID(static_cast<int>(index));
            if (ImGui::MenuItem(run_label(run).c_str(), run.modified.c_str()))
                send(OpenCheckpoint{run.folder});
            ImGui::PopID();
        }
        ImGui::EndMenu();
    }
    ImGui::Separator();
    const std::string_view no_save = reason_not_allowed(view_->snapshot.state, TrainingAction::save);
    if (ImGui::MenuItem("Save a checkpoint", "Ctrl+S", false, no_save.empty())) send(SaveCheckpoint{});
    tooltip(frame.theme, no_save);
    if (ImGui::MenuItem("Export…", "Ctrl+E")) export_key_.pressed = true;
    if (ImGui::MenuItem("Copy as command", "Ctrl+Shift+C")) copy_key_.pressed = true;
    ImGui::Separator();
    if (ImGui::MenuItem("Quit", "Ctrl+Q")) wishes_.quit = true;
    ImGui::EndMenu();
}

void Application::edit_menu(const Frame& frame) {
    if (!ImGui::BeginMenu("Edit")) return;
    const auto item = [&](const char* label, const char* shortcut, bool possible, const char* why_not) {
        const bool pressed = ImGui::MenuItem(label, shortcut, false, possible);
        if (!possible) tooltip(frame.theme, why_not);
        return pressed;
    };
    if (item("Undo", "Ctrl+Z", undo_.can_undo(), "Nothing was changed yet")) undo();
    if (item("Redo", "Ctrl+Shift+Z", undo_.can_redo(), "Nothing was undone")) redo();
    ImGui::Separator();
    const bool picked = explorer_.a || explorer_.b;
    constexpr const char* no_pick = "Neither A nor B is picked";
    if (item("Exchange A and B", "X", picked, no_pick)) explorer_.exchange();
    if (item("Clear A and B", nullptr, picked, no_pick)) explorer_.a = explorer_.b = std::nullopt;
    if (item("Clear the arithmetic", nullptr, !explorer_.arithmetic_empty(), "All three slots are empty"))
        for (auto& slot : explorer_.slots) slot.clear();
    if (item("Unpin all", nullptr, !explorer_.pinned.empty(), "No face is pinned")) explorer_.pinned.clear();
    ImGui::EndMenu();
}

void Application::set_scale(float scale) {
    preferences_.scale = std::clamp(std::round(scale * 20) / 20, smallest_scale, largest_scale);
    wishes_.preferences_changed = true;
}

void Application::view_menu(const Frame&) {
    if (!ImGui::BeginMenu("View")) return;
    const auto theme_item = [this](const char* label, ThemeKind kind) {
        if (!ImGui::MenuItem(label, nullptr, preferences_.theme == kind)) return;
        preferences_.theme = kind;
        wishes_.preferences_changed = true;
    };
    theme_item("Dark", ThemeKind::dark);
    theme_item("Light", ThemeKind::light);
    ImGui::Separator();
    ImGui::MenuItem("Smooth pixels", nullptr, &preferences_.smooth_pictures);
    if (ImGui::MenuItem("Larger", "Ctrl +")) set_scale(preferences_.scale + 0.1f);
    if (ImGui::MenuItem("Smaller", "Ctrl −")) set_scale(preferences_.scale - 0.1f);
    if (ImGui::MenuItem("As the monitor says", "Ctrl 0")) set_scale(1);
    if (ImGui::MenuItem("Whole screen", "F11")) wishes_.toggle_fullscreen = true;
    ImGui::Separator();
    for (const auto& panel : panels_) {
        const bool shown = !hidden(*panel);
        if (ImGui::MenuItem(panel->title(), nullptr, shown)) {
            if (shown)
                set_hidden(*panel, true);
            else
                show(panel->id());
        }
    }
    ImGui::Separator();
    if (ImGui::MenuItem("Default layout")) {
        preferences_.hidden_panels.clear();
        layout_wanted_ = true;
    }
    ImGui::EndMenu();
}

void Application::run_menu(const Frame& frame) {
    if (!ImGui::BeginMenu("Run")) return;
    const TrainingState state = view_->snapshot.state;
    const auto item = [&](const char* label, const char* shortcut, TrainingAction action, auto command) {
        const std::string_view why = reason_not_allowed(state, action);
        if (ImGui::MenuItem(label, shortcut, false, why.empty())) send(command);
        tooltip(frame.theme, why);
    };
    item(ICON_FA_PLAY "  Train", "Space", TrainingAction::start, StartTraining{});
    item(ICON_FA_PAUSE "  Pause", "Space", TrainingAction::pause, PauseTraining{});
    item(ICON_FA_PLAY "  Go on", "Space", TrainingAction::resume, ResumeTraining{});
    item(ICON_FA_FORWARD_STEP "  One step", ".", TrainingAction::step, StepTraining{1});
    item(ICON_FA_STOP "  Stop and save", "Shift+Space", TrainingAction::stop, StopTraining{});
    ImGui::Separator();
    const bool saving = state == TrainingState::stopping;
    if (ImGui::MenuItem("New run", nullptr, false, !saving)) send(NewRun{});
    if (saving) tooltip(frame.theme, "The run is being saved");
    if (ImGui::MenuItem("Measure the Fréchet distance", nullptr, false, frame.has_model()))
        send(MeasureDistance{"lite0", view_->settings.integer("measure.count")});
    if (!frame.has_model()) tooltip(frame.theme, "There is no model to measure yet");
    ImGui::EndMenu();
}

void Application::keys(const Frame& frame) {
    const ImGuiIO& io = ImGui::GetIO();
    const auto chord = [](ImGuiKeyChord keys, bool repeat = false) {
        return ImGui::IsKeyChordPressed(keys, repeat ? ImGuiInputFlags_Repeat : ImGuiInputFlags_None);
    };
    // These also while a text is typed.
    if (chord(ImGuiKey_F11)) wishes_.toggle_fullscreen = true;
    if (chord(ImGuiKey_F1)) help_.open = !help_.open;
    if (chord(ImGuiMod_Ctrl | ImGuiKey_O)) ask_open();
    if (chord(ImGuiMod_Ctrl | ImGuiKey_Q)) wishes_.quit = true;
    for (const ImGuiKeyChord larger :
         {ImGuiMod_Ctrl | ImGuiKey_Equal, ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiKey_Equal,
          ImGuiMod_Ctrl | ImGuiKey_KeypadAdd})
        if (chord(larger, true)) set_scale(preferences_.scale + 0.1f);
    if (chord(ImGuiMod_Ctrl | ImGuiKey_Minus, true) || chord(ImGuiMod_Ctrl | ImGuiKey_KeypadSubtract, true))
        set_scale(preferences_.scale - 0.1f);
    if (chord(ImGuiMod_Ctrl | ImGuiKey_0)) set_scale(1);
    if (io.WantTextInput) return;

    if (chord(ImGuiMod_Ctrl | ImGuiKey_Z, true)) undo();
    if (chord(ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiKey_Z, true) || chord(ImGuiMod_Ctrl | ImGuiKey_Y, true))
        redo();
    if (chord(ImGuiMod_Ctrl | ImGuiKey_E)) export_key_.pressed = true;
    if (chord(ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiKey_C)) copy_key_.pressed = true;
    if (chord(ImGuiMod_Ctrl | ImGuiKey_S) && allowed(view_->snapshot.state, TrainingAction::save))
        send(SaveCheckpoint{});
    if (chord(ImGuiKey_Space)) train_or_pause(*view_, *this);
    if (chord(ImGuiMod_Shift | ImGuiKey_Space) && allowed(view_->snapshot.state, TrainingAction::stop))
        send(StopTraining{});
    if (chord(ImGuiKey_Period, true) && allowed(view_->snapshot.state, TrainingAction::step))
        send(StepTraining{1});
    if (chord(ImGuiKey_X)) explorer_.exchange();
    constexpr std::array<std::pair<ImGuiKey, PanelId>, 4> tabs = {{{ImGuiKey_1, PanelId::sweep},
                                                                   {ImGuiKey_2, PanelId::arithmetic},
                                                                   {ImGuiKey_3, PanelId::attributes},
                                                                   {ImGuiKey_4, PanelId::pad}}};
    for (const auto& [key, panel] : tabs)
        if (chord(key)) show(panel);
    double steps = 0;
    if (chord(ImGuiKey_LeftArrow, true)) steps = -1;
    if (chord(ImGuiKey_RightArrow, true)) steps = 1;
    if (chord(ImGuiMod_Shift | ImGuiKey_LeftArrow, true)) steps = -10;
    if (chord(ImGuiMod_Shift | ImGuiKey_RightArrow, true)) steps = 10;
    if (steps != 0)
        explorer_.alpha =
            std::clamp(explorer_.alpha + steps * explorer_.alpha_step(), 0.0, explorer_.alpha_maximum());
    if (chord(ImGuiKey_R)) explorer_.random_seed += random_grid_count;
    if (chord(ImGuiMod_Shift | ImGuiKey_R))
        explorer_.random_seed -= std::min<std::uint64_t>(explorer_.random_seed, random_grid_count);
    static_cast<void>(frame);
}

/// Ctrl+E and Ctrl+Shift+C that no panel took: one behind another tab comes to the front, one that has nothing says so.
void Application::answer_keys() {
    constexpr int frames_to_appear = 4;
    const auto waits = [](const PanelKey& key) { return key.pressed && !key.taken; };
    const bool asked = waits(export_key_) || waits(copy_key_);
    if (asked && !front_drawn_ && frames_asked_ < frames_to_appear) {
        if (frames_asked_++ == 0) show(front_);
    } else {
        if (asked)
            for (const auto& panel : panels_)
                if (panel->id() == front_) say(std::string(panel->title()) + " has nothing to write yet");
        export_key_ = copy_key_ = {};
        frames_asked_ = 0;
    }
    front_drawn_ = false;
}

void Application::path_question(const Frame& frame) {
    const FileQuestion* question = dialogs_.typed_question();
    if (!question) return;
    const Theme& theme = frame.theme;
    ImGui::SetNextWindowPos(ImGui::GetMainViewport()->GetWorkCenter(), ImGuiCond_Always, ImVec2(0.5f, 0.5f));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1.0f);
    constexpr ImGuiWindowFlags flags = ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoCollapse
                                       | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_AlwaysAutoResize
                                       | ImGuiWindowFlags_NoTitleBar;
    bool answered = false, cancelled = false;
    if (ImGui::Begin("##path", nullptr, flags)) {
        ImGui::TextUnformatted(question->title.c_str());
        ImGui::SetNextItemWidth(theme.px(460));
        if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
        answered =
            ImGui::InputTextWithHint("##typed", "path", &typed_path_, ImGuiInputTextFlags_EnterReturnsTrue);
        const bool saving = question->kind == FileQuestion::Kind::save_file;
        std::error_code unknown;
        const bool replaces = saving && std::filesystem::is_regular_file(typed_path_, unknown);
        if (replaces)
            ImGui::TextColored(theme.warning, "There is such a file: it will be replaced.");
        else
            muted_text(theme, "Install zenity or kdialog for the system's file dialog.");
        if (button(theme, {.label = replaces ? "Replace"
                                    : saving ? "Save"
                                             : "Open",
                           .disabled_reason = typed_path_.empty() ? "Type a path" : nullptr,
                           .primary = true}))
            answered = true;
        ImGui::SameLine();
        cancelled = button(theme, {.label = "Cancel"}) || ImGui::IsKeyPressed(ImGuiKey_Escape);
    }
    ImGui::End();
    ImGui::PopStyleVar();
    if (cancelled)
        dialogs_.answer_typed({});
    else if (answered)
        dialogs_.answer_typed(typed_path_);
}

void Application::toasts(const Frame& frame) {
    std::erase_if(toasts_, [this](const Toast& toast) { return toast.until < time_; });
    constexpr std::size_t most = 4;
    while (toasts_.size() > most) toasts_.pop_front();
    const Theme& theme = frame.theme;
    const ImGuiViewport* viewport = ImGui::GetMainViewport();
    float y = viewport->WorkPos.y + viewport->WorkSize.y - theme.px(12);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(theme.px(12), theme.px(8)));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1.0f);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, theme.px(4));
    for (std::size_t index = toasts_.size(); index-- > 0;) {
        Toast& toast = toasts_[index];
        const float right = viewport->WorkPos.x + viewport->WorkSize.x - theme.px(12);
        ImGui::SetNextWindowPos(ImVec2(right, y), ImGuiCond_Always, ImVec2(1, 1));
        const bool bad = toast.level != NoticeLevel::info;
        const ImVec4 colour = toast.level == NoticeLevel::error ? theme.error
                              : bad                             ? theme.warning
                                                                : theme.text;
        ImGui::PushStyleColor(ImGuiCol_WindowBg, theme.field);
        ImGui::PushStyleColor(ImGuiCol_Border, bad ? colour : theme.line);
        const std::string words = action_words(toast.action, toast.target);
        ImGuiWindowFlags flags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoDocking
                                 | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings
                                 | ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoFocusOnAppearing
                                 | ImGuiWindowFlags_NoNav;
        // What only says something is no obstacle: the mouse reaches the panel below.
        if (words.empty()) flags |= ImGuiWindowFlags_NoInputs;
        const std::string name = "##toast" + std::to_string(toast.id);
        if (ImGui::Begin(name.c_str(), nullptr, flags)) {
            ImGui::BringWindowToDisplayFront(ImGui::GetCurrentWindow());
            if (bad) {
                ImGui::PushStyleColor(ImGuiCol_Text, colour);
                ImGui::TextUnformatted(ICON_FA_TRIANGLE_EXCLAMATION);
                ImGui::PopStyleColor();
                ImGui::SameLine();
            }
            ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + theme.px(380));
            ImGui::TextUnformatted(toast.text.c_str());
            ImGui::PopTextWrapPos();
            if (!words.empty() && button(theme, {.label = words.c_str(), .primary = true})) {
                toast.until = 0;
                act_on(toast.action, toast.target, *this);
            }
            if (ImGui::IsWindowHovered() && !ImGui::IsAnyItemHovered()
                && ImGui::IsMouseClicked(ImGuiMouseButton_Left))
                toast.until = 0;
            y -= ImGui::GetWindowSize().y + theme.px(8);
        }
        ImGui::End();
        ImGui::PopStyleColor(2);
    }
    ImGui::PopStyleVar(3);
}

} // namespace ganvas
