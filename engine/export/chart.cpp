#include "engine/export/chart.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace ganvas {
namespace {

constexpr double left_margin = 68, right_margin = 20, top_margin = 16, title_height = 34, panel_gap = 26,
                 axis_height = 44;

struct Palette {
    const char *background, *panel, *grid, *axis, *text, *faint;
};
constexpr Palette light{"#ffffff", "#fafbfc", "#e6e9ed", "#9aa3ad", "#1f2933", "#66717d"};
constexpr Palette dark{"#16191d", "#1c2025", "#2b3138", "#59636e", "#e8ecf0", "#98a3af"};

std::string escape(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t')
            out += c;
    }
    return out;
}

/// Numbers of the drawing: a tenth of a pixel is enough.
std::string place(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", value);
    return text;
}

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

/// An SVG path through the values, at most four points a pixel column: first, lowest, highest, last.
std::string path_of(const std::vector<double>& x, const std::vector<double>& y, const Axis& across,
                    const Axis& up) {
    std::string out;
    bool down = false;
    const auto add = [&](std::size_t i) {
        out += (down ? "L" : "M") + place(across(x[i])) + " " + place(up(y[i]));
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
    return out;
}

std::string text_at(double x, double y, std::string_view text, const char* colour, int size,
                    const char* anchor = "start", const char* more = "") {
    return "<text x=\"" + place(x) + "\" y=\"" + place(y) + "\" fill=\"" + colour + "\" font-size=\""
           + std::to_string(size) + "\" text-anchor=\"" + anchor + "\"" + more + ">" + escape(text)
           + "</text>\n";
}

std::string line_at(double x1, double y1, double x2, double y2, const char* colour, const char* more = "") {
    return "<line x1=\"" + place(x1) + "\" y1=\"" + place(y1) + "\" x2=\"" + place(x2) + "\" y2=\""
           + place(y2) + "\" stroke=\"" + colour + "\"" + more + "/>\n";
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

std::string draw_series(const ChartSeries& series, const Axis& across, const Axis& up) {
    std::string out;
    const bool smoothed = !series.smooth.empty();
    const std::string stroke =
        "\" fill=\"none\" stroke=\"" + series.colour + "\" stroke-linejoin=\"round\" stroke-width=\"";
    const std::string raw = path_of(series.x, series.y, across, up);
    if (!raw.empty())
        out += "<path d=\"" + raw + stroke + (smoothed ? "1\" opacity=\"0.3\"/>\n" : "1.6\"/>\n");
    if (smoothed) out += "<path d=\"" + path_of(series.x, series.smooth, across, up) + stroke + "2\"/>\n";
    for (std::size_t i = 0; series.markers && i < series.x.size(); ++i) {
        if (!up.shows(series.y[i])) continue;
        const double x = across(series.x[i]);
        if (i < series.deviation.size() && series.deviation[i] > 0
            && up.shows(series.y[i] - series.deviation[i])) {
            const double above = up(series.y[i] + series.deviation[i]),
                         below = up(series.y[i] - series.deviation[i]);
            out += line_at(x, above, x, below, series.colour.c_str(), " class=\"error-bar\"");
            for (const double y : {above, below}) out += line_at(x - 3, y, x + 3, y, series.colour.c_str());
        }
        out += "<circle cx=\"" + place(x) + "\" cy=\"" + place(up(series.y[i])) + "\" r=\"3\" fill=\""
               + series.colour + "\"/>\n";
    }
    return out;
}

/// Inside the panel's top right corner, last entry rightmost.
std::string draw_legend(const ChartPanel& panel, double right, double top, const Palette& palette) {
    std::string out;
    double x = right - 8;
    for (auto series = panel.series.rbegin(); series != panel.series.rend(); ++series) {
        const double width =
            5.7 * static_cast<double>(series->name.size()); // about, for a sans-serif of 12 pixels
        out += text_at(x, top, series->name, palette.text, 12, "end");
        x -= width + 8;
        out += line_at(x - 14, top - 4, x, top - 4, series->colour.c_str(),
                       " stroke-width=\"3\" stroke-linecap=\"round\"");
        x -= 30;
    }
    return out;
}

std::string draw_panel(const Chart& chart, const ChartPanel& panel, std::size_t number, const Axis& across,
                       double top, const Palette& palette) {
    const double right = chart.width - right_margin, height = chart.panel_height, bottom = top + height;
    const Axis up = y_axis(panel, top, height);
    const std::string clip = "panel" + std::to_string(number);
    std::string out = "<rect x=\"" + place(left_margin) + "\" y=\"" + place(top) + "\" width=\""
                      + place(right - left_margin) + "\" height=\"" + place(height) + "\" fill=\""
                      + palette.panel + "\" rx=\"3\"/>\n";
    for (const double tick : panel_ticks(up)) {
        out += line_at(left_margin, up(tick), right, up(tick), palette.grid);
        out += text_at(left_margin - 8, up(tick) + 4, tick_text(tick), palette.faint, 11, "end");
    }
    for (const double tick : tick_values(across.low, across.high, chart.width / 110)) {
        out += line_at(across(tick), top, across(tick), bottom, palette.grid);
        if (number + 1 == chart.panels.size())
            out += text_at(across(tick), bottom + 17, tick_text(tick), palette.faint, 11, "middle");
    }
    out += line_at(left_margin, bottom, right, bottom, palette.axis)
           + line_at(left_margin, top, left_margin, bottom, palette.axis);
    out += "<clipPath id=\"" + clip + "\"><rect x=\"" + place(left_margin) + "\" y=\"" + place(top - 4)
           + "\" width=\"" + place(right - left_margin + 4) + "\" height=\"" + place(height + 8)
           + "\"/></clipPath>\n<g clip-path=\"url(#" + clip + ")\">\n";
    bool any = false;
    for (const ChartSeries& series : panel.series) {
        const std::string drawn = draw_series(series, across, up);
        any = any || !drawn.empty();
        out += drawn;
    }
    out += "</g>\n";
    if (!any)
        out += text_at((left_margin + right) / 2, top + height / 2, "nothing logged yet", palette.faint, 13,
                       "middle");
    out += text_at(left_margin, top - 9, panel.title, palette.text, 14, "start", " font-weight=\"600\"");
    if (!panel.badge.empty()) out += text_at(right, top - 9, panel.badge, palette.faint, 11, "end");
    const std::string turned = " transform=\"rotate(-90 14 " + place(top + height / 2) + ")\"";
    out += text_at(14, top + height / 2, panel.logarithmic ? panel.unit + " (log)" : panel.unit,
                   palette.faint, 11, "middle", turned.c_str());
    if (any) out += draw_legend(panel, right, top + 16, palette);
    return out;
}

Axis x_axis(const Chart& chart) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const ChartPanel& panel : chart.panels)
        for (const ChartSeries& series : panel.series)
            for (const double x : series.x) widen(low, high, x);
    if (!(low <= high)) low = 0, high = 1;
    if (high <= low) high = low + 1;
    if (low > 0 && low < 0.1 * high) low = 0;
    return {low, high, left_margin, chart.width - left_margin - right_margin, false};
}

} // namespace

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
    const Palette& palette = chart.dark ? dark : light;
    const double head = top_margin + (chart.title.empty() ? 0 : title_height);
    const double step = chart.panel_height + panel_gap + 14;
    const double height = head + step * static_cast<double>(chart.panels.size()) + axis_height;
    std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + std::to_string(chart.width)
                      + "\" height=\"" + place(height) + "\" viewBox=\"0 0 " + std::to_string(chart.width)
                      + " " + place(height)
                      + "\" font-family=\"Roboto, 'Segoe UI', Helvetica, Arial, sans-serif\">\n";
    out += "<title>" + escape(chart.title.empty() ? "Training curves" : chart.title) + "</title>\n";
    if (!chart.metadata.empty()) out += "<metadata>" + escape(chart.metadata) + "</metadata>\n";
    out += "<rect width=\"100%\" height=\"100%\" fill=\"" + std::string(palette.background) + "\"/>\n";
    if (!chart.title.empty())
        out += text_at(left_margin, top_margin + 14, chart.title, palette.text, 18, "start",
                       " font-weight=\"600\"");
    const Axis across = x_axis(chart);
    double top = head + panel_gap;
    for (std::size_t i = 0; i < chart.panels.size(); ++i, top += step)
        out += draw_panel(chart, chart.panels[i], i, across, top, palette);
    out += text_at((left_margin + chart.width - right_margin) / 2, height - 12, chart.x_label, palette.faint,
                   12, "middle");
    return out + "</svg>\n";
}

} // namespace ganvas
