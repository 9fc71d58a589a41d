/// ganvas sample, interpolate, arithmetic, axes: pictures from a checkpoint.
#include "app/cli/command.h"
#include "app/cli/options.h"
#include "engine/api/operations.h"

namespace ganvas::cli {
namespace {

const std::vector<std::string> spaces = {"z", "x", "both", "difference"};

void add_picture_options(CLI::App* parser, PictureOptions& options) {
    parser->add_option("checkpoint", options.checkpoint, "run folder or .safetensors file")->required();
    parser->add_option("--out", options.out, "file to write")->required();
    add_number(parser, "--truncation", options.truncation, 0.0, 1.0, "0 to 1",
               "shrink latents towards the mean, 0 to 1");
    add_class(parser, options.class_label, options.class_mix);
    add_number(parser, "--columns", options.columns, 0, 65536, "0 to 65536",
               "tiles in a row; 0: all or a square");
    add_number(parser, "--gap", options.gap, 0, 256, "0 to 256", "pixels between tiles");
    add_number(parser, "--scale", options.scale, 1, 32, "1 to 32", "whole-number enlargement");
}

int print_report(Context& context, const Result<PictureReport>& report) {
    if (!report) return fail(report.error());
    context.print(Json{{"out", report->out},
                       {"files", report->files},
                       {"images", report->images},
                       {"seconds", report->seconds}},
                  report->out);
    return 0;
}

/// A range; with one step, where there is none, one number too.
Result<void> parse_alpha(const std::string& text, InterpolateOptions& sweep) {
    const std::size_t colon = text.find(':');
    const bool moment = colon == std::string::npos && sweep.steps == 1;
    const std::string last = moment ? text : colon == std::string::npos ? "" : text.substr(colon + 1);
    if (!parse_number(text.substr(0, colon), sweep.alpha_from) || !parse_number(last, sweep.alpha_to)
        || !(std::abs(sweep.alpha_from) <= 1000) || !(std::abs(sweep.alpha_to) <= 1000))
        return Error{ErrorCode::usage, "not a range", "--alpha " + text,
                     "write FROM:TO within -1000 to 1000, as in 0:1 or 0:10; with --steps 1 one number"};
    return {};
}

Result<std::pair<std::string, double>> parse_attribute(const std::string& text) {
    const std::size_t equals = text.find('=');
    double amount = 0;
    if (equals == std::string::npos || equals == 0 || !parse_number(text.substr(equals + 1), amount)
        || !(std::abs(amount) <= 1000))
        return Error{ErrorCode::usage, "not an attribute", "--attribute " + text,
                     "write NAME=AMOUNT with an amount within -1000 to 1000, as in Smiling=1.5"};
    return std::pair(text.substr(0, equals), amount);
}

void add_sample(CLI::App& app, Commands& commands) {
    CLI::App* parser =
        app.add_subcommand("sample", "draw faces: a grid (FILE.png) or one PNG an image (folder)");
    auto options = std::make_shared<PictureOptions>();
    auto count = std::make_shared<std::int64_t>(64);
    auto seed = std::make_shared<std::uint64_t>(0);
    add_picture_options(parser, *options);
    add_number<std::int64_t>(parser, "--count", *count, 1, 10'000'000, "1 to 10000000", "how many");
    add_seed(parser, "--seed", *seed, "seed of the first image; image k has seed + k");
    parser->add_flag("--each-class", options->each_class,
                     "one class a row, --count pictures each, the same latents in every row");
    auto points = std::make_shared<PointsOptions>();
    CLI::Option* points_option =
        parser->add_option("--points", points->json, "latent points as JSON, in place of --count and --seed");
    add_number(parser, "--fps", points->frames_per_second, 0.1, 100.0, "0.1 to 100",
               "frames a second of GIF and WebP, for --points");
    add_choice(parser, "--space", points->space, spaces,
               "latent space, pixel space, both, or 3 |z - x|, for --points of a sweep")
        ->needs(points_option);
    parser->add_option("--from-image", points->from_image, "picture file at alpha 0 of pixel space")
        ->needs(points_option);
    parser->add_option("--to-image", points->to_image, "picture file at alpha 1 of pixel space")
        ->needs(points_option);
    commands.push_back(
        {parser, [=](Context& context) {
             if (points_option->count() > 0)
                 return print_report(context, sample_points(*options, *points, context.progress("drawing")));
             return print_report(context, sample(*options, *count, *seed, context.progress("sampling")));
         }});
}

void add_interpolate(CLI::App& app, Commands& commands) {
    CLI::App* parser = app.add_subcommand(
        "interpolate", "sweep between two faces in z- and x-space: PNG strip, GIF or WebP");
    auto options = std::make_shared<PictureOptions>();
    auto sweep = std::make_shared<InterpolateOptions>();
    auto path = std::make_shared<std::string>("lerp");
    auto alpha = std::make_shared<std::string>("0:1");
    add_picture_options(parser, *options);
    add_seed(parser, "--from", sweep->from, "seed at alpha 0")->required();
    add_seed(parser, "--to", sweep->to, "seed at alpha 1")->required();
    add_number(parser, "--steps", sweep->steps, 1, 4096, "1 to 4096", "tiles or frames");
    add_choice(parser, "--space", sweep->space, spaces, "latent space, pixel space, both, or 3 |z - x|");
    add_choice(parser, "--path", *path, {"lerp", "slerp"}, "straight, or along the sphere");
    parser->add_option("--alpha", *alpha, "range FROM:TO; with --steps 1 one number")->type_name("FROM:TO");
    add_number(parser, "--fps", sweep->frames_per_second, 0.1, 100.0, "0.1 to 100",
               "frames a second of GIF and WebP");
    parser->add_option("--from-image", sweep->from_image, "picture file in place of --from in x-space");
    parser->add_option("--to-image", sweep->to_image, "picture file in place of --to in x-space");
    commands.push_back({parser, [=](Context& context) {
                            if (auto parsed = parse_alpha(*alpha, *sweep); !parsed)
                                return fail(parsed.error());
                            sweep->path = *path == "slerp" ? LatentPath::slerp : LatentPath::lerp;
                            return print_report(context,
                                                interpolate(*options, *sweep, context.progress("sweeping")));
                        }});
}

/// The terms in the order in which they were written: CLI11 keeps it in parse_order.
Result<LatentSum> ordered_terms(const CLI::App& parser, const CLI::Option* plus, const CLI::Option* minus) {
    LatentSum sum;
    std::size_t plus_read = 0, minus_read = 0;
    for (const CLI::Option* option : parser.parse_order()) {
        if (option != plus && option != minus) continue;
        std::size_t& read = option == plus ? plus_read : minus_read;
        if (read >= option->results().size()) continue;
        auto seeds = parse_seeds(option->results()[read++]);
        if (!seeds) return seeds.error();
        sum.slots.push_back({option == plus ? 1.0 : -1.0, seeds.take()});
    }
    return sum;
}

void add_arithmetic(CLI::App& app, Commands& commands) {
    CLI::App* parser =
        app.add_subcommand("arithmetic", "add and subtract faces (means of seeds), or move along attributes");
    auto options = std::make_shared<PictureOptions>();
    auto what = std::make_shared<ArithmeticOptions>();
    auto terms = std::make_shared<std::vector<std::string>>();
    auto attributes = std::make_shared<std::vector<std::string>>();
    auto seed = std::make_shared<std::uint64_t>(0);
    add_picture_options(parser, *options);
    const auto keep_all = CLI::MultiOptionPolicy::TakeAll;
    CLI::Option* plus = parser->add_option("--plus", *terms, "seeds whose mean is added (repeat)")
                            ->multi_option_policy(keep_all)
                            ->expected(1)
                            ->take_all();
    CLI::Option* minus = parser->add_option("--minus", *terms, "seeds whose mean is subtracted")
                             ->multi_option_policy(keep_all)
                             ->expected(1)
                             ->take_all();
    CLI::Option* seed_option = add_seed(parser, "--seed", *seed, "one face, for --attribute");
    parser->add_option("--attribute", *attributes, "NAME=AMOUNT in standard deviations (repeat)")
        ->expected(1)
        ->take_all();
    parser->add_option("--directions", options->directions,
                       "file of `ganvas attributes`; else the checkpoint's own");
    add_number(parser, "--noise", what->noise, 0.0, 10.0, "0 to 10", "noise of the 3x3 sheet");
    add_seed(parser, "--noise-seed", what->noise_seed, "seed of the sheet's noise");
    auto length = std::make_shared<std::string>("sum");
    add_choice(parser, "--length", *length, {"sum", "prior"},
               "prior: means and results are scaled to the length that single latents have");
    auto part = std::make_shared<std::string>("all");
    add_choice(parser, "--only", *part, {"all", "result", "sheet"}, "nothing but the result or the sheet");
    parser->add_flag("!--no-sheet", what->sheet, "only the terms and the result, no 3x3 sheet");
    commands.push_back(
        {parser, [=, terms = terms](Context& context) { // terms: CLI11 writes to it until parsing ends
             auto sum = ordered_terms(*parser, plus, minus);
             if (!sum) return fail(sum.error());
             what->sum = sum.take();
             what->length = *length == "prior" ? LatentLength::prior : LatentLength::sum;
             what->part = *part == "result"  ? ArithmeticPart::result
                          : *part == "sheet" ? ArithmeticPart::sheet
                                             : ArithmeticPart::all;
             if (seed_option->count() > 0) what->sum.slots.push_back({1.0, {*seed}});
             if (what->sum.slots.empty())
                 return fail(
                     {ErrorCode::usage, "no face is given", "arithmetic",
                      "use --plus SEEDS --minus SEEDS --plus SEEDS, or --seed S --attribute NAME=AMOUNT"});
             for (const std::string& text : *attributes) {
                 auto parsed = parse_attribute(text);
                 if (!parsed) return fail(parsed.error());
                 what->attributes.push_back(parsed.take());
             }
             return print_report(context, arithmetic(*options, *what, context.progress("computing")));
         }});
}

void add_axes(CLI::App& app, Commands& commands) {
    CLI::App* parser =
        app.add_subcommand("axes", "the directions along which a model's pictures change most: a sheet");
    auto options = std::make_shared<PictureOptions>();
    auto axes = std::make_shared<AxesOptions>();
    add_picture_options(parser, *options);
    add_seed(parser, "--seed", axes->seed, "the face that they start from");
    add_number(parser, "--count", axes->count, 1, 10, "1 to 10", "axes, strongest first: one a row");
    add_number(parser, "--steps", axes->steps, 3, 101, "3 to 101",
               "pictures a row; odd: the face is the middle one");
    add_number(parser, "--reach", axes->reach, 0.01, 100.0, "0.01 to 100",
               "standard deviations at both ends of a row");
    commands.push_back({parser, [=](Context& context) {
                            auto report = draw_axes(*options, *axes, context.progress("finding axes"));
                            if (!report) return fail(report.error());
                            std::string text = report->picture.out;
                            for (std::size_t k = 0; k < report->share.size(); ++k)
                                text += format("\naxis %zu: %4.1f %% of the linear response's variance",
                                               k + 1, 100 * report->share[k]);
                            Json object{{"out", report->picture.out},
                                        {"images", report->picture.images},
                                        {"seconds", report->picture.seconds}};
                            // Axes that came with the file came without their figures.
                            object["share"] = report->share.empty() ? Json() : Json(report->share);
                            object["explained"] = report->share.empty() ? Json() : Json(report->explained);
                            context.print(object, text);
                            return 0;
                        }});
}

} // namespace

void add_picture_commands(CLI::App& app, Commands& commands) {
    add_sample(app, commands);
    add_interpolate(app, commands);
    add_arithmetic(app, commands);
    add_axes(app, commands);
}

} // namespace ganvas::cli
