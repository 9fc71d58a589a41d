/// A recipe from a file: its dialog, and what a recipe is called on the screen.
///
/// UI thread.
#pragma once

#include <string>

#include "app/gui/panels/panel.h"

namespace ganvas {

/// A shipped one's name; of a file only its own name, not its folders; "no recipe" for none.
[[nodiscard]] std::string recipe_word(const std::string& recipe);

/// Asks for a .toml file and loads it.
void ask_for_recipe(CommandSink& sink);

/// What a saved one is called where nothing else was typed.
inline constexpr const char* suggested_recipe_file = "my-recipe.toml";

} // namespace ganvas
