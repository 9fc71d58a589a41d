/// Train: data, recipe, target, buttons, figures and every setting of the run.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <icons_font_awesome_6.h>
#include <imgui.h>

#include "app/gui/panels/command_edit.h"
#include "app/gui/panels/export_menu.h"
#include "app/gui/panels/network_summary.h"
#include "app/gui/panels/recipe_choice.h"
#include "app/gui/panels/setting_row.h"
#include "app/gui/panels/source_row.h"
#include "app/gui/panels/toolbar.h"

namespace ganvas {
namespace {

/// What a target counts; the first is none.
struct TargetKind {
    const char *word, *unit, *help, *format;
    double minimum, maximum, usual;
    bool whole;
};
constexpr std::array<TargetKind, 5> target_kinds = {
    {{"none", "", "Train until it is stopped", "", 0, 0, 0, false},
     {"minutes", "min", "Stop after so much training time in all", "%.1f", 0.5, 1440, 10, false},
     {"steps", "steps", "Stop at this step", "%.0f", 100, 1e6, 10'000, true},
     {"epochs", "epochs", "Stop when every picture was seen so often", "%.1f", 0.5, 1000, 10, false},
     {"images", "images", "Stop when so many pictures were trained on", "%.0f", 1000, 1e8, 1e6, true}}};

double amount_of(const Snapshot& snapshot, std::size_t kind) {
    const std::array<double, target_kinds.size()> amounts = {
        0, snapshot.target_seconds / 60, static_cast<double>(snapshot.target_steps), snapshot.target_epochs,
        static_cast<double>(snapshot.target_images)};
    return amounts[kind];
}

std::size_t limit_of(const Snapshot& snapshot) {
    for (std::size_t kind = 1; kind < target_kinds.size(); ++kind)
        if (amount_of(snapshot, kind) > 0) return kind;
    return 0;
}

SetTarget target_of(std::size_t kind, double amount) {
    SetTarget target;
    if (kind == 1) target.minutes = amount;
    if (kind == 2) target.steps = std::llround(amount);
    if (kind == 3) target.epochs = amount;
    if (kind == 4) target.images = std::llround(amount);
    return target;
}

/// How far a run is on its way to the target that it reaches first, 0 to 1; negative without one.
double part_done(const Snapshot& now) {
    double done = -1;
    const auto part = [&](double is, double wanted) {
        if (wanted > 0) done = std::max(done, std::min(1.0, is / wanted));
    };
    part(static_cast<double>(now.step), static_cast<double>(now.target_steps));
    part(now.seconds, now.target_seconds);
    part(now.epoch, now.target_epochs);
    part(static_cast<double>(now.images), static_cast<double>(now.target_images));
    return done;
}

class TrainPanel final : public Panel {
public:
    PanelId id() const override { return PanelId::train; }
    const char* title() const override { return "Train"; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    static void draw_buttons(const Frame& frame, CommandSink& sink);
    static void draw_main_button(const Frame& frame, CommandSink& sink, float wide);
    static void draw_message(const Frame& frame);
    static void draw_figures(const Frame& frame);
    static void draw_recipe(const Frame& frame, CommandSink& sink);
    void draw_target(const Frame& frame, CommandSink& sink);
    void draw_settings(const Frame& frame, CommandSink& sink);
    void draw_parameters(const Frame& frame);

    SourceRow source_;
    SettingRows rows_;
    NetworkSummary networks_;
    std::array<double, target_kinds.size()> amounts_ = {0, 10, 10'000, 10, 1'000'000}; ///< as target_kinds
    bool target_held_ = false;                                                         ///< being dragged
};

/// Label in the left column, as the settings below have it; the control follows on the same line.
void row_label(const Frame& frame, const char* label, const char* help) {
    const float row = ImGui::GetContentRegionAvail().x, start = ImGui::GetCursorPosX();
    ImGui::AlignTextToFramePadding();
    ImGui::TextColored(frame.theme.muted, "%s", label);
    tooltip(frame.theme, help);
    ImGui::SameLine(start + std::floor(row * (row < frame.px(260) ? 0.27f : 0.42f)), 0);
}

/// Pause while it trains; else train or go on.
void TrainPanel::draw_main_button(const Frame& frame, CommandSink& sink, float wide) {
    const Theme& theme = frame.theme;
    const View& view = frame.view;
    const TrainingState state = view.snapshot.state;
    const bool running = state == TrainingState::running;
    if (running) {
        if (button(theme, {.icon = ICON_FA_PAUSE,
                           .label = "Pause###main",
                           .tooltip = "Pause; nothing is lost",
                           .shortcut = "Space",
                           .primary = true,
                           .size = {wide, 0}}))
            train_or_pause(view, sink);
    } else {
        const bool paused = state == TrainingState::paused;
        const bool on = paused
                        || ((state == TrainingState::finished || state == TrainingState::failed)
                            && view.snapshot.step > 0);
        if (button(theme,
                   {.icon = ICON_FA_PLAY,
                    .label = on ? "Go on###main" : "Train###main",
                    .tooltip = on ? "Go on with this run" : "Start a new run with these data and settings",
                    .shortcut = "Space",
                    .disabled_reason = why_not(view, paused ? TrainingAction::resume : TrainingAction::start),
                    .primary = true,
                    .size = {wide, 0}}))
            train_or_pause(view, sink);
    }
}

void TrainPanel::draw_buttons(const Frame& frame, CommandSink& sink) {
    const Theme& theme = frame.theme;
    const View& view = frame.view;
    const TrainingState state = view.snapshot.state;
    const float gap = theme.px(4);
    const float icon = theme.px(ImGui::GetContentRegionAvail().x < theme.px(260) ? 27 : 30);
    const int icons = 4;
    const float wide = std::max(theme.px(80), ImGui::GetContentRegionAvail().x - icons * (icon + gap));
    draw_main_button(frame, sink, wide);
    ImGui::SameLine(0, gap);
    if (button(theme, {.icon = ICON_FA_FORWARD_STEP,
                       .label = "##step",
                       .tooltip = "One step",
                       .shortcut = ".",
                       .disabled_reason = why_not(view, TrainingAction::step),
                       .size = {icon, 0}}))
        sink.send(StepTraining{1});
    ImGui::SameLine(0, gap);
    if (button(theme, {.icon = ICON_FA_STOP,
                       .label = "##stop",
                       .tooltip = "Stop and save; the run can go on later",
                       .shortcut = "Shift+Space",
                       .disabled_reason = why_not(view, TrainingAction::stop),
                       .size = {icon, 0}}))
        sink.send(StopTraining{});
    ImGui::SameLine(0, gap);
    if (button(theme, {.icon = ICON_FA_FLOPPY_DISK,
                       .label = "##save",
                       .tooltip = "Save a checkpoint now",
                       .shortcut = "Ctrl+S",
                       .disabled_reason = why_not(view, TrainingAction::save),
                       .size = {icon, 0}}))
        sink.send(SaveCheckpoint{});
    ImGui::SameLine(0, gap);
    const char* busy = state == TrainingState::empty ? "there is no run yet: every setting can be changed"
                       : state == TrainingState::stopping || state == TrainingState::opening
                           ? "wait until it is done"
                           : nullptr;
    if (button(theme,
               {.icon = ICON_FA_FILE_CIRCLE_PLUS,
                .label = "##new",
                .tooltip =
                    "New run: saves and leaves this one, keeps the settings and makes all of them editable",
                .disabled_reason = busy,
                .size = {icon, 0}}))
        sink.send(NewRun{});
}

void TrainPanel::draw_message(const Frame& frame) {
    const Snapshot& snapshot = frame.view.snapshot;
    const Theme& theme = frame.theme;
    if (snapshot.message.empty()) return;
    const bool failed = snapshot.state == TrainingState::failed;
    ImGui::PushStyleColor(ImGuiCol_Text, failed ? theme.error : theme.muted);
    ImGui::TextWrapped("%s%s", failed ? ICON_FA_CIRCLE_EXCLAMATION "  " : "", snapshot.message.c_str());
    ImGui::PopStyleColor();
    if (snapshot.state != TrainingState::opening) return;
    for (const JobStatus& job : frame.view.jobs)
        if (frame.view.data_job != 0 && job.id == frame.view.data_job)
            progress_bar(theme, job.fraction, ImVec2(0, ImGui::GetFrameHeight()),
                         job.detail.empty() ? fixed_text(job.fraction * 100, 0) + " %" : job.detail);
}

void TrainPanel::draw_figures(const Frame& frame) {
    const Snapshot& snapshot = frame.view.snapshot;
    const Theme& theme = frame.theme;
    if (snapshot.state == TrainingState::empty) return;
    value_row(theme, "Rate",
              snapshot.state == TrainingState::running
                  ? fixed_text(snapshot.images_per_second, 0) + " images/s"
                  : "–",
              "Pictures trained on in a second");
    std::string step = grouped(snapshot.step);
    if (snapshot.target_steps > 0) step += " of " + grouped(snapshot.target_steps);
    value_row(theme, "Step", step);
    std::string epoch = fixed_text(snapshot.epoch, 2);
    if (snapshot.target_epochs > 0) epoch += " of " + fixed_text(snapshot.target_epochs, 1);
    std::string images = shortened(static_cast<double>(snapshot.images));
    if (snapshot.target_images > 0) images += " of " + shortened(static_cast<double>(snapshot.target_images));
    value_row(theme, "Epoch", epoch + "  (" + images + " images)", "How often every picture was seen");
    std::string time = clock_text(snapshot.seconds);
    if (snapshot.seconds_left >= 0) time += ", " + clock_text(snapshot.seconds_left) + " left";
    value_row(theme, "Time", time, "Training time only; pauses do not count");
    std::string memory = bytes_text(snapshot.resident_bytes);
    if (snapshot.device_bytes >= 0) memory += " + " + bytes_text(snapshot.device_bytes) + " GPU";
    value_row(theme, "Memory", memory);
    const double done = part_done(snapshot);
    if (done >= 0) progress_bar(theme, done, ImVec2(0, theme.px(4)));
}

void TrainPanel::draw_recipe(const Frame& frame, CommandSink& sink) {
    const View& view = frame.view;
    row_label(frame, "Recipe", "A whole set of settings: which model, and how it is trained");
    const char* locked = recipe_fixed(view);
    const float icon = frame.px(30), gap = frame.px(4);
    ImGui::SetNextItemWidth(std::max(frame.px(60), ImGui::GetContentRegionAvail().x - icon - gap));
    if (locked) ImGui::BeginDisabled();
    const bool open = ImGui::BeginCombo("##recipe", recipe_word(view.recipe).c_str());
    if (locked) ImGui::EndDisabled();
    if (open) {
        if (ImGui::Selectable("From a file…")) ask_for_recipe(sink);
        for (const std::string& recipe : view.recipes)
            if (ImGui::Selectable(recipe.c_str(), recipe == view.recipe)) sink.send(UseRecipe{recipe});
        if (view.recipes.empty()) muted_text(frame.theme, "no recipes were found");
        ImGui::EndCombo();
    } else {
        tooltip(frame.theme, locked ? locked : "Loads its settings; change what you like afterwards");
    }
    ImGui::SameLine(0, gap);
    if (button(frame.theme, {.icon = ICON_FA_FLOPPY_DISK,
                             .label = "##save recipe",
                             .tooltip = "Save these settings as a recipe file",
                             .size = {icon, 0}}))
        ask_and_export(sink, SaveRecipe{suggested_recipe_file});
}

void TrainPanel::draw_target(const Frame& frame, CommandSink& sink) {
    const Theme& theme = frame.theme;
    const std::size_t limit = limit_of(frame.view.snapshot);
    if (!target_held_ && limit != 0) amounts_[limit] = amount_of(frame.view.snapshot, limit);
    const auto send = [&](std::size_t which) { sink.send(target_of(which, amounts_[which])); };
    row_label(frame, "Target",
              "When training stops by itself; it may be moved at any time, and going on past it is always "
              "possible");
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    if (ImGui::BeginCombo("##target", target_kinds[limit].word)) {
        for (std::size_t which = 0; which < target_kinds.size(); ++which) {
            if (ImGui::Selectable(target_kinds[which].word, which == limit) && which != limit) send(which);
            tooltip(theme, target_kinds[which].help);
        }
        ImGui::EndCombo();
    } else {
        tooltip(theme, target_kinds[limit].help);
    }
    if (limit == 0) return;
    const TargetKind& kind = target_kinds[limit];
    const bool roomy = ImGui::GetContentRegionAvail().x > frame.px(280); // else the word above is the unit
    row_label(frame, "", "");
    const SliderSpec spec{.label = "##amount",
                          .minimum = kind.minimum,
                          .maximum = kind.maximum,
                          .default_value = kind.usual,
                          .format = kind.format,
                          .unit = roomy ? kind.unit : "",
                          .logarithmic = true,
                          .whole = kind.whole,
                          .tooltip = "In all, from the start of the run"};
    if (slider(theme, spec, amounts_[limit])) target_held_ = true;
    if (target_held_ && !ImGui::IsAnyItemActive()) {
        send(limit);
        target_held_ = false;
    }
}

/// How large the networks are, while a width is being dragged too.
void TrainPanel::draw_parameters(const Frame& frame) {
    const Settings wanted = rows_.shown(frame.view.settings);
    const ModelSummary& summary = networks_.of(wanted, frame.view.data);
    ImGui::PushFont(nullptr, frame.theme.small_size());
    if (!summary.error.empty()) {
        ImGui::PushStyleColor(ImGuiCol_Text, frame.theme.warning);
        ImGui::TextWrapped("%s", summary.error.c_str());
        ImGui::PopStyleColor();
    } else {
        const auto count = [](std::int64_t parameters) { return shortened(static_cast<double>(parameters)); };
        fitted_text(frame.theme,
                    "G " + count(summary.generator_parameters) + ", D "
                        + count(summary.discriminator_parameters) + " parameters",
                    ImGui::GetContentRegionAvail().x);
        tooltip(frame.theme, "Generator " + grouped(summary.generator_parameters) + ", discriminator "
                                 + grouped(summary.discriminator_parameters)
                                 + " parameters; the Model panel has every layer");
    }
    ImGui::PopFont();
}

void TrainPanel::draw_settings(const Frame& frame, CommandSink& sink) {
    const Theme& theme = frame.theme;
    const auto& table = setting_descriptions();
    section_label(theme, "Settings");
    for (const SettingDescription& setting : table) {
        if (setting.rank != SettingRank::main) continue;
        rows_.draw(frame, sink, setting);
        if (setting.key == "discriminator.width") draw_parameters(frame);
    }
    ImGui::Dummy(ImVec2(0, theme.px(4)));
    const Settings defaults;
    for (std::size_t begin = 0; begin < table.size();) {
        std::size_t end = begin;
        int advanced = 0, changed = 0;
        for (; end < table.size() && table[end].group == table[begin].group; ++end) {
            if (table[end].rank == SettingRank::main) continue;
            ++advanced;
            if (frame.view.settings.value(table[end].key) != defaults.value(table[end].key)) ++changed;
        }
        if (advanced > 0) {
            const std::string head = "More " + table[begin].group
                                     + (changed > 0 ? "  ·  " + std::to_string(changed) + " changed" : "")
                                     + "###" + table[begin].group;
            const bool open = ImGui::TreeNodeEx(head.c_str(), ImGuiTreeNodeFlags_SpanAvailWidth
                                                                  | ImGuiTreeNodeFlags_NoTreePushOnOpen
                                                                  | ImGuiTreeNodeFlags_FramePadding);
            if (changed > 0)
                tooltip(theme, std::to_string(changed) + " of " + std::to_string(advanced)
                                   + " settings here are not at the program's default");
            for (std::size_t index = begin; open && index < end; ++index)
                if (table[index].rank == SettingRank::advanced) rows_.draw(frame, sink, table[index]);
        }
        begin = end;
    }
}

void TrainPanel::draw(const Frame& frame, CommandSink& sink) {
    draw_buttons(frame, sink);
    draw_message(frame);
    draw_figures(frame);
    section_label(frame.theme, "Data and target");
    source_.draw(frame, sink);
    const std::string& wanted = frame.view.data_source;
    if (frame.view.data && frame.view.data->source == wanted) {
        const DataSummary& data = *frame.view.data;
        muted_text(frame.theme, grouped(data.images) + " images · " + std::to_string(data.width) + " × "
                                    + std::to_string(data.height)
                                    + (data.channels == 1 ? " · grey" : " · colour"));
    } else {
        muted_text_wrapped(frame.theme,
                           frame.view.data_job != 0 ? "Being opened; Train begins as soon as they are there."
                           : wanted.empty() || wanted == "faces"
                               ? "Train takes the faces that Ganvas draws, unless others are opened."
                               : "Train opens " + wanted + " first.");
    }
    draw_recipe(frame, sink);
    draw_target(frame, sink);
    draw_settings(frame, sink);
}

} // namespace

std::unique_ptr<Panel> make_train_panel() { return std::make_unique<TrainPanel>(); }

} // namespace ganvas
