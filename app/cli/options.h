/// Options of the command line whose values are checked as the contract says: whole numbers, numbers, and words.
///
/// Internal to app/cli; main thread only. A value that is no number, not finite or out of range is a usage error that
/// names the option and what it takes. The parser that comes with CLI11 takes `nan` for a number in range and a number
/// of twenty digits for the largest one; these do not.
#pragma once

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/result.h"

namespace ganvas::cli {

/// Thrown while the command line is parsed, and turned into its line by run_command_line.
class UsageError : public CLI::ParseError {
public:
    explicit UsageError(ganvas::Error error)
        : ParseError("UsageError", error.line(), CLI::ExitCodes::ValidationError), error_(std::move(error)) {}
    [[nodiscard]] const ganvas::Error& error() const { return error_; }

private:
    ganvas::Error error_; // CLI11 has an Error of its own
};

[[nodiscard]] Error out_of_range(const std::string& option, const std::string& text,
                                 const std::string& range);

/// A number of `text` as a whole, or nothing of it: false.
template <class Number>
[[nodiscard]] bool parse_number(const std::string& text, Number& value) {
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failure == std::errc() && end == text.data() + text.size();
}

/// `minimum` to `maximum`, both included; finite.
template <class Number>
CLI::Option* add_number(CLI::App* parser, const std::string& name, Number& target, Number minimum,
                        Number maximum, const std::string& range, const std::string& help) {
    const auto take = [&target, name, minimum, maximum, range](const CLI::results_t& texts) {
        Number value{};
        if (!parse_number(texts.front(), value) || !(value >= minimum && value <= maximum))
            throw UsageError(out_of_range(name, texts.front(), range));
        target = value;
        return true;
    };
    CLI::Option* option = parser->add_option(name, take, help);
    option->type_name("NUMBER")->expected(1);
    return option;
}

/// Whole numbers of 64 bits without a sign: seeds.
CLI::Option* add_seed(CLI::App* parser, const std::string& name, std::uint64_t& target,
                      const std::string& help);

/// One of a few words.
CLI::Option* add_choice(CLI::App* parser, const std::string& name, std::string& target,
                        const std::vector<std::string>& choices, const std::string& help);

/// --class K, or several with weights: K:W,K:W.
CLI::Option* add_class(CLI::App* parser, int& label, std::vector<std::pair<int, double>>& mix);

/// --device auto|cpu|cuda.
CLI::Option* add_device(CLI::App* parser, std::string& target);

/// --split train|test, for sources that come in parts.
CLI::Option* add_split(CLI::App* parser, std::string& target);

} // namespace ganvas::cli
