#include "engine/api/export_job.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "engine/api/pictures.h"
#include "engine/export/curves.h"
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

/// The same sweep in pixel space: mixtures of its two ends (alpha 0 and 1), whatever range the alphas have. A picture
/// of the user's takes the place of an end.
Result<ImageBatch> pixel_sweep(Renderer& renderer, const ExportLatents& what) {
    std::vector<LatentPoint> ends = {what.points.front(), what.points.front()};
    ends[0].alpha = 0;
    ends[1].alpha = 1;
    auto pictures = renderer.render(ends);
    if (!pictures) return pictures.error();
    std::array<Image, 2> sides = {pictures->copy(0), pictures->copy(1)};
    for (std::size_t side = 0; side < sides.size(); ++side) {
        const std::string& file = side == 0 ? what.from_image : what.to_image;
        if (file.empty()) continue;
        auto own = read_picture(file, pictures->width, pictures->channels);
        if (!own) return own.error();
        sides[side] = own.take();
    }
    std::vector<double> alphas;
    for (const LatentPoint& point : what.points) alphas.push_back(point.alpha);
    return blend_sweep(sides[0], sides[1], alphas);
}

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

/// One batch for each row: z, x, or both.
Result<std::vector<ImageBatch>> render_rows(Renderer& renderer, const ExportLatents& what) {
    std::vector<ImageBatch> rows;
    if (what.space != "x") {
        auto latent = renderer.render(what.points);
        if (!latent) return latent.error();
        rows.push_back(latent.take());
    }
    if (what.space != "z") {
        if (!what.points.front().to)
            return Error{ErrorCode::usage, "pixel space needs a sweep between two faces", what.path,
                         "pick A and B first"};
        auto pixels = pixel_sweep(renderer, what);
        if (!pixels) return pixels.error();
        rows.push_back(pixels.take());
    }
    return rows;
}

} // namespace

ExportRecipe export_recipe(const ExportLatents& what, const std::string& checkpoint, std::int64_t step) {
    ExportRecipe recipe;
    recipe.kind = name_of(what.kind);
    recipe.checkpoint = checkpoint;
    recipe.step = step;
    recipe.points = what.points;
    recipe.columns = what.columns;
    recipe.gap = what.gap;
    recipe.scale = what.scale;
    recipe.frames_per_second = what.frames_per_second;
    recipe.space = what.space;
    if (what.space != "z") {
        recipe.from_image = what.from_image;
        recipe.to_image = what.to_image;
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
    auto rows = render_rows(renderer, what);
    if (!rows) return rows.error();
    if (progress.stop_requested()) return Error{ErrorCode::interrupted, "cancelled", what.path, ""};
    progress.report(0.6, "writing");
    const std::string ending = std::filesystem::path(what.path).extension().string();
    std::vector<Image> pictures;
    if (ending == ".gif" || ending == ".webp") {
        for (int k = 0; k < rows->front().count; ++k) {
            std::vector<Image> stacked;
            for (const ImageBatch& row : *rows) stacked.push_back(enlarge(row.copy(k), what.scale));
            auto frame = stack(stacked, what.gap);
            if (!frame) return frame.error();
            pictures.push_back(frame.take());
        }
    } else {
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
        pictures.push_back(sheet.take());
    }
    return write_picture(what.path, pictures, what.frames_per_second, recipe);
}

Result<void> export_history(const std::vector<SampleMark>& marks, const ExportHistory& what,
                            const std::string& checkpoint, const Progress& progress) {
    if (marks.empty()) return Error{ErrorCode::usage, "there is no history yet", what.path, "train first"};
    ExportRecipe recipe;
    recipe.kind = "history";
    recipe.checkpoint = checkpoint;
    recipe.step = marks.back().step;
    recipe.columns = what.columns;
    recipe.frames_per_second = what.frames_per_second;
    recipe.program = "ganvas 0.1.0";
    const std::string ending = std::filesystem::path(what.path).extension().string();
    std::vector<Image> pictures;
    if (what.step >= 0) {
        const auto mark = std::find_if(marks.begin(), marks.end(),
                                       [&](const SampleMark& one) { return one.step == what.step; });
        if (mark == marks.end())
            return Error{ErrorCode::not_found, "the history has no such step", std::to_string(what.step), ""};
        recipe.step = mark->step;
        auto sheet = tile(*mark->images_batch, {what.columns, 0, 1, 255});
        if (!sheet) return sheet.error();
        pictures.push_back(sheet.take());
    } else if (ending == ".gif" || ending == ".webp") {
        for (const SampleMark& mark : marks) {
            auto sheet = tile(*mark.images_batch, {what.columns, 0, 1, 255});
            if (!sheet) return sheet.error();
            pictures.push_back(sheet.take());
            progress.report(0.5 * static_cast<double>(pictures.size()) / static_cast<double>(marks.size()),
                            "drawing");
            if (progress.stop_requested()) return Error{ErrorCode::interrupted, "cancelled", what.path, ""};
        }
    } else {
        // A sheet of at most twelve moments, evenly spaced, the first faces of each: the reports' progress figure.
        std::vector<ImageBatch> rows;
        const std::size_t count = std::min<std::size_t>(12, marks.size());
        for (std::size_t k = 0; k < count; ++k) {
            ImageBatch row =
                *marks[count == 1 ? marks.size() - 1 : k * (marks.size() - 1) / (count - 1)].images_batch;
            row.count = std::min(row.count, 12);
            row.pixels.resize(static_cast<std::size_t>(row.count) * row.image_bytes());
            rows.push_back(std::move(row));
        }
        auto sheet = progress_sheet(rows, rows.front().count);
        if (!sheet) return sheet.error();
        pictures.push_back(sheet.take());
    }
    return write_picture(what.path, pictures, what.frames_per_second, to_json(recipe));
}

Result<void> export_curves(const std::vector<TrainingPoint>& losses,
                           const std::vector<DistancePoint>& distances, const ExportCurves& what,
                           const std::string& title, const std::string& run) {
    CurveDrawing drawing;
    drawing.title = title;
    drawing.theme = what.dark ? CurveTheme::dark : CurveTheme::light;
    drawing.loss_scale = what.logarithmic ? CurveScale::logarithmic : CurveScale::linear;
    drawing.smoothing = what.smoothing > 1 ? 1 - 1 / what.smoothing : 0;
    ExportRecipe recipe;
    recipe.kind = "curves";
    recipe.checkpoint = run;
    recipe.step = losses.empty() ? 0 : losses.back().step;
    recipe.program = "ganvas 0.1.0";
    drawing.recipe = to_json(recipe);
    return write_curves(what.path, losses, distances, drawing);
}

Result<NeighbourResult> find_neighbours(Renderer& renderer, const NeighbourIndex& index, std::uint64_t seed,
                                        int count) {
    LatentPoint point;
    point.from = LatentSum::face(seed);
    auto picture = renderer.render(std::span(&point, 1));
    if (!picture) return picture.error();
    auto found = index.find(picture->copy(0), count);
    if (!found) return found.error();
    NeighbourResult result{seed, nullptr, {}, {}};
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
