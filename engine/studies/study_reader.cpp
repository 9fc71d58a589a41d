#include "engine/studies/study_reader.h"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "engine/core/nearest_word.h"
#include "engine/core/nesting.h"
#include "engine/studies/study_file.h"

namespace ganvas {
namespace {

std::string number_text(double value) {
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value);
    return {text, end.ptr};
}

/// Text, number or yes/no as it would be printed.
std::optional<std::string> printed(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
    if (const auto* real = node.as_floating_point()) return number_text(real->get());
    if (const auto* yes = node.as_boolean()) return yes->get() ? "true" : "false";
    return std::nullopt;
}

/// Takes the entries of one table; the first thing that is wrong stays, and finish() names what nobody asked for.
class Table {
public:
    Table(const toml::table& table, std::string where, std::string part)
        : table_(table), where_(std::move(where)), part_(std::move(part)) {}

    void take(const char* key, std::string& into) {
        if (const toml::node* node = find(key)) {
            if (const auto* text = node->as_string())
                into = text->get();
            else
                wrong(*node, key, "a text in quotes");
        }
    }
    void take(const char* key, bool& into) {
        if (const toml::node* node = find(key)) {
            if (const auto* yes = node->as_boolean())
                into = yes->get();
            else
                wrong(*node, key, "true or false");
        }
    }
    void take(const char* key, double& into, double minimum, double maximum) {
        const toml::node* node = find(key);
        if (node == nullptr) return;
        const auto value = node->is_number() ? node->value<double>() : std::nullopt;
        if (value && *value >= minimum && *value <= maximum)
            into = *value;
        else
            wrong(*node, key, number_text(minimum) + " to " + number_text(maximum));
    }
    template <class Whole>
    void take_whole(const char* key, Whole& into, std::int64_t minimum, std::int64_t maximum) {
        const toml::node* node = find(key);
        if (node == nullptr) return;
        const auto* value = node->as_integer();
        if (value != nullptr && value->get() >= minimum && value->get() <= maximum)
            into = static_cast<Whole>(value->get());
        else
            wrong(*node, key,
                  "a whole number, " + std::to_string(minimum) + " to " + std::to_string(maximum));
    }
    void take(const char* key, std::vector<std::string>& into) {
        each(key, "a list of texts", [&](const toml::node& node) {
            if (const auto* text = node.as_string()) return into.push_back(text->get()), true;
            return false;
        });
    }
    void take(const char* key, std::vector<double>& into) {
        each(key, "a list of numbers from 0 to 1", [&](const toml::node& node) {
            const auto value = node.is_number() ? node.value<double>() : std::nullopt;
            if (!value || !(*value >= 0 && *value <= 1)) return false;
            return into.push_back(*value), true;
        });
    }
    void take(const char* key, std::vector<std::uint64_t>& into) {
        std::vector<std::uint64_t> seeds;
        each(key, "a list of whole numbers", [&](const toml::node& node) {
            const auto* value = node.as_integer();
            if (value == nullptr || value->get() < 0 || value->get() > 9007199254740991) return false;
            return seeds.push_back(static_cast<std::uint64_t>(value->get())), true;
        });
        if (!seeds.empty()) into = std::move(seeds);
    }
    void take(const char* key, std::map<std::string, std::string>& into) {
        for_table(key, [&](const std::string& name, const toml::node& node) {
            if (auto text = printed(node)) return into[name] = *text, true;
            return false;
        });
    }
    /// { "generator.width" = 8 } and { generator.width = 8 } → "generator.width=8"
    void take_settings(const char* key, std::vector<std::string>& into) {
        for_table(key, [&](const std::string& name, const toml::node& node) {
            if (auto text = printed(node)) return into.push_back(name + "=" + *text), true;
            const toml::table* group = node.as_table();
            if (group == nullptr) return false;
            for (const auto& [entry, value] : *group) {
                auto text = printed(value);
                if (!text) return false;
                into.push_back(name + "." + std::string(entry.str()) + "=" + *text);
            }
            return true;
        });
    }
    /// Each table of `[[key]]`.
    template <class Each>
    void tables(const char* key, Each&& each_one) {
        const toml::node* node = find(key);
        if (node == nullptr) return;
        const toml::array* list = node->as_array();
        if (list == nullptr || !list->is_array_of_tables())
            return wrong(*node, key, "tables written [[" + std::string(key) + "]]");
        for (const toml::node& one : *list) each_one(*one.as_table());
    }
    /// Each table of `[key.NAME]`.
    template <class Each>
    void named_tables(const char* key, Each&& each_one) {
        for_table(key, [&](const std::string& name, const toml::node& node) {
            const toml::table* table = node.as_table();
            if (table == nullptr) return false;
            each_one(name, *table);
            return true;
        });
    }

    Result<void> finish() {
        if (error_) return *error_;
        for (const auto& [entry, node] : table_) {
            const std::string key(entry.str());
            if (std::find(asked_.begin(), asked_.end(), key) != asked_.end()) continue;
            const std::string near = nearest_word(key, asked_);
            return at(node, "unknown key \"" + key + "\" in " + part_,
                      near.empty() ? "" : "did you mean " + near + "?");
        }
        return {};
    }

private:
    const toml::node* find(const char* key) {
        asked_.emplace_back(key);
        return table_.get(key);
    }
    Error at(const toml::node& node, std::string what, std::string hint) const {
        const auto line = node.source().begin.line;
        return {ErrorCode::usage, std::move(what), where_ + (line > 0 ? ":" + std::to_string(line) : ""),
                std::move(hint)};
    }
    void wrong(const toml::node& node, const std::string& key, const std::string& wanted) {
        if (!error_)
            error_ = at(node, "\"" + key + "\" of " + part_ + " is not what it should be", "write " + wanted);
    }
    template <class Each>
    void each(const char* key, const char* wanted, Each&& take_one) {
        const toml::node* node = find(key);
        if (node == nullptr) return;
        const toml::array* list = node->as_array();
        if (list == nullptr) return wrong(*node, key, wanted);
        for (const toml::node& one : *list)
            if (!take_one(one)) return wrong(one, key, wanted);
    }
    template <class Each>
    void for_table(const char* key, Each&& take_one) {
        const toml::node* node = find(key);
        if (node == nullptr) return;
        const toml::table* table = node->as_table();
        if (table == nullptr) return wrong(*node, key, "a table");
        for (const auto& [entry, value] : *table)
            if (!take_one(std::string(entry.str()), value)) return wrong(value, key, "name = value");
    }

    const toml::table& table_;
    std::string where_, part_;
    std::vector<std::string> asked_;
    std::optional<Error> error_;
};

constexpr std::int64_t most = 1'000'000'000;

void take_target(Table& table, StudyTarget& target) {
    table.take("epochs", target.epochs, 0.001, 1e6);
    table.take_whole("steps", target.steps, 1, most);
    table.take_whole("images", target.images, 1, most);
    table.take("minutes", target.minutes, 0.001, 1e6);
}

bool is_set(const StudyTarget& target) { return !(target == StudyTarget{}); }

Result<StudyData> read_data(const std::string& key, const toml::table& table, const std::string& where) {
    StudyData data;
    data.key = key;
    Table reader(table, where, "[data." + key + "]");
    reader.take("name", data.name);
    reader.take("file", data.file);
    reader.take("note", data.note);
    reader.take("stand_in", data.stand_ins);
    reader.take("differs", data.differs);
    reader.take("split", data.split);
    if (auto done = reader.finish(); !done) return done.error();
    return data;
}

Result<StudyColumn> read_column(const toml::table& table, const std::string& where) {
    StudyColumn column;
    Table reader(table, where, "[[column]]");
    reader.take("measure", column.measure);
    column.key = column.title = column.measure;
    reader.take("key", column.key);
    reader.take("title", column.title);
    reader.take("unit", column.unit);
    reader.take("extractor", column.extractor);
    reader.take_whole("count", column.count, 2, 1000000);
    reader.take_whole("batches", column.batches, 1, 1000);
    reader.take_whole("splits", column.splits, 1, 1000);
    reader.take("exact", column.exact);
    reader.take("every", column.every);
    reader.take("lower_is_better", column.lower_is_better);
    if (auto done = reader.finish(); !done) return done.error();
    return column;
}

/// What the study says for all rows, then what the row says for itself.
struct Defaults {
    std::string recipe = "dcgan";
    std::string data;
    std::vector<std::string> settings;
    StudyTarget target;
};

Result<StudyRow> read_row(const toml::table& table, const Defaults& defaults, const std::string& where) {
    StudyRow row;
    row.recipe = defaults.recipe;
    row.data = defaults.data;
    row.settings = defaults.settings;
    Table reader(table, where, "[[row]]");
    reader.take("key", row.key);
    reader.take("title", row.title);
    reader.take("recipe", row.recipe);
    reader.take("data", row.data);
    reader.take("run", row.run);
    reader.take("note", row.note);
    reader.take("share", row.share, 0.01, 100);
    take_target(reader, row.target);
    reader.take_settings("set", row.settings);
    reader.take("report", row.report);
    reader.take("columns", row.columns);
    if (auto done = reader.finish(); !done) return done.error();
    if (!is_set(row.target)) row.target = defaults.target;
    return row;
}

Result<StudyFigure> read_figure(const toml::table& table, const std::string& where) {
    StudyFigure figure;
    Table reader(table, where, "[[figure]]");
    reader.take("kind", figure.kind);
    reader.take("title", figure.title);
    reader.take("caption", figure.caption);
    reader.take("rows", figure.rows);
    reader.take("alpha_to", figure.alpha_to, 0, 100);
    reader.take_whole("steps", figure.steps, 2, 256);
    reader.take_whole("count", figure.count, 1, 256);
    reader.take("moments", figure.moments);
    reader.take("attribute_a", figure.attribute_a);
    reader.take("attribute_b", figure.attribute_b);
    if (auto done = reader.finish(); !done) return done.error();
    return figure;
}

/// Keeps the first error of several parts.
template <class T>
void keep(std::vector<T>& list, Result<T> one, std::optional<Error>& error) {
    if (one)
        list.push_back(one.take());
    else if (!error)
        error = one.error();
}

Result<Study> read_root(const toml::table& root, const std::string& where) {
    Study study;
    Defaults defaults;
    std::optional<Error> error;
    Table reader(root, where, "the study");
    reader.take("title", study.title);
    reader.take_whole("report", study.report, 1, 5);
    reader.take("section", study.section);
    reader.take("about", study.about);
    reader.take("differs", study.differs);
    reader.take("length_note", study.length_note);
    reader.take("seeds", study.seeds);
    reader.take_whole("points", study.points, 1, 1000);
    reader.take_whole("narrow_with_budget", study.narrow, 1, 8);
    reader.take_whole("batch_with_budget", study.small_batch, 1, 16);
    reader.take("recipe", defaults.recipe);
    take_target(reader, defaults.target);
    reader.take_settings("set", defaults.settings);
    reader.named_tables("data", [&](const std::string& key, const toml::table& table) {
        keep(study.data, read_data(key, table, where), error);
    });
    if (study.data.size() == 1) defaults.data = study.data.front().key;
    reader.take("rows_data", defaults.data);
    reader.tables("column", [&](const toml::table& t) { keep(study.columns, read_column(t, where), error); });
    reader.tables("row",
                  [&](const toml::table& t) { keep(study.rows, read_row(t, defaults, where), error); });
    reader.tables("figure", [&](const toml::table& t) { keep(study.figures, read_figure(t, where), error); });
    if (error) return *error;
    if (auto done = reader.finish(); !done) return done.error();
    return study;
}

} // namespace

Result<Study> read_study(std::string_view text, const std::string& where) {
    constexpr int most_key_parts = 16;
    if (dotted_deeper_than(text, most_key_parts))
        return Error{ErrorCode::usage, "study has a key of too many parts", where, ""};
    try {
        return read_root(toml::parse(text), where);
    } catch (const toml::parse_error& error) {
        const auto line = error.source().begin.line;
        return Error{ErrorCode::usage, "study is not TOML, " + std::string(error.description()),
                     where + (line > 0 ? ":" + std::to_string(line) : ""), ""};
    }
}

} // namespace ganvas
