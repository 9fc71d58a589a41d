/// Model: both networks as a drawing and as tables, of the model in the explorer or of the settings as they stand.
#include <algorithm>
#include <array>
#include <cmath>

#include <icons_font_awesome_6.h>
#include <imgui.h>

#include "app/gui/panels/export_menu.h"
#include "app/gui/panels/network_summary.h"
#include "app/gui/panels/panel.h"

namespace ganvas {
namespace {

class ModelPanel final : public Panel {
public:
    PanelId id() const override { return PanelId::model; }
    const char* title() const override { return "Model"; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    static void draw_network(const Frame& frame, const char* id, const std::vector<LayerRow>& layers,
                             const ImVec4& colour, float height);
    static void draw_table(const Frame& frame, const char* id, const std::vector<LayerRow>& layers);
    void draw_both(const Frame& frame, const char* name, const char* reads, std::int64_t parameters,
                   const std::vector<LayerRow>& layers, const ImVec4& colour);

    /// The networks that are shown, and whose they are.
    struct Shown {
        const ModelSummary& networks;
        ExportNetworks::Of of;
    };
    Shown choose(const Frame& frame);

    std::optional<bool>
        of_settings_; ///< which was chosen; unset: of a run while one is open, else of the explorer
    NetworkSummary next_, explored_;
};

/// How large a layer is drawn: its side by resolution, its thickness by channels, both on a logarithmic scale.
struct Box {
    float height = 0, width = 0;
};

Box box_of(const LayerRow& layer, float largest_side, float most_channels, ImVec2 greatest) {
    const float side = static_cast<float>(std::max({1, layer.height, layer.width}));
    const float channels = static_cast<float>(std::max(1, layer.channels));
    Box box;
    box.height = greatest.y * (0.14f + 0.86f * std::log2(side + 1) / std::log2(largest_side + 1));
    box.width = greatest.x * (0.15f + 0.85f * std::log2(channels + 1) / std::log2(most_channels + 1));
    return box;
}

std::string size_text(const LayerRow& layer) {
    if (layer.height <= 1 && layer.width <= 1) return std::to_string(layer.channels);
    const std::string side = std::to_string(layer.height);
    return std::to_string(layer.channels) + " × "
           + (layer.width == layer.height ? side + "²" : side + " × " + std::to_string(layer.width));
}

void ModelPanel::draw_network(const Frame& frame, const char* id, const std::vector<LayerRow>& layers,
                              const ImVec4& colour, float height) {
    const Theme& theme = frame.theme;
    const float width = ImGui::GetContentRegionAvail().x;
    float side = 1, channels = 1;
    for (const LayerRow& layer : layers) {
        side = std::max(side, static_cast<float>(std::max(layer.height, layer.width)));
        channels = std::max(channels, static_cast<float>(layer.channels));
    }
    const float slot = width / static_cast<float>(layers.size());
    const ImVec2 greatest(std::min(slot * 0.8f, theme.px(40)), height - ImGui::GetTextLineHeight());
    const ImVec2 start = ImGui::GetCursorScreenPos();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float middle = start.y + greatest.y / 2;
    list->AddLine(ImVec2(start.x + slot / 2, middle), ImVec2(start.x + width - slot / 2, middle),
                  packed(theme.muted, 0.5f), theme.px(1));
    ImGui::PushID(id);
    for (std::size_t index = 0; index < layers.size(); ++index) {
        const LayerRow& layer = layers[index];
        const Box box = box_of(layer, side, channels, greatest);
        const float centre = start.x + (static_cast<float>(index) + 0.5f) * slot;
        const ImVec2 low(centre - box.width / 2, middle - box.height / 2),
            high(centre + box.width / 2, middle + box.height / 2);
        ImGui::PushID(static_cast<int>(index));
        ImGui::SetCursorScreenPos(ImVec2(start.x + static_cast<float>(index) * slot, start.y));
        ImGui::InvisibleButton("layer", ImVec2(std::max(1.0f, slot), height));
        const bool hovered = ImGui::IsItemHovered();
        tooltip(theme, layer.name + "\n" + layer.shape + "\n" + grouped(layer.parameters) + " parameters");
        ImGui::PopID();
        list->AddRectFilled(low, high, packed(theme.panel), theme.px(2));
        list->AddRectFilled(low, high, packed(colour, hovered ? 0.6f : 0.32f), theme.px(2));
        list->AddRect(low, high, packed(colour), theme.px(2));
        const std::string text =
            layer.height > 1 ? std::to_string(layer.height) : std::to_string(layer.channels);
        ImGui::PushFont(nullptr, theme.small_size());
        const ImVec2 words = ImGui::CalcTextSize(text.c_str());
        if (words.x + theme.px(2) <= slot)
            list->AddText(ImVec2(centre - words.x / 2, start.y + greatest.y + theme.px(1)),
                          packed(theme.muted), text.c_str());
        ImGui::PopFont();
    }
    ImGui::PopID();
    ImGui::SetCursorScreenPos(start);
    ImGui::Dummy(ImVec2(width, height));
}

void ModelPanel::draw_table(const Frame& frame, const char* id, const std::vector<LayerRow>& layers) {
    const Theme& theme = frame.theme;
    ImGui::PushFont(nullptr, theme.small_size());
    constexpr ImGuiTableFlags flags = ImGuiTableFlags_RowBg | ImGuiTableFlags_SizingStretchProp
                                      | ImGuiTableFlags_PadOuterX | ImGuiTableFlags_BordersInnerH;
    if (ImGui::BeginTable(id, 3, flags)) {
        float output = ImGui::CalcTextSize("Output").x;
        for (const LayerRow& layer : layers)
            output = std::max(output, ImGui::CalcTextSize(size_text(layer).c_str()).x);
        ImGui::TableSetupColumn("Layer", ImGuiTableColumnFlags_WidthStretch);
        ImGui::TableSetupColumn("Output", ImGuiTableColumnFlags_WidthFixed, output);
        ImGui::TableSetupColumn("Parameters", ImGuiTableColumnFlags_WidthFixed,
                                ImGui::CalcTextSize("Parameters").x);
        ImGui::TableHeadersRow();
        const auto number_right = [](const std::string& text) {
            const float width = ImGui::CalcTextSize(text.c_str()).x;
            ImGui::SetCursorPosX(ImGui::GetCursorPosX()
                                 + std::max(0.0f, ImGui::GetContentRegionAvail().x - width));
            ImGui::TextUnformatted(text.c_str());
        };
        for (const LayerRow& layer : layers) {
            ImGui::TableNextRow();
            ImGui::TableNextColumn();
            fitted_text(theme, layer.name, ImGui::GetContentRegionAvail().x);
            tooltip(theme, layer.name + "\n" + layer.shape);
            ImGui::TableNextColumn();
            fitted_text(theme, size_text(layer), ImGui::GetContentRegionAvail().x);
            ImGui::TableNextColumn();
            number_right(layer.parameters > 0 ? grouped(layer.parameters) : "–");
        }
        ImGui::EndTable();
    }
    ImGui::PopFont();
}

void ModelPanel::draw_both(const Frame& frame, const char* name, const char* reads, std::int64_t parameters,
                           const std::vector<LayerRow>& layers, const ImVec4& colour) {
    if (layers.empty()) return;
    const Theme& theme = frame.theme;
    section_label(theme, name, colour);
    const std::string count = shortened(static_cast<double>(parameters)) + " parameters";
    ImGui::PushFont(nullptr, theme.small_size());
    ImGui::SameLine();
    const float right =
        ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(count.c_str()).x;
    const float room = right - ImGui::GetCursorPosX();
    if (ImGui::CalcTextSize(reads).x + theme.px(8) < room) ImGui::TextColored(theme.muted, "%s", reads);
    ImGui::SameLine(0, 0);
    ImGui::SetCursorPosX(right);
    ImGui::TextUnformatted(count.c_str());
    ImGui::PopFont();
    tooltip(theme, grouped(parameters) + " parameters");
    draw_network(frame, name, layers, colour, theme.px(80));
    draw_table(frame, name, layers);
}

/// The networks of the settings in Train, or of the model in the explorer; a row to choose by where they differ.
ModelPanel::Shown ModelPanel::choose(const Frame& frame) {
    using Of = ExportNetworks::Of;
    const View& view = frame.view;
    const ModelSummary& next = next_.of(view.settings, view.data);
    if (!frame.has_model()) return {next, Of::settings};
    const ModelSummary& explored = explored_.of(view.model.settings, view.data, view.model.classes);
    if (explored == next) return {explored, Of::explorer};
    const bool of_settings = of_settings_.value_or(view.snapshot.state != TrainingState::empty);
    const std::string explored_words =
        "In the explorer: " + view.model.name + ", step " + grouped(view.model.step);
    constexpr const char* next_words = "As the settings in Train make it";
    ImGui::SetNextItemWidth(-1);
    if (ImGui::BeginCombo("##of", of_settings ? next_words : explored_words.c_str())) {
        if (ImGui::Selectable((explored_words + "###explored").c_str(), !of_settings)) of_settings_ = false;
        if (ImGui::Selectable(next_words, of_settings)) of_settings_ = true;
        ImGui::EndCombo();
    }
    tooltip(frame.theme, "The networks of the model that makes the pictures here, or those of the next run");
    if (of_settings) return {next, Of::settings};
    return {explored, Of::explorer};
}

void ModelPanel::draw(const Frame& frame, CommandSink& sink) {
    const Theme& theme = frame.theme;
    const Shown shown = choose(frame);
    const ModelSummary& summary = shown.networks;
    if (!summary.error.empty()) {
        if (empty_state(theme, {.icon = ICON_FA_TRIANGLE_EXCLAMATION,
                                .title = "These settings make no model",
                                .hint = summary.error.c_str(),
                                .button_label = "Go to Train",
                                .button_icon = ICON_FA_SLIDERS}))
            sink.show(PanelId::train);
        return;
    }
    if (summary.generator.empty()) {
        empty_state(theme,
                    {.icon = ICON_FA_DIAGRAM_PROJECT,
                     .title = "No model",
                     .hint = "Both networks, layer by layer, as the settings in Train describe them."});
        return;
    }
    draw_both(frame, "Generator G", "z → picture", summary.generator_parameters, summary.generator,
              theme.generator);
    ImGui::Dummy(ImVec2(0, theme.px(8)));
    draw_both(frame, "Discriminator D", "picture → real?", summary.discriminator_parameters,
              summary.discriminator, theme.discriminator);
    ImGui::Dummy(ImVec2(0, theme.px(4)));
    const auto entries = [&]() -> std::vector<ExportEntry> {
        return {{"Both networks as a drawing (PNG or SVG)…", ExportNetworks{"networks.png", shown.of}}};
    };
    export_buttons(frame, sink, entries, ButtonWords::words);
}

} // namespace

std::unique_ptr<Panel> make_model_panel() { return std::make_unique<ModelPanel>(); }

} // namespace ganvas
