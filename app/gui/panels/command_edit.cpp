#include "app/gui/panels/command_edit.h"

#include "app/gui/panels/recipe_choice.h"
#include "app/gui/panels/setting_row.h"
#include "engine/core/file_ending.h"

namespace ganvas {
namespace {

std::string why_refused(const Command& command, const View& view) {
    if (const auto* change = std::get_if<ChangeSetting>(&command)) {
        const SettingDescription* setting = find_setting(change->key);
        return setting ? SettingRows::reason_fixed(view, *setting) : "there is no such setting";
    }
    if (const char* why = recipe_fixed(view); why && std::holds_alternative<UseRecipe>(command)) return why;
    return {};
}

std::optional<CommandEdit> of_setting(const ChangeSetting& change, const View& view) {
    if (!find_setting(change.key)) return std::nullopt;
    const std::string before = view.settings.as_text(change.key);
    if (before == change.value) return std::nullopt;
    return CommandEdit{{ChangeSetting{change.key, before}},
                       {change},
                       change.key + " is " + before + " again",
                       change.key + " is " + change.value + " again"};
}

/// Loading a recipe leaves the changes that were made to the one before.
std::optional<CommandEdit> of_recipe(const UseRecipe& use, const View& view) {
    if (view.recipe.empty()) return std::nullopt;
    const auto changed = view.settings.differences(view.recipe_settings);
    if (use.name == view.recipe && changed.empty()) return std::nullopt;
    CommandEdit edit{{UseRecipe{view.recipe}},
                     {use},
                     "recipe " + recipe_word(view.recipe) + " again",
                     "recipe " + recipe_word(use.name) + " again"};
    for (const std::string& key : changed)
        edit.back.emplace_back(ChangeSetting{key, view.settings.as_text(key)});
    if (!changed.empty())
        edit.gone_back += ", with " + std::to_string(changed.size())
                          + (changed.size() == 1 ? " setting" : " settings") + " as changed";
    return edit;
}

std::optional<CommandEdit> of_target(const SetTarget& target, const View& view) {
    const Snapshot& now = view.snapshot;
    SetTarget before;
    before.steps = now.target_steps;
    before.images = now.target_images;
    before.epochs = now.target_epochs;
    before.minutes = now.target_seconds / 60;
    if (before.steps == target.steps && before.images == target.images && before.epochs == target.epochs
        && before.minutes == target.minutes)
        return std::nullopt;
    return CommandEdit{{before}, {target}, "the target before", "the target again"};
}

} // namespace

const char* recipe_fixed(const View& view) {
    return view.snapshot.state == TrainingState::empty
               ? nullptr
               : "this run was built from its recipe; start a new run to take another";
}

std::optional<CommandEdit> edit_of(const Command& command, const View& view) {
    if (!why_refused(command, view).empty()) return std::nullopt;
    if (const auto* change = std::get_if<ChangeSetting>(&command)) return of_setting(*change, view);
    if (const auto* use = std::get_if<UseRecipe>(&command)) return of_recipe(*use, view);
    if (const auto* open = std::get_if<OpenPath>(&command); open && file_ending(open->path) == ".toml")
        return edit_of(UseRecipe{open->path}, view);
    if (const auto* target = std::get_if<SetTarget>(&command)) return of_target(*target, view);
    return std::nullopt;
}

std::string why_refused(const std::vector<Command>& commands, const View& view) {
    for (const Command& command : commands)
        if (auto why = why_refused(command, view); !why.empty()) return why;
    return {};
}

} // namespace ganvas
