#include "engine/studies/study_page.h"

#include <cmath>
#include <cstdio>

#include "engine/export/curves.h"
#include "engine/runs/run_store.h"
#include "engine/studies/html_text.h"
#include "engine/studies/page_parts.h"

namespace ganvas {
namespace {

/// Every digit that the number has, and a point whatever the language of the system.
std::string exact(double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%.9g", value);
    for (char& c : text)
        if (c == ',') c = '.';
    return text;
}

std::string reading_fields(const Reading& reading) {
    if (!reading.measured)
        return ",,,,,,,,," + csv_field(reading.finding.empty() ? reading.reason : reading.finding);
    std::string fields =
        exact(reading.value) + "," + exact(reading.deviation) + "," + std::to_string(reading.count);
    for (const std::string& text :
         {reading.extractor, reading.data, reading.split, reading.resize, reading.parameters, reading.spread})
        fields += "," + csv_field(text);
    return fields + ",";
}

} // namespace

std::vector<UnitRecord> read_records(const StudyPlan& plan) {
    std::vector<UnitRecord> records;
    for (const StudyUnit& unit : plan.units) records.push_back(read_record(plan.options.out, unit.key));
    return records;
}

std::string table_csv(const StudyTable& table) {
    std::string out = "row,title,state,data,step,images,epoch,seconds,column,value,deviation,count,extractor,"
                      "measured_on,split,resize,parameters,spread,reason,report\n";
    for (const TableRow& row : table.rows)
        for (std::size_t c = 0; c < row.cells.size(); ++c) {
            const TableCell& cell = row.cells[c];
            Reading reading = cell.badge;
            reading.measured = cell.measured;
            reading.value = cell.value;
            reading.deviation = cell.deviation;
            reading.reason = cell.reason;
            reading.finding = cell.finding;
            out += csv_field(row.row->key) + "," + csv_field(row.row->title) + ","
                   + csv_field(state_name(row.state)) + "," + csv_field(row.data) + ","
                   + std::to_string(row.step) + "," + std::to_string(row.images) + "," + exact(row.epoch)
                   + "," + exact(row.seconds) + "," + csv_field(table.study->columns[c].key) + ","
                   + reading_fields(reading) + "," + csv_field(cell.report) + "\n";
        }
    return out;
}

std::string points_csv(const StudyPlan& plan, const std::vector<UnitRecord>& records) {
    std::string out =
        "unit,seed,step,images,epoch,seconds,column,value,deviation,count,extractor,measured_on,split,resize,"
        "parameters,spread,reason\n";
    for (std::size_t u = 0; u < plan.units.size() && u < records.size(); ++u)
        for (const PointRecord& point : records[u].points)
            for (const auto& [column, reading] : point.readings)
                out += csv_field(plan.units[u].key) + "," + std::to_string(plan.units[u].seed) + ","
                       + std::to_string(point.step) + "," + std::to_string(point.images) + ","
                       + exact(point.epoch) + "," + exact(point.seconds) + "," + csv_field(column) + ","
                       + reading_fields(reading) + "\n";
    return out;
}

std::string study_page_html(const StudyPlan& plan, const std::vector<UnitRecord>& records,
                            const StudyPace& pace) {
    const StudyTable table = make_table(plan, records);
    std::string html = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
                       + escape_html(plan.study->title) + "</title>\n<style>" + std::string(page_style)
                       + "</style>\n</head>\n<body>\n<main>\n";
    html += page_head(plan, table) + page_table(plan, table) + page_how(plan, records, pace)
            + page_measures(plan, records) + page_figures(plan, records) + page_runs(plan)
            + page_settings(plan);
    const std::string where = plan.options.trainings.empty()
                                  ? "Every run lies in a folder of its own beside this page; "
                                  : "The runs lie in " + escape_html(plan.options.trainings) + "; ";
    return html + "<footer>Made by Ganvas. " + where
           + "<code>ganvas gui --run FOLDER</code> opens one.</footer>\n</main>\n</body>\n</html>\n";
}

Result<void> write_study_page(const StudyPlan& plan, const std::vector<UnitRecord>& records,
                              const StudyPace& pace) {
    const Path out = plan.options.out;
    for (const StudyUnit& unit : plan.units) {
        if (!unit.trains) continue;
        if (const auto metrics = read_metrics(Path(unit.folder)); metrics && !metrics->training.empty())
            if (auto written = write_curves_csv(out / ("curves-" + unit.key + ".csv"), metrics->training,
                                                metrics->distances);
                !written)
                return written;
    }
    if (auto written = write_file(out / "table.csv", table_csv(make_table(plan, records))); !written)
        return written;
    if (auto written = write_file(out / "points.csv", points_csv(plan, records)); !written) return written;
    return write_file(out / "index.html", study_page_html(plan, records, pace));
}

} // namespace ganvas
