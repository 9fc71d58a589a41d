#include "app/gui/panels/samples_panel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <icons_font_awesome_6.h>
#include <imgui_internal.h>

#include "app/gui/panels/class_picker.h"
#include "app/gui/panels/export_menu.h"
#include "app/gui/panels/newest_mark.h"

namespace ganvas {
namespace {

constexpr double marks_per_second = 8; ///< of the history's play

} // namespace

void SamplesPanel::follow_random_seed(const ExplorerState& explorer) {
    if (random_seed_known_ && explorer.random_seed != random_seed_ && kind_ == GridKind::fixed)
        kind_ = GridKind::random;
    random_seed_ = explorer.random_seed;
    random_seed_known_ = true;
}

/// A history that was opened: once its marks are read, the one nearest to the wanted step.
void SamplesPanel::follow_wish(const Frame& frame) {
    SamplesWish& wish = frame.samples_wish;
    if (wish.grid == SamplesWish::Grid::none) return;
    if (wish.grid != SamplesWish::Grid::fixed) {
        kind_ = wish.grid == SamplesWish::Grid::random ? GridKind::random : GridKind::classes;
        wish = {};
        return;
    }
    kind_ = GridKind::fixed;
    const auto& samples = frame.view.samples;
    const bool other_run = wish.run_folder != frame.view.snapshot.run_folder;
    if (samples.empty() && !other_run) return; // a job reads them
    if (!other_run) {
        const auto away = [&](const SampleMark& one) { return std::abs(one.step - wish.step); };
        const auto nearest = std::min_element(
            samples.begin(), samples.end(), [&](const auto& a, const auto& b) { return away(a) < away(b); });
        playing_ = false;
        mark_ = nearest + 1 == samples.end() ? -1 : static_cast<int>(nearest - samples.begin());
    }
    wish = {};
}

/// Points of the channel: the grid's own where no fixed-noise mark shows it, then what is pinned.
void SamplesPanel::ask(const Frame& frame, CommandSink& sink) {
    std::vector<LatentPoint> points;
    const auto add = [&](std::uint64_t seed) { points.push_back(frame.explorer.face_point(seed)); };
    if (kind_ != GridKind::fixed)
        points = drawn_points(frame);
    else if (!mark(frame.view))
        for (const std::uint64_t seed : frame.view.sample_seeds) add(seed);
    for (const std::uint64_t seed : frame.explorer.pinned) add(seed);
    asker_.ask(sink, frame, std::move(points));
}

const SampleMark* SamplesPanel::mark(const View& view) const {
    if (mark_ < 0 || view.samples.empty()) return newest_mark(view);
    return &view.samples[std::min(static_cast<std::size_t>(mark_), view.samples.size() - 1)];
}

SamplesPanel::Grid SamplesPanel::shown_grid(const Frame& frame) const {
    Grid grid;
    const SharedBatch& rendered = frame.previews[PreviewChannel::random_grid].images;
    const int pinned = static_cast<int>(frame.explorer.pinned.size());
    if (kind_ != GridKind::fixed) {
        grid.points = drawn_points(frame);
        for (const LatentPoint& point : grid.points) grid.seeds.push_back(point.from.slots[0].seeds[0]);
        if (rendered && rendered->count == static_cast<int>(grid.points.size()) + pinned)
            grid.images = rendered;
        if (kind_ == GridKind::classes) {
            grid.columns = class_columns;
            grid.first_class = first_class_;
        }
    } else if (const SampleMark* shown = mark(frame.view)) {
        grid.images = shown->images_batch;
        grid.seeds = frame.view.sample_seeds;
        // The run draws its marks plain: no truncation, the class that each seed names.
        for (const std::uint64_t seed : grid.seeds) grid.points.emplace_back().from = LatentSum::face(seed);
    } else {
        grid.seeds = frame.view.sample_seeds;
        for (const std::uint64_t seed : grid.seeds) grid.points.push_back(frame.explorer.face_point(seed));
        if (rendered && rendered->count == static_cast<int>(grid.seeds.size()) + pinned)
            grid.images = rendered;
    }
    return grid;
}

ExportLatents SamplesPanel::export_grid(const Frame& frame, ExportKind kind, const char* name) const {
    ExportLatents what;
    what.kind = kind;
    what.path = name;
    what.points = shown_grid(frame).points;
    what.columns = 8;
    return what;
}

/// Not null while a mark is shown: its pictures are kept, its weights are not, and the newest may be seconds old.
const SampleMark* SamplesPanel::shown_mark(const Frame& frame) const {
    return kind_ == GridKind::fixed ? mark(frame.view) : nullptr;
}

HasCommandLine SamplesPanel::shown_picture(const Frame& frame) const {
    if (const SampleMark* shown = shown_mark(frame))
        return ExportHistory{.path = "grid.png", .step = shown->step};
    return export_grid(frame, ExportKind::grid, "grid.png");
}

void SamplesPanel::export_menu(const Frame& frame, CommandSink& sink) {
    const char* none =
        frame.view.samples.size() > 1 ? nullptr : "There is no history yet: it grows while a run trains";
    const ExportHistory film{.path = "history.gif", .frames_per_second = marks_per_second};
    const std::array<ExportEntry, 4> entries = {{
        {"This grid as PNG…", shown_picture(frame)},
        {"History as a film…", film, none},
        {"History as one sheet…", ExportHistory{.path = "history.png"}, none},
        {"Latents (safetensors or CSV)…", export_grid(frame, ExportKind::latents, "grid.safetensors")},
    }};
    export_entries(frame, sink, entries);
}

void SamplesPanel::header(const Frame& frame, CommandSink& sink) {
    constexpr const char* kinds[] = {"Fixed", "Random", "Classes"};
    constexpr const char* helps[] = {"The same latents for the whole run: how it learns",
                                     "Other faces: R for the next",
                                     "One class a row, the same latents in every row"};
    int chosen = static_cast<int>(kind_);
    const std::size_t offered = has_classes(frame) ? 3 : 2;
    if (choice(frame.theme, "kind", std::span(kinds).first(offered), chosen, std::span(helps).first(offered)))
        kind_ = static_cast<GridKind>(chosen);
    ImGui::SameLine(0, frame.px(12));
    if (kind_ == GridKind::fixed)
        history_row(frame);
    else if (kind_ == GridKind::random)
        random_row(frame);
    else
        classes_row(frame);
    const float right = ImGui::GetWindowContentRegionMax().x;
    if (kind_ != GridKind::fixed && checkerboard_width(frame) > 0) {
        ImGui::SameLine();
        ImGui::SetCursorPosX(right - frame.px(30 + 12) - checkerboard_width(frame));
        checkerboard(frame);
    }
    ImGui::SameLine();
    ImGui::SetCursorPosX(right - frame.px(30));
    if (button(frame.theme, {.icon = ICON_FA_FLOPPY_DISK,
                             .label = "##export",
                             .tooltip = "Export",
                             .shortcut = "Ctrl+E",
                             .size = ImVec2(frame.px(30), 0)})
        || frame.takes_export())
        ImGui::OpenPopup("export");
    if (ImGui::BeginPopup("export")) {
        export_menu(frame, sink);
        ImGui::EndPopup();
    }
    if (frame.takes_copy()) copy_as_command(sink, shown_picture(frame));
}

/// "shipped faces, step 2,581" where there is no history; else play, the slider, the step.
void SamplesPanel::history_row(const Frame& frame) {
    const Theme& theme = frame.theme;
    const auto& samples = frame.view.samples;
    if (!mark(frame.view)) {
        ImGui::AlignTextToFramePadding();
        const ModelCard& model = frame.view.model;
        if (model.name.empty()) return muted_text(theme, "");
        muted_text(theme, model.name + " · step " + grouped(model.step));
        tooltip(theme, "The model that the explorer shows now");
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
    const bool live = mark_ < 0, follows = live && frame.view.snapshot.state == TrainingState::running;
    const std::string step = "step " + grouped(now->step);
    const std::string help =
        "Back through the history; at its right end (double-click) the grid follows the run.\n"
        + grouped(now->images) + " images, " + clock_text(now->seconds) + " of training";
    double at = live ? last : std::min(mark_, last);
    const float figure = checkerboard_width(frame);
    const float room = frame.px(30 + 12) + (follows ? frame.px(40) : 0) + figure;
    if (ImGui::BeginChild("history",
                          ImVec2(ImGui::GetContentRegionAvail().x - room, ImGui::GetFrameHeight()))) {
        if (slider(theme,
                   {.label = "##history",
                    .minimum = 0,
                    .maximum = static_cast<double>(std::max(1, last)),
                    .default_value = static_cast<double>(std::max(1, last)),
                    .nudge = 1,
                    .whole = true,
                    .shown = step.c_str(),
                    .shown_width = ImGui::CalcTextSize("step 100,000").x,
                    .tooltip = help.c_str(),
                    .disabled_reason = alone},
                   at)) {
            mark_ = at >= last ? -1 : static_cast<int>(at);
            playing_ = false;
        }
    }
    ImGui::EndChild();
    if (figure > 0) {
        ImGui::SameLine(0, frame.px(8));
        checkerboard(frame);
    }
    if (!follows) return;
    ImGui::SameLine();
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() + frame.px(4));
    badge(theme, "live", theme.good, "The grid follows the run");
}

void SamplesPanel::play(const Frame& frame) {
    const int last = static_cast<int>(frame.view.samples.size()) - 1;
    if (!playing_ || last < 1) return;
    frame.keep_drawing(Motion::played);
    play_position_ += std::min(0.5, frame.seconds_since_last) * marks_per_second;
    if (play_position_ >= last) {
        playing_ = false;
        mark_ = -1;
    } else {
        mark_ = static_cast<int>(play_position_);
    }
}

void SamplesPanel::draw(const Frame& frame, CommandSink& sink) {
    follow_random_seed(frame.explorer);
    follow_wish(frame);
    if (kind_ == GridKind::classes && !has_classes(frame)) kind_ = GridKind::fixed;
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
    look_at_checkerboard(frame, sink, shown);
    cross_fade(frame, shown);
    ImVec2 space = ImGui::GetContentRegionAvail();
    if (!frame.explorer.pinned.empty()) space.y -= frame.px(56 + 8);
    const ImVec2 below = ImGui::GetCursorPos() + ImVec2(0, space.y + frame.px(4));
    const std::optional<Error>& error = frame.previews[PreviewChannel::random_grid].error;
    if (shown.images)
        grid(frame, sink, shown, space);
    else if (error && kind_ != GridKind::fixed)
        muted_text_wrapped(frame.theme, error->line());
    else
        muted_text(frame.theme, "drawing…");
    if (!frame.explorer.pinned.empty()) {
        ImGui::SetCursorPos(below);
        pinned_row(frame, sink);
    }
    neighbours(frame, sink);
}

std::unique_ptr<Panel> make_samples_panel() { return std::make_unique<SamplesPanel>(); }

} // namespace ganvas
