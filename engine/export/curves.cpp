#include "engine/export/curves.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>

#include "engine/core/file_ending.h"
#include "engine/core/input_file.h"
#include "engine/export/chart.h"
#include "engine/export/picture.h"
#include "engine/export/xml_text.h"

namespace ganvas {
namespace {

constexpr std::string_view csv_recipe_mark = "# ganvas "; ///< as in tables of latents

std::string number(double value) {
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value);
    return {text, end.ptr};
}
std::string number(float value) {
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value);
    return {text, end.ptr};
}

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text)
        out += c == '"' ? std::string("\"\"") : std::string(1, c == '\n' || c == '\r' ? ' ' : c);
    return out + "\"";
}

/// "2,048"
std::string grouped(std::int64_t value) {
    std::string text = std::to_string(value);
    for (int at = static_cast<int>(text.size()) - 3; at > (value < 0 ? 1 : 0); at -= 3)
        text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

ChartSeries series(std::string name, std::string colour, const std::vector<TrainingPoint>& points,
                   float TrainingPoint::*member, double smoothing, TimeUnit unit) {
    ChartSeries out;
    out.name = std::move(name);
    out.colour = std::move(colour);
    double mean = 0, weight = 0;
    for (const TrainingPoint& point : points) {
        const double value = point.*member;
        out.x.push_back(time_value(unit, point));
        out.y.push_back(value);
        if (smoothing <= 0) continue;
        if (std::isfinite(value)) {
            // A running mean that starts unbiased.
            mean = smoothing * mean + (1 - smoothing) * value;
            weight = smoothing * weight + (1 - smoothing);
        }
        out.smooth.push_back(weight > 0 ? mean / weight : std::numeric_limits<double>::quiet_NaN());
    }
    return out;
}

/// Features, N, data set and resamples of a measurement: a distance is never shown without them.
std::string badge(const DistancePoint& newest) {
    std::string text = newest.extractor + " · N = " + grouped(newest.count);
    if (!newest.data.empty()) text += " · " + newest.data;
    if (!newest.split.empty()) text += " (" + newest.split + ")";
    text += " · step " + grouped(newest.step);
    char value[64];
    std::snprintf(value, sizeof value, ": %.4g", newest.value);
    text += value;
    if (newest.resamples > 1) {
        std::snprintf(value, sizeof value, " ± %.2g", newest.deviation);
        text += value + std::string(" (") + std::to_string(newest.resamples) + " resamples)";
    }
    return text;
}

/// Where epochs end, thinned to at most `most` of them.
std::vector<std::pair<double, std::string>> epoch_marks(const std::vector<TrainingPoint>& training,
                                                        TimeUnit unit) {
    constexpr std::size_t most = 12;
    std::vector<std::pair<double, std::string>> all, kept;
    double last = 0;
    for (const TrainingPoint& point : training) {
        const double epoch = std::floor(point.epoch);
        if (!(epoch > last)) continue;
        last = epoch;
        all.emplace_back(time_value(unit, point), "epoch " + number(epoch));
    }
    const std::size_t stride = (all.size() + most - 1) / most;
    for (std::size_t i = stride; i > 0 && i <= all.size(); i += stride) kept.push_back(all[i - 1]);
    return kept;
}

/// A panel a badge, in the order in which they were first measured: unlike distances never share an axis.
std::vector<ChartPanel> distance_panels(const std::vector<DistancePoint>& distances, const char* colour,
                                        TimeUnit unit) {
    std::vector<DistanceBadge> badges;
    std::vector<ChartPanel> panels;
    for (const DistancePoint& point : distances) {
        const DistanceBadge own = distance_badge(point);
        const auto place =
            static_cast<std::size_t>(std::find(badges.begin(), badges.end(), own) - badges.begin());
        if (place == badges.size()) {
            badges.push_back(own);
            panels.push_back({"Fréchet distance", "FD", false, {}, {}, {}});
            ChartSeries& series = panels.back().series.emplace_back();
            series.name = point.extractor + ", N = " + grouped(point.count);
            series.markers = true;
            series.colour = colour;
        }
        panels[place].badge = badge(point);
        ChartSeries& series = panels[place].series.front();
        series.x.push_back(time_value(unit, point));
        series.y.push_back(point.value);
        series.deviation.push_back(point.resamples > 1 ? point.deviation : 0.0);
    }
    return panels;
}

/// Everything that both kinds of drawing show.
Chart chart_of(const std::vector<TrainingPoint>& training, const std::vector<DistancePoint>& distances,
               const CurveDrawing& drawing) {
    constexpr const char *orange = "#e8833a", *teal = "#2a9d8f", *violet = "#7b6cd9";
    Chart chart;
    chart.title = drawing.title;
    chart.dark = drawing.theme == CurveTheme::dark;
    chart.width = std::clamp(drawing.width, 320, 8192);
    chart.metadata = drawing.recipe;
    const TimeUnit unit = drawing.unit;
    chart.x_label = unit == TimeUnit::steps ? "training step" : std::string(name(unit)) + " of training";
    chart.marks = epoch_marks(training, unit);
    const double smoothing =
        std::clamp(std::isfinite(drawing.smoothing) ? drawing.smoothing : 0.0, 0.0, 0.9999);

    ChartPanel losses{"Loss", "loss", drawing.loss_scale == CurveScale::logarithmic, {}, {}, {}};
    losses.series.push_back(
        series("generator G", orange, training, &TrainingPoint::generator_loss, smoothing, unit));
    losses.series.push_back(
        series("discriminator D", teal, training, &TrainingPoint::discriminator_loss, smoothing, unit));
    chart.panels.push_back(std::move(losses));

    ChartPanel scores{"Scores", "probability", false, {}, {}, {{0.0, 1.0}}};
    scores.series.push_back(
        series("D(x), real", teal, training, &TrainingPoint::real_score, smoothing, unit));
    scores.series.push_back(
        series("D(G(z)), generated", orange, training, &TrainingPoint::fake_score, smoothing, unit));
    chart.panels.push_back(std::move(scores));

    for (ChartPanel& panel : distance_panels(distances, violet, unit))
        chart.panels.push_back(std::move(panel));
    return chart;
}

} // namespace

std::string curves_csv(const std::vector<TrainingPoint>& training,
                       const std::vector<DistancePoint>& distances) {
    std::string text =
        "kind,step,images,seconds,epoch,discriminator_loss,generator_loss,real_score,fake_score,"
        "frechet_distance,deviation,resamples,count,extractor,data,resize,split\n";
    const auto place = [&](const auto& p) {
        return std::to_string(p.step) + "," + std::to_string(p.images) + "," + number(p.seconds) + ","
               + number(p.epoch);
    };
    std::size_t next = 0;
    const auto add_distance = [&](const DistancePoint& p) {
        text += "distance," + place(p) + ",,,,," + number(p.value) + "," + number(p.deviation) + ","
                + std::to_string(p.resamples) + "," + std::to_string(p.count) + "," + quoted(p.extractor)
                + "," + quoted(p.data) + "," + quoted(p.resize) + "," + quoted(p.split) + "\n";
    };
    for (const TrainingPoint& p : training) {
        for (; next < distances.size() && distances[next].step < p.step; ++next)
            add_distance(distances[next]);
        text += "training," + place(p) + "," + number(p.discriminator_loss) + "," + number(p.generator_loss)
                + "," + number(p.real_score) + "," + number(p.fake_score) + ",,,,,,,,\n";
    }
    for (; next < distances.size(); ++next) add_distance(distances[next]);
    return text;
}

std::string curves_svg(const std::vector<TrainingPoint>& training,
                       const std::vector<DistancePoint>& distances, const CurveDrawing& drawing) {
    return draw_chart(chart_of(training, distances, drawing));
}

Result<void> write_curves_csv(const Path& path, const std::vector<TrainingPoint>& training,
                              const std::vector<DistancePoint>& distances, const std::string& recipe) {
    const std::string table = curves_csv(training, distances);
    if (recipe.empty()) return write_file(path, table);
    std::string line = recipe;
    std::replace(line.begin(), line.end(), '\n', ' ');
    return write_file(path, std::string(csv_recipe_mark) + line + "\n" + table);
}

Result<void> write_curves_svg(const Path& path, const std::vector<TrainingPoint>& training,
                              const std::vector<DistancePoint>& distances, const CurveDrawing& drawing) {
    return write_file(path, curves_svg(training, distances, drawing));
}

Result<void> write_curves(const Path& path, const std::vector<TrainingPoint>& training,
                          const std::vector<DistancePoint>& distances, const CurveDrawing& drawing) {
    const std::string ending = file_ending(path);
    if (ending == ".csv") return write_curves_csv(path, training, distances, drawing.recipe);
    if (ending == ".svg") return write_curves_svg(path, training, distances, drawing);
    if (ending != ".png")
        return Error{ErrorCode::usage, "curves cannot be written as this kind of file", path.string(),
                     "name it .png, .svg or .csv"};
    constexpr double scale = 2;
    auto picture = draw_chart_picture(chart_of(training, distances, drawing), scale);
    if (!picture) return picture.error();
    PictureText text;
    if (!drawing.recipe.empty()) text["ganvas"] = drawing.recipe;
    return write_png(path, *picture, text);
}

namespace {

Error no_recipe(const Path& path) {
    return {ErrorCode::not_found, "carries no recipe", path.string(), "only what ganvas exported does"};
}

/// Only the first line is read: a table of latents may be large.
Result<std::string> read_csv_recipe(const Path& path) {
    auto file = InputFile::open(path);
    if (!file) return file.error();
    constexpr std::size_t longest = std::size_t(16) << 20, piece = 65'536;
    std::string line;
    while (line.size() <= longest) {
        const std::size_t before = line.size();
        line.resize(before + piece);
        auto got = file->read({reinterpret_cast<std::uint8_t*>(line.data()) + before, piece});
        if (!got) return got.error();
        line.resize(before + *got);
        if (*got < piece || line.find('\n', before) != line.npos) break;
    }
    if (!line.starts_with(csv_recipe_mark)) return no_recipe(path);
    line.resize(std::min({line.find('\n'), line.size(), longest}));
    line.erase(0, csv_recipe_mark.size());
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) return no_recipe(path);
    return line;
}

} // namespace

Result<std::string> read_curves_recipe(const Path& path) {
    if (file_ending(path) == ".csv") return read_csv_recipe(path);
    auto text = read_text(path);
    if (!text) return text.error();
    constexpr std::string_view open = "<metadata>", close = "</metadata>";
    const std::size_t begin = text->find(open);
    const std::size_t end = begin == text->npos ? text->npos : text->find(close, begin);
    if (end == text->npos) return no_recipe(path);
    return xml_unescape(std::string_view(*text).substr(begin + open.size(), end - begin - open.size()));
}

} // namespace ganvas
