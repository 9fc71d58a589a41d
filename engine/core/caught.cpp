#include "engine/core/caught.h"

#include <new>
#include <utility>

namespace ganvas {

bool says_out_of_memory(const std::exception& caught) {
    if (dynamic_cast<const std::bad_alloc*>(&caught)) return true;
    const std::string words = caught.what();
    return words.find("can't allocate memory") != std::string::npos
           || words.find("out of memory") != std::string::npos;
}

Error error_of(const std::exception& caught, std::string where, std::string hint) {
    if (says_out_of_memory(caught))
        return {ErrorCode::internal, "the memory ran out", std::move(where),
                "ask for fewer or smaller pictures, or close other programs"};
    const std::string words = caught.what();
    return {ErrorCode::internal, words.substr(0, words.find('\n')), std::move(where), std::move(hint)};
}

} // namespace ganvas
