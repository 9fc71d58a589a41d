// Recipes and studies: TOML that people write and pass on.
#include <algorithm>

#include "engine/runs/recipe.h"
#include "engine/studies/study_file.h"
#include "tests/fuzz/fuzz_target.h"

namespace ganvas::fuzz {
namespace {

std::size_t read_recipe(View bytes) {
    const auto settings = parse_recipe(text_of(bytes), "input.toml");
    if (!settings) {
        expect(!settings.error().line().empty(), "an error says something");
        return 0;
    }
    const auto again = parse_recipe(recipe_text(*settings, "what it is"), "again.toml");
    expect(again.ok() && *again == *settings, "what is written reads back");
    return 0;
}

std::size_t read_study(View bytes) {
    const auto study = parse_study(text_of(bytes), "input", "input.toml");
    if (!study) return 0;
    for (const StudyRow& row : study->rows)
        expect(!row.key.empty() && !row.title.empty(), "a row has its names");
    for (const StudyColumn& column : study->columns)
        expect(column.key.find('/') == std::string::npos, "no path for a key");
    return 0;
}

/// One key of many parts: as many tables in each other.
std::string deep(std::size_t levels) {
    std::string text;
    for (std::size_t k = 0; k < levels; ++k) text += "a.";
    return text + "a";
}

std::vector<Bytes> recipe_seeds() {
    return {
        bytes_of("description = \"a recipe\"\n[generator]\nwidth = 32\n[train]\nbatch = 64\nbeta1 = 5e-1\n"),
        bytes_of("base = \"dcgan\"\n"),
        bytes_of("base = \"/dev/zero\"\n"),
        bytes_of("generator.width = 48 # a comment\n'train'.\"batch\" = 0x10\ntrain.steps=inf\n"),
        bytes_of("a = '''x\ny'''\nb = [1, 2.5, {c = true}]\nd = 1979-05-27T07:32:00Z\n[[e]]\n[e.f]\n"),
        bytes_of(deep(100'000) + " = 1\n"),
        bytes_of("[" + deep(100'000) + "]\n"),
        bytes_of("x = {" + deep(100'000) + " = 1}\n"),
        bytes_of(std::string(500'000, 'k') + " = 1\n"),
        bytes_of("x = " + std::string(100'000, '[') + "\n")};
}

std::vector<Bytes> study_seeds() {
    return {
        bytes_of(
            "title = \"T\"\nreport = 2\nsection = \"4.1\"\nabout = \"a\"\ndiffers = \"d\"\nseeds = [1, 2]\n"
            "epochs = 3\nset = { generator.width = 8 }\n[data.faces]\nname = \"Faces\"\n"
            "stand_in = [\"faces:100\"]\n[[column]]\nmeasure = \"frechet\"\n[[row]]\nkey = \"a\"\n"
            "title = \"A\"\nreport = { frechet = \"12.5\" }\n[[figure]]\nkind = \"samples\"\ntitle = "
            "\"F\"\n"),
        bytes_of("[[row]]\n[row.set]\n\"generator.width\" = 8\n"), bytes_of(deep(100'000) + " = 1\n"),
        bytes_of(std::string(500'000, 'k') + " = 1\n")};
}

const std::vector<std::string> toml_words = {
    "[[",          "]]",        "\"\"\"", "'''",   "\\u00fc",      "\\U0010FFFF",
    " = ",         "true",      "inf",    "nan",   "1979-05-27",   "0xffffffffffffffff",
    "{",           "}",         "a.b.c",  "#",     "\xef\xbb\xbf", "base",
    "description", "generator", "width",  "train", "batch"};

} // namespace

FuzzTarget recipe_target() {
    return {.name = "recipe", .read = read_recipe, .seeds = recipe_seeds, .words = toml_words, .times = 32};
}

FuzzTarget study_target() {
    std::vector<std::string> words = toml_words;
    for (const char* word : {"[[row]]", "[[column]]", "[[figure]]", "[data.x]", "title", "report", "section",
                             "about", "differs", "stand_in", "measure", "kind", "epochs", "set", "key"})
        words.emplace_back(word);
    return {.name = "study", .read = read_study, .seeds = study_seeds, .words = words, .times = 32};
}

} // namespace ganvas::fuzz
