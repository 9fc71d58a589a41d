/// Figures and curves of a study's page: pictures and drawings as data URIs.
#include <algorithm>
#include <optional>

#include "engine/runs/run_store.h"
#include "engine/studies/html_text.h"
#include "engine/studies/page_charts.h"
#include "engine/studies/page_parts.h"
#include "engine/studies/upsampling_figure.h"

namespace ganvas {
namespace {

constexpr std::size_t largest_picture = 32u << 20; ///< bytes of one PNG in a page
constexpr int comfortable_width = 660, beside_width = 380,
              largest_scale = 3; ///< pixels of a picture, of one among several

int number_at(const std::vector<std::uint8_t>& bytes, std::size_t at) {
    return bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];
}

/// Width in the PNG's header; 0 when it is none.
int png_width(const std::vector<std::uint8_t>& bytes) {
    constexpr std::uint8_t signature[] = {0x89, 'P', 'N', 'G'};
    if (bytes.size() < 24 || !std::equal(std::begin(signature), std::end(signature), bytes.begin())) return 0;
    return number_at(bytes, 16);
}

std::string picture_html(const Path& out, const FigurePicture& picture, const std::string& alternative,
                         int wanted) {
    const auto bytes = read_bytes(out / picture.file, largest_picture);
    const int width = bytes ? png_width(*bytes) : 0;
    if (width <= 0)
        return "<p class=\"none\">" + escape_html("The picture " + picture.file + " cannot be read.")
               + "</p>";
    const int scale = std::clamp(wanted / width, 1, largest_scale);
    std::string html = "<figure><img width=\"" + std::to_string(width * scale) + "\" alt=\""
                       + escape_html(alternative) + "\" src=\""
                       + data_uri("image/png", std::span<const std::uint8_t>(*bytes)) + "\">";
    if (!picture.caption.empty())
        html += "<figcaption class=\"caption\">" + escape_html(picture.caption) + "</figcaption>";
    return html + "</figure>\n";
}

std::string chart_html(const std::string& svg, const std::string& title) {
    return "<figure class=\"chart\"><img alt=\"" + escape_html(title) + "\" src=\""
           + data_uri("image/svg+xml", svg) + "\"></figure>\n";
}

std::string losses_html(const StudyPlan& plan, const StudyFigure& figure) {
    std::vector<NamedCurves> runs;
    for (const StudyUnit& unit : plan.units) {
        if (!shows(figure, *unit.row)) continue;
        auto metrics = read_metrics(Path(unit.folder));
        if (metrics && !metrics->training.empty()) runs.push_back({unit.key, metrics->training, {}});
    }
    if (runs.empty()) return "<p class=\"none\">Nothing logged yet.</p>\n";
    std::string html;
    for (std::size_t first = 0; first < runs.size(); first += series_colours) {
        const std::size_t last = std::min(runs.size(), first + series_colours);
        html += chart_html(losses_chart({runs.begin() + static_cast<std::ptrdiff_t>(first),
                                         runs.begin() + static_cast<std::ptrdiff_t>(last)}),
                           figure.title);
    }
    return html;
}

/// A figure of all the units that draw it.
std::string figure_html(const StudyPlan& plan, const std::vector<UnitRecord>& records, int number,
                        const StudyFigure& figure) {
    std::string html = "<h3>" + escape_html(figure.title) + "</h3>\n";
    if (!figure.caption.empty()) html += "<p>" + escape_html(figure.caption) + "</p>\n";
    if (figure.kind == "upsampling") return html + chart_html(upsampling_drawing(), figure.title);
    if (figure.kind == "loss_functions") return html + chart_html(loss_functions_chart(), figure.title);
    if (figure.kind == "curves") return html + losses_html(plan, figure);
    html += "<div class=\"units\">\n";
    bool any = false;
    for (std::size_t u = 0; u < plan.units.size(); ++u) {
        const StudyUnit& unit = plan.units[u];
        if (!shows(figure, *unit.row)) continue;
        any = true;
        html += "<div><p class=\"row-name\">" + escape_html(unit.row->title)
                + (plan.study->seeds.size() > 1 ? ", seed " + std::to_string(unit.seed) : "") + "</p>\n";
        const auto drawn = records[u].figures.find(number);
        if (drawn == records[u].figures.end()) {
            html += "<p class=\"none\">Not drawn yet.</p>\n";
        } else if (drawn->second.pictures.empty()) {
            html += "<p class=\"none\">" + escape_html("Not drawn: " + drawn->second.reason) + "</p>\n";
        } else {
            html += "<div class=\"pictures\">\n";
            for (const FigurePicture& picture : drawn->second.pictures)
                html += picture_html(plan.options.out, picture, figure.title + ", " + unit.row->title,
                                     drawn->second.pictures.size() > 1 ? beside_width : comfortable_width);
            html += "</div>\n";
        }
        html += "</div>\n";
    }
    html += "</div>\n";
    return any ? html : html + "<p class=\"none\">None of its rows was chosen.</p>\n";
}

} // namespace

std::string page_measures(const StudyPlan& plan, const std::vector<UnitRecord>& records) {
    const auto charts = measure_charts(plan, records);
    if (charts.empty()) return {};
    std::string html = "<h2>Measures over the run</h2>\n<div class=\"charts\">\n";
    for (const MeasureChart& chart : charts) html += chart_html(chart.svg, chart.title);
    return html + "</div>\n";
}

std::string page_figures(const StudyPlan& plan, const std::vector<UnitRecord>& records) {
    std::string html;
    for (std::size_t i = 0; i < plan.study->figures.size(); ++i)
        html += figure_html(plan, records, static_cast<int>(i), plan.study->figures[i]);
    return html.empty() ? html : "<h2>Figures</h2>\n" + html;
}

std::string page_runs(const StudyPlan& plan) {
    std::string html = "<h2>Losses and scores of each run</h2>\n<div class=\"charts\">\n";
    for (const StudyUnit& unit : plan.units) {
        if (!unit.trains) continue;
        html += "<div><p class=\"row-name\">" + escape_html(unit.row->title)
                + (plan.study->seeds.size() > 1 ? ", seed " + std::to_string(unit.seed) : "") + "</p>\n";
        const auto metrics = read_metrics(Path(unit.folder));
        if (!metrics || metrics->training.empty())
            html += "<p class=\"none\">Nothing logged yet.</p>\n";
        else
            html += chart_html(run_chart({unit.key, metrics->training, metrics->distances}),
                               "Losses and scores, " + unit.row->title);
        html += "</div>\n";
    }
    return html + "</div>\n";
}

} // namespace ganvas
