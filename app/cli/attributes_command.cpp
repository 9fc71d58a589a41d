/// ganvas attributes: learns one latent direction per attribute of a labelled data set and says what each really does.
#include "app/cli/command.h"
#include "app/cli/options.h"
#include "engine/api/operations.h"

namespace ganvas::cli {
namespace {

int print_cards(Context& context, const AttributesReport& report) {
    Json rows = Json::array();
    std::string text = "attribute               held-out   majority   flips at +2 sigma\n";
    for (const AttributeCard& card : report.cards) {
        Json moved = Json::object();
        for (std::size_t k = 0; k < card.moved.size() && k < report.cards.size(); ++k)
            moved[report.cards[k].name] = card.moved[k];
        rows.push_back({{"name", card.name},
                        {"classifier_accuracy", card.classifier_accuracy},
                        {"base_rate", card.base_rate},
                        {"flipped", card.flipped},
                        {"works", card.works},
                        {"moved", moved}});
        text +=
            format("%-22s %8.1f %% %8.1f %% %9.0f %%%s\n", card.name.c_str(), card.classifier_accuracy * 100,
                   card.base_rate * 100, card.flipped * 100, card.works ? "" : "   does not work");
    }
    context.print(Json{{"attributes", rows}, {"out", report.out}, {"seconds", report.seconds}},
                  text + report.out);
    return 0;
}

} // namespace

void add_attributes_command(CLI::App& app, Commands& commands) {
    CLI::App* parser =
        app.add_subcommand("attributes", "learn one direction per attribute of a labelled data set");
    auto checkpoint = std::make_shared<std::string>();
    auto data = std::make_shared<std::string>("faces");
    auto out = std::make_shared<std::string>();
    parser->add_option("checkpoint", *checkpoint, "run folder or .safetensors file")->required();
    parser->add_option("--data", *data, "labelled data set");
    parser->add_option("--out", *out, "file to write (.safetensors)")->required();
    auto split = std::make_shared<std::string>();
    add_split(parser, *split);
    commands.push_back({parser, [=](Context& context) {
                            auto report = learn_attributes(*checkpoint, *data, *out, *split,
                                                           context.progress("learning attributes"));
                            if (!report) return fail(report.error());
                            return print_cards(context, *report);
                        }});
}

} // namespace ganvas::cli
