#include "engine/export/chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "engine/export/chart_canvas.h"

namespace ganvas {
namespace {

using Anchor = ChartCanvas::Anchor;

constexpr double left_margin = 68, right_margin = 20, top_margin = 16, title_height = 34, title_gap = 26,
                 ticks_height = 14, badge_row = 15, axis_height = 44;

struct Palette {
    const char *background, *panel, *grid, *axis, *text, *faint;
};
constexpr Palette light{"#ffffff", "#fafbfc", "#e6e9ed", "#9aa3ad", "#1f2933", "#66717d"};
constexpr Palette dark{"#16191d", "#1c2025", "#2b3138", "#59636e", "#e8ecf0", "#98a3af"};

struct Axis {
    double low = 0, high = 1;     ///< of the values, or of their logarithms
    double start = 0, length = 1; ///< pixels; a negative length runs upwards
    bool logarithmic = false;

    [[nodiscard]] bool shows(double value) const {
        return std::isfinite(value) && (!logarithmic || value > 0);
    }
    [[nodiscard]] double operator()(double value) const {
        const double v = logarithmic ? std::log10(value) : value;
        return start + length * std::clamp((v - low) / (high - low), -0.05, 1.05);
    }
};

void widen(double& low, double& high, double value) {
    low = std::min(low, value);
    high = std::max(high, value);
}

Axis y_axis(const ChartPanel& panel, double top, double height) {
    Axis axis{0, 1, top + height, -height, panel.logarithmic};
    if (panel.range) {
        axis.low = panel.range->first;
        axis.high = panel.range->second;
        return axis;
    }
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const ChartSeries& series : panel.series)
        for (std::size_t i = 0; i < series.y.size(); ++i) {
            if (!axis.shows(series.y[i])) continue;
            const double spread = i < series.deviation.size() && !panel.logarithmic ? series.deviation[i] : 0;
            const double value = panel.logarithmic ? std::log10(series.y[i]) : series.y[i];
            widen(low, high, value - spread);
            widen(low, high, value + spread);
        }
    if (!(low <= high)) return axis;
    const double room = high > low ? 0.06 * (high - low) : std::max(0.5, std::abs(high) * 0.1);
    axis.low = low >= 0 && low - room < 0 && !panel.logarithmic ? 0 : low - room;
    axis.high = high + room;
    return axis;
}

/// A line through the values, at most four points a pixel column: first, lowest, highest, last.
ChartCanvas::Pieces pieces_of(const std::vector<double>& x, const std::vector<double>& y, const Axis& across,
                              const Axis& up) {
    ChartCanvas::Pieces pieces;
    bool down = false;
    const auto add = [&](std::size_t i) {
        if (!down) pieces.emplace_back();
        pieces.back().emplace_back(across(x[i]), up(y[i]));
        down = true;
    };
    for (std::size_t i = 0; i < x.size();) {
        if (!up.shows(y[i])) {
            down = false;
            ++i;
            continue;
        }
        const double column = std::floor(across(x[i]));
        std::size_t end = i, lowest = i, highest = i;
        for (; end < x.size() && up.shows(y[end]) && std::floor(across(x[end])) == column; ++end) {
            if (y[end] < y[lowest]) lowest = end;
            if (y[end] > y[highest]) highest = end;
        }
        std::vector<std::size_t> kept{i, lowest, highest, end - 1};
        std::sort(kept.begin(), kept.end());
        kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
        for (const std::size_t k : kept) add(k);
        i = end;
    }
    return pieces;
}

std::vector<double> panel_ticks(const Axis& axis) {
    if (!axis.logarithmic) return tick_values(axis.low, axis.high, 5);
    std::vector<double> ticks;
    const bool few_decades = axis.high - axis.low < 2;
    for (double decade = std::floor(axis.low); decade <= axis.high; ++decade)
        for (const double step : {1.0, 2.0, 5.0}) {
            if (step > 1 && !few_decades) break;
            const double value = step * std::pow(10, decade);
            if (std::log10(value) >= axis.low && std::log10(value) <= axis.high) ticks.push_back(value);
        }
    return ticks;
}

/// True when there was anything to draw.
bool draw_series(ChartCanvas& canvas, const ChartSeries& series, const Axis& across, const Axis& up) {
    const bool smoothed = !series.smooth.empty();
    const ChartCanvas::Pieces raw = pieces_of(series.x, series.y, across, up);
    canvas.lines(raw, {series.colour, smoothed ? 1.0 : 1.6, smoothed ? 0.3 : 1.0});
    if (smoothed) canvas.lines(pieces_of(series.x, series.smooth, across, up), {series.colour, 2, 1});
    for (std::size_t i = 0; series.markers && i < series.x.size(); ++i) {
        if (!up.shows(series.y[i])) continue;
        const double x = across(series.x[i]);
        if (i < series.deviation.size() && series.deviation[i] > 0
            && up.shows(series.y[i] - series.deviation[i])) {
            const double above = up(series.y[i] + series.deviation[i]),
                         below = up(series.y[i] - series.deviation[i]);
            canvas.line(x, above, x, below, series.colour, ChartCanvas::Role::error_bar);
            for (const double y : {above, below})
                canvas.line(x - 3, y, x + 3, y, series.colour, ChartCanvas::Role::rule);
        }
        canvas.circle(x, up(series.y[i]), 3, series.colour);
    }
    return !raw.empty();
}

/// About, for a sans-serif: its letters are 0.52 of its height wide, 0.6 where bold.
double text_width(const std::string& text, double height, bool bold = false) {
    return static_cast<double>(text.size()) * height * (bold ? 0.6 : 0.52);
}

/// Inside the panel's top right corner, in rows that fit; the last entry of a row is rightmost.
void draw_legend(ChartCanvas& canvas, const ChartPanel& panel, double right, double top, double width,
                 const Palette& palette) {
    constexpr double sign = 14, before_name = 10, between = 16, row = 17;
    constexpr int size = 12;
    const auto wide = [](const ChartSeries& one) { return sign + before_name + text_width(one.name, size); };
    for (std::size_t first = 0, last = 0; first < panel.series.size(); first = last, top += row) {
        double used = wide(panel.series[last++]);
        for (; last < panel.series.size() && used + between + wide(panel.series[last]) <= width; ++last)
            used += between + wide(panel.series[last]);
        double x = right - 8;
        for (std::size_t k = last; k-- > first;) {
            const ChartSeries& one = panel.series[k];
            canvas.text(x, top, one.name, {palette.text, size, Anchor::end});
            x -= text_width(one.name, size) + before_name;
            canvas.line(x - sign, top - 4, x, top - 4, one.colour, ChartCanvas::Role::legend);
            x -= sign + between;
        }
    }
}

void draw_grid(ChartCanvas& canvas, const Chart& chart, bool last, const Axis& across, const Axis& up,
               double top, const Palette& palette) {
    const double right = chart.width - right_margin, bottom = top + chart.panel_height;
    constexpr auto rule = ChartCanvas::Role::rule;
    for (const double tick : panel_ticks(up)) {
        canvas.line(left_margin, up(tick), right, up(tick), palette.grid, rule);
        canvas.text(left_margin - 8, up(tick) + 4, tick_text(tick), {palette.faint, 11, Anchor::end});
    }
    for (const double tick : tick_values(across.low, across.high, chart.width / 110)) {
        canvas.line(across(tick), top, across(tick), bottom, palette.grid, rule);
        if (last)
            canvas.text(across(tick), bottom + 17, tick_text(tick), {palette.faint, 11, Anchor::middle});
    }
    canvas.line(left_margin, bottom, right, bottom, palette.axis, rule);
    canvas.line(left_margin, top, left_margin, bottom, palette.axis, rule);
}

constexpr int badge_height = 11, heading_height = 14;

double panel_width(const Chart& chart) { return chart.width - left_margin - right_margin; }

/// True where a badge does not fit beside its panel's title.
bool needs_badge_row(const Chart& chart) {
    return std::any_of(chart.panels.begin(), chart.panels.end(), [&](const ChartPanel& panel) {
        return !panel.badge.empty()
               && text_width(panel.title, heading_height, true) + text_width(panel.badge, badge_height) + 16
                      > panel_width(chart);
    });
}

/// Above a panel: the title, and the badge beside it, or below it at a size that fits.
void draw_heading(ChartCanvas& canvas, const Chart& chart, const ChartPanel& panel, double top,
                  const Palette& palette) {
    const bool below = needs_badge_row(chart);
    canvas.text(left_margin, top - 9 - (below ? badge_row : 0), panel.title,
                {palette.text, heading_height, Anchor::start, true});
    if (panel.badge.empty()) return;
    const double fits = std::min(1.0, panel_width(chart) / text_width(panel.badge, badge_height));
    canvas.text(below ? left_margin : chart.width - right_margin, top - 9, panel.badge,
                {palette.faint, static_cast<int>(badge_height * fits), below ? Anchor::start : Anchor::end});
}

void draw_panel(ChartCanvas& canvas, const Chart& chart, const ChartPanel& panel, bool last,
                const Axis& across, double top, const Palette& palette) {
    const double right = chart.width - right_margin, height = chart.panel_height;
    const Axis up = y_axis(panel, top, height);
    canvas.rectangle(left_margin, top, right - left_margin, height, palette.panel, 3);
    draw_grid(canvas, chart, last, across, up, top, palette);
    canvas.begin_clip(left_margin, top - 4, right - left_margin + 4, height + 8);
    bool any = false;
    for (const ChartSeries& series : panel.series) any = draw_series(canvas, series, across, up) || any;
    canvas.end_clip();
    if (!any)
        canvas.text((left_margin + right) / 2, top + height / 2, "nothing logged yet",
                    {palette.faint, 13, Anchor::middle});
    draw_heading(canvas, chart, panel, top, palette);
    canvas.text(14, top + height / 2, panel.logarithmic ? panel.unit + " (log)" : panel.unit,
                {palette.faint, 11, Anchor::middle, false, true});
    if (any) draw_legend(canvas, panel, right, top + 16, panel_width(chart) - 16, palette);
}

void draw_marks(ChartCanvas& canvas, const Chart& chart, bool named, const Axis& across, double top,
                const Palette& palette) {
    constexpr double tick_length = 7;
    const double bottom = top + chart.panel_height;
    for (const auto& [x, name] : chart.marks) {
        const double at = across(x);
        canvas.line(at, bottom, at, bottom - tick_length, palette.axis, ChartCanvas::Role::rule);
        if (named) canvas.text(at, bottom - tick_length - 3, name, {palette.faint, 10, Anchor::middle});
    }
}

Axis x_axis(const Chart& chart) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const ChartPanel& panel : chart.panels)
        for (const ChartSeries& series : panel.series)
            for (const double x : series.x) widen(low, high, x);
    if (!(low <= high)) low = 0, high = 1;
    if (high <= low) high = low + 1;
    if (low > 0 && low < 0.1 * high) low = 0;
    return {low, high, left_margin, panel_width(chart), false};
}

double head_of(const Chart& chart) { return top_margin + (chart.title.empty() ? 0 : title_height); }

double gap_of(const Chart& chart) { return title_gap + (needs_badge_row(chart) ? badge_row : 0); }

double step_of(const Chart& chart) { return chart.panel_height + gap_of(chart) + ticks_height; }

double height_of(const Chart& chart) {
    return head_of(chart) + step_of(chart) * static_cast<double>(chart.panels.size()) + axis_height;
}

void draw(const Chart& chart, ChartCanvas& canvas) {
    const Palette& palette = chart.dark ? dark : light;
    const double step = step_of(chart), height = height_of(chart);
    canvas.rectangle(0, 0, chart.width, height, palette.background, 0);
    if (!chart.title.empty())
        canvas.text(left_margin, top_margin + 14, chart.title, {palette.text, 18, Anchor::start, true});
    const Axis across = x_axis(chart);
    double top = head_of(chart) + gap_of(chart);
    for (std::size_t i = 0; i < chart.panels.size(); ++i, top += step)
        draw_panel(canvas, chart, chart.panels[i], i + 1 == chart.panels.size(), across, top, palette);
    top = head_of(chart) + gap_of(chart);
    for (std::size_t i = 0; i < chart.panels.size(); ++i, top += step)
        draw_marks(canvas, chart, i == 0, across, top, palette);
    canvas.text((left_margin + chart.width - right_margin) / 2, height - 12, chart.x_label,
                {palette.faint, 12, Anchor::middle});
}

} // namespace

const char* series_colour(std::size_t number) {
    constexpr std::array<const char*, series_colours> colours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                                 "#56b4e9", "#e69f00", "#7f7f7f", "#8c6d31"};
    return colours[number % colours.size()];
}

std::vector<double> tick_values(double low, double high, int wanted) {
    std::vector<double> ticks;
    const double range = high - low;
    if (!(range > 0) || !std::isfinite(range) || wanted < 1) return ticks;
    const double rough = range / wanted, power = std::pow(10, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= rough * 0.999) {
            step = factor * power;
            break;
        }
    if (!(step > 0)) return ticks;
    const double first = std::ceil(low / step - 1e-9);
    for (int i = 0; i < 1000 && (first + i) * step <= high + 1e-9 * range; ++i) {
        const double tick = (first + i) * step;
        ticks.push_back(std::abs(tick) < 1e-9 * range ? 0 : tick);
    }
    return ticks;
}

std::string tick_text(double value) {
    char text[48];
    const double size = std::abs(value);
    if (size >= 1e9 || (size > 0 && size < 1e-4))
        std::snprintf(text, sizeof text, "%.3g", value);
    else if (size >= 1e6)
        std::snprintf(text, sizeof text, "%.6gM", value / 1e6);
    else if (size >= 1e4)
        std::snprintf(text, sizeof text, "%.6gk", value / 1e3);
    else
        std::snprintf(text, sizeof text, "%.6g", value);
    return text;
}

std::string draw_chart(const Chart& chart) {
    SvgCanvas canvas(chart.width, height_of(chart), chart.title.empty() ? "Training curves" : chart.title,
                     chart.metadata);
    draw(chart, canvas);
    return canvas.finish();
}

Result<Image> draw_chart_picture(const Chart& chart, double scale) {
    auto canvas = RasterCanvas::create(chart.width, height_of(chart), scale);
    if (!canvas) return canvas.error();
    draw(chart, **canvas);
    return (*canvas)->take();
}

} // namespace ganvas
