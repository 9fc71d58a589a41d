/// Attributes: one slider a learned direction, all at once and at once, with what each direction really does.
#include <algorithm>
#include <cmath>
#include <vector>

#include <icons_font_awesome_6.h>
#include <imgui.h>

#include "app/gui/panels/attribute_figures.h"
#include "app/gui/panels/export_menu.h"
#include "app/gui/panels/picture_box.h"

namespace ganvas {
namespace {

constexpr double slider_end = 3; ///< standard deviations

class AttributesPanel final : public Panel {
public:
    PanelId id() const override { return PanelId::attributes; }
    const char* title() const override { return "Attributes"; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    void draw_empty(const Frame& frame, CommandSink& sink);
    void draw_pictures(const Frame& frame, CommandSink& sink, float side);
    void draw_tools(const Frame& frame, CommandSink& sink);
    void draw_sliders(const Frame& frame);
    static void draw_row(const Frame& frame, const AttributeCard& card, float names, float figures,
                         float moves);
    static void learn_menu(const Frame& frame, CommandSink& sink);

    LatentAsker asker_{PreviewChannel::attributes};
    ZoomView zoom_;
};

void AttributesPanel::learn_menu(const Frame& frame, CommandSink& sink) {
    if (!ImGui::BeginPopup("learn")) return;
    muted_text(frame.theme, "Learn from labelled data");
    const auto& data = frame.view.data;
    const bool labelled = data && (!data->attribute_names.empty() || data->class_names.size() > 1);
    if (labelled && data->source != "faces" && ImGui::MenuItem(("The open data: " + data->source).c_str()))
        sink.send(LearnAttributes{data->source});
    if (ImGui::MenuItem("Faces drawn by Ganvas")) sink.send(LearnAttributes{"faces"});
    const auto ask = [&sink](FileQuestion::Kind kind, const char* question) {
        sink.ask_file({kind, question, {}, {}},
                      [&sink](std::string path) { sink.send(LearnAttributes{std::move(path)}); });
    };
    if (ImGui::MenuItem("A folder with list_attr_celeba.txt…"))
        ask(FileQuestion::Kind::open_folder, "Labelled pictures");
    if (ImGui::MenuItem("An archive with labels…")) ask(FileQuestion::Kind::open_file, "Labelled pictures");
    ImGui::Separator();
    muted_text(frame.theme, "Directions that were learned before");
    const std::vector<std::string> filters = {"Directions", "*.safetensors"};
    if (ImGui::MenuItem("Open a file of directions…"))
        sink.ask_file({FileQuestion::Kind::open_file, "Directions", {}, filters},
                      [&sink](std::string path) { sink.send(OpenDirections{std::move(path)}); });
    if (!frame.view.attributes.empty() && ImGui::MenuItem("Save these as a file…"))
        sink.ask_file({FileQuestion::Kind::save_file, "Save directions", "directions.safetensors", filters},
                      [&sink](std::string path) { sink.send(SaveDirections{std::move(path)}); });
    ImGui::EndPopup();
}

void AttributesPanel::draw_empty(const Frame& frame, CommandSink& sink) {
    EmptyState empty{.icon = ICON_FA_SLIDERS,
                     .title = "No attributes learned yet",
                     .hint = "Sliders such as Smiling or Eyeglasses, learned from labelled pictures for the "
                             "current model. It takes a minute or two."};
    if (!frame.has_model()) {
        empty.title = "No model yet";
        empty.hint =
            "Open a checkpoint or start training; then directions such as Smiling can be learned for it.";
    }
    empty.button_label = frame.has_model() ? "Learn attributes…" : "Go to Train";
    empty.button_icon = frame.has_model() ? ICON_FA_GRADUATION_CAP : ICON_FA_PLAY;
    if (empty_state(frame.theme, empty)) {
        if (frame.has_model())
            ImGui::OpenPopup("learn");
        else
            sink.show(PanelId::train);
    }
    learn_menu(frame, sink);
}

/// The face as it is, and with the attributes.
void AttributesPanel::draw_pictures(const Frame& frame, CommandSink& sink, float side) {
    ExplorerState& explorer = frame.explorer;
    const std::uint64_t fallback = frame.first_face();
    const LatentPoint changed = explorer.attribute_point(fallback);
    LatentPoint plain = changed;
    plain.attributes.clear();
    asker_.ask(sink, frame, {changed, plain});
    picture_box(frame, "changed", rendered_picture(frame, PreviewChannel::attributes, 0, 2), side, &zoom_);
    if (std::uint64_t seed = 0; drop_seed(seed)) explorer.attribute_face = seed;
    ImGui::SameLine(0, frame.px(8));
    ImGui::BeginGroup();
    const float rows = 2 * ImGui::GetFrameHeightWithSpacing() + ImGui::GetTextLineHeightWithSpacing();
    muted_text(frame.theme, "as it is");
    picture_box(frame, "plain", rendered_picture(frame, PreviewChannel::attributes, 1, 2),
                std::clamp(side - rows, frame.px(32), frame.px(144)));
    if (std::uint64_t seed = 0; drop_seed(seed)) explorer.attribute_face = seed;
    draw_tools(frame, sink);
    ImGui::EndGroup();
}

void AttributesPanel::draw_tools(const Frame& frame, CommandSink& sink) {
    const Theme& theme = frame.theme;
    ExplorerState& explorer = frame.explorer;
    face_chooser(frame, explorer.attribute_face);
    const bool moved = std::any_of(explorer.attributes.begin(), explorer.attributes.end(),
                                   [](const auto& entry) { return entry.second != 0; });
    if (button(theme, {.icon = ICON_FA_ROTATE_LEFT,
                       .label = "Reset",
                       .tooltip = "All sliders back to 0; Ctrl+Z undoes it",
                       .disabled_reason = moved ? nullptr : "all sliders are at 0"}))
        explorer.attributes.clear();
    const LatentPoint point = explorer.attribute_point(frame.first_face());
    const auto entries = [&]() -> std::vector<ExportEntry> {
        return {
            {"Picture as PNG…",
             ExportLatents{.kind = ExportKind::picture, .path = "attributes.png", .points = {point}}},
            {"Latent (safetensors or CSV)…",
             ExportLatents{.kind = ExportKind::latents, .path = "attributes.safetensors", .points = {point}}},
        };
    };
    ImGui::SameLine(0, theme.px(4));
    export_buttons(frame, sink, entries, ButtonWords::icons_only);
    ImGui::SameLine(0, theme.px(4));
    if (button(theme,
               {.icon = ICON_FA_GRADUATION_CAP,
                .label = "Learn…",
                .tooltip =
                    "Learn the attributes of other labelled pictures, or again for the model as it is now"}))
        ImGui::OpenPopup("learn");
    learn_menu(frame, sink);
}

/// "Smiling ──●── +1.20 σ   94 %  81 %  ▁▂▁".
void AttributesPanel::draw_row(const Frame& frame, const AttributeCard& card, float names, float figures,
                               float moves) {
    const Theme& theme = frame.theme;
    const std::string name = spoken(card.name);
    auto entry = frame.explorer.attributes.find(card.name);
    double value = entry == frame.explorer.attributes.end() ? 0 : entry->second;
    const std::string help = attribute_explanation(frame.view, card);
    const float left = ImGui::GetCursorPosX(), end = left + ImGui::GetContentRegionAvail().x;
    const float right = end - moves - theme.px(8);
    const float row = right - left - figures - theme.px(8);
    if (ImGui::BeginChild("slider", ImVec2(row, ImGui::GetFrameHeight()))) {
        if (slider(theme,
                   {.label = name.c_str(),
                    .minimum = -slider_end,
                    .maximum = slider_end,
                    .default_value = 0,
                    .format = "%+.2f",
                    .unit = "σ",
                    .nudge = 0.1,
                    .tooltip = help.c_str(),
                    .label_width = std::clamp(names, row / 3, row * 0.55f)},
                   value)) {
            if (value == 0)
                frame.explorer.attributes.erase(card.name);
            else
                frame.explorer.attributes[card.name] = value;
        }
    }
    ImGui::EndChild();
    const std::string note = card.works ? help : "This direction does not work on this model. " + help;
    const auto at_right = [&](float column_end, const std::string& text, const ImVec4& colour) {
        ImGui::SameLine(column_end - ImGui::CalcTextSize(text.c_str()).x);
        ImGui::AlignTextToFramePadding();
        ImGui::TextColored(colour, "%s", text.c_str());
        tooltip(theme, note);
    };
    ImGui::PushFont(nullptr, theme.small_size());
    at_right(right - figures / 2, percent(card.classifier_accuracy), theme.muted);
    if (card.works)
        at_right(right, percent(card.flipped), theme.text);
    else
        at_right(right, "fails", theme.warning);
    ImGui::PopFont();
    ImGui::SameLine(end - moves);
    attribute_moves(frame, card, moves);
}

void AttributesPanel::draw_sliders(const Frame& frame) {
    const Theme& theme = frame.theme;
    // A model that trains on moves away from what was measured.
    const View& view = frame.view;
    const bool moved_on =
        view.model.name == "live" && view.attributes_step >= 0 && view.attributes_step < view.model.step;
    if (moved_on || view.attributes_step < 0) {
        const std::string old =
            moved_on ? "measured at step " + grouped(view.attributes_step) + ", the model is at "
                           + grouped(view.model.step) + " now: Learn… measures again"
                     : "from a file: accuracy, flips and moves are of the model that they were learned for";
        ImGui::PushStyleColor(ImGuiCol_Text, theme.muted);
        ImGui::PushFont(nullptr, theme.small_size());
        fitted_text(theme, old, ImGui::GetContentRegionAvail().x);
        ImGui::PopFont();
        ImGui::PopStyleColor();
    }
    const float figures = theme.px(100);
    const float end = ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x;
    const float room = end - ImGui::GetCursorPosX();
    float moves = std::clamp(theme.px(6) * static_cast<float>(frame.view.attributes.size()), theme.px(60),
                             std::max(theme.px(60), room * 0.25f));
    if (room > theme.px(720)) moves = std::max(moves + theme.px(136), wide_moves(theme) + 1);
    const float right = end - moves - theme.px(8);
    muted_text(theme, "Attribute");
    const auto head = [&](float column_end, const char* text, const char* help) {
        ImGui::PushFont(nullptr, theme.small_size());
        ImGui::SameLine(column_end - ImGui::CalcTextSize(text).x);
        ImGui::PopFont();
        muted_text(theme, text);
        tooltip(theme, help);
    };
    head(right - figures / 2, "accuracy",
         "Share of held-out pictures on which the attribute's classifier is right");
    head(right, "flips", "Share of 200 fresh faces whose answer flips at +2 σ");
    head(end, "others move",
         "How much each other attribute moves at +2 σ, one bar each in the order of the checkpoint: up is "
         "more of it, "
         "down is less, full height is 50 %. Point at a bar for its name and number.");
    float names = 0;
    for (const AttributeCard& card : frame.view.attributes)
        names = std::max(names, ImGui::CalcTextSize(spoken(card.name).c_str()).x + theme.px(8));
    // Those that work first; a failed one stays at hand, marked.
    for (const bool works : {true, false}) {
        for (std::size_t index = 0; index < frame.view.attributes.size(); ++index) {
            const AttributeCard& card = frame.view.attributes[index];
            if (card.works != works) continue;
            ImGui::PushID(static_cast<int>(index));
            draw_row(frame, card, names, figures, moves);
            ImGui::PopID();
        }
    }
}

void AttributesPanel::draw(const Frame& frame, CommandSink& sink) {
    if (!frame.has_model() || frame.view.attributes.empty()) {
        draw_empty(frame, sink);
        return;
    }
    const ImVec2 space = ImGui::GetContentRegionAvail();
    // Below each other where there is height for it: then each row has room for the words beside its bars.
    const bool beside = space.x > frame.px(900) && space.y < frame.px(700);
    const float side =
        beside ? std::min(space.x * 0.3f, space.y) : std::min(space.x - frame.px(226), space.y * 0.5f);
    ImGui::BeginGroup();
    draw_pictures(frame, sink, std::max(frame.px(96), std::floor(side)));
    ImGui::EndGroup();
    if (beside) ImGui::SameLine(0, frame.px(16));
    preview_error(frame, PreviewChannel::attributes);
    if (ImGui::BeginChild("sliders")) draw_sliders(frame);
    ImGui::EndChild();
}

} // namespace

std::unique_ptr<Panel> make_attributes_panel() { return std::make_unique<AttributesPanel>(); }

} // namespace ganvas
