/// How deeply brackets nest in JSON text: looked at before a parser sees text that may be hostile.
///
/// A pure function, any thread. Brackets inside strings do not count; text that is no JSON gives some answer.
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

} // namespace ganvas
