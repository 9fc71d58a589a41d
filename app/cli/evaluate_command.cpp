/// ganvas eval: distances and scores between samples and data, each with its count, extractor and spread.
#include "app/cli/command.h"
#include "app/cli/options.h"
#include "engine/api/operations.h"

namespace ganvas::cli {

void add_evaluate_command(CLI::App& app, Commands& commands) {
    CLI::App* parser = app.add_subcommand("eval", "measure samples against data: fd, kid, is, mmd, pr");
    auto options = std::make_shared<EvaluateOptions>();
    parser->add_option("samples", options->samples, "checkpoint, run folder, or a source of pictures")
        ->required();
    parser->add_option("--data", options->data, "what to compare with")->required();
    parser->add_option("--metrics", options->metrics, "comma-separated: fd,kid,is,mmd,pr")
        ->delimiter(',')
        ->check(CLI::IsMember({"fd", "kid", "is", "mmd", "pr"}));
    add_number<std::int64_t>(parser, "--count", options->count, 2, 1'000'000, "2 to 1000000",
                             "pictures on each side");
    parser->add_option("--extractor", options->extractor, "lite0 or lite0-96");
    add_number(parser, "--batches", options->batches, 2, 1000, "2 to 1000", "resamples behind the spread");
    add_seed(parser, "--seed", options->seed, "seed of the first sample");
    add_split(parser, options->split);
    add_device(parser, options->device);
    commands.push_back({parser, [=](Context& context) {
                            auto values = evaluate(*options, context.progress("measuring"));
                            if (!values) return fail(values.error());
                            Json metrics = Json::object();
                            std::string text;
                            for (const MeasuredValue& v : *values) {
                                metrics[v.name] = {{"value", v.value},
                                                   {"std", v.deviation},
                                                   {"count", v.count},
                                                   {"extractor", v.extractor}};
                                text +=
                                    format("%-10s %10.4f ± %.4f   %s, N %lld\n", v.name.c_str(), v.value,
                                           v.deviation, v.extractor.c_str(), static_cast<long long>(v.count));
                            }
                            context.print(Json{{"metrics", metrics}}, text);
                            return 0;
                        }});
}

} // namespace ganvas::cli
