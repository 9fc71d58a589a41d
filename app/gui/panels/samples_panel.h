/// Samples: a fixed-noise grid with its history, or a random grid; click for A, shift-click for B.
///
/// UI thread; its parts: samples_panel.cpp (what is shown, header, exports), samples_grid.cpp (the grid, what is pinned,
/// the nearest training images), samples_classes.cpp (random and class grids, the
/// checkerboard's figure).
#pragma once

#include <vector>

#include "app/gui/panels/panel.h"

namespace ganvas {

class SamplesPanel final : public Panel {
public:
    PanelId id() const override { return PanelId::samples; }
    const char* title() const override { return "Samples"; }
    void draw(const Frame& frame, CommandSink& sink) override;

private:
    enum class GridKind { fixed, random, classes };
    /// What the grid shows: one picture for each seed.
    struct Grid {
        SharedBatch images;
        int first = 0; ///< index of the first seed's picture in the batch
        std::vector<std::uint64_t> seeds;
        std::vector<LatentPoint> points; ///< what made each picture
        int columns = 0;                 ///< 0: as many as make the tiles large
        int first_class = 0;             ///< of the first row, where a row is a class
    };
    static constexpr int random_count = 64, class_columns = 8, most_class_rows = 16;

    void follow_random_seed(const ExplorerState& explorer);
    void follow_wish(const Frame& frame);
    void ask(const Frame& frame, CommandSink& sink);
    [[nodiscard]] Grid shown_grid(const Frame& frame) const;
    [[nodiscard]] const SampleMark* mark(const View& view) const;
    void header(const Frame& frame, CommandSink& sink);
    void history_row(const Frame& frame);
    void random_row(const Frame& frame);
    void classes_row(const Frame& frame);
    [[nodiscard]] int class_rows(const Frame& frame) const;
    /// What each tile of a random or class grid is, in order.
    [[nodiscard]] std::vector<LatentPoint> drawn_points(const Frame& frame) const;
    void row_names(const Frame& frame, const Grid& grid, ImVec2 origin, float tile_height, float width);
    static float checkerboard_width(const Frame& frame);
    void checkerboard(const Frame& frame) const;
    void look_at_checkerboard(const Frame& frame, CommandSink& sink, const Grid& shown);
    [[nodiscard]] const SampleMark* shown_mark(const Frame& frame) const;
    /// What "This grid" is: the mark that is shown, or the points of the other grids.
    [[nodiscard]] HasCommandLine shown_picture(const Frame& frame) const;
    void export_menu(const Frame& frame, CommandSink& sink);
    void play(const Frame& frame);
    void cross_fade(const Frame& frame, const Grid& grid);
    void grid(const Frame& frame, CommandSink& sink, const Grid& grid, ImVec2 space);
    void pinned_row(const Frame& frame, CommandSink& sink);
    void neighbours(const Frame& frame, CommandSink& sink);
    [[nodiscard]] ExportLatents export_grid(const Frame& frame, ExportKind kind, const char* name) const;

    GridKind kind_ = GridKind::fixed;
    int first_class_ = 0; ///< of the class grid, where it cannot hold all
    int mark_ = -1;       ///< index into the history; -1: the newest
    bool playing_ = false;
    double play_position_ = 0;
    LatentAsker asker_{PreviewChannel::random_grid};
    std::uint64_t random_seed_ = 0; ///< the last seen, to notice the key R
    bool random_seed_known_ = false;
    SharedBatch shown_, before_;            ///< of the cross-fade
    SharedBatch checked_, checked_against_; ///< grid and data whose checkerboard was asked for last
    double fade_began_ = -10;
    std::uint64_t neighbours_seed_ = 0;
    const ImageBatch* neighbours_shown_ = nullptr;
    bool neighbours_open_ = false;
};

} // namespace ganvas
