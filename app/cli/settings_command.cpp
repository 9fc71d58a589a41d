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

int run_settings(Context& context, const std::string& recipe, bool markdown) {
    Settings values;
    if (!recipe.empty()) {
        auto loaded = recipe_settings(recipe);
        if (!loaded) return fail(loaded.error());
        values = loaded.take();
    }
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
    auto markdown = std::make_shared<bool>(false);
    auto recipe = std::make_shared<std::string>();
    parser->add_flag("--markdown", *markdown, "as a Markdown table");
    parser->add_option("--recipe", *recipe, "the values of this recipe in place of the defaults");
    commands.push_back({parser, [=](Context& context) { return run_settings(context, *recipe, *markdown); }});
}

} // namespace ganvas::cli
