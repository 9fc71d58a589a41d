#include "app/gui/panels/health_fix.h"

#include "app/gui/widgets/controls.h"

namespace ganvas {
namespace {

using Action = HealthFix::Action;

std::string label_of(const std::string& key) {
    const SettingDescription* setting = find_setting(key);
    return setting ? setting->label : key;
}

std::string shown(const std::string& value) {
    return value == "true" ? "on" : value == "false" ? "off" : value;
}

} // namespace

std::vector<Command> fix_commands(const HealthFix& fix) {
    std::vector<Command> commands;
    const auto change = [&] {
        for (const auto& [key, value] : fix.settings) commands.push_back(ChangeSetting{key, value});
    };
    switch (fix.action) {
    case Action::none:
    case Action::other_data: break;
    case Action::change_settings:
        change();
        if (fix.go_on) commands.push_back(ResumeTraining{});
        break;
    case Action::go_back: commands.push_back(GoBack{fix.step, fix.settings}); break;
    case Action::new_run:
        commands.push_back(NewRun{});
        change();
        commands.push_back(StartTraining{});
        break;
    }
    return commands;
}

std::string fix_words(const HealthFix& fix, const Settings& settings) {
    std::string words;
    for (const auto& [key, value] : fix.settings)
        words += (words.empty() ? "" : "\n") + label_of(key) + ": " + shown(settings.as_text(key)) + " → "
                 + shown(value);
    switch (fix.action) {
    case Action::none: break;
    case Action::change_settings:
        words += fix.go_on ? "\nThen training goes on." : "\nAt once, while it trains.";
        break;
    case Action::go_back:
        words += "\nA new run goes on from the checkpoint of step " + grouped(fix.step)
                 + "; this one is saved and stays in Runs.";
        break;
    case Action::new_run: words += "\nA new run begins with this; the one that is open stays in Runs."; break;
    case Action::other_data: words = "More pictures, or more varied ones, are what helps"; break;
    }
    return words;
}

std::string fix_refused(const HealthFix& fix, const View& view) {
    const TrainingState state = view.snapshot.state;
    if (state == TrainingState::stopping || state == TrainingState::opening) return "wait until it is done";
    if (fix.action == Action::go_back && !view.opening.empty()) return "a run is being opened";
    return {};
}

void act_on_fix(const HealthFix& fix, CommandSink& sink) {
    for (Command& command : fix_commands(fix)) sink.send(std::move(command));
    switch (fix.action) {
    case Action::none: break;
    case Action::other_data: sink.show(PanelId::data); break;
    case Action::go_back: sink.say("Going back to step " + grouped(fix.step) + " in a new run"); break;
    case Action::change_settings:
    case Action::new_run: {
        std::string said;
        for (const auto& [key, value] : fix.settings)
            said += (said.empty() ? "" : ", ") + label_of(key) + " " + shown(value);
        sink.say(said);
        break;
    }
    }
}

} // namespace ganvas
