#include "engine/core/nesting.h"

#include <algorithm>

namespace ganvas {
namespace {

/// Where the string that begins at `at` ends: behind its closing quotes, or at the end of the text or, for
/// one quote, of the line. Backslashes count between double quotes only; of three closing quotes two more may
/// belong to the text.
std::size_t behind_string(std::string_view toml, std::size_t at) {
    const char quote = toml[at];
    const std::string_view three = quote == '"' ? "\"\"\"" : "'''";
    const bool lines = toml.substr(at, 3) == three;
    for (at += lines ? 3 : 1; at < toml.size(); ++at) {
        if (toml[at] == '\\' && quote == '"')
            ++at;
        else if (!lines && (toml[at] == quote || toml[at] == '\n'))
            return at + (toml[at] == quote ? 1 : 0);
        else if (lines && toml.substr(at, 3) == three)
            return std::min(toml.find_first_not_of(quote, at), at + 5);
    }
    return toml.size();
}

} // namespace

bool dotted_deeper_than(std::string_view toml, int limit) {
    int parts = 1;
    for (std::size_t at = 0; at < toml.size();) {
        const char c = toml[at];
        if (c == '"' || c == '\'') {
            at = behind_string(toml, at); // a part in quotes, or a value
            continue;
        }
        if (c == '#') {
            at = std::min(toml.find('\n', at), toml.size());
            continue;
        }
        if (c == '.') {
            if (++parts > limit) return true;
        } else if (c == '\n' || c == '=' || c == ',' || c == '[' || c == ']' || c == '{' || c == '}') {
            parts = 1; // whatever comes is another key or a value
        }
        ++at;
    }
    return false;
}

} // namespace ganvas
