/// A stack of line charts with one x axis, drawn as SVG text or as a picture.
///
/// Value types and a pure function, any thread; used by curves.cpp. A long series is thinned to the lowest
/// and highest value of each pixel column, so no extreme is lost and the file stays small. Values that are
/// not finite (or not positive on a logarithmic axis) break the line.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/image.h"
#include "engine/core/result.h"

namespace ganvas {

struct ChartSeries {
    std::string name;
    std::string colour;            ///< "#rrggbb"
    std::vector<double> x, y;      ///< of one length, x rising
    std::vector<double> smooth;    ///< empty, or drawn in place of y, which becomes faint
    std::vector<double> deviation; ///< empty, or error bars of y ± this
    bool markers = false;
};

struct ChartPanel {
    std::string title;
    std::string unit; ///< beside the y axis
    bool logarithmic = false;
    std::string badge; ///< small text right of the title
    std::vector<ChartSeries> series;
    std::optional<std::pair<double, double>> range; ///< of y; empty: from the data
};

struct Chart {
    std::string title, x_label;
    std::string metadata; ///< text kept in <metadata>
    bool dark = false;
    int width = 960; ///< pixels
    int panel_height = 220;
    std::vector<ChartPanel> panels;
    std::vector<std::pair<double, std::string>> marks; ///< short ticks at x in each panel, named in the first
};

/// One of these, then again: told apart also by those who see red and green as one, on light and on dark grounds (Okabe and
/// Ito 2008, grey for their black and brown for their yellow).
inline constexpr std::size_t series_colours = 8;
[[nodiscard]] const char* series_colour(std::size_t number);

[[nodiscard]] std::string draw_chart(const Chart& chart);
/// RGB, `scale` times the drawing's size; without chart.metadata. `not_found` when the program's fonts are missing.
[[nodiscard]] Result<Image> draw_chart_picture(const Chart& chart, double scale);

/// Round numbers that divide the range into about `wanted` parts.
[[nodiscard]] std::vector<double> tick_values(double low, double high, int wanted);
/// "12k", "0.25", "1.5M".
[[nodiscard]] std::string tick_text(double value);

} // namespace ganvas
