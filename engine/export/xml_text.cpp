#include "engine/export/xml_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ganvas {
namespace {

constexpr std::array<std::pair<std::string_view, char>, 5> entities = {
    {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};

} // namespace

std::string xml_escape(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto entity = std::find_if(entities.begin(), entities.end(),
                                         [c](const auto& known) { return known.second == c && c != '\''; });
        if (entity != entities.end())
            out += entity->first;
        else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t')
            out += c;
    }
    return out;
}

std::string xml_unescape(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto entity = std::find_if(entities.begin(), entities.end(), [text](const auto& known) {
            return text.substr(0, known.first.size()) == known.first;
        });
        out += entity != entities.end() ? entity->second : text[0];
        text.remove_prefix(entity != entities.end() ? entity->first.size() : 1);
    }
    return out;
}

} // namespace ganvas
