#include "engine/studies/overview_page.h"

#include "engine/studies/html_text.h"
#include "engine/studies/page_parts.h"

namespace ganvas {
namespace {

std::string entry_html(const OverviewEntry& entry) {
    const std::string title = escape_html(entry.title.empty() ? entry.name : entry.title);
    std::string state = std::to_string(entry.done) + " of " + std::to_string(entry.rows) + " rows done";
    if (entry.failed > 0) state += ", " + std::to_string(entry.failed) + " failed";
    if (!entry.problem.empty()) state = entry.problem;
    std::string out = "<tr data-study=\"" + escape_html(entry.name) + "\"><td><strong>";
    out += entry.page.empty() ? title : "<a href=\"" + escape_html(entry.page) + "\">" + title + "</a>";
    out += "</strong><span class=\"note\">" + escape_html(entry.name) + ", section "
           + escape_html(entry.section) + "</span></td><td class=\"number\">" + escape_html(state)
           + "</td><td class=\"number\">";
    if (entry.cells > 0)
        out += std::to_string(entry.measured) + " of " + std::to_string(entry.cells) + " values";
    return out + "</td></tr>\n";
}

} // namespace

std::string overview_html(const std::vector<OverviewEntry>& entries, const std::string& about) {
    std::string html = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                       "<title>The reports, run again</title>\n<style>"
                       + std::string(page_style)
                       + "</style>\n</head>\n<body>\n<main>\n<header><h1>The reports, run again</h1><p>"
                       + escape_html(about) + "</p></header>\n";
    int report = -1;
    for (const OverviewEntry& entry : entries) {
        if (entry.report != report) {
            if (report >= 0) html += "</tbody></table>\n";
            report = entry.report;
            html += "<h2>" + escape_html(report_title(report)) + "</h2>\n<table><tbody>\n";
        }
        html += entry_html(entry);
    }
    if (report >= 0) html += "</tbody></table>\n";
    return html + "<footer>Made by Ganvas.</footer>\n</main>\n</body>\n</html>\n";
}

Result<void> write_overview(const Path& out, const std::vector<OverviewEntry>& entries,
                            const std::string& about) {
    return write_file(out / "index.html", overview_html(entries, about));
}

} // namespace ganvas
