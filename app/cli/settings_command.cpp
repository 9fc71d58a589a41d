/// ganvas settings: the table of all settings, also as Markdown for the README.
#include "app/cli/command.h"
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
    return format("%g to %g", d.minimum, d.maximum);
}

} // namespace

void add_settings_command(CLI::App& app, Commands& commands) {
    CLI::App* parser = app.add_subcommand("settings", "every setting: key, default, range, meaning");
    auto markdown = std::make_shared<bool>(false);
    parser->add_flag("--markdown", *markdown, "as a Markdown table");
    commands.push_back({parser, [=](Context& context) {
                            const Settings defaults;
                            Json rows = Json::array();
                            std::string text = *markdown ? "| setting | default | range | unit | live | what "
                                                           "|\n| --- | --- | --- | --- | --- | --- |\n"
                                                         : "";
                            for (const SettingDescription& d : setting_descriptions()) {
                                const bool live = d.scope == SettingScope::live;
                                rows.push_back({{"key", d.key},
                                                {"default", defaults.as_text(d.key)},
                                                {"range", range_of(d)},
                                                {"unit", d.unit},
                                                {"group", d.group},
                                                {"live", live},
                                                {"sentence", d.sentence}});
                                if (*markdown)
                                    text += "| `" + d.key + "` | " + defaults.as_text(d.key) + " | "
                                            + range_of(d) + " | " + d.unit + " | " + (live ? "yes" : "")
                                            + " | " + d.sentence + " |\n";
                                else
                                    text += format("%-38s %-16s %s\n", d.key.c_str(),
                                                   defaults.as_text(d.key).c_str(), d.sentence.c_str());
                            }
                            context.print(Json{{"settings", rows}}, text);
                            return 0;
                        }});
}

} // namespace ganvas::cli
