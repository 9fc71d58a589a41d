/// ganvas train: a run in the terminal.
#include <algorithm>
#include <cstdio>

#include "app/cli/command.h"
#include "app/cli/options.h"
#include "engine/api/operations.h"

namespace ganvas::cli {
namespace {

/// Below 0: nothing was said about when to stop.
double fraction_done(const TrainOptions& options, const Snapshot& now) {
    double fraction = -1;
    const auto towards = [&](double done, double target) {
        if (target > 0) fraction = std::max(fraction, done / target);
    };
    towards(static_cast<double>(now.step), static_cast<double>(options.steps));
    towards(static_cast<double>(now.images), static_cast<double>(options.images));
    towards(now.epoch, options.epochs);
    towards(now.seconds / 60, options.minutes);
    return std::min(fraction, 1.0);
}

int run_train(Context& context, const TrainOptions& options) {
    const Progress progress = context.progress("training", TimeLeft::in_the_text),
                   preparing = context.progress("preparing");
    auto report = train(
        options,
        [&](const Snapshot& now) {
            // The run's own: a run that goes on has a part of its way behind it.
            const std::string left =
                now.seconds_left > 0 ? ", " + duration_text(now.seconds_left) + " left" : std::string();
            progress.report(fraction_done(options, now),
                            format("step %lld, %s images, %.0f images/s, epoch %.1f%s",
                                   static_cast<long long>(now.step),
                                   short_number(static_cast<double>(now.images)).c_str(),
                                   now.images_per_second, now.epoch, left.c_str()));
        },
        [](const std::string& notice) {
            clear_bar();
            std::fprintf(stderr, "ganvas: %s\n", plain_line(notice).c_str());
        },
        preparing);
    if (!report) return fail(report.error());
    const TrainReport& r = *report;
    context.print(Json{{"steps", r.steps},
                       {"images", r.images},
                       {"seconds", r.seconds},
                       {"images_per_second", r.images_per_second},
                       {"checkpoint", r.checkpoint},
                       {"run", r.run_folder}},
                  format("%lld steps, %lld images in %s (%.0f images/s)\ncheckpoint %s",
                         static_cast<long long>(r.steps), static_cast<long long>(r.images),
                         duration_text(r.seconds).c_str(), r.images_per_second, r.checkpoint.c_str()));
    return r.interrupted ? 130 : 0;
}

} // namespace

void add_train_command(CLI::App& app, Commands& commands) {
    CLI::App* parser = app.add_subcommand("train", "train a GAN; limits are totals of the run");
    auto options = std::make_shared<TrainOptions>();
    auto seed = std::make_shared<std::uint64_t>(1);
    parser->add_option(
        "--data", options->data,
        "faces[:COUNT], a folder, CelebA, IDX, CIFAR or an archive of these; faces when left out. With "
        "--resume: where the run's pictures are now");
    parser->add_option("--recipe", options->recipe,
                       "name of a shipped recipe, or a TOML file; quick when left out");
    parser->add_option("--out", options->out, "run folder; a new one under ~/ganvas/runs when left out");
    auto* limits = parser->add_option_group("limits", "when to stop");
    constexpr std::int64_t most = 1'000'000'000'000;
    add_number<std::int64_t>(limits, "--steps", options->steps, 1, most, "1 to 1000000000000",
                             "training steps");
    add_number(limits, "--epochs", options->epochs, 1e-6, 1e9, "a number above 0", "passes over the data");
    add_number<std::int64_t>(limits, "--images", options->images, 1, most, "1 to 1000000000000",
                             "images shown");
    add_number(limits, "--minutes", options->minutes, 1e-6, 1e9, "a number above 0",
               "minutes of training time");
    limits->require_option(0, 1);
    parser->add_option("--set", options->assignments, "change a setting: key=value (repeat)");
    parser->add_flag("--resume", options->resume, "go on with the run in --out");
    parser->add_option(
        "--from", options->from,
        "a run or checkpoint: a new run goes on from it, with the settings that --set changes");
    CLI::Option* seed_option =
        add_number<std::uint64_t>(parser, "--seed", *seed, 0, 9007199254740991, "0 to 9007199254740991",
                                  "seed of weights, batches and latents");
    auto split = std::make_shared<std::string>();
    add_split(parser, *split);
    add_device(parser, options->device);
    commands.push_back({parser, [=](Context& context) {
                            if (!split->empty()) options->assignments.push_back("data.split=" + *split);
                            if (seed_option->count() > 0) options->seed = *seed;
                            return run_train(context, *options);
                        }});
}

} // namespace ganvas::cli
