// Samples: a fixed-noise grid with its history, or a random grid; click for A, shift-click for B.
#include "app/gui/panels/face_tile.h"
#include "app/gui/panels/panel.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <icons_font_awesome_6.h>
#include <imgui_internal.h>

namespace ganvas {
namespace {

constexpr int random_count = 64;
constexpr double fade_seconds = 0.4;   ///< of the cross-fade, which starts at most once a second
constexpr double marks_per_second = 8; ///< of the history's play

enum class GridKind { fixed, random };

/// What the grid shows: one picture for each seed.
struct Grid {
    SharedBatch images;
    int first = 0; ///< index of the first seed's picture in the batch
    std::vector<std::uint64_t> seeds;
};

class SamplesPanel final : public Panel {
public:
    PanelId id() const override { return PanelId::samples; }
    const char* title() const override { return "Samples"; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    void follow_random_seed(const ExplorerState& explorer);
    void ask(const Frame& frame, CommandSink& sink);
    [[nodiscard]] Grid shown_grid(const Frame& frame) const;
    [[nodiscard]] const SampleMark* mark(const View& view) const;
    void header(const Frame& frame, CommandSink& sink);
    void history_row(const Frame& frame, CommandSink& sink);
    void random_row(const Frame& frame, CommandSink& sink);
    void export_menu(const Frame& frame, CommandSink& sink);
    void play(const Frame& frame);
    void cross_fade(const Frame& frame, const Grid& grid);
    void grid(const Frame& frame, CommandSink& sink, const Grid& grid, ImVec2 space);
    void pinned_row(const Frame& frame, CommandSink& sink);
    void neighbours(const Frame& frame);
    [[nodiscard]] ExportLatents export_grid(const Frame& frame) const;

    GridKind kind_ = GridKind::fixed;
    int mark_ = -1; ///< index into the history; -1: the newest
    bool playing_ = false;
    double play_position_ = 0;
    LatentAsker asker_{PreviewChannel::random_grid};
    std::uint64_t random_seed_ = 0; ///< the last seen, to notice the key R
    bool random_seed_known_ = false;
    SharedBatch shown_, before_; ///< of the cross-fade
    double fade_began_ = -10;
    std::uint64_t neighbours_seed_ = 0;
    const ImageBatch* neighbours_shown_ = nullptr;
    bool neighbours_open_ = false;
};

void SamplesPanel::follow_random_seed(const ExplorerState& explorer) {
    if (random_seed_known_ && explorer.random_seed != random_seed_) kind_ = GridKind::random;
    random_seed_ = explorer.random_seed;
    random_seed_known_ = true;
}

/// Points of the channel: the grid's own where no fixed-noise mark shows it, then what is pinned.
void SamplesPanel::ask(const Frame& frame, CommandSink& sink) {
    std::vector<LatentPoint> points;
    const auto add = [&](std::uint64_t seed) { points.push_back(frame.explorer.face_point(seed)); };
    if (kind_ == GridKind::random)
        for (int index = 0; index < random_count; ++index)
            add(frame.explorer.random_seed + static_cast<std::uint64_t>(index));
    else if (frame.view.samples.empty())
        for (const std::uint64_t seed : frame.view.sample_seeds) add(seed);
    for (const std::uint64_t seed : frame.explorer.pinned) add(seed);
    asker_.ask(sink, frame, std::move(points));
}

const SampleMark* SamplesPanel::mark(const View& view) const {
    if (view.samples.empty()) return nullptr;
    const int last = static_cast<int>(view.samples.size()) - 1;
    return &view.samples[static_cast<std::size_t>(mark_ < 0 ? last : std::min(mark_, last))];
}

Grid SamplesPanel::shown_grid(const Frame& frame) const {
    Grid grid;
    const SharedBatch& rendered = frame.previews[PreviewChannel::random_grid].images;
    const int pinned = static_cast<int>(frame.explorer.pinned.size());
    if (kind_ == GridKind::random) {
        for (int index = 0; index < random_count; ++index)
            grid.seeds.push_back(frame.explorer.random_seed + static_cast<std::uint64_t>(index));
        if (rendered && rendered->count >= random_count) grid.images = rendered;
    } else if (const SampleMark* shown = mark(frame.view)) {
        grid.images = shown->images_batch;
        grid.seeds = frame.view.sample_seeds;
    } else {
        grid.seeds = frame.view.sample_seeds;
        if (rendered && rendered->count == static_cast<int>(grid.seeds.size()) + pinned)
            grid.images = rendered;
    }
    return grid;
}

ExportLatents SamplesPanel::export_grid(const Frame& frame) const {
    ExportLatents what;
    what.kind = ExportKind::grid;
    for (const std::uint64_t seed : shown_grid(frame).seeds)
        what.points.push_back(frame.explorer.face_point(seed));
    what.columns = 8;
    return what;
}

void SamplesPanel::export_menu(const Frame& frame, CommandSink& sink) {
    if (ImGui::MenuItem("This grid as PNG…")) ask_and_export(sink, export_grid(frame), "grid.png");
    const bool history = frame.view.samples.size() > 1;
    const auto save_history = [&sink](const char* name, const char* words, const char* filter) {
        sink.ask_file({FileQuestion::Kind::save_file, "Export the history", name, {words, filter}},
                      [&sink](std::string path) {
                          sink.send(ExportHistory{std::move(path), 8, marks_per_second});
                      });
    };
    if (ImGui::MenuItem("History as a film…", nullptr, false, history))
        save_history("history.gif", "Animations", "*.gif *.webp");
    if (!history) tooltip(frame.theme, "There is no history yet: it grows while a run trains");
    if (ImGui::MenuItem("History as one sheet…", nullptr, false, history))
        save_history("history.png", "Pictures", "*.png");
    if (ImGui::MenuItem("Latents…")) {
        ExportLatents what = export_grid(frame);
        what.kind = ExportKind::latents;
        ask_and_export(sink, std::move(what), "grid.safetensors");
    }
    ImGui::Separator();
    if (ImGui::MenuItem("Copy as command", "Ctrl+Shift+C")) {
        sink.copy_text(sink.as_command(export_grid(frame)));
        sink.say("Copied the command");
    }
}

void SamplesPanel::header(const Frame& frame, CommandSink& sink) {
    constexpr const char* kinds[] = {"Fixed", "Random"};
    constexpr const char* helps[] = {"The same latents for the whole run: how it learns",
                                     "Other faces: R for the next"};
    int chosen = static_cast<int>(kind_);
    if (choice(frame.theme, "kind", kinds, chosen, helps)) kind_ = static_cast<GridKind>(chosen);
    ImGui::SameLine(0, frame.px(12));
    if (kind_ == GridKind::fixed)
        history_row(frame, sink);
    else
        random_row(frame, sink);
    const float right = ImGui::GetWindowContentRegionMax().x;
    ImGui::SameLine();
    ImGui::SetCursorPosX(right - frame.px(30));
    if (button(frame.theme, {.icon = ICON_FA_FLOPPY_DISK,
                             .label = "##export",
                             .tooltip = "Export",
                             .shortcut = "Ctrl+E",
                             .size = ImVec2(frame.px(30), 0)})
        || frame.export_pressed)
        ImGui::OpenPopup("export");
    if (ImGui::BeginPopup("export")) {
        export_menu(frame, sink);
        ImGui::EndPopup();
    }
    if (frame.copy_pressed) {
        sink.copy_text(sink.as_command(export_grid(frame)));
        sink.say("Copied the command");
    }
}

void SamplesPanel::history_row(const Frame& frame, CommandSink&) {
    const Theme& theme = frame.theme;
    const auto& samples = frame.view.samples;
    if (samples.empty()) {
        ImGui::AlignTextToFramePadding();
        const std::string text = frame.view.model.name.empty() ? "" : frame.view.model.name;
        muted_text(theme, text);
        return;
    }
    const int last = static_cast<int>(samples.size()) - 1;
    const char* alone = last < 1 ? "There is one mark so far: the history grows while a run trains" : nullptr;
    if (button(theme, {.icon = playing_ ? ICON_FA_PAUSE : ICON_FA_PLAY,
                       .label = "##play",
                       .tooltip = "Play the history",
                       .disabled_reason = alone,
                       .size = ImVec2(frame.px(30), 0)})) {
        playing_ = !playing_;
        play_position_ = mark_ < 0 || mark_ >= last ? 0 : mark_;
    }
    ImGui::SameLine();
    const SampleMark* now = mark(frame.view);
    const std::string step = "step " + grouped(now->step);
    const bool live = mark_ < 0;
    const float numbers = ImGui::CalcTextSize("step 1,000,000").x;
    const float width =
        ImGui::GetWindowContentRegionMax().x - ImGui::GetCursorPosX() - numbers - frame.px(30 + 24 + 44);
    int index = live ? last : std::min(mark_, last);
    if (alone) ImGui::BeginDisabled();
    ImGui::SetNextItemWidth(std::max(frame.px(60), width));
    if (ImGui::SliderInt("##history", &index, 0, std::max(1, last), "")) {
        mark_ = index >= last ? -1 : index;
        playing_ = false;
    }
    if (alone) ImGui::EndDisabled();
    tooltip(theme, alone ? alone : "Back through the history; at its right end the grid follows the run");
    ImGui::SameLine();
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted(step.c_str());
    tooltip(theme, grouped(now->images) + " images, " + clock_text(now->seconds) + " of training");
    if (!live || frame.view.snapshot.state != TrainingState::running) return;
    ImGui::SameLine();
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() + frame.px(4));
    badge(theme, "live", theme.good, "The grid follows the run");
}

void SamplesPanel::random_row(const Frame& frame, CommandSink&) {
    ExplorerState& explorer = frame.explorer;
    if (button(frame.theme,
               {.icon = ICON_FA_ARROW_LEFT,
                .label = "##back",
                .tooltip = "The grid before",
                .shortcut = "Shift+R",
                .disabled_reason = explorer.random_seed < random_count ? "This is the first grid" : nullptr,
                .size = ImVec2(frame.px(30), 0)}))
        explorer.random_seed -= random_count;
    ImGui::SameLine(0, frame.px(4));
    if (button(frame.theme, {.icon = ICON_FA_DICE,
                             .label = "##next",
                             .tooltip = "The next random grid",
                             .shortcut = "R",
                             .size = ImVec2(frame.px(30), 0)}))
        explorer.random_seed += random_count;
    ImGui::SameLine(0, frame.px(12));
    ImGui::AlignTextToFramePadding();
    muted_text(frame.theme, "seed");
    ImGui::SameLine();
    ImGui::SetNextItemWidth(frame.px(110));
    ImGui::InputScalar("##seed", ImGuiDataType_U64, &explorer.random_seed);
    tooltip(frame.theme, "The first face's seed; the others follow it by ones");
}

void SamplesPanel::play(const Frame& frame) {
    const int last = static_cast<int>(frame.view.samples.size()) - 1;
    if (!playing_ || last < 1) return;
    frame.keep_drawing = true;
    play_position_ += std::min(0.5, frame.seconds_since_last) * marks_per_second;
    if (play_position_ >= last) {
        playing_ = false;
        mark_ = -1;
    } else {
        mark_ = static_cast<int>(play_position_);
    }
}

void SamplesPanel::cross_fade(const Frame& frame, const Grid& grid) {
    if (grid.images == shown_) {
        if (frame.time - fade_began_ < fade_seconds) frame.keep_drawing = true;
        return;
    }
    // Only the live grid fades: sliding through the history, playing and other grids follow at once.
    const bool same_faces =
        shown_ && grid.images && shown_->count == grid.images->count && shown_->width == grid.images->width;
    const bool fades =
        same_faces && kind_ == GridKind::fixed && mark_ < 0 && !playing_ && frame.time - fade_began_ >= 1.0;
    before_ = fades ? shown_ : nullptr;
    shown_ = grid.images;
    if (!fades) return;
    fade_began_ = frame.time;
    frame.keep_drawing = true;
}

void SamplesPanel::grid(const Frame& frame, CommandSink& sink, const Grid& grid, ImVec2 space) {
    const ImageBatch& batch = *grid.images;
    const int count = std::min(static_cast<int>(grid.seeds.size()), batch.count - grid.first);
    if (count <= 0 || batch.width <= 0) return;
    const float gap = 1;
    const int columns = best_columns(space, batch.width, batch.height, count, gap);
    const int rows = (count + columns - 1) / columns;
    const float scale = whole_scale(space, batch.width, batch.height, columns, rows, gap);
    const ImVec2 tile(std::max(4.0f, std::floor(scale * static_cast<float>(batch.width))),
                      std::max(4.0f, std::floor(scale * static_cast<float>(batch.height))));
    const ImVec2 all(static_cast<float>(columns) * (tile.x + gap) - gap,
                     static_cast<float>(rows) * (tile.y + gap) - gap);
    const ImVec2 origin = ImGui::GetCursorPos() + ImFloor((space - all) * 0.5f);
    const auto fade = static_cast<float>(std::clamp((frame.time - fade_began_) / fade_seconds, 0.0, 1.0));
    CrispPixels crisp(ImGui::GetWindowDrawList(), frame.smooth_pictures || !is_whole(scale));
    for (int index = 0; index < count; ++index) {
        ImGui::PushID(index);
        ImGui::SetCursorPos(origin
                            + ImVec2(static_cast<float>(index % columns) * (tile.x + gap),
                                     static_cast<float>(index / columns) * (tile.y + gap)));
        TileSpec spec;
        spec.id = "tile";
        spec.picture = frame.images.picture(grid.images, grid.first + index);
        if (before_ && fade < 1) {
            spec.fading_from = frame.images.picture(before_, grid.first + index);
            spec.fade = fade;
        }
        spec.size = tile;
        face_tile(frame, sink, spec, grid.seeds[static_cast<std::size_t>(index)]);
        ImGui::PopID();
    }
}

void SamplesPanel::pinned_row(const Frame& frame, CommandSink& sink) {
    const std::vector<std::uint64_t> pinned = frame.explorer.pinned; // the menu may change the list
    const SharedBatch& rendered = frame.previews[PreviewChannel::random_grid].images;
    const int first = rendered ? rendered->count - static_cast<int>(pinned.size()) : 0;
    const float side = frame.px(56);
    CrispPixels crisp(ImGui::GetWindowDrawList(), true);
    ImGui::PushID("pinned");
    for (std::size_t index = 0; index < pinned.size(); ++index) {
        if (index) ImGui::SameLine(0, frame.px(4));
        ImGui::PushID(static_cast<int>(index));
        TileSpec spec;
        spec.id = "tile";
        if (rendered && first >= 0)
            spec.picture = frame.images.picture(rendered, first + static_cast<int>(index));
        spec.size = ImVec2(side, side);
        face_tile(frame, sink, spec, pinned[index]);
        ImGui::PopID();
    }
    ImGui::PopID();
}

void SamplesPanel::neighbours(const Frame& frame) {
    const auto& result = frame.view.neighbours;
    if (!result || !result->images) return;
    if (result->images.get() != neighbours_shown_) {
        neighbours_shown_ = result->images.get();
        neighbours_open_ = true;
    }
    if (!neighbours_open_) return;
    ImGui::SetNextWindowPos(ImGui::GetMainViewport()->GetWorkCenter(), ImGuiCond_Appearing,
                            ImVec2(0.5f, 0.5f));
    constexpr ImGuiWindowFlags flags = ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoCollapse
                                       | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_AlwaysAutoResize;
    if (ImGui::Begin("Nearest training images", &neighbours_open_, flags)) {
        const float side = frame.px(96);
        CrispPixels crisp(ImGui::GetWindowDrawList(), frame.smooth_pictures);
        for (int index = 0; index < result->images->count; ++index) {
            if (index == 1) ImGui::SameLine(0, frame.px(16));
            if (index > 1) ImGui::SameLine(0, frame.px(4));
            ImGui::BeginGroup();
            ImGui::PushID(index);
            image_tile(frame.theme, {.id = "tile",
                                     .picture = frame.images.picture(result->images, index),
                                     .fading_from = {},
                                     .size = ImVec2(side, side),
                                     .clickable = false,
                                     .outlined = index == 0});
            const auto at = static_cast<std::size_t>(index - 1);
            if (index == 0) {
                muted_text(frame.theme, "seed " + std::to_string(result->seed));
            } else {
                muted_text(frame.theme, at < result->distances.size() ? fixed_text(result->distances[at], 3)
                                                                      : std::string());
                if (at < result->names.size()) tooltip(frame.theme, result->names[at]);
            }
            ImGui::PopID();
            ImGui::EndGroup();
        }
        muted_text(frame.theme,
                   "The generated face, then the training images nearest to it, with their distances.");
    }
    ImGui::End();
}

void SamplesPanel::draw(const Frame& frame, CommandSink& sink) {
    follow_random_seed(frame.explorer);
    if (!frame.has_model() && frame.view.samples.empty()) {
        const char* why =
            reason_not_allowed(frame.view.snapshot.state, TrainingAction::start).empty() ? "Train" : nullptr;
        if (empty_state(
                frame.theme,
                {.icon = ICON_FA_IMAGES,
                 .title = "No model yet",
                 .hint = "Train one, or open a run or a checkpoint: the faces that it draws will be here.",
                 .button_label = why,
                 .button_icon = ICON_FA_PLAY}))
            sink.send(StartTraining{});
        return;
    }
    play(frame);
    ask(frame, sink);
    header(frame, sink);
    const Grid shown = shown_grid(frame);
    cross_fade(frame, shown);
    ImVec2 space = ImGui::GetContentRegionAvail();
    if (!frame.explorer.pinned.empty()) space.y -= frame.px(56 + 8);
    const ImVec2 below = ImGui::GetCursorPos() + ImVec2(0, space.y + frame.px(4));
    const std::optional<Error>& error = frame.previews[PreviewChannel::random_grid].error;
    if (shown.images)
        grid(frame, sink, shown, space);
    else if (error && kind_ == GridKind::random)
        muted_text_wrapped(frame.theme, error->line());
    else
        muted_text(frame.theme, "drawing…");
    if (!frame.explorer.pinned.empty()) {
        ImGui::SetCursorPos(below);
        pinned_row(frame, sink);
    }
    neighbours(frame);
}

} // namespace

std::unique_ptr<Panel> make_samples_panel() { return std::make_unique<SamplesPanel>(); }

} // namespace ganvas
