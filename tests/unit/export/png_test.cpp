// PNG: pixels and texts come back, checked with libraries of others; damage is refused.
#include <doctest/doctest.h>

#include <png.h>
#include <zlib.h>

#include <cstring>
#include <fstream>

#include "engine/export/picture.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/export/drawn_pictures.h"

using namespace ganvas;
using namespace ganvas::testing;

TEST_CASE("PNG keeps every pixel of every kind of picture, and any text") {
    const ScratchFolder folder;
    for (const int channels : {1, 3, 4})
        for (const auto& [width, height] :
             {std::pair(1, 1), std::pair(7, 5), std::pair(64, 64), std::pair(200, 3)})
            for (const Image& image : {picture(width, height, channels), noise(width, height, channels, 3)}) {
                const PictureText text{{"ganvas", recipe}, {"Title", "Gänse & 鵝\n"}, {"Empty", ""}};
                REQUIRE(write_png(folder / "a.png", image, text).ok());
                const auto read = read_png(folder / "a.png");
                REQUIRE(read.ok());
                CHECK(read->width == width);
                CHECK(read->channels == channels);
                CHECK(read->pixels == image.pixels);
                CHECK(*read_png_text(folder / "a.png") == text);
            }
    CHECK(*read_picture_recipe(folder / "a.png") == recipe);
    // Smooth pictures compress: the filters do their work.
    CHECK(encode_png(picture(256, 256, 3))->size() < 256 * 256 * 3 / 2);
    CHECK_FALSE(encode_png(Image()).ok());
    CHECK_FALSE(encode_png(Image(2, 2, 2)).ok());
    CHECK_FALSE(encode_png(picture(2, 2, 3), {{"bad key", ""}}).ok());
    CHECK_FALSE(encode_png(picture(2, 2, 3), {{std::string(80, 'k'), ""}}).ok());
}

TEST_CASE("PNG: libpng finds the text where PNG says it is") {
    const auto bytes = *encode_png(picture(8, 8, 3), {{"ganvas", "{\"ä\":1}"}});
    png_structp reader = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(reader);
    std::span<const std::uint8_t> rest(bytes);
    png_set_read_fn(reader, &rest, [](png_structp png, png_bytep out, png_size_t count) {
        auto& from = *static_cast<std::span<const std::uint8_t>*>(png_get_io_ptr(png));
        std::memcpy(out, from.data(), count);
        from = from.subspan(count);
    });
    png_read_info(reader, info);
    png_textp text = nullptr;
    int count = 0;
    png_get_text(reader, info, &text, &count);
    REQUIRE(count == 1);
    CHECK(std::string(text[0].key) == "ganvas");
    CHECK(std::string(text[0].text) == "{\"ä\":1}");
    CHECK(text[0].compression == PNG_ITXT_COMPRESSION_NONE);
    png_destroy_read_struct(&reader, &info, nullptr);
}

TEST_CASE("PNG: damage, cuts and lies are refused, never fatal") {
    const ScratchFolder folder;
    const Path path = folder / "a.png";
    const Image image = picture(40, 30, 3);
    const auto good = *encode_png(image, {{"ganvas", "{\"kind\":\"picture\"}"}});
    const auto put = [&](const std::vector<std::uint8_t>& bytes) {
        std::ofstream(path, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    };
    for (std::size_t length = 0; length < good.size(); length += 3) {
        put({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length)});
        CHECK_FALSE(read_png_text(path).ok());
        const auto read = read_png(path);
        if (read.ok()) CHECK(length > good.size() - 16); // only IEND may be missing
    }
    for (std::uint64_t round = 0; round < 1500; ++round) {
        auto bad = good;
        for (int k = 0; k < 3; ++k)
            bad[random_below(round, 2 * k, bad.size())] =
                static_cast<std::uint8_t>(random_bits(round, 2 * k + 1));
        put(bad);
        (void)read_png(path).ok();
        const auto text = read_png_text(path);
        if (text.ok() && text->contains("ganvas")) CHECK(text->at("ganvas") == "{\"kind\":\"picture\"}");
    }
    // A header of 60,000 x 60,000, and one within limits whose few bytes cannot make so many pixels.
    for (const std::uint32_t side : {60'000u, 8'000u}) {
        auto huge = good;
        for (const int at : {16, 20})
            for (int k = 0; k < 4; ++k) huge[at + k] = static_cast<std::uint8_t>(side >> (24 - 8 * k));
        put(huge);
        const auto read = read_png(path);
        REQUIRE_FALSE(read.ok());
        CHECK(read.error().code == ErrorCode::bad_data);
    }
    // A text chunk that claims two gigabytes.
    auto lying = good;
    for (int k = 0; k < 4; ++k) lying[33 + k] = k == 0 ? 0x7f : 0xff;
    put(lying);
    CHECK_FALSE(read_png_text(path).ok());
    CHECK(read_png_text(folder / "absent").error().code == ErrorCode::not_found);
    CHECK(read_png("/dev/null").error().code == ErrorCode::bad_data);
}

TEST_CASE("PNG: texts that unpack to a gigabyte are read as far as sixteen megabytes") {
    const ScratchFolder folder;
    const Path path = folder / "a.png";
    const std::vector<std::uint8_t> letters(std::size_t(10) << 20, 'x');
    std::vector<std::uint8_t> packed(::compressBound(letters.size()));
    uLongf size = packed.size();
    REQUIRE(::compress2(packed.data(), &size, letters.data(), letters.size(), 9) == Z_OK);
    packed.resize(size);
    auto bytes = *encode_png(picture(4, 4, 3), {{"ganvas", "{}"}});
    std::vector<std::uint8_t> chunks;
    const auto number = [&](std::size_t value) {
        for (int shift = 24; shift >= 0; shift -= 8)
            chunks.push_back(static_cast<std::uint8_t>(value >> shift));
    };
    for (int k = 0; k < 100; ++k) {
        number(packed.size() + 4);
        const std::size_t start = chunks.size();
        const char head[] = {
            'z', 'T', 'X', 't', static_cast<char>('0' + k / 10), static_cast<char>('0' + k % 10), 0, 0};
        chunks.insert(chunks.end(), head, head + 8);
        chunks.insert(chunks.end(), packed.begin(), packed.end());
        number(::crc32_z(0, chunks.data() + start, chunks.size() - start));
    }
    bytes.insert(bytes.end() - 12, chunks.begin(), chunks.end()); // before the last chunk
    REQUIRE(write_file(path, bytes).ok());
    const auto text = read_png_text(path);
    REQUIRE(text.ok());
    CHECK(text->at("ganvas") == "{}");
    std::size_t total = 0;
    for (const auto& [keyword, value] : *text) total += value.size();
    CHECK(total > std::size_t(10) << 20);
    CHECK(total <= std::size_t(16) << 20);
}
