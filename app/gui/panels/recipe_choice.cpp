#include "app/gui/panels/recipe_choice.h"

#include <filesystem>

namespace ganvas {

std::string recipe_word(const std::string& recipe) {
    return recipe.empty() ? "no recipe" : std::filesystem::path(recipe).filename().string();
}

void ask_for_recipe(CommandSink& sink) {
    sink.ask_file({FileQuestion::Kind::open_file, "Open a recipe", {}, {"Recipes", "*.toml"}},
                  [&sink](std::string path) { sink.send(UseRecipe{std::move(path)}); });
}

} // namespace ganvas
