#include "engine/core/settings.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "engine/core/nearest_word.h"

namespace ganvas {

std::vector<SettingDescription> make_setting_descriptions(); // settings_table.cpp

namespace {

std::string number_text(double value) {
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value);
    return {text, end.ptr};
}

Error unknown_setting(std::string_view key) {
    constexpr std::size_t shown = 64;
    if (key.size() > shown)
        return {ErrorCode::usage, "unknown setting", std::string(key.substr(0, shown)) + "…",
                "`ganvas settings` lists them all"};
    std::vector<std::string> keys;
    for (const SettingDescription& description : setting_descriptions()) keys.push_back(description.key);
    const std::string near = nearest_word(key, keys);
    return {ErrorCode::usage, "unknown setting", std::string(key),
            near.empty() ? "`ganvas settings` lists them all" : "did you mean " + near + "?"};
}

std::string range_text(const SettingDescription& d) {
    if (d.kind == SettingKind::boolean) return "true or false";
    if (d.kind == SettingKind::choice) {
        std::string text;
        for (const std::string& option : d.choices) text += (text.empty() ? "" : " | ") + option;
        return text;
    }
    return number_text(d.minimum) + " to " + number_text(d.maximum);
}

Error bad_value(const SettingDescription& d, std::string_view text) {
    return {ErrorCode::usage, "value out of range: " + std::string(text), d.key, "use " + range_text(d)};
}

Result<SettingValue> parse(const SettingDescription& d, std::string_view text) {
    const char* begin = text.data();
    const char* end = begin + text.size();
    switch (d.kind) {
    case SettingKind::boolean:
        if (text == "true" || text == "1" || text == "on" || text == "yes") return SettingValue(true);
        if (text == "false" || text == "0" || text == "off" || text == "no") return SettingValue(false);
        return bad_value(d, text);
    case SettingKind::integer: {
        std::int64_t value = 0;
        if (auto r = std::from_chars(begin, end, value); r.ec != std::errc() || r.ptr != end)
            return bad_value(d, text);
        return SettingValue(value);
    }
    case SettingKind::real: {
        double value = 0;
        if (auto r = std::from_chars(begin, end, value); r.ec != std::errc() || r.ptr != end)
            return bad_value(d, text);
        return SettingValue(value);
    }
    case SettingKind::choice:
    case SettingKind::text: return SettingValue(std::string(text));
    }
    return bad_value(d, text);
}

} // namespace

const std::vector<SettingDescription>& setting_descriptions() {
    static const std::vector<SettingDescription> table = make_setting_descriptions();
    return table;
}

const SettingDescription* find_setting(std::string_view key) {
    for (const SettingDescription& description : setting_descriptions())
        if (description.key == key) return &description;
    return nullptr;
}

Settings::Settings() {
    for (const SettingDescription& description : setting_descriptions())
        values_.emplace(description.key, description.default_value);
}

Result<void> Settings::set(std::string_view key, std::string_view text) {
    const SettingDescription* description = find_setting(key);
    if (description == nullptr) return unknown_setting(key);
    auto parsed = parse(*description, text);
    if (!parsed) return parsed.error();
    return set_value(key, parsed.take());
}

Result<void> Settings::set_value(std::string_view key, SettingValue value) {
    const SettingDescription* description = find_setting(key);
    if (description == nullptr) return unknown_setting(key);
    const SettingDescription& d = *description;
    if (d.kind == SettingKind::real && std::holds_alternative<std::int64_t>(value))
        value = static_cast<double>(std::get<std::int64_t>(value));
    if (d.kind == SettingKind::choice && std::holds_alternative<std::int64_t>(value))
        value = std::to_string(std::get<std::int64_t>(value));
    if (value.index() != d.default_value.index())
        return Error{ErrorCode::usage, "value of the wrong kind", d.key, "use " + range_text(d)};
    double number = d.minimum;
    if (d.kind == SettingKind::integer) number = static_cast<double>(std::get<std::int64_t>(value));
    if (d.kind == SettingKind::real) number = std::get<double>(value);
    if (!std::isfinite(number) || number < d.minimum || number > d.maximum)
        return bad_value(d, number_text(number));
    if (d.kind == SettingKind::choice) {
        const std::string& text = std::get<std::string>(value);
        if (std::find(d.choices.begin(), d.choices.end(), text) == d.choices.end()) return bad_value(d, text);
    }
    values_.find(key)->second = std::move(value);
    return {};
}

Result<void> Settings::assign(std::string_view assignment) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string_view::npos)
        return Error{ErrorCode::usage, "not a setting", std::string(assignment),
                     "write key=value, as in train.batch=32"};
    return set(assignment.substr(0, equals), assignment.substr(equals + 1));
}

const SettingValue& Settings::value(std::string_view key) const {
    const auto found = values_.find(key);
    assert(found != values_.end());
    return found->second;
}

std::int64_t Settings::integer(std::string_view key) const {
    const SettingValue& v = value(key);
    // Choices of numbers (image.size) read as integers too.
    if (const std::string* text = std::get_if<std::string>(&v)) return std::atoll(text->c_str());
    return std::get<std::int64_t>(v);
}
double Settings::real(std::string_view key) const { return std::get<double>(value(key)); }
bool Settings::boolean(std::string_view key) const { return std::get<bool>(value(key)); }
const std::string& Settings::text(std::string_view key) const { return std::get<std::string>(value(key)); }

std::string Settings::as_text(std::string_view key) const {
    const SettingValue& v = value(key);
    if (const bool* b = std::get_if<bool>(&v)) return *b ? "true" : "false";
    if (const std::int64_t* i = std::get_if<std::int64_t>(&v)) return std::to_string(*i);
    if (const double* d = std::get_if<double>(&v)) return number_text(*d);
    return std::get<std::string>(v);
}

std::vector<std::string> Settings::differences(const Settings& other) const {
    std::vector<std::string> keys;
    for (const SettingDescription& description : setting_descriptions())
        if (value(description.key) != other.value(description.key)) keys.push_back(description.key);
    return keys;
}

} // namespace ganvas
