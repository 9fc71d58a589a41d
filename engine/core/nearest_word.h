/// "Did you mean …?": the word of a list that a misspelt one was meant for.
///
/// Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ganvas {

/// The word of `choices` with the fewest edits to `word`, or that holds it; empty when none is near.
[[nodiscard]] std::string nearest_word(std::string_view word, const std::vector<std::string>& choices);

} // namespace ganvas
