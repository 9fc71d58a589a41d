/// ganvas runs history, runs curves: what the window's Samples and Curves panels export. ganvas neighbours.
#include "app/cli/command.h"
#include "engine/api/run_operations.h"

namespace ganvas::cli {
namespace {

int print_picture(Context& context, const Result<PictureReport>& report) {
    if (!report) return fail(report.error());
    context.print(Json{{"out", report->out}, {"seconds", report->seconds}}, report->out);
    return 0;
}

void add_history(CLI::App& runs, Commands& commands) {
    CLI::App* parser =
        runs.add_subcommand("history", "the fixed-noise samples over a run: film, or one sheet");
    auto run = std::make_shared<std::string>();
    auto what = std::make_shared<ExportHistory>();
    parser->add_option("folder", *run, "run folder")->required();
    parser->add_option("--out", what->path, "file to write (.gif, .webp, .png)")->required();
    parser->add_option("--columns", what->columns, "tiles in a row")->check(CLI::Range(1, 64));
    parser->add_option("--fps", what->frames_per_second, "marks a second of a film")
        ->check(CLI::Range(0.1, 100.0));
    parser->add_option("--step", what->step, "only the mark of this step, as one grid")
        ->check(CLI::NonNegativeNumber);
    commands.push_back({parser, [=](Context& context) {
                            return print_picture(context, export_run_history(run_named(*run), *what,
                                                                             context.progress("drawing")));
                        }});
}

void add_curves(CLI::App& runs, Commands& commands) {
    CLI::App* parser =
        runs.add_subcommand("curves", "losses, scores and distances of a run, or of several on shared axes");
    auto folders = std::make_shared<std::vector<std::string>>();
    auto what = std::make_shared<ExportCurves>();
    parser->add_option("folders", *folders, "run folders")->required();
    parser->add_option("--out", what->path, "file to write (.png, .svg, .csv)")->required();
    parser->add_option("--smoothing", what->smoothing, "points that the moving average looks back on")
        ->check(CLI::Range(1.0, 10000.0));
    parser->add_flag("--log", what->logarithmic, "losses on a logarithmic axis");
    auto axis = std::make_shared<std::string>(name(TimeUnit::steps));
    add_choice(parser, "--axis", *axis, {"steps", "images", "minutes", "epochs"},
               "unit of the horizontal axis");
    parser->add_flag("--dark", what->dark, "on a dark ground");
    commands.push_back({parser, [=](Context& context) {
                            for (const TimeUnit unit :
                                 {TimeUnit::steps, TimeUnit::images, TimeUnit::minutes, TimeUnit::epochs})
                                if (*axis == name(unit)) what->unit = unit;
                            std::vector<std::string> named;
                            for (const std::string& folder : *folders) named.push_back(run_named(folder));
                            return print_picture(context, export_run_curves(named, *what));
                        }});
}

int print_neighbours(Context& context, const NeighboursReport& report) {
    Json rows = Json::array();
    std::string text;
    for (std::size_t k = 0; k < report.names.size(); ++k) {
        rows.push_back({{"name", report.names[k]}, {"distance", report.distances[k]}});
        text += format("%8.4f  %s\n", report.distances[k], report.names[k].c_str());
    }
    context.print(Json{{"neighbours", rows},
                       {"compared", report.compared},
                       {"out", report.out},
                       {"seconds", report.seconds}},
                  text + report.out);
    return 0;
}

} // namespace

void add_run_picture_commands(CLI::App& runs, Commands& commands) {
    add_history(runs, commands);
    add_curves(runs, commands);
}

void add_attention_command(CLI::App& app, Commands& commands) {
    CLI::App* parser = app.add_subcommand(
        "attention", "what a pixel of a generated face looks at, in each layer with self-attention");
    auto options = std::make_shared<PictureOptions>();
    auto what = std::make_shared<AttentionOptions>();
    auto network = std::make_shared<std::string>("generator");
    parser->add_option("checkpoint", options->checkpoint, "run folder or .safetensors file")->required();
    add_seed(parser, "--seed", what->seed, "seed of the face");
    add_number(parser, "--x", what->x, 0, 65535, "0 to 65535",
               "column of the pixel; the middle when left out");
    add_number(parser, "--y", what->y, 0, 65535, "0 to 65535", "its row");
    add_choice(parser, "--network", *network, {"generator", "discriminator"}, "whose attention");
    add_class(parser, options->class_label, options->class_mix);
    parser->add_option("--gap", options->gap, "pixels between tiles")->check(CLI::Range(0, 256));
    parser->add_option("--scale", options->scale, "whole-number enlargement")->check(CLI::Range(1, 32));
    parser->add_option("--out", options->out, "picture to write (.png)")->required();
    commands.push_back({parser, [=](Context& context) {
                            what->network =
                                *network == "generator" ? NetworkKind::generator : NetworkKind::discriminator;
                            return print_picture(context, draw_attention(*options, *what));
                        }});
}

void add_neighbours_command(CLI::App& app, Commands& commands) {
    CLI::App* parser = app.add_subcommand("neighbours", "the training images nearest to a generated face");
    auto options = std::make_shared<PictureOptions>();
    auto what = std::make_shared<NeighboursOptions>();
    parser->add_option("checkpoint", options->checkpoint, "run folder or .safetensors file")->required();
    parser->add_option("--data", what->data, "data set to look in");
    add_seed(parser, "--seed", what->seed, "seed of the face");
    parser->add_option("--count", what->count, "how many neighbours")->check(CLI::Range(1, 256));
    auto features = evaluation_extractors();
    std::erase(features, "discriminator"); // D sees what is real, not what is alike
    features.insert(features.begin(), "blocks");
    add_choice(parser, "--extractor", what->features, features,
               "what is compared: the picture at 16x16, or these features");
    parser->add_option("--weights", what->weights, "safetensors file of the inception extractors");
    add_class(parser, options->class_label, options->class_mix);
    parser->add_option("--truncation", options->truncation, "shrink the latent towards the mean, 0 to 1")
        ->check(CLI::Range(0.0, 1.0));
    parser->add_option("--gap", options->gap, "pixels between tiles")->check(CLI::Range(0, 256));
    parser->add_option("--scale", options->scale, "whole-number enlargement")->check(CLI::Range(1, 32));
    parser->add_option("--out", options->out, "picture to write (.png)")->required();
    commands.push_back({parser, [=](Context& context) {
                            auto report = nearest_images(*options, *what, context.progress("looking"));
                            if (!report) return fail(report.error());
                            return print_neighbours(context, *report);
                        }});
}

} // namespace ganvas::cli
