#include "app/gui/panels/notice_action.h"

#include <filesystem>

namespace ganvas {
namespace {

std::string short_name(const std::string& path) {
    const std::filesystem::path whole(path);
    const std::string name = (whole.has_filename() ? whole : whole.parent_path()).filename().string();
    return name.empty() ? path : name;
}

} // namespace

std::string action_words(NoticeAction action, const std::string& target) {
    switch (action) {
    case NoticeAction::none: return {};
    case NoticeAction::continue_run: return "Go on with it";
    case NoticeAction::show_health: return "Show it";
    case NoticeAction::new_run_on: return "New run on " + short_name(target);
    case NoticeAction::new_run_with: return "New run with " + short_name(target);
    }
    return {};
}

void act_on(NoticeAction action, const std::string& target, CommandSink& sink) {
    switch (action) {
    case NoticeAction::none: return;
    case NoticeAction::continue_run: return sink.send(ContinueRun{target});
    case NoticeAction::show_health: return sink.show(PanelId::health);
    case NoticeAction::new_run_on:
        sink.send(NewRun{target});
        sink.show(PanelId::train);
        return;
    case NoticeAction::new_run_with:
        sink.send(NewRun{});
        sink.send(UseRecipe{target});
        sink.show(PanelId::train);
        return;
    }
}

} // namespace ganvas
