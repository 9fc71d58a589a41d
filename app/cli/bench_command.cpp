/// ganvas bench: measurements as a table or JSON.
#include "app/cli/command.h"
#include "app/cli/options.h"
#include "engine/api/bench.h"

namespace ganvas::cli {
namespace {

int print_bench(Context& context, const Result<BenchReport>& report) {
    if (!report) return fail(report.error());
    Json object = Json::object();
    std::string text;
    for (const auto& [name, value] : *report) {
        object[name] = value;
        text += format("%-36s %14.3f\n", name.c_str(), value);
    }
    context.print(object, text);
    return 0;
}

} // namespace

void add_bench_command(CLI::App& app, Commands& commands) {
    CLI::App* bench = app.add_subcommand("bench", "measure this program on this machine");
    bench->require_subcommand(1);

    CLI::App* train = bench->add_subcommand("train", "training speed of a recipe");
    auto options = std::make_shared<BenchTrainOptions>();
    train->add_option("--recipe", options->recipe, "recipe");
    train->add_option("--set", options->assignments, "key=value (repeat)");
    add_number(train, "--seconds", options->seconds, 1.0, 3600.0, "1 to 3600", "how long to measure");
    train->add_flag("--profile", options->profile,
                    "also where the time of a step goes, in milliseconds and %");
    add_device(train, options->device);
    commands.push_back({train, [=](Context& context) {
                            return print_bench(context, bench_train(*options, context.progress("measuring")));
                        }});

    CLI::App* latent = bench->add_subcommand("latent", "explorer latency");
    auto checkpoint = std::make_shared<std::string>();
    latent->add_option("checkpoint", *checkpoint, "checkpoint; the shipped faces when left out");
    commands.push_back({latent, [=](Context& context) {
                            return print_bench(context,
                                               bench_latent(*checkpoint, context.progress("measuring")));
                        }});

    CLI::App* gui =
        bench->add_subcommand("gui", "frame times and slider latency of the window, while it trains");
    commands.push_back({gui, [](Context& context) {
                            return print_bench(context,
                                               context.window().bench(context.progress("measuring")));
                        }});

    CLI::App* metrics = bench->add_subcommand("metrics", "feature extraction and Frechet distance");
    auto count = std::make_shared<std::int64_t>(512);
    add_number<std::int64_t>(metrics, "--count", *count, 16, 100'000, "16 to 100000", "images");
    commands.push_back({metrics, [=](Context& context) {
                            return print_bench(context, bench_metrics(*count, context.progress("measuring")));
                        }});

    CLI::App* data = bench->add_subcommand("data", "drawing, decoding and opening data");
    auto images = std::make_shared<std::int64_t>(10'000);
    add_number<std::int64_t>(data, "--images", *images, 100, 1'000'000, "100 to 1000000",
                             "faces that are opened");
    commands.push_back({data, [=](Context& context) {
                            return print_bench(context, bench_data(*images, context.progress("measuring")));
                        }});
}

} // namespace ganvas::cli
