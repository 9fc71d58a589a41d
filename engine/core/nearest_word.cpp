#include "engine/core/nearest_word.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace ganvas {
namespace {

constexpr std::size_t longest_word = 64; ///< that may be a misspelling of a shorter one

std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t(0));
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t corner = row[0]++;
        for (std::size_t k = 0; k < b.size(); ++k) {
            const std::size_t change = corner + (a[i] == b[k] ? 0 : 1);
            corner = row[k + 1];
            row[k + 1] = std::min({change, row[k] + 1, row[k + 1] + 1});
        }
    }
    return row.back();
}

} // namespace

std::string nearest_word(std::string_view word, const std::vector<std::string>& choices) {
    std::string best;
    if (word.size() > longest_word) return best;
    std::size_t fewest = std::max<std::size_t>(2, word.size() / 2);
    for (const std::string& choice : choices)
        if (const std::size_t count = edits(word, choice);
            count <= fewest && (best.empty() || count < fewest)) {
            fewest = count;
            best = choice;
        }
    if (!best.empty() || word.size() < 3) return best;
    // A piece of a name is as good as a misspelling of it.
    for (const std::string& choice : choices)
        if (choice.find(word) != std::string::npos) return choice;
    return {};
}

} // namespace ganvas
