/// Data: the pictures as the model will see them, their labels, what was skipped; later, real beside generated.
#include <algorithm>
#include <cmath>

#include <icons_font_awesome_6.h>
#include <imgui.h>

#include "app/gui/panels/export_menu.h"
#include "app/gui/panels/newest_mark.h"
#include "app/gui/panels/setting_row.h"
#include "app/gui/panels/source_row.h"

namespace ganvas {
namespace {

class DataPanel final : public Panel {
public:
    PanelId id() const override { return PanelId::data; }
    const char* title() const override { return "Data"; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    static void draw_empty(const Frame& frame, CommandSink& sink);
    static void draw_summary(const Frame& frame, const DataSummary& data);
    static void draw_pictures(const Frame& frame, CommandSink& sink, const DataSummary& data);
    static void draw_export(const Frame& frame, CommandSink& sink, float right);
    static void draw_grid(const Frame& frame, const char* id, const SharedBatch& batch, float width,
                          int most);
    static void draw_counts(const Frame& frame, const char* id, const std::vector<std::string>& names,
                            const std::vector<std::int64_t>& counts, std::int64_t images);
    static void draw_skipped(const Frame& frame, const DataSummary& data);

    SourceRow source_;
    SettingRows rows_;
};

const JobStatus* opening(const View& view) {
    for (const JobStatus& job : view.jobs)
        if (view.data_job != 0 && job.id == view.data_job) return &job;
    return nullptr;
}

void DataPanel::draw_empty(const Frame& frame, CommandSink& sink) {
    if (const JobStatus* job = opening(frame.view)) {
        muted_text_wrapped(frame.theme, job->title + (job->detail.empty() ? "" : ": " + job->detail));
        progress_bar(frame.theme, job->fraction, ImVec2(0, ImGui::GetFrameHeight()),
                     fixed_text(job->fraction * 100, 0) + " %");
        return;
    }
    // A run names the data that it was trained on; they are opened when the user says so, for they may be large.
    const std::string& known = frame.view.data_source;
    if (!known.empty() && known != "faces") {
        const std::string hint = known
                                 + " is what Train will take. Open it to see the pictures as the model does, "
                                   "their labels, and what could not be read.";
        if (empty_state(frame.theme, {.icon = ICON_FA_IMAGES,
                                      .title = "Not opened yet",
                                      .hint = hint.c_str(),
                                      .button_label = "Open these data",
                                      .button_icon = ICON_FA_FOLDER_OPEN}))
            sink.send(OpenData{known});
        return;
    }
    if (empty_state(frame.theme,
                    {.icon = ICON_FA_IMAGES,
                     .title = "No data yet",
                     .hint = "A folder or archive of pictures, CelebA, MNIST or CIFAR-10: type its path "
                             "above, drop it on the window, or begin with the faces that Ganvas draws.",
                     .button_label = "Use drawn faces",
                     .button_icon = ICON_FA_IMAGES}))
        sink.send(OpenData{"faces"});
}

void DataPanel::draw_summary(const Frame& frame, const DataSummary& data) {
    const Theme& theme = frame.theme;
    value_row(theme, "Images", grouped(data.images));
    value_row(
        theme, "Size",
        std::to_string(data.width) + " × " + std::to_string(data.height)
            + (data.channels == 1 ? ", grey" : ", colour"),
        "As the model sees them, cropped and resized; image.size and image.channels in Train change it");
    if (data.open_seconds > 0)
        value_row(theme, "Opened in", fixed_text(data.open_seconds, 1) + " s",
                  "Reading and preparing; the next time it comes from the cache");
    if (data.skipped > 0)
        value_row(theme, "Skipped", grouped(data.skipped) + (data.skipped == 1 ? " file" : " files"),
                  "Files that could not be read; they are listed below");
}

void DataPanel::draw_grid(const Frame& frame, const char* id, const SharedBatch& batch, float width,
                          int most) {
    if (!batch || batch->count == 0) return;
    const float gap = frame.px(1);
    // Columns so that tiles stand at a whole scale, or half of it on a narrow panel.
    const float wish =
        std::max(frame.px(32), static_cast<float>(batch->width) / (batch->width > 48 ? 2.0f : 1.0f));
    const int columns = std::clamp(static_cast<int>((width + gap) / (wish + gap)), 1, batch->count);
    const int count = std::min(
        {batch->count, most, std::max(columns, most / 4) / columns * columns * (columns < 6 ? 2 : 4)});
    const float scale = whole_scale({width, 1e6f}, batch->width, batch->height, columns, 1, gap);
    const ImVec2 tile(scale * static_cast<float>(batch->width), scale * static_cast<float>(batch->height));
    const ImVec2 start = ImGui::GetCursorPos();
    ImGui::PushID(id);
    CrispPixels crisp(ImGui::GetWindowDrawList(), frame.smooth_pictures || scale < 1);
    for (int index = 0; index < count; ++index) {
        ImGui::SetCursorPos(ImVec2(start.x + static_cast<float>(index % columns) * (tile.x + gap),
                                   start.y + static_cast<float>(index / columns) * (tile.y + gap)));
        image_tile(
            frame.theme,
            {.id = "tile", .picture = frame.images.picture(batch, index), .size = tile, .clickable = false});
    }
    ImGui::PopID();
    const int rows = (count + columns - 1) / columns;
    ImGui::SetCursorPos(start);
    ImGui::Dummy(ImVec2(width, static_cast<float>(rows) * (tile.y + gap)));
}

/// Both buttons of an export.
float export_width(const Theme& theme) {
    return ImGui::CalcTextSize(ICON_FA_FILE_EXPORT).x + ImGui::CalcTextSize(ICON_FA_COPY).x
           + 4 * ImGui::GetStyle().FramePadding.x + theme.px(4);
}

/// In the line of words before, ending at `right`.
void DataPanel::draw_export(const Frame& frame, CommandSink& sink, float right) {
    ImGui::SameLine(right - export_width(frame.theme));
    export_buttons(
        frame, sink,
        []() -> std::vector<ExportEntry> {
            return {{"Pictures of the data as PNG…", ExportData{"data.png"}}};
        },
        ButtonWords::icons_only);
}

void DataPanel::draw_pictures(const Frame& frame, CommandSink& sink, const DataSummary& data) {
    const Theme& theme = frame.theme;
    // The newest mark of the run that trains on these; before there is one, the shipped faces beside those that they
    // were trained on. What another model draws has nothing to do with these pictures.
    const SampleMark* mark = frame.view.data_source == data.source ? newest_mark(frame.view) : nullptr;
    const bool shipped =
        frame.view.samples.empty() && frame.view.model.shipped && data.source.rfind("faces", 0) == 0;
    SharedBatch generated;
    if (mark) generated = mark->images_batch;
    if (shipped) generated = frame.previews[PreviewChannel::random_grid].images;
    const std::int64_t step = mark ? mark->step : frame.view.model.step;
    const float width = ImGui::GetContentRegionAvail().x;
    if (!generated) {
        ImGui::Dummy(ImVec2(0, theme.px(4)));
        ImGui::AlignTextToFramePadding();
        const float room = width - export_width(theme) - theme.px(8);
        fitted_text(theme, "As the model will see them", room, true);
        draw_export(frame, sink, ImGui::GetContentRegionMax().x);
        draw_grid(frame, "real", data.thumbnails, width, 64);
        return;
    }
    const float gap = theme.px(8), half = std::floor((width - gap) / 2);
    const float left = ImGui::GetCursorPosX();
    ImGui::Dummy(ImVec2(0, theme.px(4)));
    ImGui::AlignTextToFramePadding();
    muted_text(theme, "Real");
    draw_export(frame, sink, left + half);
    ImGui::SameLine(left + half + gap);
    ImGui::AlignTextToFramePadding();
    ImGui::PushFont(nullptr, theme.small_size());
    ImGui::PushStyleColor(ImGuiCol_Text, theme.generator);
    const std::string words = "Generated, step " + grouped(step);
    const bool fits = ImGui::CalcTextSize(words.c_str()).x <= half;
    ImGui::TextUnformatted(fits ? words.c_str() : "Generated");
    ImGui::PopStyleColor();
    ImGui::PopFont();
    tooltip(theme, words);
    ImGui::BeginGroup();
    draw_grid(frame, "real", data.thumbnails, half, 32);
    ImGui::EndGroup();
    ImGui::SameLine(left + half + gap);
    ImGui::BeginGroup();
    draw_grid(frame, "generated", generated, half, 32);
    ImGui::EndGroup();
}

/// A bar a label, commonest first only where there are many.
void DataPanel::draw_counts(const Frame& frame, const char* id, const std::vector<std::string>& names,
                            const std::vector<std::int64_t>& counts, std::int64_t images) {
    const Theme& theme = frame.theme;
    const int count = static_cast<int>(std::min(names.size(), counts.size()));
    const float line = std::ceil(ImGui::GetTextLineHeight() + theme.px(2));
    ImGui::PushID(id);
    ImGuiListClipper clipper;
    clipper.Begin(count, line + ImGui::GetStyle().ItemSpacing.y);
    while (clipper.Step()) {
        for (int index = clipper.DisplayStart; index < clipper.DisplayEnd; ++index) {
            const auto at = static_cast<std::size_t>(index);
            const double share =
                images > 0
                    ? std::clamp(static_cast<double>(counts[at]) / static_cast<double>(images), 0.0, 1.0)
                    : 0;
            const float width = ImGui::GetContentRegionAvail().x;
            const std::string number = grouped(counts[at]) + "  " + fixed_text(share * 100, 0) + " %";
            const float number_width = ImGui::CalcTextSize(number.c_str()).x;
            const ImVec2 low = ImGui::GetCursorScreenPos();
            const float left = ImGui::GetCursorPosX();
            ImGui::GetWindowDrawList()->AddRectFilled(low, ImVec2(low.x + width, low.y + line),
                                                      packed(theme.field, 0.5f), theme.px(2));
            ImGui::GetWindowDrawList()->AddRectFilled(
                low, ImVec2(low.x + width * static_cast<float>(share), low.y + line),
                packed(theme.muted, 0.28f), theme.px(2));
            std::string label = names[at];
            std::replace(label.begin(), label.end(), '_', ' ');
            ImGui::SetCursorPosX(left + theme.px(4));
            fitted_text(theme, label, width - number_width - theme.px(16));
            ImGui::SameLine(left + width - number_width - theme.px(4));
            ImGui::TextUnformatted(number.c_str());
            ImGui::SetCursorScreenPos(low);
            ImGui::Dummy(ImVec2(width, line));
        }
    }
    ImGui::PopID();
}

void DataPanel::draw_skipped(const Frame& frame, const DataSummary& data) {
    const std::string head = "Skipped files  ·  " + grouped(data.skipped) + "###skipped";
    if (!ImGui::TreeNodeEx(head.c_str(), ImGuiTreeNodeFlags_SpanAvailWidth
                                             | ImGuiTreeNodeFlags_NoTreePushOnOpen
                                             | ImGuiTreeNodeFlags_FramePadding))
        return;
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(data.skipped_files.size()), 2 * ImGui::GetTextLineHeightWithSpacing());
    while (clipper.Step()) {
        for (int index = clipper.DisplayStart; index < clipper.DisplayEnd; ++index) {
            const auto& [file, why] = data.skipped_files[static_cast<std::size_t>(index)];
            const float width = ImGui::GetContentRegionAvail().x;
            fitted_text(frame.theme, file, width, true);
            ImGui::PushStyleColor(ImGuiCol_Text, frame.theme.warning);
            fitted_text(frame.theme, why.empty() ? "unreadable" : why, width);
            ImGui::PopStyleColor();
        }
    }
    if (data.skipped > static_cast<std::int64_t>(data.skipped_files.size()))
        muted_text(frame.theme, "The first " + grouped(static_cast<std::int64_t>(data.skipped_files.size()))
                                    + " are listed.");
}

void DataPanel::draw(const Frame& frame, CommandSink& sink) {
    source_.draw(frame, sink);
    if (!frame.view.data) {
        draw_empty(frame, sink);
        return;
    }
    const DataSummary& data = *frame.view.data;
    if (const JobStatus* job = opening(frame.view))
        progress_bar(frame.theme, job->fraction, ImVec2(0, ImGui::GetFrameHeight()), job->title);
    draw_summary(frame, data);
    if (const SettingDescription* crop = find_setting("data.crop")) rows_.draw(frame, sink, *crop);
    draw_pictures(frame, sink, data);
    if (!data.class_names.empty()) {
        section_label(frame.theme, ("Classes  ·  " + std::to_string(data.class_names.size())).c_str());
        draw_counts(frame, "classes", data.class_names, data.class_counts, data.images);
    }
    if (!data.attribute_names.empty()) {
        section_label(frame.theme, ("Attributes  ·  " + std::to_string(data.attribute_names.size())).c_str());
        draw_counts(frame, "attributes", data.attribute_names, data.attribute_counts, data.images);
    }
    if (data.skipped > 0) draw_skipped(frame, data);
}

} // namespace

std::unique_ptr<Panel> make_data_panel() { return std::make_unique<DataPanel>(); }

} // namespace ganvas
