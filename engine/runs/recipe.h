/// Recipes: named sets of settings, one TOML file each (`assets/recipes/quick.toml`, or any file of the
/// user's).
///
/// Free functions, any thread. A recipe's tables are the first part of a key and its entries the second
/// (`[generator]`, `width = 48`); what it leaves out keeps its default. An optional `description` stands at
/// the top, and an optional `base`: the recipe (name, or file beside this one) that it starts from. Unknown names, unknown keys and values out of range are `usage` errors that name file and line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/files.h"
#include "engine/core/result.h"
#include "engine/core/settings.h"

namespace ganvas {

/// A name of recipe_names(), or a path of a .toml file.
[[nodiscard]] Result<Settings> load_recipe(const std::string& name_or_file);
/// One sentence for the list; empty when the recipe has none or cannot be read.
[[nodiscard]] std::string recipe_description(const std::string& name_or_file);
/// Names of the recipes that ship, sorted.
[[nodiscard]] std::vector<std::string> recipe_names();
/// Checks TOML text; `where` names it in errors.
[[nodiscard]] Result<Settings> parse_recipe(std::string_view text, const std::string& where);
/// TOML of everything that differs from the defaults; parse_recipe reads it back.
[[nodiscard]] std::string recipe_text(const Settings& settings, std::string_view description = {});

} // namespace ganvas
