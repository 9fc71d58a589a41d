// Text that was made to harm: nested without end, or full of what a terminal acts on.
#include <doctest/doctest.h>

#include <string>

#include "engine/core/nesting.h"
#include "engine/core/result.h"
#include "engine/core/settings.h"

using namespace ganvas;

namespace {

std::string key(int parts) {
    std::string text = "a";
    for (int k = 1; k < parts; ++k) text += k % 2 == 0 ? " . 'b.c'" : ".\"d.e\"";
    return text;
}

} // namespace

TEST_CASE("a key of many parts is found wherever TOML allows keys") {
    CHECK_FALSE(dotted_deeper_than(key(16) + " = 1", 16));
    for (const std::string& text :
         {key(17) + " = 1", "[" + key(17) + "]", "[[" + key(17) + "]]", "x = {" + key(17) + " = 1}",
          "x = [1,\n{ y = 2, " + key(17) + " = 1}]", "x = 1 # a comment.\n" + key(17) + " = 1",
          "x = \"\"\"a\"b\"\"\"\"\n" + key(17) + " = 1", "x = ['''a'''', {" + key(17) + " = 1}]",
          "x = \"a\\\"\"\n" + key(17) + " = 1"}) {
        CAPTURE(text);
        CHECK(dotted_deeper_than(text, 16));
        CHECK_FALSE(dotted_deeper_than(text, 17));
    }
}

TEST_CASE("dots in strings, comments and numbers are no parts of a key") {
    const std::string dots(100, '.');
    for (const std::string& value :
         {"\"" + dots + "\"", "'" + dots + "'", "\"\"\"\n" + dots + "\n\"\"\"", "'''" + dots + "'''",
          "1 # " + dots, std::string("[1.5, 2.5, 3.5, 4.5]")}) {
        CAPTURE(value);
        CHECK_FALSE(dotted_deeper_than("a.b = " + value + "\nc.d = 1\n", 2));
    }
}

TEST_CASE("an error's line holds nothing that a terminal acts on and can be read") {
    const Error escape{ErrorCode::bad_data, "cut\x1b[2Jshort", "a\x07\r\nb\x7f.png", ""};
    CHECK(escape.line() == "cut [2Jshort (a   b .png)");
    const Error umlauts{ErrorCode::bad_data, "größer", "ä.png", ""};
    CHECK(umlauts.line() == "größer (ä.png)");
    std::string letters;
    for (int k = 0; k < 100'000; ++k) letters += "ä";
    const std::string line = Error{ErrorCode::usage, "x" + letters, "", ""}.line();
    CHECK(line.size() < 4010);
    CHECK(line.ends_with("ä…"));
}

TEST_CASE("a key of a megabyte is an unknown setting at once") {
    Settings settings;
    const auto set = settings.set(std::string(1 << 20, 'k'), "1");
    REQUIRE_FALSE(set.ok());
    CHECK(set.error().where.size() < 100);
    CHECK(settings.set("generator.widht", "8").error().hint.find("generator.width") != std::string::npos);
}
