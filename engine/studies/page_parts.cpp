#include "engine/studies/page_parts.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include "engine/export/recipe_text.h"
#include "engine/studies/html_text.h"
#include "engine/studies/run_measures.h"

namespace ganvas {
namespace {

std::string number(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
}

std::string tag(std::string_view name, std::string_view text, std::string_view style = {}) {
    std::string out = "<" + std::string(name);
    if (!style.empty()) out += " class=\"" + std::string(style) + "\"";
    return out + ">" + escape_html(text) + "</" + std::string(name) + ">";
}

bool has_report_values(const StudyTable& table, std::size_t column) {
    return std::any_of(table.rows.begin(), table.rows.end(),
                       [&](const TableRow& row) { return !row.cells[column].report.empty(); });
}

std::string table_head(const StudyTable& table, const StudyOptions& options) {
    std::string top = "<tr class=\"top\"><th class=\"name\">row</th><th class=\"length\">trained</th>",
                below = "<tr><th class=\"sub\"></th><th class=\"sub\"></th>";
    for (std::size_t c = 0; c < table.study->columns.size(); ++c) {
        const StudyColumn& column = table.study->columns[c];
        const std::string title =
            column_title(column, options) + (column.unit.empty() ? "" : " (" + column.unit + ")");
        const bool two = has_report_values(table, c);
        top += std::string("<th") + (two ? " colspan=\"2\"" : "") + ">" + escape_html(title) + "</th>";
        below +=
            two ? "<th class=\"sub\">here</th><th class=\"sub\">report</th>" : "<th class=\"sub\">here</th>";
    }
    return "<thead>" + top + "</tr>\n" + below + "</tr></thead>\n";
}

std::string cell_html(const TableCell& cell, const TableRow& row, const Study& study, bool beside_report) {
    std::string out = "<td class=\"number first\">";
    if (cell.measured) {
        out += "<span class=\"here\">" + value_text(cell.value);
        if (cell.deviation > 0) out += "<span class=\"spread\"> ± " + value_text(cell.deviation) + "</span>";
        out += "</span>" + tag("span", badge_text(cell, row, study), "badge");
    } else if (!cell.finding.empty()) {
        out += tag("span", cell.finding, "here") + tag("span", cell.reason, "badge");
    } else if (!cell.asked) {
        out += tag("span", "–", "none");
    } else {
        const bool soon = row.state == RowState::waiting || row.state == RowState::running;
        out += tag("span", soon ? "not yet" : "not measured", "none");
        if (!soon) out += tag("span", cell.reason, "badge");
    }
    out += "</td>";
    if (beside_report)
        out += "<td class=\"number\">"
               + (cell.report.empty() ? tag("span", "–", "none") : tag("span", cell.report, "there"))
               + "</td>";
    return out;
}

std::string trained_html(const TableRow& row) {
    std::string out =
        "<td class=\"number\">" + tag("span", state_name(row.state), "state-" + state_name(row.state));
    if (row.step > 0) {
        char text[160];
        std::snprintf(text, sizeof text, "step %lld, epoch %.3g, %.1f min", static_cast<long long>(row.step),
                      row.epoch, row.seconds / 60);
        out += tag("span", text, "badge");
    }
    if (!row.data.empty()) out += tag("span", "on " + row.data, "badge");
    if (!row.shared_with.empty()) {
        std::string others;
        for (const std::string& user : row.shared_with) others += (others.empty() ? "" : ", ") + user;
        out += tag("span", "the same run as " + others, "badge");
    }
    if (!row.error.empty()) out += tag("span", row.error, "badge");
    return out + "</td>";
}

/// What a unit was trained on where its record says so, else what it would be.
ChosenData trained_on(const StudyUnit& unit, const UnitRecord& record) {
    ChosenData data = unit.data;
    if (record.data_source.empty()) return data;
    if (record.data_source != data.source || !record.stand_in) data.missing.clear();
    data.source = record.data_source, data.name = record.data_name;
    data.split = record.data_split, data.stand_in = record.stand_in;
    return data;
}

/// The data sets that the plan's rows used, each once.
std::vector<std::pair<const StudyData*, ChosenData>> used_data(const StudyPlan& plan,
                                                               const std::vector<UnitRecord>& records) {
    std::vector<std::pair<const StudyData*, ChosenData>> used;
    std::set<std::pair<std::string, std::string>> seen;
    for (std::size_t i = 0; i < plan.units.size() && i < records.size(); ++i) {
        const StudyUnit& unit = plan.units[i];
        const StudyRow& owner = unit.row->run.empty() ? *unit.row : *plan.study->row(unit.row->run);
        ChosenData data = trained_on(unit, records[i]);
        if (seen.insert({owner.data, data.source}).second)
            used.emplace_back(plan.study->data_set(owner.data), std::move(data));
    }
    return used;
}

std::string data_html(const StudyData& data, const ChosenData& chosen, bool overridden) {
    const std::string part = chosen.split.empty() ? "" : ", its " + chosen.split + " part";
    if (!chosen.stand_in)
        return "<p>" + escape_html("Trained on " + data.name + part + ", as in the report.") + "</p>";
    std::string text = "The report used " + data.name + ". ";
    if (!chosen.missing.empty()) text += chosen.missing + ". ";
    text += (overridden ? "The user chose " : "In its place: ") + chosen.name + part + ". ";
    if (!overridden) text += data.differs;
    return "<p>" + escape_html(text) + "</p>";
}

std::string states_html(const StudyTable& table) {
    std::string out = "<ul class=\"summary\">";
    for (const RowState state : {RowState::done, RowState::running, RowState::waiting, RowState::failed}) {
        const auto count = std::count_if(table.rows.begin(), table.rows.end(),
                                         [&](const TableRow& r) { return r.state == state; });
        if (count == 0) continue;
        out += std::string("<li") + (state == RowState::failed ? " class=\"bad\"" : "") + ">"
               + std::to_string(count) + (count == 1 ? " row " : " rows ") + escape_html(state_name(state))
               + "</li>";
    }
    return out + "</ul>\n";
}

} // namespace

std::string target_text(const StudyTarget& target) {
    if (target.minutes > 0) return number(target.minutes) + (target.minutes == 1 ? " minute" : " minutes");
    if (target.epochs > 0) return number(target.epochs) + (target.epochs == 1 ? " epoch" : " epochs");
    if (target.steps > 0) return std::to_string(target.steps) + " steps";
    return std::to_string(target.images) + " images";
}

std::string budget_sentence(const StudyPlan& plan) {
    std::set<std::string> lengths;
    for (const StudyRow& row : plan.study->rows)
        if (row.run.empty()) lengths.insert(target_text(row.target));
    std::string theirs;
    for (const std::string& length : lengths) theirs += (theirs.empty() ? "" : ", ") + length;
    const std::string& note = plan.study->length_note;
    if (plan.options.budget <= 0)
        return note.empty() ? "Every row was trained for as long as in the report: " + theirs + "."
                            : "Every row was trained for " + theirs + ". " + note;
    std::string text = "All rows were scaled to a machine of this speed: " + number(plan.options.budget)
                       + (plan.options.budget == 1 ? " minute" : " minutes")
                       + " of training a row (--budget), "
                       + (note.empty() ? "where the report's length is " + theirs + "."
                                       : "in place of " + theirs + ". " + note);
    for (const StudyRow& row : plan.study->rows)
        if (row.run.empty() && row.share != 1)
            text += " Row " + row.key + " has " + number(row.share) + " times as much.";
    if (const std::string smaller = smaller_words(*plan.study, plan.options); !smaller.empty())
        text += " For so short a time: " + smaller
                + ". That learns more in it; a budget of 30 minutes leaves them as large as the report's, "
                  "and --set chooses "
                  "for itself.";
    return text
           + " Fewer pictures are measured to match, so that measuring takes less time than training; their "
             "number "
             "stands beside each value as N.";
}

std::string features_sentence(const StudyPlan& plan) {
    const auto& columns = plan.study->columns;
    const bool lite = std::any_of(columns.begin(), columns.end(), [](const StudyColumn& column) {
        return column.extractor.starts_with("lite0") && !is_run_measure(column.measure)
               && column.measure != "sample_diversity" && column.measure != "checkerboard"
               && column.measure != "class_movement" && column.measure != "class_accuracy"
               && column.measure.find("parameters") == std::string::npos;
    });
    if (!lite) return {};
    const StudyOptions& o = plan.options;
    if (o.extractor.starts_with("inception"))
        return "Distances and scores are measured on the features of Inception-v3 (" + o.extractor
               + ", weights " + Path(o.weights).filename().string()
               + "), so they are FID, KID and Inception Score proper; with other data or N than the report's "
                 "they "
                 "are still not its values.";
    if (!o.extractor.empty())
        return "Distances are measured on the features \"" + o.extractor
               + "\" (--extractor), so they are not FID and only their order can be compared.";
    return "Distances are measured on EfficientNet-Lite0 features, so they are not FID and only their order "
           "can be "
           "compared; --extractor inception --weights FILE measures FID itself.";
}

std::string study_command(const StudyPlan& plan) {
    const StudyOptions& o = plan.options;
    std::string line = "ganvas reproduce " + shell_word(o.study.empty() ? plan.study->name : o.study);
    if (!o.only.empty()) {
        std::string keys;
        for (const std::string& key : o.only) keys += (keys.empty() ? "" : ",") + key;
        line += " --only " + shell_word(keys);
    }
    if (o.budget > 0) line += " --budget " + number(o.budget);
    if (!o.data.empty()) line += " --data " + shell_word(o.data);
    for (const std::string& assignment : o.assignments) line += " --set " + shell_word(assignment);
    if (!o.extractor.empty()) line += " --extractor " + shell_word(o.extractor);
    if (!o.weights.empty()) line += " --weights " + shell_word(o.weights);
    if (o.at_once > 0) line += " --at-once " + std::to_string(o.at_once);
    if (!o.trainings.empty()) line += " --trainings " + shell_word(o.trainings);
    return line + " --out " + shell_word(o.out);
}

std::string page_head(const StudyPlan& plan, const StudyTable& table) {
    const Study& study = *plan.study;
    return "<header>" + tag("p", report_title(study.report) + ", section " + study.section, "where")
           + tag("h1", study.title) + tag("p", study.about) + states_html(table) + "</header>\n";
}

std::string page_how(const StudyPlan& plan, const std::vector<UnitRecord>& records, const StudyPace& pace) {
    std::string out = "<h2>How it was run</h2>\n<dl>";
    out += "<dt>what differs</dt><dd>" + tag("p", plan.study->differs) + "</dd>";
    out += "<dt>length</dt><dd>" + tag("p", budget_sentence(plan)) + "</dd>";
    if (const std::string features = features_sentence(plan); !features.empty())
        out += "<dt>features</dt><dd>" + tag("p", features) + "</dd>";
    out += "<dt>pictures</dt><dd>";
    for (const auto& [data, chosen] : used_data(plan, records))
        out += data_html(*data, chosen, !plan.options.data.empty());
    out += "</dd>";
    std::string rows =
        pace.at_once > 1 ? "Two at a time, each with half of the cores for twice the time" : "One at a time";
    if (!pace.reason.empty()) rows += " (" + pace.reason + ")";
    out += "<dt>rows</dt><dd>" + tag("p", rows + ".") + "</dd>";
    if (!plan.options.assignments.empty()) {
        std::string settings;
        for (const std::string& one : plan.options.assignments)
            settings += (settings.empty() ? "" : ", ") + one;
        out +=
            "<dt>changed</dt><dd>" + tag("p", "Over every row's own settings: " + settings + ".") + "</dd>";
    }
    return out + "<dt>again</dt><dd><p>" + tag("code", study_command(plan)) + "</p></dd></dl>\n";
}

std::string page_table(const StudyPlan& plan, const StudyTable& table) {
    std::string out =
        "<h2>Table</h2>\n<div class=\"scroll\"><table>\n" + table_head(table, plan.options) + "<tbody>\n";
    for (const TableRow& row : table.rows) {
        out += "<tr data-row=\"" + escape_html(row.row->key) + "\"><td><strong>" + escape_html(row.row->title)
               + "</strong>";
        if (!row.row->note.empty()) out += tag("span", row.row->note, "note");
        out += "</td>" + trained_html(row);
        for (std::size_t c = 0; c < row.cells.size(); ++c)
            out += cell_html(row.cells[c], row, *table.study, has_report_values(table, c));
        out += "</tr>\n";
    }
    return out + "</tbody></table></div>\n"
           + "<p class=\"caption\">Here: value ± spread, and what it was measured on. Values with different "
             "features, N or "
             "data cannot be compared with each other. As CSV: table.csv, points.csv.</p>\n";
}

std::string page_settings(const StudyPlan& plan) {
    std::string out = "<h2>Settings of each row</h2>\n";
    std::set<const StudyRow*> seen;
    for (const StudyUnit& unit : plan.units) {
        if (!unit.trains || !seen.insert(unit.row).second) continue;
        out += "<details><summary>" + escape_html(unit.row->title) + "</summary><p>Recipe "
               + tag("code", unit.row->recipe)
               + ", and what differs from the defaults:</p><ul class=\"settings\">";
        for (const std::string& key : unit.settings.differences(Settings()))
            out += "<li>" + tag("code", key + " = " + unit.settings.as_text(key)) + "</li>";
        out += "</ul></details>\n";
    }
    return out;
}

} // namespace ganvas
