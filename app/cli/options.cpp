#include "app/cli/options.h"

#include <algorithm>
#include <string_view>

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

CLI::Option* add_class(CLI::App* parser, int& label, std::vector<std::pair<int, double>>& mix) {
    const auto take = [&label, &mix](const CLI::results_t& texts) {
        constexpr int largest = 65535;
        std::string_view rest = texts.front();
        bool sound = true;
        for (bool more = true; more && sound;) {
            const std::size_t comma = rest.find(',');
            const std::string part(rest.substr(0, comma));
            more = comma != std::string_view::npos;
            rest.remove_prefix(more ? comma + 1 : rest.size());
            const std::size_t colon = part.find(':');
            int number = -1;
            double weight = 1;
            const bool alone = colon == std::string::npos && !more && mix.empty();
            sound = parse_number(part.substr(0, colon), number) && number >= 0 && number <= largest
                    && (alone
                        || (colon != std::string::npos && parse_number(part.substr(colon + 1), weight)
                            && weight >= 0 && weight <= 1));
            if (alone)
                label = number;
            else
                mix.emplace_back(number, weight);
        }
        if (!sound)
            throw UsageError(out_of_range(
                "--class", texts.front(),
                "a number from 0 to 65535, or several with weights from 0 to 1 as in 3:0.5,5:0.5"));
        return true;
    };
    CLI::Option* option = parser->add_option(
        "--class", take, "class of a conditional model; several are mixed by weight: 3:0.5,5:0.5");
    option->type_name("K|K:W,K:W")->expected(1);
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
