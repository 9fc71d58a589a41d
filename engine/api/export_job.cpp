#include "engine/api/export_job.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "engine/api/pictures.h"
#include "engine/core/file_ending.h"
#include "engine/export/layout.h"
#include "engine/export/picture.h"
#include "engine/runs/latent_table.h"

namespace ganvas {
namespace {

const char* name_of(ExportKind kind) {
    switch (kind) {
    case ExportKind::picture: return "picture";
    case ExportKind::strip: return "strip";
    case ExportKind::sheet: return "sheet";
    case ExportKind::grid: return "grid";
    case ExportKind::history: return "history";
    case ExportKind::animation: return "animation";
    case ExportKind::latents: return "latents";
    }
    return "picture";
}

/// The rows of an export: G of each point (z), the mixture of the sweep's two ends at the point's alpha (x), both, or
/// their difference.
class RowMaker {
public:
    static Result<RowMaker> create(Renderer& renderer, const ExportLatents& what) {
        RowMaker maker(renderer, what);
        if (what.space == "z") return maker;
        if (!what.points.front().to)
            return Error{ErrorCode::usage, "pixel space needs a sweep between two faces", what.path,
                         "pick A and B first"};
        if (auto taken = maker.take_ends(); !taken) return taken.error();
        return maker;
    }
    /// One batch a row, of the points first … last - 1.
    Result<std::vector<ImageBatch>> rows(std::size_t first, std::size_t last) const {
        std::vector<ImageBatch> made;
        const std::span points = std::span(what_.points).subspan(first, last - first);
        if (what_.space != "x") {
            auto latent = renderer_.render(points);
            if (!latent) return latent.error();
            made.push_back(latent.take());
        }
        if (what_.space != "z") {
            std::vector<double> alphas;
            for (const LatentPoint& point : points) alphas.push_back(point.alpha);
            auto mixed = blend_sweep(ends_[0], ends_[1], alphas);
            if (!mixed) return mixed.error();
            made.push_back(mixed.take());
        }
        if (what_.space == "difference") {
            auto row = differences(made[0], made[1], difference_gain);
            if (!row) return row.error();
            made = {row.take()};
        }
        return made;
    }

private:
    RowMaker(Renderer& renderer, const ExportLatents& what) : renderer_(renderer), what_(what) {}

    /// Alpha 0 and 1, whatever range the alphas have. A picture of the user's takes the place of an end.
    Result<void> take_ends() {
        std::vector<LatentPoint> points = {what_.points.front(), what_.points.front()};
        points[0].alpha = 0;
        points[1].alpha = 1;
        auto pictures = renderer_.render(points);
        if (!pictures) return pictures.error();
        for (std::size_t end = 0; end < ends_.size(); ++end) {
            const std::string& file = end == 0 ? what_.from_image : what_.to_image;
            if (file.empty()) {
                ends_[end] = pictures->copy(static_cast<int>(end));
                continue;
            }
            auto own = read_picture(file, pictures->width, pictures->channels);
            if (!own) return own.error();
            ends_[end] = own.take();
        }
        return {};
    }

    Renderer& renderer_;
    const ExportLatents& what_;
    std::array<Image, 2> ends_;
};

Result<void> write_latent_table(Renderer& renderer, const ExportLatents& what, const std::string& recipe) {
    LatentTable table;
    table.recipe = recipe;
    for (const LatentPoint& point : what.points) {
        auto latent = resolve(point, renderer.space());
        if (!latent) return latent.error();
        table.latents.push_back(latent.take());
    }
    return write_latents(what.path, table);
}

/// One frame a point, rendered a few at a time: a film is never held whole.
Result<void> write_animation(const RowMaker& maker, const ExportLatents& what, const std::string& recipe,
                             const Progress& progress) {
    constexpr std::size_t at_once = 64;
    const std::size_t count = what.points.size();
    std::vector<ImageBatch> rows;
    std::size_t first = 0;
    const auto frame = [&](std::size_t index) -> Result<Image> {
        if (progress.stop_requested()) return Error{ErrorCode::interrupted, "cancelled", what.path, ""};
        if (index % at_once == 0) {
            auto made = maker.rows(index, std::min(count, index + at_once));
            if (!made) return made.error();
            rows = made.take();
            first = index;
        }
        progress.report(0.1 + 0.9 * static_cast<double>(index) / static_cast<double>(count), "drawing");
        std::vector<Image> stacked;
        for (const ImageBatch& row : rows)
            stacked.push_back(enlarge(row.copy(static_cast<int>(index - first)), what.scale));
        return stack(stacked, what.gap);
    };
    return write_film(what.path, {count, frame, what.frames_per_second}, recipe);
}

Result<void> write_tiles(const RowMaker& maker, const ExportLatents& what, const std::string& recipe,
                         const Progress& progress) {
    auto rows = maker.rows(0, what.points.size());
    if (!rows) return rows.error();
    if (progress.stop_requested()) return Error{ErrorCode::interrupted, "cancelled", what.path, ""};
    progress.report(0.6, "writing");
    TileLayout layout{what.columns, what.gap, what.scale, 255};
    const bool square = what.kind == ExportKind::grid || what.kind == ExportKind::sheet;
    if (layout.columns == 0 && square) layout.columns = square_columns(rows->front().count);
    std::vector<Image> strips;
    for (const ImageBatch& row : *rows) {
        auto strip = tile(row, layout);
        if (!strip) return strip.error();
        strips.push_back(strip.take());
    }
    auto sheet = stack(strips, what.gap);
    if (!sheet) return sheet.error();
    return write_picture(what.path, std::span(&*sheet, 1), what.frames_per_second, recipe);
}

/// One mark, or a sheet of at most twelve moments, evenly spaced, the first faces of each: the reports' progress figure.
Result<Image> history_sheet(const std::vector<SampleMark>& marks, const ExportHistory& what) {
    if (what.step >= 0) {
        const auto mark = std::find_if(marks.begin(), marks.end(),
                                       [&](const SampleMark& one) { return one.step == what.step; });
        if (mark == marks.end())
            return Error{ErrorCode::not_found, "the history has no such step", std::to_string(what.step), ""};
        return tile(*mark->images_batch, {what.columns, 0, 1, 255});
    }
    std::vector<ImageBatch> rows;
    const std::size_t count = std::min<std::size_t>(12, marks.size());
    for (std::size_t k = 0; k < count; ++k) {
        ImageBatch row =
            *marks[count == 1 ? marks.size() - 1 : k * (marks.size() - 1) / (count - 1)].images_batch;
        row.count = std::min(row.count, 12);
        row.pixels.resize(static_cast<std::size_t>(row.count) * row.image_bytes());
        rows.push_back(std::move(row));
    }
    return progress_sheet(rows, rows.front().count);
}

} // namespace

std::string whole_path(const std::string& path) {
    if (path.empty()) return path;
    std::error_code unknown;
    const Path absolute = std::filesystem::absolute(path, unknown);
    if (unknown) return path;
    const Path normal = absolute.lexically_normal();
    return (normal.has_filename() ? normal : normal.parent_path()).string();
}

ExportRecipe export_recipe(const ExportLatents& what, const std::string& checkpoint, std::int64_t step) {
    ExportRecipe recipe;
    recipe.kind = name_of(what.kind);
    recipe.checkpoint = whole_path(checkpoint);
    recipe.step = step;
    recipe.points = what.points;
    recipe.columns = what.columns;
    recipe.gap = what.gap;
    recipe.scale = what.scale;
    recipe.frames_per_second = what.frames_per_second;
    recipe.space = what.space;
    if (what.space != "z") {
        recipe.from_image = whole_path(what.from_image);
        recipe.to_image = whole_path(what.to_image);
    }
    recipe.program = "ganvas 0.1.0";
    return recipe;
}

Result<void> export_latents(Renderer& renderer, const ExportLatents& what, const std::string& checkpoint,
                            std::int64_t step, const Progress& progress) {
    if (what.points.empty())
        return Error{ErrorCode::usage, "there is nothing to export", what.path, "pick a face first"};
    const std::string recipe = to_json(export_recipe(what, checkpoint, step));
    if (what.kind == ExportKind::latents) return write_latent_table(renderer, what, recipe);
    progress.report(0.1, "rendering");
    auto maker = RowMaker::create(renderer, what);
    if (!maker) return maker.error();
    if (is_film(what.path)) return write_animation(*maker, what, recipe, progress);
    return write_tiles(*maker, what, recipe, progress);
}

Result<void> export_history(const std::vector<SampleMark>& marks, const ExportHistory& what,
                            const std::string& run, const Progress& progress) {
    if (marks.empty()) return Error{ErrorCode::usage, "there is no history yet", what.path, "train first"};
    ExportRecipe recipe;
    recipe.kind = "history";
    recipe.checkpoint = whole_path(run);
    recipe.step = what.step >= 0 ? what.step : marks.back().step;
    recipe.columns = what.columns;
    recipe.frames_per_second = what.frames_per_second;
    recipe.program = "ganvas 0.1.0";
    if (what.step < 0 && is_film(what.path)) {
        const auto frame = [&](std::size_t index) -> Result<Image> {
            if (progress.stop_requested()) return Error{ErrorCode::interrupted, "cancelled", what.path, ""};
            progress.report(static_cast<double>(index) / static_cast<double>(marks.size()), "drawing");
            return tile(*marks[index].images_batch, {what.columns, 0, 1, 255});
        };
        return write_film(what.path, {marks.size(), frame, what.frames_per_second}, to_json(recipe));
    }
    auto sheet = history_sheet(marks, what);
    if (!sheet) return sheet.error();
    return write_picture(what.path, std::span(&*sheet, 1), what.frames_per_second, to_json(recipe));
}

CurveDrawing curve_drawing(const ExportCurves& what, const std::string& run, std::int64_t step) {
    CurveDrawing drawing;
    drawing.theme = what.dark ? CurveTheme::dark : CurveTheme::light;
    drawing.loss_scale = what.logarithmic ? CurveScale::logarithmic : CurveScale::linear;
    drawing.unit = what.unit;
    drawing.smoothing = what.smoothing > 1 ? 1 - 1 / what.smoothing : 0;
    ExportRecipe recipe;
    recipe.kind = "curves";
    recipe.checkpoint = whole_path(run);
    recipe.step = step;
    recipe.program = "ganvas 0.1.0";
    drawing.recipe = to_json(recipe);
    return drawing;
}

Result<void> export_curves(const std::vector<TrainingPoint>& losses,
                           const std::vector<DistancePoint>& distances, const ExportCurves& what,
                           const std::string& title, const std::string& run) {
    CurveDrawing drawing = curve_drawing(what, run, losses.empty() ? 0 : losses.back().step);
    drawing.title = title;
    return write_curves(what.path, losses, distances, drawing);
}

Result<NeighbourIndex> make_neighbour_index(SharedDataset data, const std::string& features,
                                            const Path& weights, const Progress& progress) {
    if (features == "blocks") return NeighbourIndex::build(std::move(data), progress);
    ExtractorRequest wanted;
    wanted.name = features;
    wanted.weights = weights;
    wanted.labelled = data;
    auto extractor = make_extractor(wanted, progress);
    if (!extractor) return extractor.error();
    return NeighbourIndex::build(std::move(data), std::shared_ptr(extractor.take()), progress);
}

Result<NeighbourResult> find_neighbours(Renderer& renderer, const NeighbourIndex& index,
                                        const LatentPoint& point, int count) {
    auto picture = renderer.render(std::span(&point, 1));
    if (!picture) return picture.error();
    auto found = index.find(picture->copy(0), count);
    if (!found) return found.error();
    NeighbourResult result{point, nullptr, {}, {}, index.features(), index.compared()};
    auto batch = std::make_shared<ImageBatch>(picture.take());
    for (const Neighbour& one : *found) {
        const auto pixels = index.dataset()->image(one.index);
        batch->pixels.insert(batch->pixels.end(), pixels.begin(), pixels.end());
        ++batch->count;
        result.names.push_back(index.dataset()->image_name(one.index));
        result.distances.push_back(one.distance);
    }
    result.images = std::move(batch);
    return result;
}

} // namespace ganvas
