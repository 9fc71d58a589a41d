/// ganvas settings: the table of all settings, also as Markdown for the README.
#include "app/cli/command.h"
#include "engine/api/operations.h"
#include "engine/core/settings.h"

namespace ganvas::cli {
namespace {

std::string range_of(const SettingDescription& d) {
    if (d.kind == SettingKind::boolean) return "true, false";
    if (d.kind == SettingKind::choice) {
        std::string text;
        for (const std::string& choice : d.choices) text += (text.empty() ? "" : ", ") + choice;
        return text;
    }
    if (d.kind == SettingKind::text) return {};
    return format("%g to %g", d.minimum, d.maximum);
}

struct Wanted {
    std::string recipe, run, out;
    std::vector<std::string> assignments;
    bool markdown = false;
};

int save(Context& context, const Wanted& wanted, const Settings& settings) {
    const std::string& base = wanted.run.empty() ? wanted.recipe : wanted.run;
    auto report = save_recipe(settings, base.empty() ? std::string() : "from " + base, wanted.out);
    if (!report) return fail(report.error());
    context.print(Json{{"out", report->out}}, report->out);
    return 0;
}

int run_settings(Context& context, const Wanted& wanted) {
    auto chosen = chosen_settings(wanted.recipe, wanted.run, wanted.assignments);
    if (!chosen) return fail(chosen.error());
    const Settings values = chosen.take();
    if (!wanted.out.empty()) return save(context, wanted, values);
    const std::string& recipe = wanted.run.empty() ? wanted.recipe : wanted.run;
    const bool markdown = wanted.markdown;
    Json rows = Json::array();
    const char* value_title = recipe.empty() ? "default" : recipe.c_str();
    std::string text;
    if (markdown)
        text = "| setting | default | range | unit | live | what |\n| --- | --- | --- | --- | --- | --- |\n";
    else
        text =
            format("%-38s %-16s %s\n", "setting", value_title,
                   recipe.empty() ? "what it does; --recipe quick shows the values that `train` starts from"
                                  : "what it does");
    for (const SettingDescription& d : setting_descriptions()) {
        const bool live = d.scope == SettingScope::live;
        const std::string value = values.as_text(d.key);
        rows.push_back({{"key", d.key},
                        {"default", value},
                        {"range", range_of(d)},
                        {"unit", d.unit},
                        {"group", d.group},
                        {"live", live},
                        {"sentence", d.sentence}});
        if (markdown)
            text += "| `" + d.key + "` | " + value + " | " + range_of(d) + " | " + d.unit + " | "
                    + (live ? "yes" : "") + " | " + d.sentence + " |\n";
        else
            text += format("%-38s %-16s %s\n", d.key.c_str(), value.c_str(), d.sentence.c_str());
    }
    context.print(Json{{"settings", rows}}, text);
    return 0;
}

} // namespace

void add_settings_command(CLI::App& app, Commands& commands) {
    CLI::App* parser = app.add_subcommand("settings", "every setting: key, default, range, meaning");
    auto wanted = std::make_shared<Wanted>();
    parser->add_flag("--markdown", wanted->markdown, "as a Markdown table");
    CLI::Option* recipe =
        parser->add_option("--recipe", wanted->recipe, "the values of this recipe in place of the defaults");
    parser->add_option("--from", wanted->run, "the values of this run or checkpoint")->excludes(recipe);
    parser->add_option("--set", wanted->assignments, "key=value, as for train");
    parser->add_option("--out", wanted->out, "write them as a recipe for train's --recipe (.toml)");
    commands.push_back({parser, [=](Context& context) { return run_settings(context, *wanted); }});
}

} // namespace ganvas::cli
