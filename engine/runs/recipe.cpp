#include "engine/runs/recipe.h"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <utility>

#include "engine/core/nearest_word.h"
#include "engine/core/nesting.h"

namespace ganvas {
namespace {

constexpr std::size_t longest_recipe = 1u << 20;
constexpr int most_key_parts = 16; ///< generator.width has two

Path shipped_folder() { return assets_folder() / "recipes"; }

Error usage(std::string what, const std::string& where, const toml::source_region& region,
            std::string hint = {}) {
    std::string place = where;
    if (region.begin.line > 0) place += ":" + std::to_string(region.begin.line);
    return {ErrorCode::usage, std::move(what), place, std::move(hint)};
}

std::string number_text(double value) {
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value);
    return {text, end.ptr};
}

Result<void> apply(const std::string& key, const toml::node& node, const std::string& where,
                   Settings& settings) {
    std::string text;
    if (const auto* value = node.as_boolean())
        text = value->get() ? "true" : "false";
    else if (const auto* integer = node.as_integer())
        text = std::to_string(integer->get());
    else if (const auto* real = node.as_floating_point())
        text = number_text(real->get());
    else if (const auto* string = node.as_string())
        text = string->get();
    else
        return usage("not a value of a setting: " + key, where, node.source(), "write key = value");
    if (auto set = settings.set(key, std::string_view(text)); !set)
        return usage(set.error().what + ", " + set.error().where, where, node.source(), set.error().hint);
    return {};
}

Result<void> apply_table(const std::string& group, const toml::table& table, const std::string& where,
                         Settings& settings) {
    for (const auto& [entry, node] : table) {
        const std::string key = group + "." + std::string(entry.str());
        if (auto applied = apply(key, node, where, settings); !applied) return applied;
    }
    return {};
}

struct ParsedRecipe {
    Settings settings;
    std::string description;
};

constexpr int deepest_base = 8;

Result<ParsedRecipe> load(const std::string& name_or_file, const Path& beside, int depth);

/// Where the settings start: the recipe that `base` names, or the defaults.
Result<Settings> start_of(const toml::table& root, const std::string& where, int depth) {
    const toml::node* base = root.get("base");
    if (base == nullptr) return Settings();
    const auto* name = base->as_string();
    if (name == nullptr)
        return usage("base is not a recipe's name", where, base->source(), "write base = \"dcgan\"");
    if (depth >= deepest_base)
        return usage("recipes stand on each other too deeply", where, base->source(),
                     "does one name itself?");
    auto recipe = load(name->get(), Path(where).parent_path(), depth + 1);
    if (!recipe)
        return usage("base, " + recipe.error().what + ", " + recipe.error().where, where, base->source(),
                     recipe.error().hint);
    return std::move(recipe->settings);
}

Result<ParsedRecipe> parse(std::string_view text, const std::string& where, int depth) {
    if (dotted_deeper_than(text, most_key_parts))
        return Error{ErrorCode::usage, "recipe has a key of too many parts", where,
                     "write group.name = value"};
    toml::table root;
    try {
        root = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return usage("recipe is not TOML, " + std::string(error.description()), where, error.source());
    }
    ParsedRecipe recipe;
    auto start = start_of(root, where, depth);
    if (!start) return start.error();
    recipe.settings = start.take();
    for (const auto& [entry, node] : root) {
        const std::string key(entry.str());
        if (key == "base") continue;
        if (key == "description" && node.is_string()) {
            recipe.description = node.as_string()->get();
            continue;
        }
        const auto* table = node.as_table();
        auto applied = table != nullptr ? apply_table(key, *table, where, recipe.settings)
                                        : apply(key, node, where, recipe.settings);
        if (!applied) return applied.error();
    }
    return recipe;
}

/// What to do about a name that no recipe has.
std::string names_near(const std::string& wanted) {
    const auto names = recipe_names();
    if (names.empty()) return "the assets folder holds no recipes";
    if (const std::string near = nearest_word(wanted, names); !near.empty())
        return "did you mean " + near + "?";
    std::string text;
    for (const std::string& name : names)
        if (!name.starts_with("report")) text += name + ", ";
    return "use " + text + "one of a report (`ganvas reproduce --list`), or a .toml file";
}

bool looks_like_file(const std::string& text) {
    return text.find('/') != std::string::npos || Path(text).extension() == ".toml";
}

/// A file's name is looked up from `beside`.
Result<ParsedRecipe> load(const std::string& name_or_file, const Path& beside, int depth) {
    Path path = beside / name_or_file;
    std::error_code none;
    // Reading a pipe or a terminal would wait for ever.
    if (looks_like_file(name_or_file) && !std::filesystem::is_regular_file(path, none))
        return Error{ErrorCode::usage, "no such recipe", name_or_file, names_near(name_or_file)};
    if (!looks_like_file(name_or_file)) {
        path = shipped_folder() / (name_or_file + ".toml");
        std::error_code code;
        if (name_or_file.empty() || !std::filesystem::is_regular_file(path, code))
            return Error{ErrorCode::usage, "unknown recipe", name_or_file, names_near(name_or_file)};
    }
    auto text = read_text(path, longest_recipe);
    if (!text)
        return Error{ErrorCode::usage, "recipe " + text.error().what, path.string(),
                     names_near(name_or_file)};
    return parse(*text, path.string(), depth);
}

} // namespace

Result<Settings> parse_recipe(std::string_view text, const std::string& where) {
    auto recipe = parse(text, where, 0);
    if (!recipe) return recipe.error();
    return std::move(recipe->settings);
}

Result<Settings> load_recipe(const std::string& name_or_file) {
    auto recipe = load(name_or_file, {}, 0);
    if (!recipe) return recipe.error();
    return std::move(recipe->settings);
}

std::string recipe_description(const std::string& name_or_file) {
    auto recipe = load(name_or_file, {}, 0);
    return recipe ? recipe->description : std::string();
}

std::vector<std::string> recipe_names() {
    std::vector<std::string> names;
    std::error_code code;
    for (std::filesystem::directory_iterator entry(shipped_folder(), code), end; !code && entry != end;
         entry.increment(code))
        if (entry->path().extension() == ".toml") names.push_back(entry->path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

std::string recipe_text(const Settings& settings, std::string_view description) {
    toml::table root;
    if (!description.empty()) root.insert("description", std::string(description));
    for (const std::string& key : settings.differences(Settings())) {
        const std::size_t dot = key.find('.');
        const std::string group = key.substr(0, dot), entry = key.substr(dot + 1);
        if (!root.contains(group)) root.insert(group, toml::table{});
        toml::table& table = *root[group].as_table();
        std::visit([&](const auto& value) { table.insert(entry, value); }, settings.value(key));
    }
    std::ostringstream out;
    out << root << '\n';
    return out.str();
}

} // namespace ganvas
