/// How deeply a text nests: looked at before a parser sees JSON or TOML that may be hostile.
///
/// Pure functions, any thread. What stands inside strings does not count; text that is neither gives some
/// answer.
#pragma once

#include <string_view>

namespace ganvas {

[[nodiscard]] inline bool nested_deeper_than(std::string_view json, int limit) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (in_string) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > limit) return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

/// Whether a key of a TOML text has more than `limit` parts (`a.b.c` has three). Each part is a table in a
/// table, which toml++ takes apart by calling itself: a line of a hundred thousand dots would end the
/// program's stack.
[[nodiscard]] bool dotted_deeper_than(std::string_view toml, int limit);

} // namespace ganvas
