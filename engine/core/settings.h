/// Everything a user can set about a run, described once.
///
/// From this one table come recipes (TOML), `--set key=value`, the window's sliders and tooltips, the checks,
/// `ganvas settings` and the README's table. Settings is a value type: copy it freely, any thread.
/// A key is dotted and fixed for ever (`generator.width`); scripts rely on it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/core/result.h"

namespace ganvas {

using SettingValue = std::variant<bool, std::int64_t, double, std::string>;

enum class SettingKind { boolean, integer, real, choice, text };
/// When a change takes effect: before the run starts, or also while it trains.
enum class SettingScope { fixed, live };
/// Whether the window shows it at once or under "more".
enum class SettingRank { main, advanced };

struct SettingDescription {
    std::string key; ///< "generator.width"
    SettingKind kind;
    SettingValue default_value;
    double minimum = 0, maximum = 0;  ///< integer and real; inclusive
    bool logarithmic = false;         ///< slider scale
    std::string unit;                 ///< "images", "minutes"; empty for pure numbers
    std::vector<std::string> choices; ///< kind choice
    std::string group;                ///< "Data", "Generator", …; the first key part as a title
    SettingScope scope = SettingScope::fixed;
    SettingRank rank = SettingRank::advanced;
    std::string label;    ///< "Generator width"
    std::string sentence; ///< tooltip: what it does and how to choose
};

/// The whole table, in the order in which it is shown.
[[nodiscard]] const std::vector<SettingDescription>& setting_descriptions();
[[nodiscard]] const SettingDescription* find_setting(std::string_view key);

class Settings {
public:
    Settings(); ///< every setting at its default

    /// Parses and checks; error `usage` names key, range and the nearest key for a misspelling. Unchanged on error.
    [[nodiscard]] Result<void> set(std::string_view key, std::string_view text);
    [[nodiscard]] Result<void> set_value(std::string_view key, SettingValue value);
    /// "key=value".
    [[nodiscard]] Result<void> assign(std::string_view assignment);

    /// The getters assert that the key exists and has that kind.
    [[nodiscard]] std::int64_t integer(std::string_view key) const;
    [[nodiscard]] double real(std::string_view key) const;
    [[nodiscard]] bool boolean(std::string_view key) const;
    [[nodiscard]] const std::string& text(std::string_view key) const; ///< kinds choice and text
    [[nodiscard]] const SettingValue& value(std::string_view key) const;
    [[nodiscard]] std::string as_text(std::string_view key) const; ///< what set() would read back

    /// Keys whose value differs from `other`, in table order.
    [[nodiscard]] std::vector<std::string> differences(const Settings& other) const;
    bool operator==(const Settings&) const = default;

private:
    std::map<std::string, SettingValue, std::less<>> values_;
};

} // namespace ganvas
