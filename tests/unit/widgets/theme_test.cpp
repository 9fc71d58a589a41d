// The promise of theme.h: text and its ground are at least 4.5 : 1 apart in both themes (WCAG 2, level AA).
#include <algorithm>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "app/gui/widgets/theme.h"

namespace ganvas {
namespace {

TEST_CASE("contrast of known pairs") {
    CHECK(contrast({0, 0, 0, 1}, {1, 1, 1, 1}) == doctest::Approx(21));
    CHECK(contrast({1, 1, 1, 1}, {1, 1, 1, 1}) == doctest::Approx(1));
    CHECK(contrast({0.4627f, 0.4627f, 0.4627f, 1}, {1, 1, 1, 1}) == doctest::Approx(4.54).epsilon(0.01));
}

TEST_CASE("every text colour can be read on every ground that it stands on, in both themes") {
    constexpr float least = 4.5f;
    for (const ThemeKind kind : {ThemeKind::dark, ThemeKind::light}) {
        const Theme theme = make_theme(kind, 1);
        const std::string name = kind == ThemeKind::dark ? "dark" : "light";
        const std::pair<const char*, ImVec4> grounds[] = {
            {"panel", theme.panel}, {"window", theme.window}, {"field", theme.field}};
        const std::pair<const char*, ImVec4> words[] = {
            {"text", theme.text},           {"muted", theme.muted},
            {"generator", theme.generator}, {"discriminator", theme.discriminator},
            {"accent", theme.accent},       {"warning", theme.warning},
            {"error", theme.error},         {"good", theme.good}};
        for (const auto& [ground_name, ground] : grounds)
            for (const auto& [word_name, word] : words)
                CHECK_MESSAGE(contrast(word, ground) >= least, name << ": " << word_name << " on "
                                                                    << ground_name << " is "
                                                                    << contrast(word, ground));
        CHECK(contrast(theme.text, theme.field_hovered) >= least);
        CHECK(contrast(theme.accent_text, theme.accent) >= least);
        // The letters on pictures are black or white, whichever is further away.
        for (const ImVec4& side : {theme.a, theme.b})
            CHECK(std::max(contrast({0, 0, 0, 1}, side), contrast({1, 1, 1, 1}, side)) >= least);
    }
}

TEST_CASE("sizes follow the scale, and there are two sizes of text") {
    const Theme one = make_theme(ThemeKind::dark, 1), three = make_theme(ThemeKind::dark, 3);
    CHECK(three.text_size() == doctest::Approx(3 * one.text_size()));
    CHECK(three.small_size() == doctest::Approx(3 * one.small_size()));
    CHECK(three.px(4) == 12);
}

} // namespace
} // namespace ganvas
