/// ganvas eval: distances and scores between samples and data, each with its badge and its spread.
#include <cstdio>

#include "app/cli/command.h"
#include "app/cli/options.h"
#include "engine/api/operations.h"

namespace ganvas::cli {
namespace {

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

Json to_json(const MeasuredValue& v) {
    Json entry = {{"value", v.value},          {"std", v.deviation},
                  {"count", v.count},          {"extractor", v.extractor},
                  {"name", v.title},           {"std_over", v.spread},
                  {"resize", v.resize},        {"data", v.data},
                  {"split", v.split},          {"data_count", v.data_count},
                  {"parameters", v.parameters}};
    for (const auto& [key, detail] : v.details) entry[key] = detail;
    return entry;
}

std::string to_text(const MeasuredValue& v) {
    std::string text = format("%-10s %12.6g ± %-10.4g %s; %s, N %lld", v.name.c_str(), v.value, v.deviation,
                              v.title.c_str(), v.extractor.c_str(), static_cast<long long>(v.count));
    if (v.data_count > 0) text += format(" against %lld", static_cast<long long>(v.data_count));
    text += " of " + v.data + (v.split.empty() ? "" : " (" + v.split + ")") + "; " + v.resize;
    if (!v.parameters.empty()) text += "; " + v.parameters;
    if (!v.spread.empty()) text += "; ±: " + v.spread;
    text += "\n";
    for (const auto& [key, detail] : v.details) text += format("    %-28s %.6g\n", key.c_str(), detail);
    return text;
}

int run(Context& context, const EvaluateOptions& options, const FilterOptions& filters) {
    Json report = Json::object();
    std::string text;
    if (!filters.out.empty()) {
        auto made = filter_pictures(filters, context.progress("drawing filters"));
        if (!made) return fail(made.error());
        report["filters"] = {{"out", made->out}, {"pictures", made->pictures}, {"filters", made->filters}};
        text += made->out + "\n";
    }
    auto values = evaluate(options, context.progress("measuring"));
    if (!values) return fail(values.error());
    Json metrics = Json::object();
    for (const MeasuredValue& v : *values) {
        metrics[v.name] = to_json(v);
        text += to_text(v);
    }
    report["metrics"] = metrics;
    context.print(report, text);
    return 0;
}

} // namespace

void add_evaluate_command(CLI::App& app, Commands& commands) {
    CLI::App* parser =
        app.add_subcommand("eval", "measure samples against data, or one model against another");
    auto options = std::make_shared<EvaluateOptions>();
    auto filters = std::make_shared<FilterOptions>();
    parser->add_option("samples", options->samples, "checkpoint, run folder, or a source of pictures")
        ->required();
    parser->add_option("--data", options->data, "what to compare with: a source, or another checkpoint")
        ->required();
    const auto metrics = evaluation_metrics(), extractors = evaluation_extractors();
    parser->add_option("--metrics", options->metrics, "comma-separated: " + joined(metrics))
        ->delimiter(',')
        ->check(CLI::IsMember(metrics));
    add_number<std::int64_t>(parser, "--count", options->count, 2, 1'000'000, "2 to 1000000",
                             "pictures on each side");
    add_choice(parser, "--extractor", options->extractor, extractors, "features that are compared");
    parser->add_option("--weights", options->weights,
                       "inception: its safetensors file; discriminator: the checkpoint that holds it");
    add_number(parser, "--batches", options->batches, 1, 1000, "1 to 1000",
               "separate batches of samples behind value and spread");
    add_seed(parser, "--seed", options->seed, "seed of the first sample");
    add_split(parser, options->split);
    add_number(parser, "--size", options->image_size, 8, 1024, "8 to 1024",
               "pixels a side of samples that come from a source");
    parser->add_option("--channels", options->channels, "channels of samples that come from a source")
        ->check(CLI::IsMember({1, 3}));
    parser->add_option("--batch-sizes", options->spread_batches, "of `spread`, comma-separated")
        ->delimiter(',')
        ->check(CLI::Range(2, 100000));
    add_number(parser, "--repeats", options->spread_repeats, 2, 1000, "2 to 1000",
               "of `spread`: batches of each size");
    add_number(
        parser, "--splits", options->splits, 1, 1000, "1 to 1000",
        "of `is` and `mmd`: parts that the samples are split into; default: 10 from 1000 samples, else 1");
    add_number<std::int64_t>(parser, "--sample-batch", options->sample_batch, 2, 100'000, "2 to 100000",
                             "of `samples`: pictures a batch");
    parser->add_option(
        "--save-features", options->save_features,
        "also write the features of both sides (safetensors); those of `svm` with their labels, in "
        "FILE-svm beside other metrics");
    parser->add_option("--filters", filters->out,
                       "also write what the first filters of D's last convolution look for (PNG)");
    add_device(parser, options->device);
    commands.push_back({parser, [=](Context& context) {
                            options->say = [](const std::string& line) {
                                std::fprintf(stderr, "ganvas: %s\n", line.c_str());
                            };
                            filters->checkpoint = options->samples;
                            filters->data = options->data;
                            filters->seed = options->seed;
                            return run(context, *options, *filters);
                        }});
}

} // namespace ganvas::cli
