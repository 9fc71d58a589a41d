#include "app/gui/panels/setting_row.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include <imgui.h>
#include <imgui_stdlib.h>

namespace ganvas {
namespace {

/// Ranges that a slider can be set in by hand; wider ones get a field to type in.
bool fits_a_slider(const SettingDescription& setting) {
    if (setting.kind == SettingKind::real)
        return setting.maximum / std::max(setting.minimum, 1e-9) <= 1.1e6 || setting.maximum <= 1;
    return setting.maximum - setting.minimum <= 512;
}

double number_of(const SettingDescription& setting, const std::string& text) {
    return setting.kind == SettingKind::integer ? static_cast<double>(std::strtoll(text.c_str(), nullptr, 10))
                                                : std::strtod(text.c_str(), nullptr);
}

std::string text_of(const SettingDescription& setting, double value) {
    if (setting.kind == SettingKind::integer) return std::to_string(std::llround(value));
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.6g", value);
    return buffer;
}

double rounded(double value, int digits) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.*g", digits, value);
    return std::strtod(buffer, nullptr);
}

/// What it does, and what the recipe had where it was changed.
std::string explanation(const View& view, const SettingDescription& setting) {
    const std::string usual = view.recipe_settings.as_text(setting.key);
    if (view.settings.as_text(setting.key) == usual) return setting.sentence;
    return setting.sentence + "\nRecipe " + view.recipe_base + ": " + (usual.empty() ? "nothing" : usual);
}

/// "Discriminator width" becomes "D width" where there is no room for it.
std::string short_label(const std::string& label, float width) {
    if (ImGui::CalcTextSize(label.c_str()).x <= width) return label;
    // As the papers write it; the letter of the network must not be what is cut.
    constexpr std::string_view rate = "Learning rate";
    if (label.rfind(rate, 0) == 0) return "lr" + label.substr(rate.size());
    for (const std::string_view network : {"Generator", "Discriminator"})
        if (label.rfind(network, 0) == 0) return label.substr(0, 1) + label.substr(network.size());
    return label;
}

void label_left(const Frame& frame, const SettingDescription& setting, float label_width) {
    const float start = ImGui::GetCursorPosX();
    ImGui::AlignTextToFramePadding();
    const std::string help = explanation(frame.view, setting);
    // What was changed from the recipe stands out.
    ImGui::PushStyleColor(ImGuiCol_Text, help == setting.sentence ? frame.theme.muted : frame.theme.text);
    fitted_text(frame.theme, short_label(setting.label, label_width - frame.px(4)),
                label_width - frame.px(4));
    ImGui::PopStyleColor();
    tooltip(frame.theme, help);
    ImGui::SameLine(0, 0);
    ImGui::SetCursorPosX(start + label_width);
}

} // namespace

std::string SettingRows::reason_fixed(const View& view, const SettingDescription& setting) {
    const TrainingState state = view.snapshot.state;
    if (state == TrainingState::stopping) return "the run is being saved";
    if (setting.scope == SettingScope::live || state == TrainingState::empty) return {};
    if (state == TrainingState::opening) return "the run is being built with it";
    return "this run was built with it; start a new run to change it";
}

Settings SettingRows::shown(const Settings& settings) const {
    Settings with = settings;
    if (!held_key_.empty() && !with.set(held_key_, held_value_)) return settings; // half typed
    return with;
}

void SettingRows::change(CommandSink& sink, const std::string& key, std::string value, bool held) {
    held_key_ = key;
    held_value_ = std::move(value);
    frames_since_sent_ = 0;
    if (held) return;
    sink.send(ChangeSetting{held_key_, held_value_});
    frames_since_sent_ = 1;
}

void SettingRows::draw_number(const Frame& frame, CommandSink& sink, const SettingDescription& setting,
                              const char* reason) {
    const bool whole = setting.kind == SettingKind::integer;
    const std::string text =
        held_key_ == setting.key ? held_value_ : frame.view.settings.as_text(setting.key);
    double value = number_of(setting, text);
    const std::string help =
        explanation(frame.view, setting) + "\nCtrl+click: type a number. Double-click: the recipe's.";
    SliderSpec spec{.label = "##value",
                    .minimum = setting.minimum,
                    .maximum = setting.maximum,
                    .default_value = number_of(setting, frame.view.recipe_settings.as_text(setting.key)),
                    .format = whole ? "%.0f" : "%.7g",
                    .wheel = false,
                    .logarithmic = setting.logarithmic
                                   || (setting.minimum > 0 && setting.maximum / setting.minimum > 100),
                    .whole = whole,
                    .tooltip = help.c_str(),
                    .disabled_reason = reason};
    if (ImGui::GetContentRegionAvail().x > frame.px(160)) spec.unit = setting.unit.c_str();
    if (!slider(frame.theme, spec, value)) return;
    // By hand, two digits are enough; what is typed stays as it is.
    const bool dragged = ImGui::IsMouseDown(ImGuiMouseButton_Left) && value != spec.default_value;
    if (!whole && dragged) value = rounded(value, spec.logarithmic ? 2 : 3);
    change(sink, setting.key, text_of(setting, value), ImGui::IsAnyItemActive());
}

void SettingRows::draw_input(const Frame& frame, CommandSink& sink, const SettingDescription& setting,
                             const char* reason) {
    std::string text = held_key_ == setting.key ? held_value_ : frame.view.settings.as_text(setting.key);
    const float unit = setting.unit.empty() ? 0 : ImGui::CalcTextSize(setting.unit.c_str()).x + frame.px(4);
    ImGui::SetNextItemWidth(std::max(frame.px(40), ImGui::GetContentRegionAvail().x - unit));
    if (reason) ImGui::BeginDisabled();
    const ImGuiInputTextFlags flags =
        setting.kind == SettingKind::text ? 0 : ImGuiInputTextFlags_CharsScientific;
    if (ImGui::InputText("##value", &text, flags)) change(sink, setting.key, text, true);
    if (reason) ImGui::EndDisabled();
    tooltip(frame.theme, reason ? reason : explanation(frame.view, setting));
    if (unit > 0) {
        ImGui::SameLine(0, frame.px(4));
        ImGui::TextColored(frame.theme.muted, "%s", setting.unit.c_str());
    }
}

void SettingRows::draw(const Frame& frame, CommandSink& sink, const SettingDescription& setting) {
    const std::string why = reason_fixed(frame.view, setting);
    const char* reason = why.empty() ? nullptr : why.c_str();
    ImGui::PushID(setting.key.c_str());
    const float row = ImGui::GetContentRegionAvail().x;
    label_left(frame, setting, std::floor(row * (row < frame.px(260) ? 0.48f : 0.42f)));
    if (setting.kind == SettingKind::boolean) {
        bool on = frame.view.settings.boolean(setting.key);
        if (toggle(frame.theme, "##value", on, explanation(frame.view, setting).c_str(), reason))
            sink.send(ChangeSetting{setting.key, on ? "true" : "false"});
    } else if (setting.kind == SettingKind::choice) {
        const std::string& now = frame.view.settings.text(setting.key);
        ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
        if (reason) ImGui::BeginDisabled();
        const bool open = ImGui::BeginCombo("##value", now.c_str());
        if (reason) ImGui::EndDisabled();
        if (!open) tooltip(frame.theme, reason ? reason : explanation(frame.view, setting));
        if (open) {
            for (const std::string& word : setting.choices)
                if (ImGui::Selectable(word.c_str(), word == now) && word != now)
                    sink.send(ChangeSetting{setting.key, word});
            ImGui::EndCombo();
        }
    } else if (setting.kind != SettingKind::text && fits_a_slider(setting)) {
        draw_number(frame, sink, setting, reason);
    } else {
        draw_input(frame, sink, setting, reason);
    }
    if (held_key_ == setting.key) {
        if (frames_since_sent_ == 0 && !ImGui::IsAnyItemActive()) {
            sink.send(ChangeSetting{held_key_, held_value_});
            frames_since_sent_ = 1;
        } else if (frames_since_sent_ > 0
                   && (frame.view.settings.as_text(setting.key) == held_value_
                       || ++frames_since_sent_ > 20)) {
            held_key_.clear(); // the engine has it, or refused it with a notice
        }
        frame.keep_drawing(Motion::settles);
    }
    ImGui::PopID();
}

} // namespace ganvas
