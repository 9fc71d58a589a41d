/// The figures of a study that are drawn from a checkpoint.
#include <algorithm>
#include <array>
#include <numeric>

#include "engine/api/checkpoint_model.h"
#include "engine/api/evaluation.h"
#include "engine/api/operations.h"
#include "engine/api/study_engine.h"
#include "engine/data/dataset.h"
#include "engine/device/thread_setup.h"
#include "engine/export/layout.h"
#include "engine/export/picture.h"
#include "engine/export/recipe_text.h"
#include "engine/metrics/features.h"
#include "engine/training/specs_from_settings.h"

namespace ganvas {
namespace {

using Pictures = Result<std::vector<FigurePicture>>;

constexpr int sweep_columns = 16, walk_pairs = 5, walk_steps = 9;
constexpr int class_columns = 10, class_rows = 8;
constexpr std::uint64_t sweep_from = 3, sweep_to = 11, walk_first = 20;
constexpr int labelled_samples = 768; ///< searched for smiling women and the like
constexpr int exemplars = 3;          ///< means of three latents, as Radford et al. did

/// What one figure is drawn with.
struct Easel {
    const FigureJob& job;
    LabelShelf& labels;
    const Progress& progress;
    CheckpointModel checkpoint;
    std::unique_ptr<Renderer> renderer;
};

Result<FigurePicture> write_sheet(const Easel& easel, const Image& sheet, const std::string& ending,
                                  std::string caption) {
    const std::string file = easel.job.out + ending + ".png";
    if (auto written = write_png(file, sheet); !written) return written.error();
    return FigurePicture{file, std::move(caption)};
}

Pictures one_sheet(const Easel& easel, const ImageBatch& images, int columns, std::string caption) {
    auto sheet = tile(images, {columns, 1, 1, 255});
    if (!sheet) return sheet.error();
    auto picture = write_sheet(easel, *sheet, "", std::move(caption));
    if (!picture) return picture.error();
    return std::vector<FigurePicture>{picture.take()};
}

Pictures draw_points(const Easel& easel, const std::vector<LatentPoint>& points, int columns,
                     std::string caption) {
    auto images = easel.renderer->render(points);
    if (!images) return images.error();
    return one_sheet(easel, *images, columns, std::move(caption));
}

Pictures draw_grid(const Easel& easel) {
    return draw_points(easel, face_points(0, easel.job.figure.count), square_columns(easel.job.figure.count),
                       "seeds 0 to " + std::to_string(easel.job.figure.count - 1));
}

LatentPoint between(std::uint64_t from, std::uint64_t to) {
    LatentPoint point = face_points(from, 1).front();
    point.to = LatentSum::face(to);
    return point;
}

std::string range_text(const StudyFigure& figure) {
    char text[80];
    std::snprintf(text, sizeof text, "alpha 0 to %g in %d steps, row by row", figure.alpha_to, figure.steps);
    return text;
}

Pictures draw_sweep_z(const Easel& easel) {
    const StudyFigure& figure = easel.job.figure;
    return draw_points(
        easel, sweep_points(between(sweep_from, sweep_to), sweep_alphas(figure.steps, 0, figure.alpha_to)),
        sweep_columns, "latent space, " + range_text(figure));
}

Pictures draw_sweep_x(const Easel& easel) {
    const StudyFigure& figure = easel.job.figure;
    const std::vector<LatentPoint> ends = {face_points(sweep_from, 1).front(),
                                           face_points(sweep_to, 1).front()};
    auto images = easel.renderer->render(ends);
    if (!images) return images.error();
    auto swept =
        blend_sweep(images->copy(0), images->copy(1), sweep_alphas(figure.steps, 0, figure.alpha_to));
    if (!swept) return swept.error();
    return one_sheet(easel, *swept, sweep_columns, "pixel space, " + range_text(figure));
}

Pictures draw_walks(const Easel& easel) {
    std::vector<LatentPoint> points;
    for (int pair = 0; pair < walk_pairs; ++pair) {
        const std::uint64_t first = walk_first + 2 * static_cast<std::uint64_t>(pair);
        const auto row = sweep_points(between(first, first + 1), sweep_alphas(walk_steps + 1));
        points.insert(points.end(), row.begin(), row.end());
    }
    return draw_points(easel, points, walk_steps + 1, "5 pairs, both ends and 9 equal steps between them");
}

/// ": T-shirt, Trouser, …" in the order of the grid, of a model that knows their names.
std::string names_of_classes(const Easel& easel) {
    std::string names;
    for (const std::string& name : easel.checkpoint.note.class_names)
        names += (names.empty() ? ": " : ", ") + name;
    return names;
}

Pictures draw_class_rows(const Easel& easel, bool one_latent_a_row) {
    const int classes = easel.checkpoint.model->generator.classes;
    if (classes < 2)
        return Error{ErrorCode::unsupported, "the generator knows no classes", easel.job.checkpoint, ""};
    std::vector<LatentPoint> points;
    if (one_latent_a_row) {
        for (int row = 0; row < class_rows; ++row)
            for (int label = 0; label < classes; ++label)
                points.push_back(face_points(static_cast<std::uint64_t>(row), 1, 1, label).front());
        return draw_points(easel, points, classes,
                           "one latent a row, one class a column" + names_of_classes(easel));
    }
    for (int label = 0; label < classes; ++label) {
        const auto row = face_points(0, class_columns, 1, label);
        points.insert(points.end(), row.begin(), row.end());
    }
    return draw_points(easel, points, class_columns,
                       "one class a row, one latent a column" + names_of_classes(easel));
}

Pictures draw_data(const Easel& easel) {
    auto data =
        open_dataset(easel.job.data, training_preparation(easel.checkpoint.note.settings), easel.progress);
    if (!data) return data.error();
    const int count = static_cast<int>(std::min<std::int64_t>(easel.job.figure.count, (*data)->size()));
    auto images = dataset_images(*data, 0).images(0, count);
    if (!images) return images.error();
    return one_sheet(easel, *images, square_columns(count), (*data)->source());
}

// ---- smiling woman − neutral woman + neutral man ------------------------------------------------------------------
/// Seeds of samples whose two answers are these, surest first.
using Answers = std::array<std::vector<std::uint64_t>, 4>; ///< index: a + 2 b

Result<Answers> sort_samples(const Easel& easel, const AttributeClassifier& classifier, std::size_t a,
                             std::size_t b) {
    struct Scored {
        double sureness;
        std::uint64_t seed;
    };
    std::array<std::vector<Scored>, 4> found;
    for (int first = 0; first < labelled_samples; first += 64) {
        if (easel.progress.stop_requested())
            return Error{ErrorCode::interrupted, "interrupted", easel.job.out, ""};
        auto images = easel.renderer->render(face_points(static_cast<std::uint64_t>(first), 64));
        if (!images) return images.error();
        const at::Tensor logits = classifier.logits(*images).to(at::kDouble);
        for (int i = 0; i < images->count; ++i) {
            const double of_a = logits[i][static_cast<std::int64_t>(a)].item<double>();
            const double of_b = logits[i][static_cast<std::int64_t>(b)].item<double>();
            found[(of_a > 0) + 2 * (of_b > 0)].push_back(
                {std::min(std::abs(of_a), std::abs(of_b)), static_cast<std::uint64_t>(first + i)});
        }
    }
    Answers answers;
    for (std::size_t k = 0; k < found.size(); ++k) {
        std::sort(found[k].begin(), found[k].end(),
                  [](const Scored& x, const Scored& y) { return x.sureness > y.sureness; });
        for (const Scored& one : found[k]) answers[k].push_back(one.seed);
    }
    return answers;
}

/// The time-th three seeds of a list, going round.
std::vector<std::uint64_t> three_of(const std::vector<std::uint64_t>& seeds, int time) {
    std::vector<std::uint64_t> chosen;
    for (int k = 0; k < exemplars; ++k)
        chosen.push_back(seeds[static_cast<std::size_t>(time * exemplars + k) % seeds.size()]);
    return chosen;
}

std::vector<LatentPoint> arithmetic_row(const Answers& answers, int time) {
    const auto smiling_woman = three_of(answers[1], time), neutral_woman = three_of(answers[0], time),
               neutral_man = three_of(answers[2], time);
    std::vector<LatentPoint> row(4);
    row[0].from = {{{1.0, smiling_woman}}};
    row[1].from = {{{1.0, neutral_woman}}};
    row[2].from = {{{1.0, neutral_man}}};
    row[3].from = {{{1.0, smiling_woman}, {-1.0, neutral_woman}, {1.0, neutral_man}}};
    return row;
}

Pictures draw_arithmetic(const Easel& easel) {
    const StudyFigure& figure = easel.job.figure;
    auto learned = easel.labels.get(easel.job.data, training_preparation(easel.checkpoint.note.settings),
                                    easel.progress);
    if (!learned) return learned.error();
    const auto& names = (*learned)->questions.names;
    const auto place = [&](const std::string& name) {
        return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    };
    const std::size_t a = place(figure.attribute_a), b = place(figure.attribute_b);
    if (std::max(a, b) >= names.size())
        return Error{ErrorCode::bad_data,
                     "the data have no labels " + figure.attribute_a + " and " + figure.attribute_b,
                     easel.job.data, "arithmetic needs both to choose its faces"};
    auto answers = sort_samples(easel, (*learned)->classifier, a, b);
    if (!answers) return answers.error();
    for (const std::size_t needed : {0, 1, 2})
        if ((*answers)[needed].size() < exemplars)
            return Error{ErrorCode::bad_data,
                         "too few of the model's faces are told apart by " + figure.attribute_a + " and "
                             + figure.attribute_b,
                         easel.job.checkpoint, "train it for longer"};
    std::vector<LatentPoint> points;
    for (int time = 0; time < figure.count; ++time) {
        const auto row = arithmetic_row(*answers, time);
        points.insert(points.end(), row.begin(), row.end());
    }
    return draw_points(easel, points, 8,
                       std::to_string(figure.count) + " times, two a row: with " + figure.attribute_a
                           + " and without " + figure.attribute_b + "; neither; " + figure.attribute_b
                           + " alone; first − second + third. Each is the mean of "
                           + std::to_string(exemplars) + " latents.");
}

/// Report 3, figures 1 and 2: guided back-propagation from the first filters of D's last convolution.
Pictures draw_filters(const Easel& easel) {
    FilterOptions options;
    options.checkpoint = easel.job.checkpoint;
    options.data = easel.job.data;
    options.out = easel.job.out + ".png";
    options.pictures = easel.job.figure.count;
    auto drawn = filter_pictures(options, easel.progress);
    if (!drawn) return drawn.error();
    const std::string filters = std::to_string(drawn->filters);
    return std::vector<FigurePicture>{{drawn->out, "one picture a row, then " + filters
                                                       + " filters of the trained D and " + filters
                                                       + " of a D with first weights"}};
}

Pictures draw_architecture(const Easel& easel) {
    const std::string file = easel.job.out + ".png";
    const ModelSummary networks =
        summarise_model(easel.checkpoint.note.settings, {}, easel.checkpoint.model->generator.classes);
    if (auto drawn = draw_networks(networks, file); !drawn) return drawn.error();
    return std::vector<FigurePicture>{
        {file, "height: side of a layer's output, width: its channels, both logarithmic"}};
}

Pictures draw_with(const Easel& easel) {
    const std::string& kind = easel.job.figure.kind;
    if (kind == "grid") return draw_grid(easel);
    if (kind == "data") return draw_data(easel);
    if (kind == "sweep_z") return draw_sweep_z(easel);
    if (kind == "sweep_x") return draw_sweep_x(easel);
    if (kind == "walks") return draw_walks(easel);
    if (kind == "class_rows") return draw_class_rows(easel, false);
    if (kind == "class_columns") return draw_class_rows(easel, true);
    if (kind == "filters") return draw_filters(easel);
    if (kind == "arithmetic") return draw_arithmetic(easel);
    if (kind == "architecture") return draw_architecture(easel);
    return Error{ErrorCode::unsupported, "this build cannot draw it", kind, ""};
}

} // namespace

Result<std::vector<FigurePicture>> draw_for_study(const FigureJob& job, LabelShelf& labels,
                                                  const Progress& progress) {
    prepare_worker_thread(0);
    auto opened = open_checkpoint(job.checkpoint);
    if (!opened) return opened.error();
    Easel easel{job, labels, progress, opened.take(), nullptr};
    auto renderer = make_renderer(easel.checkpoint);
    if (!renderer) return renderer.error();
    easel.renderer = renderer.take();
    return draw_with(easel);
}

} // namespace ganvas
