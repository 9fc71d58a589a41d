/// `ganvas sample`, `interpolate`, `arithmetic`, `axes`: points, rendered and written by the same code as the window's exports.
#include <algorithm>
#include <chrono>
#include <filesystem>

#include "engine/api/checkpoint_model.h"
#include "engine/api/export_job.h"
#include "engine/api/operations.h"
#include "engine/core/bulk_folder.h"
#include "engine/core/elapsed.h"
#include "engine/core/file_ending.h"
#include "engine/device/thread_setup.h"
#include "engine/export/layout.h"
#include "engine/export/picture.h"
#include "engine/latent/principal_axes.h"

namespace ganvas {
namespace {

struct Opened {
    CheckpointModel checkpoint;
    std::unique_ptr<Renderer> renderer;
    std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();

    [[nodiscard]] double seconds() const { return seconds_since(start); }
};

Result<Opened> open(const PictureOptions& options) {
    Opened opened;
    prepare_worker_thread(0);
    auto checkpoint = open_checkpoint(options.checkpoint);
    if (!checkpoint) return checkpoint.error();
    opened.checkpoint = checkpoint.take();
    const int classes = opened.checkpoint.model->generator.classes;
    int highest = options.class_label;
    for (const auto& [label, weight] : options.class_mix) highest = std::max(highest, label);
    if (highest >= classes && highest >= 0)
        return Error{ErrorCode::usage,
                     classes == 0 ? "the model knows no classes" : "the model has no class of that number",
                     "--class " + std::to_string(highest),
                     classes == 0 ? "leave --class out" : "use 0 to " + std::to_string(classes - 1)};
    if (!options.directions.empty()) {
        auto directions = load_attributes(options.directions);
        if (!directions) return directions.error();
        opened.checkpoint.attributes = directions.take();
    }
    auto renderer = make_renderer(opened.checkpoint);
    if (!renderer) return renderer.error();
    opened.renderer = renderer.take();
    return opened;
}

/// Those that came with the file, else found now: they follow from the weights alone, so they are the window's.
Result<PrincipalAxes> axes_of(Opened& opened, const Progress& progress) {
    PrincipalAxes axes;
    axes.axes = opened.checkpoint.axes;
    if (!axes.axes.empty()) return axes;
    auto found = find_principal_axes(*opened.renderer, {}, progress);
    if (!found) return found.error();
    opened.checkpoint.axes = found->axes;
    if (auto attached = opened.renderer->attach_axes(found->axes); !attached) return attached.error();
    return found;
}

ExportLatents export_of(const PictureOptions& options, ExportKind kind, std::vector<LatentPoint> points) {
    ExportLatents what;
    // The ending decides between pictures and the latents that would have made them.
    what.kind = is_latent_table(options.out) ? ExportKind::latents : kind;
    what.path = options.out;
    what.points = std::move(points);
    what.columns = options.columns;
    what.gap = options.gap;
    what.scale = options.scale;
    return what;
}

/// A folder with one PNG an image: they come into it together, once all are written.
Result<PictureReport> sample_folder(Opened& opened, const PictureOptions& options, std::int64_t count,
                                    std::uint64_t seed, const Progress& progress) {
    auto files = BulkFolder::create(options.out);
    if (!files) return files.error();
    constexpr std::int64_t chunk = 64;
    for (std::int64_t first = 0; first < count; first += chunk) {
        if (progress.stop_requested())
            return Error{ErrorCode::interrupted, "interrupted", options.out,
                         "nothing was written; start again"};
        const std::int64_t last = std::min(count, first + chunk);
        const auto points = faces_like(face_of(options, seed), seed + static_cast<std::uint64_t>(first),
                                       static_cast<int>(last - first));
        auto images = opened.renderer->render(points);
        if (!images) return images.error();
        for (int k = 0; k < images->count; ++k) {
            const std::uint64_t one = seed + static_cast<std::uint64_t>(first + k);
            char name[40];
            std::snprintf(name, sizeof name, "seed-%08llu.png", static_cast<unsigned long long>(one));
            const ExportLatents what =
                export_of(options, ExportKind::picture, {points[static_cast<std::size_t>(k)]});
            const std::string recipe =
                to_json(export_recipe(what, opened.checkpoint.path, opened.checkpoint.note.step));
            auto bytes = encode_png(enlarge(images->copy(k), options.scale), {{"ganvas", recipe}});
            if (!bytes) return bytes.error();
            if (auto written = files->write(name, *bytes); !written) return written.error();
        }
        progress.report(static_cast<double>(last) / static_cast<double>(count),
                        std::to_string(last) + " of " + std::to_string(count) + " images");
    }
    if (auto committed = files->commit(); !committed) return committed.error();
    return PictureReport{options.out, count, count, opened.seconds()};
}

Result<PictureReport> write_one(Opened& opened, const PictureOptions& options, const ExportLatents& what,
                                const Progress& progress) {
    // The file that was found: a folder would mean its newest checkpoint, which becomes another one.
    auto written =
        export_latents(*opened.renderer, what, opened.checkpoint.path, opened.checkpoint.note.step, progress);
    if (!written) return written.error();
    return PictureReport{options.out, 1, static_cast<std::int64_t>(what.points.size()), opened.seconds()};
}

/// One class a row: column k is seed + k in every class.
Result<PictureReport> sample_classes(Opened& opened, const PictureOptions& options, std::int64_t count,
                                     std::uint64_t seed, const Progress& progress) {
    const int classes = opened.renderer->classes();
    if (classes == 0)
        return Error{ErrorCode::usage, "this model has no classes", "--each-class",
                     "train one with condition.generator and condition.discriminator"};
    if (count * classes > 16384 || !Path(options.out).has_extension())
        return Error{ErrorCode::usage, "the classes go into one picture of at most 16384 tiles",
                     "--each-class", "name a file with --out and a smaller --count"};
    ExportLatents what = export_of(options, ExportKind::grid,
                                   class_points(seed, static_cast<int>(count), options.truncation, classes));
    if (what.columns == 0) what.columns = static_cast<int>(count);
    return write_one(opened, options, what, progress);
}

/// A row of the terms and the result; below it the paper's sheet of the result with small noise, where `sheet` is more
/// than the result. The sheet's points are what the file carries: with them comes everything back.
Result<PictureReport> whole_arithmetic(Opened& opened, const PictureOptions& options,
                                       const ExportLatents& sheet, const Progress& progress) {
    const LatentPoint& result = sheet.points[sheet.points.size() / 2];
    std::vector<LatentPoint> row;
    for (const LatentSum::Slot& slot : result.from.slots) {
        LatentPoint term = result;
        term.attributes.clear();
        term.from.slots = {{1.0, slot.seeds}};
        row.push_back(term);
    }
    row.push_back(result);
    auto terms = opened.renderer->render(row);
    if (!terms) return terms.error();
    progress.report(0.5, "rendered");
    std::vector<Image> parts;
    auto first = tile(*terms, {0, options.gap, options.scale, 255});
    if (!first) return first.error();
    parts.push_back(first.take());
    std::size_t images = row.size();
    if (sheet.points.size() > 1) {
        auto rendered = opened.renderer->render(sheet.points);
        if (!rendered) return rendered.error();
        auto tiles = tile(*rendered, {sheet.columns, options.gap, options.scale, 255});
        if (!tiles) return tiles.error();
        parts.push_back(tiles.take());
        images += sheet.points.size();
    }
    auto picture = stack(parts, options.gap);
    if (!picture) return picture.error();
    const std::string recipe =
        to_json(export_recipe(sheet, opened.checkpoint.path, opened.checkpoint.note.step));
    if (auto written = write_picture(options.out, std::span(&*picture, 1), 1, recipe); !written)
        return written.error();
    return PictureReport{options.out, 1, static_cast<std::int64_t>(images), opened.seconds()};
}

} // namespace

LatentPoint face_of(const PictureOptions& options, std::uint64_t seed) {
    LatentPoint point;
    point.from = LatentSum::face(seed);
    point.truncation = options.truncation;
    point.class_label = options.class_label;
    point.class_mix = options.class_mix;
    return point;
}

Result<PictureReport> sample(const PictureOptions& options, std::int64_t count, std::uint64_t seed,
                             const Progress& progress) {
    auto opened = open(options);
    if (!opened) return opened.error();
    if (options.each_class) return sample_classes(*opened, options, count, seed, progress);
    std::error_code code;
    if (!Path(options.out).has_extension() || std::filesystem::is_directory(options.out, code))
        return sample_folder(*opened, options, count, seed, progress);
    if (count > 16384)
        return Error{ErrorCode::usage, "too many images for one picture", "--count",
                     "name a folder with --out for more than 16384"};
    const ExportKind kind = count == 1 ? ExportKind::picture : ExportKind::grid;
    return write_one(
        *opened, options,
        export_of(options, kind, faces_like(face_of(options, seed), seed, static_cast<int>(count))),
        progress);
}

namespace {

/// A picture of the user's is a point of pixel space: nowhere else would it be seen.
Result<void> check_space_of_images(const std::string& space, const std::string& from, const std::string& to) {
    const std::string& named = from.empty() ? to : from;
    if (named.empty() || space != "z") return {};
    return Error{ErrorCode::usage, "a picture of your own has no place in latent space", named,
                 "add --space x, both or difference"};
}

} // namespace

Result<PictureReport> sample_points(const PictureOptions& options, const PointsOptions& list,
                                    const Progress& progress) {
    auto points = points_from_json(list.json);
    if (!points)
        return Error{ErrorCode::usage, points.error().what, "--points",
                     "it is what the window's \"Copy as command\" writes"};
    if (auto seen = check_space_of_images(list.space, list.from_image, list.to_image); !seen)
        return seen.error();
    auto opened = open(options);
    if (!opened) return opened.error();
    if (std::any_of(points->begin(), points->end(), [](const auto& point) { return !point.axes.empty(); }))
        if (auto axes = axes_of(*opened, progress); !axes) return axes.error();
    ExportLatents what =
        export_of(options, is_film(options.out) ? ExportKind::animation : ExportKind::grid, points.take());
    what.frames_per_second = list.frames_per_second;
    what.space = list.space;
    what.from_image = list.from_image;
    what.to_image = list.to_image;
    return write_one(*opened, options, what, progress);
}

Result<PictureReport> interpolate(const PictureOptions& options, const InterpolateOptions& sweep,
                                  const Progress& progress) {
    if (auto seen = check_space_of_images(sweep.space, sweep.from_image, sweep.to_image); !seen)
        return seen.error();
    auto opened = open(options);
    if (!opened) return opened.error();
    LatentPoint base = face_of(options, sweep.from);
    base.to = LatentSum::face(sweep.to);
    base.path = sweep.path;
    ExportLatents what =
        export_of(options, is_film(options.out) ? ExportKind::animation : ExportKind::strip,
                  sweep_points(base, sweep_alphas(sweep.steps, sweep.alpha_from, sweep.alpha_to)));
    what.space = sweep.space;
    what.from_image = sweep.from_image;
    what.to_image = sweep.to_image;
    what.frames_per_second = sweep.frames_per_second;
    return write_one(*opened, options, what, progress);
}

Result<PictureReport> arithmetic(const PictureOptions& options, const ArithmeticOptions& arithmetic,
                                 const Progress& progress) {
    auto opened = open(options);
    if (!opened) return opened.error();
    LatentPoint result = face_of(options, 0);
    result.from = arithmetic.sum;
    result.length = arithmetic.length;
    result.attributes = arithmetic.attributes;
    const auto neighbours = noise_sheet_points(result, 3, arithmetic.noise, arithmetic.noise_seed);
    if (arithmetic.part == ArithmeticPart::result)
        return write_one(*opened, options, export_of(options, ExportKind::picture, {result}), progress);
    ExportLatents sheet = export_of(options, ExportKind::sheet, neighbours);
    sheet.columns = 3;
    if (arithmetic.part == ArithmeticPart::sheet) return write_one(*opened, options, sheet, progress);
    if (!arithmetic.sheet) sheet = export_of(options, ExportKind::sheet, {result});
    if (sheet.kind == ExportKind::latents) return write_one(*opened, options, sheet, progress);
    return whole_arithmetic(*opened, options, sheet, progress);
}

Result<AxesReport> draw_axes(const PictureOptions& options, const AxesOptions& wanted,
                             const Progress& progress) {
    auto opened = open(options);
    if (!opened) return opened.error();
    auto axes = axes_of(*opened, progress);
    if (!axes) return axes.error();
    const int count = std::min(wanted.count, static_cast<int>(axes->axes.size()));
    std::vector<LatentPoint> points;
    for (int axis = 0; axis < count; ++axis)
        for (const double amount : sweep_alphas(wanted.steps, -wanted.reach, wanted.reach)) {
            LatentPoint point = face_of(options, wanted.seed);
            if (amount != 0) point.axes = {{axis, amount}};
            points.push_back(std::move(point));
        }
    ExportLatents sheet = export_of(options, ExportKind::sheet, std::move(points));
    if (sheet.columns == 0) sheet.columns = wanted.steps;
    auto drawn = write_one(*opened, options, sheet, progress);
    if (!drawn) return drawn.error();
    AxesReport report{drawn.take(), std::move(axes->share), axes->explained};
    report.share.resize(std::min(report.share.size(), static_cast<std::size_t>(count)));
    return report;
}

Result<PictureReport> export_generator(const std::string& checkpoint, const std::string& out,
                                       const std::string& directions) {
    PictureOptions options;
    options.checkpoint = checkpoint;
    options.directions = directions;
    auto opened = open(options);
    if (!opened) return opened.error();
    TensorFile file = export_generator(*opened->checkpoint.model, opened->checkpoint.note);
    if (!opened->checkpoint.attributes.attributes.empty())
        add_attributes(opened->checkpoint.attributes, file);
    if (auto axes = axes_of(*opened, {}); !axes) return axes.error();
    add_axes(opened->checkpoint.axes, opened->checkpoint.model->generator.latent_size, file);
    if (auto written = write_tensor_file(out, file); !written) return written.error();
    return PictureReport{out, 1, 0, opened->seconds()};
}

} // namespace ganvas
