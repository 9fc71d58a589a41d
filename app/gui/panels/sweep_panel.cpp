// Sweep: from A to B through latent space, beside the plain blend of the two pictures, on one alpha.
#include "app/gui/panels/face_tile.h"
#include "app/gui/panels/panel.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <icons_font_awesome_6.h>
#include <imgui_internal.h>

namespace ganvas {
namespace {

constexpr double play_seconds = 4; ///< from alpha 0 to its maximum
constexpr double difference_gain = 3;
constexpr int strip_columns[] = {64, 32, 16, 8};

struct Picture {
    SharedBatch batch;
    int index = 0;
    explicit operator bool() const { return batch != nullptr && index < batch->count; }
};

class SweepPanel final : public Panel {
public:
    PanelId id() const override { return PanelId::sweep; }
    const char* title() const override { return "Sweep"; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    [[nodiscard]] bool ready(const ExplorerState& explorer) const { return explorer.a && explorer.b; }
    void ask(const Frame& frame, CommandSink& sink);
    void take_endpoints(const Frame& frame);
    void play(const Frame& frame);
    [[nodiscard]] double alpha(const ExplorerState& explorer) const {
        return playing_ ? play_alpha_ : explorer.alpha;
    }
    void picks_column(const Frame& frame, CommandSink& sink, float side);
    void pick_tile(const Frame& frame, CommandSink& sink, Side side, float side_length);
    void pick_menu(const Frame& frame, CommandSink& sink, Side side);
    void pictures(const Frame& frame, ImVec2 space);
    void alpha_row(const Frame& frame);
    void option_rows(const Frame& frame);
    void strips(const Frame& frame, ImVec2 space);
    void strip(const Frame& frame, const char* name, const std::vector<TextureRegion>& tiles, ImVec2 space);
    void export_row(const Frame& frame, CommandSink& sink);
    void export_menu(const Frame& frame, CommandSink& sink);
    void copy_command(const Frame& frame, CommandSink& sink);
    [[nodiscard]] ExportLatents export_sweep(const Frame& frame, ExportKind kind, const char* space) const;

    LatentAsker current_{PreviewChannel::sweep_current}, strip_{PreviewChannel::sweep_strip};
    std::vector<LatentPoint> asked_ends_;
    bool ends_wanted_ = false; ///< until they come with a picture of the current alpha
    Picture own_a_, own_b_;    ///< what the generator makes of the two seeds
    const ImageBatch *seen_current_ = nullptr, *seen_strip_ = nullptr;
    bool playing_ = false, loops_ = true;
    double play_alpha_ = 0, play_direction_ = 1;
};

Picture picture_of(const std::optional<FacePick>& pick, const Picture& own) {
    return pick && pick->picture ? Picture{pick->picture, 0} : own;
}

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
    play_alpha_ += play_direction_ * std::min(0.25, frame.seconds_since_last) * maximum / play_seconds;
    if (play_alpha_ > maximum || play_alpha_ < 0) {
        if (!loops_ && play_alpha_ > maximum) {
            playing_ = false;
            frame.explorer.alpha = maximum;
        }
        play_direction_ = play_alpha_ > maximum ? -1 : 1;
        play_alpha_ = std::clamp(play_alpha_, 0.0, maximum);
    }
    frame.keep_drawing = true;
}

// ---- A and B -------------------------------------------------------------------------------------------------------

void SweepPanel::pick_menu(const Frame& frame, CommandSink& sink, Side side) {
    std::optional<FacePick>& pick = frame.explorer.pick(side);
    if (ImGui::MenuItem(ICON_FA_IMAGE "  A picture of mine (x-space)…"))
        sink.ask_file({FileQuestion::Kind::open_file,
                       "A picture for x-space",
                       {},
                       {"Pictures", "*.png *.jpg *.jpeg *.bmp"}},
                      [&sink, side](std::string path) { sink.use_picture(side, path); });
    if (pick && pick->picture && ImGui::MenuItem("The generator's own again")) {
        pick->picture = nullptr;
        pick->picture_path.clear();
    }
    if (pick && ImGui::MenuItem("Clear")) pick.reset();
    if (!pick) return;
    ImGui::Separator();
    face_menu(frame, sink, pick->seed);
}

void SweepPanel::pick_tile(const Frame& frame, CommandSink& sink, Side side, float side_length) {
    std::optional<FacePick>& pick = frame.explorer.pick(side);
    const Picture own = side == Side::a ? own_a_ : own_b_;
    const Picture shown = pick ? picture_of(pick, own) : Picture{};
    ImGui::PushID(static_cast<int>(side));
    TileSpec spec;
    spec.id = side == Side::a ? "A" : "B";
    if (shown) spec.picture = frame.images.picture(shown.batch, shown.index);
    spec.size = ImVec2(side_length, side_length);
    spec.mark = side == Side::a ? TileMark::a : TileMark::b;
    {
        CrispPixels crisp(ImGui::GetWindowDrawList(), frame.smooth_pictures);
        image_tile(frame.theme, spec);
    }
    if (ImGui::BeginPopupContextItem("menu", ImGuiPopupFlags_MouseButtonRight)) {
        pick_menu(frame, sink, side);
        ImGui::EndPopup();
    }
    std::uint64_t seed = 0;
    if (drop_seed(seed)) pick = FacePick{seed, nullptr, {}};
    const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
    if (!frame.dropped.empty() && ImGui::IsMouseHoveringRect(low, high)) {
        sink.use_picture(side, frame.dropped.front());
        frame.dropped.clear();
    }
    std::string help = side == Side::a ? "A: " : "B: ";
    if (!pick)
        help += "click a face for A, Shift+click for B, or drag one here";
    else if (pick->picture)
        help += pick->picture_path;
    else
        help += "seed " + std::to_string(pick->seed);
    tooltip(frame.theme, help + ". Drop a picture of yours for x-space; right-click for more.");
    ImGui::PopID();
}

/// A, exchange and B below each other, left of the pictures.
void SweepPanel::picks_column(const Frame& frame, CommandSink& sink, float side) {
    ImGui::BeginGroup();
    pick_tile(frame, sink, Side::a, side);
    if (button(frame.theme, {.icon = ICON_FA_RIGHT_LEFT,
                             .label = "##exchange",
                             .tooltip = "Exchange A and B",
                             .shortcut = "X",
                             .size = ImVec2(side, 0)}))
        frame.explorer.exchange();
    pick_tile(frame, sink, Side::b, side);
    ImGui::EndGroup();
}

// ---- pictures ------------------------------------------------------------------------------------------------------

void big_tile(const Frame& frame, const char* id, const char* caption, const char* formula,
              const TextureRegion& picture, ImVec2 size, bool smooth) {
    ImGui::BeginGroup();
    muted_text(frame.theme, caption);
    tooltip(frame.theme, formula);
    {
        CrispPixels crisp(ImGui::GetWindowDrawList(), smooth);
        image_tile(frame.theme,
                   {.id = id, .picture = picture, .fading_from = {}, .size = size, .clickable = false});
    }
    ImGui::EndGroup();
}

void SweepPanel::pictures(const Frame& frame, ImVec2 space) {
    const ExplorerState& explorer = frame.explorer;
    const int pictures = explorer.difference ? 3 : 2;
    const int size = std::max(1, frame.view.model.image_size);
    const float gap = frame.px(8), caption = frame.theme.small_size() + frame.px(6);
    const float scale = whole_scale(space - ImVec2(0, caption), size, size, pictures, 1, gap);
    const ImVec2 tile(std::floor(scale * static_cast<float>(size)),
                      std::floor(scale * static_cast<float>(size)));
    const float all = tile.x * static_cast<float>(pictures) + gap * static_cast<float>(pictures - 1);
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0f, std::floor((space.x - all) / 2)));

    const SharedBatch& current = frame.previews[PreviewChannel::sweep_current].images;
    const double now = alpha(explorer);
    const bool smooth = frame.smooth_pictures || !is_whole(scale);
    const bool straight = explorer.path == LatentPath::lerp;
    big_tile(frame, "z", straight ? "z-space, lerp" : "z-space, slerp",
             straight ? "G((1−α) zA + α zB)" : "G(slerp(zA, zB, α))", frame.images.picture(current, 0), tile,
             smooth);
    ImGui::SameLine(0, gap);
    const Picture a = picture_of(explorer.a, own_a_), b = picture_of(explorer.b, own_b_);
    TextureRegion blended;
    if (a && b) {
        const auto tiles = frame.images.blend(a.batch, a.index, b.batch, b.index, now, now, 1);
        if (!tiles.empty()) blended = tiles.front();
    } else if (a) {
        blended = frame.images.picture(a.batch, a.index);
    }
    big_tile(frame, "x", "x-space, blend", "(1−α) xA + α xB, pixel by pixel", blended, tile, smooth);
    if (!explorer.difference) return;
    ImGui::SameLine(0, gap);
    TextureRegion difference;
    if (a && b && current)
        difference =
            frame.images.difference(current, 0, a.batch, a.index, b.batch, b.index, now, difference_gain);
    big_tile(frame, "difference", "difference × 3", "3 |z picture − x picture|", difference, tile, smooth);
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
        play_alpha_ = explorer.alpha;
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
    constexpr const char* range_help[] = {"From A to B", "Ten times as far: what the direction means"};
    int range = static_cast<int>(explorer.range);
    if (choice(frame.theme, "range", ranges, range, range_help)) {
        explorer.range = static_cast<AlphaRange>(range);
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
    if (button(frame.theme,
               {.icon = ICON_FA_REPEAT, .label = "##loop", .tooltip = "Play in a loop", .selected = loops_}))
        loops_ = !loops_;
    ImGui::SameLine(0, frame.px(12));
    slider(frame.theme,
           {.label = "truncation",
            .minimum = 0,
            .maximum = 1,
            .default_value = 1,
            .format = "%.2f",
            .tooltip = "Shrinks the latents towards the mean face: less variety, cleaner pictures",
            .label_width = frame.px(76)},
           explorer.truncation);
}

// ---- strips --------------------------------------------------------------------------------------------------------

void SweepPanel::strip(const Frame& frame, const char* name, const std::vector<TextureRegion>& tiles,
                       ImVec2 space) {
    ExplorerState& explorer = frame.explorer;
    const int size = std::max(1, frame.view.model.image_size);
    const float letter = frame.px(16);
    // As few rows as keep the tiles large: 64 in one row only where the panel is very wide.
    int columns = 8;
    float tile = 0;
    for (const int candidate : strip_columns) {
        const float wide = (space.x - letter) / static_cast<float>(candidate);
        const float high = space.y / static_cast<float>(sweep_steps / candidate);
        if (const float side = std::floor(std::min(wide, high)); side > tile) {
            tile = side;
            columns = candidate;
        }
    }
    const float scale = whole_scale(ImVec2(tile, tile), size, size, 1, 1, 0);
    tile = std::floor(scale * static_cast<float>(size));
    tile = std::max(tile, 4.0f);
    const ImVec2 origin = ImGui::GetCursorPos();
    muted_text(frame.theme, name);
    const double now = alpha(explorer), step = explorer.alpha_step();
    const int nearest = static_cast<int>(std::lround(now / step));
    ImGui::PushID(name);
    CrispPixels crisp(ImGui::GetWindowDrawList(),
                      frame.smooth_pictures || !is_whole(tile / static_cast<float>(size)));
    for (int index = 0; index < sweep_steps; ++index) {
        ImGui::SetCursorPos(origin
                            + ImVec2(letter + tile * static_cast<float>(index % columns),
                                     tile * static_cast<float>(index / columns)));
        ImGui::PushID(index);
        TileSpec spec;
        spec.id = "step";
        if (static_cast<std::size_t>(index) < tiles.size())
            spec.picture = tiles[static_cast<std::size_t>(index)];
        spec.size = ImVec2(tile, tile);
        spec.outlined = index == nearest;
        const TileResult result = image_tile(frame.theme, spec);
        if (result.clicked) {
            explorer.alpha = index * step;
            playing_ = false;
        }
        if (result.hovered) tooltip(frame.theme, "α " + fixed_text(index * step, 3));
        ImGui::PopID();
    }
    ImGui::PopID();
}

void SweepPanel::strips(const Frame& frame, ImVec2 space) {
    const ExplorerState& explorer = frame.explorer;
    const SharedBatch& rendered = frame.previews[PreviewChannel::sweep_strip].images;
    std::vector<TextureRegion> z, x;
    for (int index = 0; rendered && index < std::min(sweep_steps, rendered->count); ++index)
        z.push_back(frame.images.picture(rendered, index));
    const Picture a = picture_of(explorer.a, own_a_), b = picture_of(explorer.b, own_b_);
    if (a && b)
        x = frame.images.blend(a.batch, a.index, b.batch, b.index, 0, explorer.alpha_maximum(), sweep_steps);
    const ImVec2 half(space.x, std::floor((space.y - frame.px(8)) / 2));
    const ImVec2 origin = ImGui::GetCursorPos();
    strip(frame, "z", z, half);
    ImGui::SetCursorPos(origin + ImVec2(0, half.y + frame.px(8)));
    strip(frame, "x", x, half);
}

// ---- export --------------------------------------------------------------------------------------------------------

ExportLatents SweepPanel::export_sweep(const Frame& frame, ExportKind kind, const char* space) const {
    ExportLatents what;
    what.kind = kind;
    what.space = space;
    what.points = kind == ExportKind::picture
                      ? std::vector<LatentPoint>{frame.explorer.sweep_point(alpha(frame.explorer))}
                      : frame.explorer.sweep_points();
    return what;
}

void SweepPanel::copy_command(const Frame& frame, CommandSink& sink) {
    sink.copy_text(sink.as_command(export_sweep(frame, ExportKind::strip, "both")));
    sink.say("Copied the command");
}

void SweepPanel::export_menu(const Frame& frame, CommandSink& sink) {
    const auto item = [&](const char* label, ExportKind kind, const char* space, const char* name) {
        if (ImGui::MenuItem(label)) ask_and_export(sink, export_sweep(frame, kind, space), name);
    };
    item("Both strips as PNG…", ExportKind::strip, "both", "sweep.png");
    item("z strip as PNG…", ExportKind::strip, "z", "sweep-z.png");
    item("x strip as PNG…", ExportKind::strip, "x", "sweep-x.png");
    ImGui::Separator();
    item("Film, z and x (GIF or WebP)…", ExportKind::animation, "both", "sweep.gif");
    item("Film, z (GIF or WebP)…", ExportKind::animation, "z", "sweep-z.gif");
    item("Film, x (GIF or WebP)…", ExportKind::animation, "x", "sweep-x.gif");
    ImGui::Separator();
    item("This picture as PNG…", ExportKind::picture, "z", "picture.png");
    item("Latents (safetensors or CSV)…", ExportKind::latents, "z", "sweep.safetensors");
    if ((frame.explorer.a && frame.explorer.a->picture) || (frame.explorer.b && frame.explorer.b->picture))
        muted_text(frame.theme, "x is exported between the generator's own A and B");
}

void SweepPanel::export_row(const Frame& frame, CommandSink& sink) {
    const char* why = ready(frame.explorer) ? nullptr : "Pick A and B first";
    if (button(frame.theme, {.icon = ICON_FA_FLOPPY_DISK,
                             .label = "Export",
                             .tooltip = "Strips, films, latents",
                             .shortcut = "Ctrl+E",
                             .disabled_reason = why})
        || (frame.export_pressed && !why))
        ImGui::OpenPopup("export");
    if (ImGui::BeginPopup("export")) {
        export_menu(frame, sink);
        ImGui::EndPopup();
    }
    ImGui::SameLine();
    if (button(frame.theme, {.icon = ICON_FA_TERMINAL,
                             .label = "Copy as command",
                             .tooltip = "The command line that makes the same strips",
                             .shortcut = "Ctrl+Shift+C",
                             .disabled_reason = why})
        || (frame.copy_pressed && !why))
        copy_command(frame, sink);
    const PreviewFrame& current = frame.previews[PreviewChannel::sweep_current];
    if (!current.error && current.milliseconds <= 0) return;
    ImGui::SameLine(0, frame.px(12));
    ImGui::AlignTextToFramePadding();
    const std::string text =
        current.error ? current.error->line() : fixed_text(current.milliseconds, 0) + " ms";
    ImGui::PushStyleColor(ImGuiCol_Text, current.error ? frame.theme.error : frame.theme.muted);
    fitted_text(frame.theme, text, ImGui::GetContentRegionAvail().x);
    ImGui::PopStyleColor();
}

void SweepPanel::draw(const Frame& frame, CommandSink& sink) {
    if (!frame.has_model()) {
        empty_state(frame.theme,
                    {.icon = ICON_FA_ARROWS_LEFT_RIGHT,
                     .title = "From one face to another",
                     .hint = "Open or train a model; then click a face for A, Shift+click another for B."});
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
        empty_state(frame.theme,
                    {.icon = ICON_FA_ARROWS_LEFT_RIGHT,
                     .title = none ? "Pick two faces" : "Pick the other face",
                     .hint =
                         "Click a face for A, Shift+click another for B. The way between them will be here: "
                         "through latent space, and as a plain blend of the two pictures."});
        return;
    }
    // What the controls leave is shared by the two pictures and the strips, each four rows of sixteen where it fits.
    const float rest = std::max(frame.px(240), space.y - 3 * row - 3 * spacing);
    const auto size = static_cast<float>(std::max(1, frame.view.model.image_size));
    const float strip_tile = std::min(size * std::max(1.0f, std::floor(frame.theme.scale)),
                                      std::floor((space.x - frame.px(16)) / 16));
    const float caption = frame.theme.small_size() + frame.px(6);
    const float across = (space.x - side - frame.px(28)) / (frame.explorer.difference ? 3 : 2);
    const float scale = std::max(1.0f, std::floor(std::min(across, rest * 0.55f - caption) / size));
    const float least_high = std::max(scale * size + caption + frame.px(4), 2 * side + row);
    const float strips_high =
        std::clamp(8 * strip_tile + frame.px(8), rest * 0.3f, std::max(rest * 0.3f, rest - least_high));
    const float pictures_high = std::max(rest - strips_high, least_high);
    ImGui::SetCursorPos(origin + ImVec2(side + frame.px(12), 0));
    pictures(frame, ImVec2(space.x - side - frame.px(12), pictures_high));
    ImGui::SetCursorPos(origin + ImVec2(0, pictures_high + spacing));
    alpha_row(frame);
    option_rows(frame);
    const ImVec2 at = ImGui::GetCursorPos();
    strips(frame, ImVec2(space.x, strips_high));
    ImGui::SetCursorPos(
        ImVec2(at.x, std::min(ImGui::GetCursorPosY() + spacing, at.y + strips_high + spacing)));
    export_row(frame, sink);
}

} // namespace

std::unique_ptr<Panel> make_sweep_panel() { return std::make_unique<SweepPanel>(); }

} // namespace ganvas
