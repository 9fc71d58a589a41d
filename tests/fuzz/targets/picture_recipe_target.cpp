// The recipe in exported PNG, GIF and WebP files, from the file to the command line that repeats it.
#include <algorithm>

#include "engine/export/picture.h"
#include "engine/export/recipe_text.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/png_repair.h"
#include "tests/unit/data/file_makers.h"

namespace ganvas::fuzz {
namespace {

using testing::deflated;
using testing::png_chunk;

/// Whether a shell takes the line for one program with words: nothing outside of quotes that it would act on.
bool is_harmless(const std::string& line) {
    constexpr std::string_view plain = "_@%+=:,./- ";
    bool quoted = false;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char c = line[at];
        if (c == '\'') {
            quoted = !quoted;
        } else if (!quoted && c == '\\') {
            if (++at == line.size() || line[at] != '\'') return false;
        } else if (!quoted && !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) {
            if (plain.find(c) == std::string_view::npos) return false;
        }
    }
    return !quoted;
}

void read_recipe(const std::string& json) {
    const auto recipe = recipe_from_json(json);
    if (!recipe) return;
    const auto again = recipe_from_json(to_json(*recipe));
    expect(again.ok() && *again == *recipe, "a recipe that is written reads back");
    if (const auto line = command_line(*recipe, "it's; rm -rf $HOME `x`.png"))
        expect(is_harmless(*line), "a command without anything for the shell");
}

std::size_t read(View bytes) {
    const Path path = MemoryFile(bytes).path();
    if (const auto text = read_png_text(path))
        for (const auto& [keyword, value] : *text) expect(!keyword.empty(), "text has a keyword");
    std::size_t declared = 0;
    if (const auto image = read_png(path)) declared = image->pixels.size();
    if (const auto recipe = read_picture_recipe(path)) read_recipe(*recipe);
    read_recipe(text_of(bytes));
    return declared;
}

ExportRecipe example() {
    ExportRecipe recipe;
    recipe.checkpoint = "/runs/it's a run/checkpoints/step-10.safetensors";
    recipe.points = face_points(7, 2);
    recipe.points[0].to = LatentSum::face(3);
    recipe.points[1].attributes = {{"Smi'ling", 1.5}};
    recipe.program = "ganvas 0.1.0";
    return recipe;
}

Bytes with_chunk(const Bytes& png, const Bytes& chunk) {
    Bytes out(png.begin(), png.begin() + 33); // behind the signature and the header
    out.insert(out.end(), chunk.begin(), chunk.end());
    out.insert(out.end(), png.begin() + 33, png.end());
    return out;
}

/// A compressed text that unpacks to 12 megabytes, many times over under other keywords.
Bytes text_bomb(const Bytes& png) {
    const Bytes packed = deflated(Bytes(std::size_t(12) << 20, 'x'));
    Bytes out = png;
    for (int k = 0; k < 12; ++k) {
        Bytes content{static_cast<std::uint8_t>('a' + k), 0, 0};
        content.insert(content.end(), packed.begin(), packed.end());
        out = with_chunk(out, png_chunk("zTXt", content));
    }
    return out;
}

Bytes gif_of(const std::string& comment) {
    std::string out("GIF89a\1\0\1\0\0\0\0\x21\xfe", 15);
    for (std::size_t at = 0; at < comment.size(); at += 255) {
        const std::string part = comment.substr(at, 255);
        out += static_cast<char>(part.size());
        out += part;
    }
    return bytes_of(out + std::string("\0\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0\x3b", 17));
}

Bytes webp_of(const std::string& recipe) {
    const std::string packet = "<ganvas:recipe>" + recipe + "&amp;&#1;</ganvas:recipe>";
    const auto number = [](std::size_t value) {
        std::string text;
        for (int shift = 0; shift < 32; shift += 8) text += static_cast<char>(value >> shift);
        return text;
    };
    const std::string body = "WEBPXMP " + number(packet.size()) + packet + (packet.size() % 2 ? "x" : "");
    return bytes_of("RIFF" + number(body.size()) + body);
}

std::vector<Bytes> seeds() {
    const std::string json = to_json(example());
    const Image image(3, 2, 3, 100);
    const Bytes png = encode_png(image, {{"ganvas", json}, {"ganvas.sample", "{}"}}).take();
    const Bytes latin = with_chunk(png, png_chunk("tEXt", bytes_of(std::string("ganvas\0\xfc{}", 10))));
    return {
        png,
        latin,
        text_bomb(png),
        gif_of(json),
        webp_of(json),
        bytes_of(json),
        bytes_of(R"({"format":"ganvas recipe 1","points":[{"from":[{"weight":-1,"seeds":[1,2]}],"class":3,)"
                 R"("class_mix":[[1,0.5]],"axes":[[2,1]],"coordinates":[[99,1e300]],"path":"slerp"}]})")};
}

} // namespace

FuzzTarget picture_recipe_target() {
    return {.name = "picture_recipe",
            .read = read,
            .seeds = seeds,
            .words = {"tEXt",
                      "zTXt",
                      "iTXt",
                      "IHDR",
                      "IDAT",
                      "IEND",
                      "\x89PNG\r\n\x1a\n",
                      "GIF89a",
                      "\x21\xfe",
                      "RIFF",
                      "WEBP",
                      "XMP ",
                      "<ganvas:recipe>",
                      "</ganvas:recipe>",
                      "&lt;",
                      "\"format\":\"ganvas recipe 1\"",
                      "\"points\":[",
                      "\"from\":",
                      "\"seeds\":[",
                      "\"weight\":",
                      "\"attributes\":[",
                      "\"checkpoint\":",
                      "18446744073709551615",
                      "-1",
                      "1e308",
                      std::string("ganvas\0", 7),
                      "\\u0000"},
            .repair = repair_png,
            // One text of a picture may have 16 megabytes, and is copied on its way.
            .overhead = std::size_t(64) << 20};
}

} // namespace ganvas::fuzz
