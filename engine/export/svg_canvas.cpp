#include <cstdio>

#include "engine/export/chart_canvas.h"
#include "engine/export/xml_text.h"

namespace ganvas {
namespace {

/// Numbers of the drawing: a tenth of a pixel is enough.
std::string place(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", value);
    return text;
}

std::string short_number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
}

const char* name(ChartCanvas::Anchor anchor) {
    switch (anchor) {
    case ChartCanvas::Anchor::start: return "start";
    case ChartCanvas::Anchor::middle: return "middle";
    case ChartCanvas::Anchor::end: return "end";
    }
    return "start";
}

} // namespace

SvgCanvas::SvgCanvas(double width, double height, std::string_view title, std::string_view metadata) {
    out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + short_number(width) + "\" height=\""
           + place(height) + "\" viewBox=\"0 0 " + short_number(width) + " " + place(height)
           + "\" font-family=\"Roboto, 'Segoe UI', Helvetica, Arial, sans-serif\">\n";
    out_ += "<title>" + xml_escape(title) + "</title>\n";
    if (!metadata.empty()) out_ += "<metadata>" + xml_escape(metadata) + "</metadata>\n";
}

void SvgCanvas::rectangle(double x, double y, double width, double height, const char* colour,
                          double radius) {
    out_ += "<rect x=\"" + place(x) + "\" y=\"" + place(y) + "\" width=\"" + place(width) + "\" height=\""
            + place(height) + "\" fill=\"" + colour
            + (radius > 0 ? "\" rx=\"" + short_number(radius) : std::string()) + "\"/>\n";
}

void SvgCanvas::line(double x1, double y1, double x2, double y2, const std::string& colour, Role role) {
    const char* more = role == Role::error_bar ? " class=\"error-bar\""
                       : role == Role::legend  ? " stroke-width=\"3\" stroke-linecap=\"round\""
                                               : "";
    out_ += "<line x1=\"" + place(x1) + "\" y1=\"" + place(y1) + "\" x2=\"" + place(x2) + "\" y2=\""
            + place(y2) + "\" stroke=\"" + colour + "\"" + more + "/>\n";
}

void SvgCanvas::lines(const Pieces& pieces, const Stroke& stroke) {
    std::string path;
    for (const auto& piece : pieces)
        for (std::size_t at = 0; at < piece.size(); ++at)
            path += (at ? "L" : "M") + place(piece[at].first) + " " + place(piece[at].second);
    if (path.empty()) return;
    out_ += "<path d=\"" + path + "\" fill=\"none\" stroke=\"" + stroke.colour
            + "\" stroke-linejoin=\"round\" stroke-width=\"" + short_number(stroke.width)
            + (stroke.opacity < 1 ? "\" opacity=\"" + short_number(stroke.opacity) : std::string())
            + "\"/>\n";
}

void SvgCanvas::circle(double x, double y, double radius, const std::string& colour) {
    out_ += "<circle cx=\"" + place(x) + "\" cy=\"" + place(y) + "\" r=\"" + short_number(radius)
            + "\" fill=\"" + colour + "\"/>\n";
}

void SvgCanvas::text(double x, double y, std::string_view words, const TextStyle& style) {
    out_ += "<text x=\"" + place(x) + "\" y=\"" + place(y) + "\" fill=\"" + style.colour + "\" font-size=\""
            + std::to_string(style.size) + "\" text-anchor=\"" + name(style.anchor) + "\"";
    if (style.bold) out_ += " font-weight=\"600\"";
    if (style.upright) out_ += " transform=\"rotate(-90 " + place(x) + " " + place(y) + ")\"";
    out_ += ">" + xml_escape(words) + "</text>\n";
}

void SvgCanvas::begin_clip(double x, double y, double width, double height) {
    const std::string id = "panel" + std::to_string(clips_++);
    out_ += "<clipPath id=\"" + id + "\"><rect x=\"" + place(x) + "\" y=\"" + place(y) + "\" width=\""
            + place(width) + "\" height=\"" + place(height) + "\"/></clipPath>\n<g clip-path=\"url(#" + id
            + ")\">\n";
}

void SvgCanvas::end_clip() { out_ += "</g>\n"; }

} // namespace ganvas
