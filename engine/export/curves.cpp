#include "engine/export/curves.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "engine/core/file_ending.h"
#include "engine/core/input_file.h"
#include "engine/export/curve_charts.h"
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

/// Rows of one run, in order of step; `before` comes first in each.
void add_rows(std::string& text, const std::string& before, const std::vector<TrainingPoint>& training,
              const std::vector<DistancePoint>& distances) {
    const auto place = [&](const char* kind, const auto& p) {
        return before + kind + "," + std::to_string(p.step) + "," + std::to_string(p.images) + ","
               + number(p.seconds) + "," + number(p.epoch);
    };
    std::size_t next = 0;
    const auto add_distance = [&](const DistancePoint& p) {
        text += place("distance", p) + ",,,,," + number(p.value) + "," + number(p.deviation) + ","
                + std::to_string(p.resamples) + "," + std::to_string(p.count) + "," + quoted(p.extractor)
                + "," + quoted(p.data) + "," + quoted(p.resize) + "," + quoted(p.split) + "\n";
    };
    for (const TrainingPoint& p : training) {
        for (; next < distances.size() && distances[next].step < p.step; ++next)
            add_distance(distances[next]);
        text += place("training", p) + "," + number(p.discriminator_loss) + "," + number(p.generator_loss)
                + "," + number(p.real_score) + "," + number(p.fake_score) + ",,,,,,,,\n";
    }
    for (; next < distances.size(); ++next) add_distance(distances[next]);
}

constexpr const char* columns =
    "kind,step,images,seconds,epoch,discriminator_loss,generator_loss,real_score,fake_score,"
    "frechet_distance,deviation,resamples,count,extractor,data,resize,split\n";

Result<void> write_table(const Path& path, const std::string& table, const std::string& recipe) {
    if (recipe.empty()) return write_file(path, table);
    std::string line = recipe;
    std::replace(line.begin(), line.end(), '\n', ' ');
    return write_file(path, std::string(csv_recipe_mark) + line + "\n" + table);
}

/// By the ending of the name.
Result<void> write_either(const Path& path, const CurveDrawing& drawing,
                          const std::function<std::string()>& table, const std::function<Chart()>& chart) {
    const std::string ending = file_ending(path);
    if (ending == ".csv") return write_table(path, table(), drawing.recipe);
    if (ending == ".svg") return write_file(path, draw_chart(chart()));
    if (ending != ".png")
        return Error{ErrorCode::usage, "curves cannot be written as this kind of file", path.string(),
                     "name it .png, .svg or .csv"};
    constexpr double scale = 2;
    auto picture = draw_chart_picture(chart(), scale);
    if (!picture) return picture.error();
    PictureText text;
    if (!drawing.recipe.empty()) text["ganvas"] = drawing.recipe;
    return write_png(path, *picture, text);
}

} // namespace

std::string curves_csv(const std::vector<TrainingPoint>& training,
                       const std::vector<DistancePoint>& distances) {
    std::string text = columns;
    add_rows(text, {}, training, distances);
    return text;
}

std::string compared_csv(const std::vector<NamedCurves>& runs) {
    std::string text = std::string("run,") + columns;
    for (const NamedCurves& run : runs) add_rows(text, quoted(run.name) + ",", run.training, run.distances);
    return text;
}

std::string curves_svg(const std::vector<TrainingPoint>& training,
                       const std::vector<DistancePoint>& distances, const CurveDrawing& drawing) {
    return draw_chart(curve_chart(training, distances, drawing));
}

Result<void> write_curves_csv(const Path& path, const std::vector<TrainingPoint>& training,
                              const std::vector<DistancePoint>& distances, const std::string& recipe) {
    return write_table(path, curves_csv(training, distances), recipe);
}

Result<void> write_curves_svg(const Path& path, const std::vector<TrainingPoint>& training,
                              const std::vector<DistancePoint>& distances, const CurveDrawing& drawing) {
    return write_file(path, curves_svg(training, distances, drawing));
}

Result<void> write_curves(const Path& path, const std::vector<TrainingPoint>& training,
                          const std::vector<DistancePoint>& distances, const CurveDrawing& drawing) {
    return write_either(
        path, drawing, [&] { return curves_csv(training, distances); },
        [&] { return curve_chart(training, distances, drawing); });
}

Result<void> write_compared_curves(const Path& path, const std::vector<NamedCurves>& runs,
                                   const CurveDrawing& drawing) {
    if (runs.empty() || runs.size() > series_colours)
        return Error{ErrorCode::usage, "cannot be drawn together", std::to_string(runs.size()) + " runs",
                     "name one to " + std::to_string(series_colours)};
    return write_either(
        path, drawing, [&] { return compared_csv(runs); }, [&] { return compared_chart(runs, drawing); });
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
