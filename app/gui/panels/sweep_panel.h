/// Sweep: from A to B through latent space, beside the plain blend of the two pictures, on one alpha.
///
/// UI thread; its parts: sweep_panel.cpp (asking, playing, alpha and options), sweep_pictures.cpp (A and B, the large
/// pictures, the strips), sweep_export.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/gui/panels/attention_overlay.h"
#include "app/gui/panels/panel.h"
#include "app/gui/widgets/zoom_tile.h"

namespace ganvas {

/// The largest side up to `room` of a square picture of `size` pixels whose pixels are all alike on the screen: a whole
/// number of screen pixels each, or a whole number of them to one screen pixel.
[[nodiscard]] float even_tile(float room, int size);

/// How one strip lies: with all steps where tiles of `least` find room, in even tiles where those are hardly smaller; else
/// with at least half of the steps.
struct StripLayout {
    int steps = sweep_steps; ///< that are drawn, with both ends
    int columns = sweep_steps;
    float tile = 0; ///< side on the screen
    [[nodiscard]] float height() const { return tile * static_cast<float>((steps + columns - 1) / columns); }
    [[nodiscard]] int step(int place) const; ///< which of the sweep's steps is drawn there
};
[[nodiscard]] StripLayout strip_layout(ImVec2 room, int size, float largest, float least);

class SweepPanel final : public Panel {
public:
    PanelId id() const override { return PanelId::sweep; }
    const char* title() const override { return "Sweep"; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    struct Picture {
        SharedBatch batch;
        int index = 0;
        explicit operator bool() const { return batch != nullptr && index < batch->count; }
    };
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
    [[nodiscard]] Picture side_picture(const Frame& frame, Side side) const;
    void pictures(const Frame& frame, CommandSink& sink, ImVec2 space);
    void big_tile(const Frame& frame, const char* id, const char* caption, const char* formula,
                  const ZoomSpec& spec, CommandSink* looked_at = nullptr);
    void alpha_row(const Frame& frame);
    void option_rows(const Frame& frame);
    /// Heights of the large pictures and of the strips; whole pixels in both go before size.
    struct Division {
        float pictures_high = 0;
        StripLayout strip;
    };
    [[nodiscard]] Division divide(const Frame& frame, ImVec2 space, float side) const;
    void strips(const Frame& frame, const StripLayout& layout);
    void strip(const Frame& frame, const char* name, const std::vector<TextureRegion>& tiles,
               const StripLayout& layout);
    void export_row(const Frame& frame, CommandSink& sink);
    [[nodiscard]] ExportLatents export_sweep(const Frame& frame, ExportKind kind, const char* space,
                                             const char* name) const;

    LatentAsker current_{PreviewChannel::sweep_current}, strip_{PreviewChannel::sweep_strip};
    std::vector<LatentPoint> asked_ends_;
    bool ends_wanted_ = false; ///< until they come with a picture of the current alpha
    Picture own_a_, own_b_;    ///< what the generator makes of the two seeds
    const ImageBatch *seen_current_ = nullptr, *seen_strip_ = nullptr;
    ZoomView zoom_; ///< one for all large pictures: the same pixels beside each other
    AttentionOverlay attention_;
    bool playing_ = false, loops_ = true;
    std::optional<LatentPath> path_before_; ///< the magnified range was chosen; comes back with the other
    bool truncation_below_ = false;         ///< in the frame before
    double play_alpha_ = 0, play_direction_ = 1;
    double alpha_before_play_ = 0; ///< of the explorer, which playing leaves alone
};

} // namespace ganvas
