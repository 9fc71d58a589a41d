#include "engine/studies/study_file.h"

#include <algorithm>
#include <set>

#include "engine/core/nearest_word.h"
#include "engine/runs/recipe.h"
#include "engine/studies/study_reader.h"

namespace ganvas {
namespace {

constexpr std::size_t longest_study = 1u << 20;

bool looks_like_file(const std::string& text) {
    return text.find('/') != std::string::npos || Path(text).extension() == ".toml";
}

Error unknown_study(const std::string& name) {
    const auto names = study_names();
    if (names.empty()) return {ErrorCode::usage, "unknown study", name, "the assets folder holds no studies"};
    if (const std::string near = nearest_word(name, names); !near.empty())
        return {ErrorCode::usage, "unknown study", name, "did you mean " + near + "?"};
    return {ErrorCode::usage, "unknown study", name, "`ganvas reproduce --list` names them all"};
}

bool is_key(const std::string& text) {
    return !text.empty() && text.size() <= 48 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
               || c == '_';
    });
}

/// What the parts of a study say of each other.
class Checker {
public:
    Checker(const Study& study, std::string where) : study_(study), where_(std::move(where)) {}

    Result<void> check() {
        if (study_.title.empty() || study_.about.empty() || study_.differs.empty() || study_.section.empty())
            return wrong("title, section, about and differs must all be written");
        if (study_.report < 1 || study_.report > 5) return wrong("report must be 1 to 5");
        if (study_.rows.empty()) return wrong("there is no [[row]]");
        for (const StudyData& data : study_.data)
            if (!data.split.empty() && data.split != "train" && data.split != "test")
                return wrong("the split of [data." + data.key + "] is train or test");
        for (const StudyColumn& column : study_.columns)
            if (!is_key(column.key) || !columns_.insert(column.key).second)
                return wrong("column key is missing, odd or given twice: \"" + column.key + "\"");
        for (const StudyData& data : study_.data)
            if (data.stand_ins.empty()) return wrong("data set \"" + data.key + "\" names no stand_in");
        for (const StudyRow& row : study_.rows)
            if (auto checked = check_row(row); !checked) return checked;
        for (const StudyFigure& figure : study_.figures)
            if (auto checked = check_figure(figure); !checked) return checked;
        return {};
    }

private:
    Error wrong(std::string what) const {
        return {ErrorCode::usage, "study does not fit together: " + std::move(what), where_, ""};
    }

    Result<void> check_row(const StudyRow& row) {
        if (!is_key(row.key) || !rows_.insert(row.key).second)
            return wrong("row key is missing, odd or given twice: \"" + row.key + "\"");
        if (row.title.empty()) return wrong("row \"" + row.key + "\" has no title");
        if (study_.data_set(row.data) == nullptr)
            return wrong("row \"" + row.key + "\" names the data set \"" + row.data
                         + "\", which is not there");
        for (const auto& [column, value] : row.report)
            if (!columns_.contains(column))
                return wrong("row \"" + row.key + "\" has a report value for \"" + column + "\", no column");
        for (const std::string& column : row.columns)
            if (!columns_.contains(column))
                return wrong("row \"" + row.key + "\" measures \"" + column + "\", no column");
        if (!row.run.empty()) {
            const StudyRow* owner = study_.row(row.run);
            if (owner == nullptr || !owner->run.empty() || owner == &row)
                return wrong("row \"" + row.key + "\" uses the run of \"" + row.run + "\", which has none");
            return {};
        }
        const int targets = (row.target.epochs > 0) + (row.target.steps > 0) + (row.target.images > 0)
                            + (row.target.minutes > 0);
        if (targets != 1)
            return wrong("row \"" + row.key + "\" needs one of epochs, steps, images and minutes");
        return {};
    }

    Result<void> check_figure(const StudyFigure& figure) const {
        const auto& kinds = figure_kinds();
        if (std::find(kinds.begin(), kinds.end(), figure.kind) == kinds.end()) {
            const std::string near = nearest_word(figure.kind, kinds);
            return wrong("figure kind \"" + figure.kind + "\""
                         + (near.empty() ? "" : ", did you mean " + near + "?"));
        }
        if (figure.title.empty()) return wrong("a figure of kind \"" + figure.kind + "\" has no title");
        for (const std::string& row : figure.rows)
            if (!rows_.contains(row))
                return wrong("figure \"" + figure.title + "\" names the row \"" + row + "\"");
        return {};
    }

    const Study& study_;
    std::string where_;
    std::set<std::string> columns_, rows_;
};

} // namespace

Path studies_folder() { return assets_folder() / "studies"; }

std::vector<std::string> study_names() {
    std::vector<std::string> names;
    std::error_code code;
    for (std::filesystem::directory_iterator entry(studies_folder(), code), end; !code && entry != end;
         entry.increment(code))
        if (entry->path().extension() == ".toml") names.push_back(entry->path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

Result<Study> parse_study(std::string_view text, const std::string& name, const std::string& where) {
    auto study = read_study(text, where);
    if (!study) return study.error();
    study->name = name;
    if (auto checked = Checker(*study, where).check(); !checked) return checked.error();
    return study;
}

Result<Study> load_study(const std::string& name_or_file) {
    Path path = name_or_file;
    if (!looks_like_file(name_or_file)) {
        path = studies_folder() / (name_or_file + ".toml");
        std::error_code code;
        if (name_or_file.empty() || !std::filesystem::is_regular_file(path, code))
            return unknown_study(name_or_file);
    }
    auto text = read_text(path, longest_study);
    if (!text)
        return Error{ErrorCode::usage, "study " + text.error().what, path.string(),
                     "`ganvas reproduce --list` names those that ship"};
    return parse_study(*text, path.stem().string(), path.string());
}

Result<Settings> row_settings(const StudyRow& row, const std::vector<std::string>& extra) {
    auto settings = load_recipe(row.recipe);
    if (!settings) return settings.error();
    for (const auto* list : {&row.settings, &extra})
        for (const std::string& assignment : *list)
            if (auto set = settings->assign(assignment); !set) return set.error();
    return settings;
}

} // namespace ganvas
