#include "app/cli/options.h"

#include <algorithm>

namespace ganvas::cli {

Error out_of_range(const std::string& option, const std::string& text, const std::string& range) {
    return {ErrorCode::usage, "value out of range: " + (text.empty() ? "nothing" : text), option,
            "use " + range};
}

CLI::Option* add_seed(CLI::App* parser, const std::string& name, std::uint64_t& target,
                      const std::string& help) {
    const auto take = [&target, name](const CLI::results_t& texts) {
        if (!parse_number(texts.front(), target))
            throw UsageError(
                out_of_range(name, texts.front(), "a whole number from 0 to 18446744073709551615"));
        return true;
    };
    CLI::Option* option = parser->add_option(name, take, help);
    option->type_name("SEED")->expected(1);
    return option;
}

CLI::Option* add_choice(CLI::App* parser, const std::string& name, std::string& target,
                        const std::vector<std::string>& choices, const std::string& help) {
    const auto take = [&target, name, choices](const CLI::results_t& texts) {
        if (std::find(choices.begin(), choices.end(), texts.front()) == choices.end()) {
            std::string range;
            for (const std::string& choice : choices) range += (range.empty() ? "" : " | ") + choice;
            throw UsageError(out_of_range(name, texts.front(), range));
        }
        target = texts.front();
        return true;
    };
    std::string words;
    for (const std::string& choice : choices) words += (words.empty() ? "" : "|") + choice;
    CLI::Option* option = parser->add_option(name, take, help);
    option->type_name(words)->expected(1);
    return option;
}

CLI::Option* add_device(CLI::App* parser, std::string& target) {
    return add_choice(parser, "--device", target, {"auto", "cpu", "cuda"}, "where to compute");
}

CLI::Option* add_split(CLI::App* parser, std::string& target) {
    return add_choice(parser, "--split", target, {"train", "test", "all"},
                      "the part of a source that comes in parts");
}

} // namespace ganvas::cli
