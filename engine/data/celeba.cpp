#include "engine/data/celeba.h"

#include <charconv>
#include <optional>

#include "engine/data/file_tree.h"

namespace ganvas {
namespace {

constexpr std::size_t most_attributes = 4096;
constexpr std::size_t most_notices = 1000;
constexpr std::int64_t most_rows = 10'000'000;

std::string_view next_line(std::string_view& text) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

/// Splits at blanks, or at commas in a .csv; what comes after more parts than any list has is left out.
std::vector<std::string_view> split(std::string_view line, bool commas) {
    std::vector<std::string_view> parts;
    std::size_t at = 0;
    const auto separates = [&](char c) { return commas ? c == ',' : c == ' ' || c == '\t'; };
    while (at < line.size() && parts.size() < most_attributes + 2) {
        while (at < line.size() && separates(line[at])) ++at;
        const std::size_t start = at;
        while (at < line.size() && !separates(line[at])) ++at;
        if (at > start) parts.push_back(line.substr(start, at - start));
    }
    return parts;
}

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// Appends the row's values; false (nothing appended) where one is neither 1 nor -1 (or 0, which some write for -1).
bool append_values(const std::vector<std::string_view>& parts, std::vector<std::int8_t>& values) {
    const std::size_t before = values.size();
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const auto value = number(parts[i]);
        if (!value || *value < -1 || *value > 1) {
            values.resize(before);
            return false;
        }
        values.push_back(*value == 1 ? 1 : -1);
    }
    return true;
}

Error bad_list(const std::string& what, const std::string& where) {
    return {
        ErrorCode::bad_data, what, where,
        "the file has a count line, a line of attribute names, then one row `file 1 -1 …` for each picture"};
}

} // namespace

std::string stem(std::string_view name) {
    const std::string_view base = base_name(name);
    return std::string(base.substr(0, base.rfind('.')));
}

bool is_about_list(const SkippedFile& file) { return base_name(file.name).starts_with("list_attr_celeba."); }

Result<AttributeList> parse_attribute_list(std::string_view text, const std::string& file_name) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    const bool commas = ending(file_name) == ".csv";
    AttributeList list;
    std::int64_t line_number = 1;
    std::optional<std::int64_t> count;
    auto parts = split(next_line(text), commas);
    if (parts.size() == 1 && !commas) {
        count = number(parts[0]);
        if (!count) return bad_list("the first line is not a count of pictures", file_name);
        parts = split(next_line(text), commas);
        ++line_number;
    } else if (commas && !parts.empty()) {
        parts.erase(parts.begin()); // image_id
    }
    if (parts.empty()) return bad_list("no attribute names", file_name);
    if (parts.size() > most_attributes) return bad_list("more than 4096 attributes", file_name);
    for (const auto part : parts) list.names.emplace_back(part);

    std::int64_t bad_rows = 0, rows = 0;
    std::string first_bad;
    while (!text.empty()) {
        const auto line = next_line(text);
        ++line_number;
        parts = split(line, commas);
        if (parts.empty()) continue;
        if (++rows > most_rows) return bad_list("more than ten million rows", file_name);
        const bool complete = parts.size() == list.names.size() + 1;
        if (!complete || !append_values(parts, list.values)) {
            ++bad_rows;
            const std::string reason =
                "line " + std::to_string(line_number)
                + (complete ? " has a value that is not 1 or -1"
                            : " has " + std::to_string(parts.size() - 1) + " values for "
                                  + std::to_string(list.names.size()) + " attributes");
            if (first_bad.empty()) first_bad = reason;
            if (list.notices.size() < most_notices) list.notices.push_back({file_name, reason});
            continue;
        }
        list.rows.emplace(stem(parts[0]), list.values.size() / list.names.size() - 1);
    }
    if (list.rows.empty()) return bad_list(bad_rows ? first_bad : "no rows", file_name);
    if (count && *count != rows)
        list.notices.insert(list.notices.begin(),
                            {file_name, "says " + std::to_string(*count) + " pictures and has "
                                            + std::to_string(rows) + " rows"});
    return list;
}

std::unordered_map<std::string, int> parse_partition_list(std::string_view text) {
    std::unordered_map<std::string, int> parts_of;
    while (!text.empty()) {
        const auto line = next_line(text);
        const auto parts = split(line, line.find(',') != std::string_view::npos);
        if (parts.size() != 2) continue;
        const auto part = number(parts[1]);
        if (parts_of.size() >= static_cast<std::size_t>(most_rows)) break;
        if (part && *part >= 0 && *part <= 2) parts_of.emplace(stem(parts[0]), static_cast<int>(*part));
    }
    return parts_of;
}

std::string write_attribute_list(const std::vector<std::string>& names,
                                 const std::vector<std::string>& file_names,
                                 const std::vector<std::int8_t>& values) {
    std::string text = std::to_string(file_names.size()) + "\n";
    for (const auto& name : names) text += name + " ";
    text += "\n";
    for (std::size_t row = 0; row < file_names.size(); ++row) {
        text += file_names[row];
        for (std::size_t k = 0; k < names.size(); ++k)
            text += values[row * names.size() + k] > 0 ? "  1" : " -1";
        text += "\n";
    }
    return text;
}

} // namespace ganvas
