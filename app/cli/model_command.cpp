/// ganvas model: both networks, layer by layer.
#include <algorithm>

#include "app/cli/command.h"
#include "engine/api/operations.h"

namespace ganvas::cli {
namespace {

Json network_json(const std::vector<LayerRow>& layers, std::int64_t parameters) {
    Json rows = Json::array();
    for (const LayerRow& layer : layers)
        rows.push_back({{"name", layer.name}, {"shape", layer.shape}, {"parameters", layer.parameters}});
    return {{"parameters", parameters}, {"layers", rows}};
}

std::string network_text(const char* title, const std::vector<LayerRow>& layers, std::int64_t parameters) {
    std::string text = format("%s: %lld parameters\n", title, static_cast<long long>(parameters));
    std::size_t longest = 0;
    for (const LayerRow& layer : layers) longest = std::max(longest, layer.name.size());
    for (const LayerRow& layer : layers)
        text += format("  %-*s  %-14s %10lld\n", static_cast<int>(longest), layer.name.c_str(),
                       layer.shape.c_str(), static_cast<long long>(layer.parameters));
    return text;
}

int run_model(Context& context, const NetworksOptions& options, const std::string& out) {
    auto networks = describe_networks(options);
    if (!networks) return fail(networks.error());
    const ModelSummary& both = *networks;
    Json object{{"generator", network_json(both.generator, both.generator_parameters)},
                {"discriminator", network_json(both.discriminator, both.discriminator_parameters)}};
    if (!out.empty()) {
        if (auto drawn = draw_networks(both, out); !drawn) return fail(drawn.error());
        object["out"] = out;
    }
    context.print(object,
                  network_text("generator", both.generator, both.generator_parameters)
                      + network_text("discriminator", both.discriminator, both.discriminator_parameters));
    return 0;
}

} // namespace

void add_model_command(CLI::App& app, Commands& commands) {
    CLI::App* parser = app.add_subcommand("model", "both networks: layers, shapes, parameters");
    auto options = std::make_shared<NetworksOptions>();
    CLI::Option* checkpoint =
        parser->add_option("checkpoint", options->checkpoint, "run folder or .safetensors file");
    parser->add_option("--recipe", options->recipe, "name of a shipped recipe, or a TOML file")
        ->excludes(checkpoint);
    parser->add_option("--set", options->assignments, "change a setting: key=value (repeat)")
        ->excludes(checkpoint);
    auto out = std::make_shared<std::string>();
    parser->add_option("--out", *out, "a drawing of both (.png or .svg)");
    commands.push_back({parser, [=](Context& context) { return run_model(context, *options, *out); }});
}

} // namespace ganvas::cli
