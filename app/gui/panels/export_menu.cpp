#include "app/gui/panels/export_menu.h"

#include <icons_font_awesome_6.h>
#include <imgui.h>

#include "engine/core/file_ending.h"

namespace ganvas {
namespace {

constexpr const char* copy_shortcut = "Ctrl+Shift+C";
constexpr const char* copy_help = "Copy the ganvas line that writes the same";

/// Asks for the file of each kind of export.
struct FileAsker {
    CommandSink& sink;

    template <class Export>
    void ask(const char* title, std::vector<std::string> filters, Export what) const {
        FileQuestion question{FileQuestion::Kind::save_file, title, what.path, std::move(filters)};
        sink.ask_file(std::move(question), [&sink = sink, what = std::move(what)](std::string path) mutable {
            what.path = std::move(path);
            sink.send(what);
        });
    }
    void operator()(const ExportLatents& what) const {
        if (what.kind == ExportKind::animation) return ask("Export", {"Animations", "*.gif *.webp"}, what);
        if (what.kind == ExportKind::latents) return ask("Export", {"Latents", "*.safetensors *.csv"}, what);
        ask("Export", {"Pictures", "*.png"}, what);
    }
    void operator()(const ExportHistory& what) const {
        if (is_film(what.path)) return ask("Export the history", {"Animations", "*.gif *.webp"}, what);
        ask("Export the history", {"Pictures", "*.png"}, what);
    }
    void operator()(const ExportCurves& what) const {
        ask("Export curves", {"Picture", "*.png", "Drawing", "*.svg", "Table", "*.csv"}, what);
    }
    void operator()(const ExportComparison& what) const {
        ask("Export the comparison", {"Pictures", "*.png"}, what);
    }
    void operator()(const ExportData& what) const {
        ask("Export pictures of the data", {"Pictures", "*.png"}, what);
    }
    void operator()(const SaveRecipe& what) const { ask("Save the recipe", {"Recipes", "*.toml"}, what); }
    void operator()(const ExportNetworks& what) const {
        ask("Export the networks", {"Picture", "*.png", "Drawing", "*.svg"}, what);
    }
    void operator()(const FindNeighbours& what) const { sink.send(what); }
};

} // namespace

void ask_and_export(CommandSink& sink, const HasCommandLine& what) { std::visit(FileAsker{sink}, what); }

void copy_as_command(CommandSink& sink, const HasCommandLine& what) {
    const Result<std::string> line = sink.as_command(what);
    if (!line) return sink.say(line.error().line());
    sink.copy_text(*line);
    sink.say("Copied the command");
}

void export_entry(const Frame& frame, CommandSink& sink, const ExportEntry& entry, const char* shortcut) {
    const Theme& theme = frame.theme;
    ImGui::SetNextItemAllowOverlap(); // the row shines below its copy too
    if (ImGui::MenuItem(entry.label, nullptr, false, !entry.disabled_reason))
        ask_and_export(sink, entry.what);
    if (entry.disabled_reason) tooltip(theme, entry.disabled_reason);
    // A menu makes all its items as wide as the widest: the copies stand below each other.
    ImGui::SameLine(0, theme.px(4));
    const std::string why = entry.disabled_reason ? entry.disabled_reason : sink.why_no_command(entry.what);
    ImGui::PushID(entry.label);
    ImGui::PushStyleColor(ImGuiCol_Button, ImVec4(0, 0, 0, 0));
    const bool copied = button(theme, {.icon = ICON_FA_COPY,
                                       .label = "##copy",
                                       .tooltip = copy_help,
                                       .shortcut = shortcut,
                                       .disabled_reason = why.empty() ? nullptr : why.c_str(),
                                       .small = true});
    ImGui::PopStyleColor();
    ImGui::PopID();
    if (!copied) return;
    copy_as_command(sink, entry.what);
    ImGui::CloseCurrentPopup();
}

void export_entries(const Frame& frame, CommandSink& sink, std::span<const ExportEntry> entries) {
    for (const ExportEntry& entry : entries) {
        if (entry.separated) ImGui::Separator();
        export_entry(frame, sink, entry, &entry == &entries.front() ? copy_shortcut : nullptr);
    }
}

void export_buttons(const Frame& frame, CommandSink& sink,
                    const std::function<std::vector<ExportEntry>()>& entries, ButtonWords words,
                    const char* disabled_reason) {
    const Theme& theme = frame.theme;
    const bool wordy = words == ButtonWords::words;
    const bool export_wanted = frame.takes_export(), copy_wanted = frame.takes_copy();
    if (disabled_reason && (export_wanted || copy_wanted)) sink.say(disabled_reason);
    if (button(theme, {.icon = ICON_FA_FILE_EXPORT,
                       .label = wordy ? "Export" : "##export",
                       .tooltip = "Save as a file",
                       .shortcut = "Ctrl+E",
                       .disabled_reason = disabled_reason})
        || (export_wanted && !disabled_reason))
        ImGui::OpenPopup("export");
    if (ImGui::BeginPopup("export")) {
        export_entries(frame, sink, entries());
        ImGui::EndPopup();
    }
    ImGui::SameLine(0, theme.px(4));
    if (button(theme, {.icon = ICON_FA_COPY,
                       .label = wordy ? "Copy as command" : "##command",
                       .tooltip = "Copy the ganvas line that makes the same pixels",
                       .shortcut = copy_shortcut,
                       .disabled_reason = disabled_reason})
        || (copy_wanted && !disabled_reason))
        copy_as_command(sink, entries().front().what);
}

void curves_export_row(const Frame& frame, CommandSink& sink, const ExportCurves& what, const char* help) {
    const Theme& theme = frame.theme;
    section_label(theme, "Export");
    if (button(theme, {.icon = ICON_FA_FILE_EXPORT, .label = "PNG, SVG or CSV…", .tooltip = help})) {
        ImGui::CloseCurrentPopup();
        ask_and_export(sink, what);
    }
    ImGui::SameLine(0, theme.px(4));
    const std::string why = sink.why_no_command(what);
    if (!button(theme, {.icon = ICON_FA_COPY,
                        .label = "Copy as command",
                        .tooltip = copy_help,
                        .shortcut = copy_shortcut,
                        .disabled_reason = why.empty() ? nullptr : why.c_str()}))
        return;
    copy_as_command(sink, what);
    ImGui::CloseCurrentPopup();
}

} // namespace ganvas
