#include "engine/runs/metrics_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace ganvas {
namespace {

constexpr std::size_t metrics_columns = 17, diversity_columns = 24;
/// A run of millions of steps has some 100,000 rows; a file made to fill the memory is read as far as this.
constexpr std::size_t most_training_rows = 5'000'000, most_measured_rows = 500'000;
constexpr std::size_t older_metrics_columns = 15; ///< without the distance's resize and split

template <class Number>
std::string number(Number value) {
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value);
    return {text, end.ptr};
}

/// A cell of text: quoted where it must be, on one line.
std::string cell(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    if (text.find_first_of(",\"") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

template <class Point>
std::string place(const Point& point) {
    return number(point.step) + "," + number(point.images) + "," + number(point.seconds) + ","
           + number(point.epoch);
}

using Cells = std::vector<std::string>;

/// The cells of a row; nothing when it has not exactly so many columns.
std::optional<Cells> split(std::string_view line, std::size_t columns) {
    Cells cells(columns);
    std::size_t column = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '"') {
            if (quoted && i + 1 < line.size() && line[i + 1] == '"')
                cells[column] += line[i++];
            else
                quoted = !quoted;
        } else if (c == ',' && !quoted) {
            if (++column == columns) return std::nullopt;
        } else {
            cells[column] += c;
        }
    }
    if (quoted || column + 1 != columns) return std::nullopt;
    return cells;
}

template <class Number>
bool read(const std::string& text, Number& out) {
    const auto result = std::from_chars(text.data(), text.data() + text.size(), out);
    return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

template <class Point>
bool read_place(const Cells& cells, Point& point) {
    return read(cells[1], point.step) && read(cells[2], point.images) && read(cells[3], point.seconds)
           && read(cells[4], point.epoch) && point.step >= 0;
}

std::optional<TrainingPoint> training_point(const Cells& cells) {
    TrainingPoint point;
    const bool good = read_place(cells, point) && read(cells[5], point.discriminator_loss)
                      && read(cells[6], point.generator_loss) && read(cells[7], point.real_score)
                      && read(cells[8], point.fake_score);
    return good ? std::optional(point) : std::nullopt;
}

std::optional<DistancePoint> distance_point(const Cells& cells) {
    DistancePoint point;
    const bool good = read_place(cells, point) && read(cells[9], point.value)
                      && read(cells[10], point.deviation) && read(cells[11], point.resamples)
                      && read(cells[12], point.count);
    point.extractor = cells[13];
    point.data = cells[14];
    if (cells.size() == metrics_columns) point.resize = cells[15], point.split = cells[16];
    return good ? std::optional(point) : std::nullopt;
}

std::optional<DiversityPoint> diversity_point(const Cells& cells) {
    DiversityPoint point;
    const bool good =
        read_place(cells, point) && read(cells[5], point.between_batches)
        && read(cells[6], point.between_batches_deviation) && read(cells[7], point.since_last)
        && read(cells[8], point.pairwise) && read(cells[9], point.pairwise_deviation)
        && read(cells[10], point.data_pairwise) && read(cells[11], point.modes)
        && read(cells[12], point.classes) && read(cells[13], point.effective_modes)
        && read(cells[14], point.count) && read(cells[15], point.batch)
        && read(cells[20], point.since_last_deviation) && read(cells[21], point.data_pairwise_deviation)
        && read(cells[22], point.modes_deviation) && read(cells[23], point.effective_modes_deviation);
    point.extractor = cells[16];
    point.data = cells[17];
    point.resize = cells[18];
    point.split = cells[19];
    return good ? std::optional(point) : std::nullopt;
}

template <class Point>
void drop_from(std::vector<Point>& points, std::int64_t step) {
    while (!points.empty() && points.back().step >= step) points.pop_back();
}

/// Calls `row` with each line but the header; `whole` is false for a last line without an end, which may lack digits
/// even where it still parses.
template <class Row>
void each_row(std::string_view text, Row row) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
        if (!line.empty() && line.substr(0, 5) != "kind,") row(line, end != text.npos);
    }
}

/// By step; a measurement that was made again (after going back) replaces the first. They may come out of
/// order: a thorough one takes longer than the live ones that were begun after it.
void put_in_order(std::vector<DistancePoint>& points) {
    const auto key = [](const DistancePoint& p) { return std::pair(p.step, distance_badge(p)); };
    std::stable_sort(points.begin(), points.end(),
                     [&](const auto& a, const auto& b) { return key(a) < key(b); });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < points.size(); ++i)
        if (i + 1 == points.size() || key(points[i]) != key(points[i + 1])) points[kept++] = points[i];
    points.resize(kept);
}

} // namespace

const std::string& metrics_header() {
    static const std::string header =
        "kind,step,images,seconds,epoch,discriminator_loss,generator_loss,real_score,fake_score,"
        "frechet_distance,deviation,resamples,count,extractor,data,resize,split\n";
    return header;
}

std::string metrics_row(const TrainingPoint& point) {
    return "training," + place(point) + "," + number(point.discriminator_loss) + ","
           + number(point.generator_loss) + "," + number(point.real_score) + "," + number(point.fake_score)
           + ",,,,,,,,\n";
}

std::string metrics_row(const DistancePoint& point) {
    return "distance," + place(point) + ",,,,," + number(point.value) + "," + number(point.deviation) + ","
           + number(point.resamples) + "," + number(point.count) + "," + cell(point.extractor) + ","
           + cell(point.data) + "," + cell(point.resize) + "," + cell(point.split) + "\n";
}

RunMetrics parse_metrics(std::string_view text) {
    RunMetrics metrics;
    each_row(text, [&](std::string_view line, bool whole) {
        auto cells = whole ? split(line, metrics_columns) : std::nullopt;
        if (!cells && whole) cells = split(line, older_metrics_columns);
        const auto training = cells && (*cells)[0] == "training" ? training_point(*cells) : std::nullopt;
        const auto distance = cells && (*cells)[0] == "distance" ? distance_point(*cells) : std::nullopt;
        if ((training && metrics.training.size() >= most_training_rows)
            || (distance && metrics.distances.size() >= most_measured_rows)) {
            metrics.cut_off = true;
        } else if (training) {
            drop_from(metrics.training, training->step);
            metrics.training.push_back(*training);
        } else if (distance) {
            metrics.distances.push_back(*distance);
        } else {
            ++metrics.damaged_rows;
            metrics.torn_rows += !whole;
        }
    });
    put_in_order(metrics.distances);
    return metrics;
}

const std::string& diversity_header() {
    static const std::string header =
        "kind,step,images,seconds,epoch,between_batches,between_batches_deviation,since_last,pairwise,"
        "pairwise_deviation,data_pairwise,modes,classes,effective_modes,count,batch,extractor,data,resize,"
        "split,"
        "since_last_deviation,data_pairwise_deviation,modes_deviation,effective_modes_deviation\n";
    return header;
}

std::string metrics_row(const DiversityPoint& point) {
    return "diversity," + place(point) + "," + number(point.between_batches) + ","
           + number(point.between_batches_deviation) + "," + number(point.since_last) + ","
           + number(point.pairwise) + "," + number(point.pairwise_deviation) + ","
           + number(point.data_pairwise) + "," + number(point.modes) + "," + number(point.classes) + ","
           + number(point.effective_modes) + "," + number(point.count) + "," + number(point.batch) + ","
           + cell(point.extractor) + "," + cell(point.data) + "," + cell(point.resize) + ","
           + cell(point.split) + "," + number(point.since_last_deviation) + ","
           + number(point.data_pairwise_deviation) + "," + number(point.modes_deviation) + ","
           + number(point.effective_modes_deviation) + "\n";
}

void parse_diversity(std::string_view text, RunMetrics& into) {
    into.diversity.clear();
    each_row(text, [&](std::string_view line, bool whole) {
        const auto cells = whole ? split(line, diversity_columns) : std::nullopt;
        const auto point = cells && (*cells)[0] == "diversity" ? diversity_point(*cells) : std::nullopt;
        if (!point || into.diversity.size() >= most_measured_rows) {
            ++into.damaged_rows;
            into.torn_rows += !whole;
            return;
        }
        drop_from(into.diversity, point->step);
        into.diversity.push_back(*point);
    });
}

} // namespace ganvas
