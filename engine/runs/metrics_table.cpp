#include "engine/runs/metrics_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <tuple>
#include <vector>

namespace ganvas {
namespace {

constexpr std::size_t column_count = 15;

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

using Cells = std::array<std::string, column_count>;

std::optional<Cells> split(std::string_view line) {
    Cells cells;
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
            if (++column == column_count) return std::nullopt;
        } else {
            cells[column] += c;
        }
    }
    if (quoted || column + 1 != column_count) return std::nullopt;
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
    return good ? std::optional(point) : std::nullopt;
}

void drop_from(std::vector<TrainingPoint>& points, std::int64_t step) {
    while (!points.empty() && points.back().step >= step) points.pop_back();
}

/// By step; a measurement that was made again (after going back) replaces the first. They may come out of
/// order: a thorough one takes longer than the live ones that were begun after it.
void put_in_order(std::vector<DistancePoint>& points) {
    const auto key = [](const DistancePoint& p) { return std::tie(p.step, p.extractor, p.count); };
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
        "frechet_distance,deviation,resamples,count,extractor,data\n";
    return header;
}

std::string metrics_row(const TrainingPoint& point) {
    return "training," + place(point) + "," + number(point.discriminator_loss) + ","
           + number(point.generator_loss) + "," + number(point.real_score) + "," + number(point.fake_score)
           + ",,,,,,\n";
}

std::string metrics_row(const DistancePoint& point) {
    return "distance," + place(point) + ",,,,," + number(point.value) + "," + number(point.deviation) + ","
           + number(point.resamples) + "," + number(point.count) + "," + cell(point.extractor) + ","
           + cell(point.data) + "\n";
}

RunMetrics parse_metrics(std::string_view text) {
    RunMetrics metrics;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
        if (line.empty() || line.substr(0, 5) == "kind,") continue;
        // A last line without an end may lack digits even where it still parses.
        const auto cells = end == text.npos ? std::nullopt : split(line);
        const auto training = cells && (*cells)[0] == "training" ? training_point(*cells) : std::nullopt;
        const auto distance = cells && (*cells)[0] == "distance" ? distance_point(*cells) : std::nullopt;
        if (training) {
            drop_from(metrics.training, training->step);
            metrics.training.push_back(*training);
        } else if (distance) {
            metrics.distances.push_back(*distance);
        } else {
            ++metrics.damaged_rows;
        }
    }
    put_in_order(metrics.distances);
    return metrics;
}

} // namespace ganvas
