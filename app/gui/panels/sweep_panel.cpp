#include "app/gui/panels/sweep_panel.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <icons_font_awesome_6.h>
#include <imgui_internal.h>

#include "app/gui/panels/class_picker.h"

namespace ganvas {
namespace {

constexpr double play_seconds = 4; ///< from alpha 0 to its maximum

/// Fills what is not picked with the first samples that the other side is not.
void pick_samples(const Frame& frame) {
    ExplorerState& explorer = frame.explorer;
    std::uint64_t next =
        frame.view.sample_seeds.empty() ? explorer.random_seed : frame.view.sample_seeds.front();
    for (const Side side : {Side::a, Side::b}) {
        if (explorer.pick(side)) continue;
        const auto& other = explorer.pick(side == Side::a ? Side::b : Side::a);
        if (other && other->seed == next) ++next;
        explorer.pick(side) = FacePick{next++, nullptr, {}};
    }
}

} // namespace

/// The strip is the 64 steps and then A and B themselves, which alpha 0..10 does not hold. While alpha moves only the
/// one picture is asked for; a new pair asks for its two ends in the same small batch, so the blend is there at once.
void SweepPanel::ask(const Frame& frame, CommandSink& sink) {
    const ExplorerState& explorer = frame.explorer;
    if (!explorer.a) return;
    std::vector<LatentPoint> ends = {explorer.sweep_point(0)};
    if (explorer.b) ends.push_back(explorer.sweep_point(1));
    if (ends != asked_ends_) {
        asked_ends_ = ends;
        ends_wanted_ = true;
    }
    std::vector<LatentPoint> points = {explorer.sweep_point(explorer.b ? alpha(explorer) : 0)};
    if (ends_wanted_) points.insert(points.end(), ends.begin(), ends.end());
    current_.ask(sink, frame, std::move(points));
    if (!ready(explorer)) return;
    std::vector<LatentPoint> all = explorer.sweep_points();
    all.push_back(explorer.sweep_point(0));
    all.push_back(explorer.sweep_point(1));
    strip_.ask(sink, frame, std::move(all));
}

void SweepPanel::take_endpoints(const Frame& frame) {
    const SharedBatch& current = frame.previews[PreviewChannel::sweep_current].images;
    const SharedBatch& strip = frame.previews[PreviewChannel::sweep_strip].images;
    if (current && current.get() != seen_current_) {
        seen_current_ = current.get();
        const int ends = static_cast<int>(asked_ends_.size());
        if (ends > 0 && current->count == 1 + ends) {
            own_a_ = {current, 1};
            if (ends > 1) own_b_ = {current, 2};
            ends_wanted_ = false;
        }
    }
    if (strip && strip.get() != seen_strip_ && strip->count == sweep_steps + 2) {
        seen_strip_ = strip.get();
        own_a_ = {strip, sweep_steps};
        own_b_ = {strip, sweep_steps + 1};
    }
}

void SweepPanel::play(const Frame& frame) {
    if (!playing_) return;
    const double maximum = frame.explorer.alpha_maximum();
    if (frame.explorer.alpha != alpha_before_play_) { // an arrow key: on from where it is
        frame.explorer.alpha =
            std::clamp(play_alpha_ + frame.explorer.alpha - alpha_before_play_, 0.0, maximum);
        playing_ = false;
        return;
    }
    play_alpha_ += play_direction_ * std::min(0.25, frame.seconds_since_last) * maximum / play_seconds;
    if (play_alpha_ > maximum || play_alpha_ < 0) {
        if (!loops_ && play_alpha_ > maximum) {
            playing_ = false;
            frame.explorer.alpha = maximum;
        }
        play_direction_ = play_alpha_ > maximum ? -1 : 1;
        play_alpha_ = std::clamp(play_alpha_, 0.0, maximum);
    }
    frame.keep_drawing(Motion::played);
}

// ---- controls ------------------------------------------------------------------------------------------------------

void SweepPanel::alpha_row(const Frame& frame) {
    ExplorerState& explorer = frame.explorer;
    const char* why = ready(explorer) ? nullptr : "Pick A and B first";
    if (button(frame.theme, {.icon = playing_ ? ICON_FA_PAUSE : ICON_FA_PLAY,
                             .label = "##play",
                             .tooltip = "Play from A to B and back",
                             .disabled_reason = why,
                             .size = ImVec2(frame.px(30), 0)})) {
        if (playing_) explorer.alpha = play_alpha_;
        playing_ = !playing_;
        play_alpha_ = alpha_before_play_ = explorer.alpha;
        play_direction_ = play_alpha_ >= explorer.alpha_maximum() ? -1 : 1;
    }
    ImGui::SameLine(0, frame.px(4));
    double value = alpha(explorer);
    SliderSpec spec;
    spec.label = "α##alpha";
    spec.label_width = frame.px(20);
    spec.maximum = explorer.alpha_maximum();
    spec.default_value = 0.5;
    spec.format = "%.3f";
    spec.nudge = explorer.alpha_step();
    spec.tooltip = "The weight of B. Left and right arrows: one of 64 steps; with Shift ten";
    spec.disabled_reason = why;
    if (slider(frame.theme, spec, value)) {
        playing_ = false;
        explorer.alpha = value;
    }
}

void SweepPanel::option_rows(const Frame& frame) {
    ExplorerState& explorer = frame.explorer;
    constexpr const char* paths[] = {"lerp", "slerp"};
    constexpr const char* path_help[] = {"The straight line between the two latents",
                                         "Along the sphere: keeps the latents' length"};
    int path = static_cast<int>(explorer.path);
    if (choice(frame.theme, "path", paths, path, path_help)) explorer.path = static_cast<LatentPath>(path);
    ImGui::SameLine(0, frame.px(12));
    constexpr const char* ranges[] = {"0…1", "0…10"};
    constexpr const char* range_help[] = {"From A to B",
                                          "Ten times as far on the straight line: what the direction means"};
    int range = static_cast<int>(explorer.range);
    if (choice(frame.theme, "range", ranges, range, range_help)) {
        explorer.range = static_cast<AlphaRange>(range);
        // Along the sphere ten times the way from A to B leads round and round it.
        if (explorer.range == AlphaRange::magnified)
            path_before_ = std::exchange(explorer.path, LatentPath::lerp);
        else
            explorer.path = std::exchange(path_before_, std::nullopt).value_or(explorer.path);
        explorer.alpha = std::min(explorer.alpha, explorer.alpha_maximum());
        play_alpha_ = std::min(play_alpha_, explorer.alpha_maximum());
    }
    ImGui::SameLine(0, frame.px(12));
    if (button(frame.theme, {.icon = ICON_FA_CIRCLE_HALF_STROKE,
                             .label = "##difference",
                             .tooltip = "Show where the two pictures differ (three times enlarged)",
                             .selected = explorer.difference}))
        explorer.difference = !explorer.difference;
    ImGui::SameLine(0, frame.px(4));
    attention_.control(frame);
    if (button(frame.theme,
               {.icon = ICON_FA_REPEAT, .label = "##loop", .tooltip = "Play in a loop", .selected = loops_}))
        loops_ = !loops_;
    ImGui::SameLine(0, frame.px(12));
    // What a narrow panel has no room for beside the buttons stands below them.
    truncation_below_ = ImGui::GetContentRegionAvail().x < frame.px(76 + 100);
    if (truncation_below_) ImGui::NewLine();
    slider(frame.theme,
           {.label = "truncation",
            .minimum = 0,
            .maximum = 1,
            .default_value = 1,
            .format = "%.2f",
            .tooltip = "Shrinks the latents towards zero, in every panel: less variety. A model that never "
                       "saw such latents fades there: it is a look at its middle, not a filter",
            .label_width = frame.px(76)},
           explorer.truncation);
}

void SweepPanel::draw(const Frame& frame, CommandSink& sink) {
    if (!frame.has_model()) {
        if (empty_state(frame.theme,
                        {.icon = ICON_FA_ARROWS_LEFT_RIGHT,
                         .title = "From one face to another",
                         .hint = "Open or train a model; then click a face for A, Shift+click another for B.",
                         .button_label = "Go to Train",
                         .button_icon = ICON_FA_PLAY}))
            sink.show(PanelId::train);
        return;
    }
    play(frame);
    take_endpoints(frame);
    ask(frame, sink);
    const float row = ImGui::GetFrameHeightWithSpacing(), spacing = ImGui::GetStyle().ItemSpacing.y;
    const float side = std::round(frame.px(56));
    const ImVec2 space = ImGui::GetContentRegionAvail();
    const ImVec2 origin = ImGui::GetCursorPos();
    picks_column(frame, sink, side);
    if (!ready(frame.explorer)) {
        ImGui::SetCursorPos(origin + ImVec2(side + frame.px(12), 0));
        const bool none = !frame.explorer.a && !frame.explorer.b;
        if (empty_state(
                frame.theme,
                {.icon = ICON_FA_ARROWS_LEFT_RIGHT,
                 .title = none ? "Pick two faces" : "Pick the other face",
                 .hint = "Click a face for A, Shift+click another for B. The way between them will be here: "
                         "through latent space, and as a plain blend of the two pictures.",
                 .button_label = none ? "Take two samples" : "Take a sample for it",
                 .button_icon = ICON_FA_WAND_MAGIC_SPARKLES}))
            pick_samples(frame);
        return;
    }
    // What the controls leave is shared by the two pictures and the strips.
    const int rows = 3 + has_classes(frame) + truncation_below_;
    const float rest = std::max(frame.px(240), space.y - static_cast<float>(rows) * row - 3 * spacing);
    const Division division = divide(frame, ImVec2(space.x, rest), side);
    const float pictures_high = division.pictures_high;
    ImGui::SetCursorPos(origin + ImVec2(side + frame.px(12), 0));
    pictures(frame, sink, ImVec2(space.x - side - frame.px(12), pictures_high));
    ImGui::SetCursorPos(origin + ImVec2(0, pictures_high + spacing));
    alpha_row(frame);
    option_rows(frame);
    class_row(frame);
    strips(frame, division.strip);
    export_row(frame, sink);
}

std::unique_ptr<Panel> make_sweep_panel() { return std::make_unique<SweepPanel>(); }

} // namespace ganvas
