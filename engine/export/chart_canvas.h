/// What a chart is drawn on: a few shapes in pixels from the top left, as SVG text or as an anti-aliased picture.
///
/// One thread at a time. Colours are "#rrggbb". The two canvases draw the same chart; what only one of them can keep
/// (roles as SVG classes) is a hint.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/image.h"
#include "engine/core/result.h"

namespace ganvas {

class ChartCanvas {
public:
    enum class Anchor { start, middle, end };
    enum class Role { rule, error_bar, legend };
    struct TextStyle {
        const char* colour = "#000000";
        int size = 12;
        Anchor anchor = Anchor::start;
        bool bold = false;
        bool upright = false; ///< turned by 90 degrees, reading upwards
    };
    struct Stroke {
        std::string colour;
        double width = 1;
        double opacity = 1;
    };
    using Pieces = std::vector<std::vector<std::pair<double, double>>>; ///< unbroken stretches of one line

    virtual ~ChartCanvas() = default;
    virtual void rectangle(double x, double y, double width, double height, const char* colour,
                           double radius) = 0;
    virtual void line(double x1, double y1, double x2, double y2, const std::string& colour, Role role) = 0;
    virtual void lines(const Pieces& pieces, const Stroke& stroke) = 0;
    virtual void circle(double x, double y, double radius, const std::string& colour) = 0;
    /// (x, y) is on the base line, at the anchor.
    virtual void text(double x, double y, std::string_view words, const TextStyle& style) = 0;
    /// Until end_clip, nothing is drawn outside.
    virtual void begin_clip(double x, double y, double width, double height) = 0;
    virtual void end_clip() = 0;
};

/// A standalone SVG of this size; finish() once.
class SvgCanvas final : public ChartCanvas {
public:
    SvgCanvas(double width, double height, std::string_view title, std::string_view metadata);
    void rectangle(double x, double y, double width, double height, const char* colour,
                   double radius) override;
    void line(double x1, double y1, double x2, double y2, const std::string& colour, Role role) override;
    void lines(const Pieces& pieces, const Stroke& stroke) override;
    void circle(double x, double y, double radius, const std::string& colour) override;
    void text(double x, double y, std::string_view words, const TextStyle& style) override;
    void begin_clip(double x, double y, double width, double height) override;
    void end_clip() override;
    [[nodiscard]] std::string finish() { return std::move(out_) + "</svg>\n"; }

private:
    std::string out_;
    int clips_ = 0;
};

/// An RGB picture, `scale` times as large as the drawing. Text is set in Roboto, which comes with the program.
class RasterCanvas final : public ChartCanvas {
public:
    /// Error `not_found` when the fonts are missing.
    [[nodiscard]] static Result<std::unique_ptr<RasterCanvas>> create(double width, double height,
                                                                      double scale);
    ~RasterCanvas() override;
    void rectangle(double x, double y, double width, double height, const char* colour,
                   double radius) override;
    void line(double x1, double y1, double x2, double y2, const std::string& colour, Role role) override;
    void lines(const Pieces& pieces, const Stroke& stroke) override;
    void circle(double x, double y, double radius, const std::string& colour) override;
    void text(double x, double y, std::string_view words, const TextStyle& style) override;
    void begin_clip(double x, double y, double width, double height) override;
    void end_clip() override;
    [[nodiscard]] Image take() { return std::move(image_); }

private:
    struct Font;
    struct Box {
        int left = 0, top = 0, right = 0, bottom = 0; ///< pixels; right and bottom are outside
    };
    RasterCanvas(Image image, double scale, std::unique_ptr<Font> regular, std::unique_ptr<Font> bold);
    [[nodiscard]] Box clipped(double left, double top, double right, double bottom) const;
    void mix(int x, int y, const char* colour, double coverage);
    void cover_segment(std::pair<double, double> from, std::pair<double, double> to, double half_width);
    void settle(const std::string& colour, double opacity);

    Image image_;
    double scale_;
    Box clip_;
    std::unique_ptr<Font> regular_, bold_;
    std::vector<float> coverage_; ///< of the line that is being drawn; all 0 between calls
    Box touched_;                 ///< where coverage_ is not 0
};

} // namespace ganvas
