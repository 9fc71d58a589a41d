#include "engine/studies/upsampling_figure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "engine/core/random.h"
#include "engine/export/chart_canvas.h"

namespace ganvas {
namespace {

using Map = std::vector<std::vector<double>>;

constexpr int side = 8, shown = 8;
constexpr std::uint64_t kernel_seed = 1;

double weight(int row, int column) {
    return random_normal(kernel_seed, static_cast<std::uint64_t>(4 * row + column));
}

double at(const Map& map, int y, int x) {
    const int size = static_cast<int>(map.size());
    return y < 0 || x < 0 || y >= size || x >= size
               ? 0
               : map[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)];
}

Map square(int size, double value) {
    return Map(static_cast<std::size_t>(size), std::vector<double>(static_cast<std::size_t>(size), value));
}

/// Kernel 4, stride 2, padding 1: input pixel (y, x) adds to outputs 2y - 1 … 2y + 2.
Map transposed_convolution(const Map& map) {
    Map out = square(2 * side, 0);
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x)
            for (int row = 0; row < 4; ++row)
                for (int column = 0; column < 4; ++column) {
                    const int to_y = 2 * y - 1 + row, to_x = 2 * x - 1 + column;
                    if (to_y < 0 || to_x < 0 || to_y >= 2 * side || to_x >= 2 * side) continue;
                    out[static_cast<std::size_t>(to_y)][static_cast<std::size_t>(to_x)] +=
                        at(map, y, x) * weight(row, column);
                }
    return out;
}

Map convolution_3x3(const Map& map) {
    Map out = map;
    const int size = static_cast<int>(map.size());
    for (int y = 0; y < size; ++y)
        for (int x = 0; x < size; ++x) {
            double sum = 0;
            for (int row = 0; row < 3; ++row)
                for (int column = 0; column < 3; ++column)
                    sum += at(map, y + row - 1, x + column - 1) * weight(row, column);
            out[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] = sum;
        }
    return out;
}

/// Half-pixel centres; `smooth`: bilinear, else nearest.
Map enlarge_map(const Map& map, bool smooth) {
    Map out = square(2 * side, 0);
    for (int y = 0; y < 2 * side; ++y)
        for (int x = 0; x < 2 * side; ++x) {
            double& value = out[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)];
            if (!smooth) {
                value = at(map, y / 2, x / 2);
                continue;
            }
            const double from_y = std::clamp((y + 0.5) / 2 - 0.5, 0.0, side - 1.0);
            const double from_x = std::clamp((x + 0.5) / 2 - 0.5, 0.0, side - 1.0);
            const int low_y = std::min(static_cast<int>(from_y), side - 2);
            const int low_x = std::min(static_cast<int>(from_x), side - 2);
            const double part_y = from_y - low_y, part_x = from_x - low_x;
            value =
                (1 - part_y) * ((1 - part_x) * at(map, low_y, low_x) + part_x * at(map, low_y, low_x + 1))
                + part_y
                      * ((1 - part_x) * at(map, low_y + 1, low_x) + part_x * at(map, low_y + 1, low_x + 1));
        }
    return out;
}

std::string grey(double value, double low, double high) {
    const double part = high > low ? (value - low) / (high - low) : 0.5;
    char text[16];
    const int level = static_cast<int>(std::lround(60 + 180 * part));
    std::snprintf(text, sizeof text, "#%02x%02x%02x", level, level, level);
    return text;
}

constexpr double cell = 22, gap = 28, margin = 16, head = 26, foot = 24;

void draw_map(ChartCanvas& canvas, const Map& map, double left, const char* title,
              std::array<double, 2> range) {
    canvas.text(left, margin + 12, title, {"#1d1f24", 13, ChartCanvas::Anchor::start, true});
    double low = map[0][0], high = low;
    for (std::size_t y = 0; y < map.size(); ++y)
        for (std::size_t x = 0; x < map.size(); ++x) {
            low = std::min(low, map[y][x]);
            high = std::max(high, map[y][x]);
            canvas.rectangle(left + static_cast<double>(x) * cell,
                             margin + head + static_cast<double>(y) * cell, cell - 1, cell - 1,
                             grey(map[y][x], range[0], range[1]).c_str(), 0);
        }
    char text[48];
    if (high - low < 1e-9)
        std::snprintf(text, sizeof text, "%.2f everywhere", low);
    else
        std::snprintf(text, sizeof text, "%.2f to %.2f", low, high);
    canvas.text(left, margin + head + shown * cell + 16, text, {"#6a6f7a", 12});
}

} // namespace

std::vector<std::vector<double>> enlarged_flat_map(MapUpsampling how) {
    const Map flat = square(side, 1);
    Map whole;
    switch (how) {
    case MapUpsampling::transposed_convolution: whole = transposed_convolution(flat); break;
    case MapUpsampling::nearest_convolution: whole = convolution_3x3(enlarge_map(flat, false)); break;
    case MapUpsampling::bilinear_convolution: whole = convolution_3x3(enlarge_map(flat, true)); break;
    }
    Map middle = square(shown, 0);
    constexpr int first = (2 * side - shown) / 2;
    for (int y = 0; y < shown; ++y)
        for (int x = 0; x < shown; ++x)
            middle[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] =
                at(whole, first + y, first + x);
    return middle;
}

std::string upsampling_drawing() {
    const std::array<std::pair<const char*, Map>, 4> maps = {
        {{"a flat map", square(shown, 1)},
         {"transposed convolution", enlarged_flat_map(MapUpsampling::transposed_convolution)},
         {"nearest, then convolution", enlarged_flat_map(MapUpsampling::nearest_convolution)},
         {"bilinear, then convolution", enlarged_flat_map(MapUpsampling::bilinear_convolution)}}};
    std::array<double, 2> range = {1, 1};
    for (const auto& [title, map] : maps)
        for (const auto& row : map)
            for (const double value : row) range = {std::min(range[0], value), std::max(range[1], value)};
    const double step = shown * cell + gap;
    const double width = 2 * margin + 4 * step - gap, height = 2 * margin + head + shown * cell + foot;
    SvgCanvas canvas(width, height, "Three ways to double a map's side", "");
    canvas.rectangle(0, 0, width, height, "#ffffff", 4);
    for (std::size_t k = 0; k < maps.size(); ++k)
        draw_map(canvas, maps[k].second, margin + static_cast<double>(k) * step, maps[k].first, range);
    return canvas.finish();
}

} // namespace ganvas
