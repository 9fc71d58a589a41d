/// ganvas eval: distances and scores between samples and data, each with its count, extractor and spread.
#include "app/cli/command.h"
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
    parser->add_option("--count", options->count, "pictures on each side")->check(CLI::Range(2, 1000000));
    parser->add_option("--extractor", options->extractor, "lite0 or lite0-96");
    parser->add_option("--batches", options->batches, "resamples behind the spread")
        ->check(CLI::Range(2, 1000));
    parser->add_option("--seed", options->seed, "seed of the first sample");
    parser->add_option("--device", options->device, "auto, cpu or cuda")
        ->check(CLI::IsMember({"auto", "cpu", "cuda"}));
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
