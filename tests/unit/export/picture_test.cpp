// PNG, GIF and WebP: pixels, frame counts, rates and recipes come back, checked with libraries of others;
// damage is refused.
#include <doctest/doctest.h>

#include <gif_lib.h>
#include <png.h>
#include <webp/decode.h>
#include <webp/demux.h>
#include <zlib.h>

#include <cmath>
#include <cstring>
#include <fstream>

#include "engine/core/random.h"
#include "engine/export/picture.h"
#include "tests/support/full_disk.h"
#include "tests/support/scratch_folder.h"

using namespace ganvas;
using ganvas::testing::FullDisk;
using ganvas::testing::ScratchFolder;

namespace {

const std::string recipe =
    "{\"kind\":\"strip\",\"name\":\"a <b> & \\\"c\\\"\",\"long\":\"" + std::string(1000, 'x') + "\"}";

/// Smooth colours with a disc, moved by `phase`: like a face more than noise is.
Image picture(int width, int height, int channels, double phase = 0) {
    Image image(width, height, channels);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int k = 0; k < channels; ++k) {
                const double wave = std::sin(0.07 * x + phase + k) + std::cos(0.05 * y - phase * 2 + 2 * k);
                const bool disc = std::hypot(x - width / 2.0, y - height / 2.0) < width / 3.0;
                const double value = 128 + 50 * wave + (disc ? 25 : 0);
                image.row(y)[x * channels + k] =
                    k == 3 ? static_cast<std::uint8_t>(200) : static_cast<std::uint8_t>(value);
            }
    return image;
}

Image noise(int width, int height, int channels, std::uint64_t seed) {
    Image image(width, height, channels);
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i] = static_cast<std::uint8_t>(random_bits(seed, i));
    return image;
}

double mean_error(const Image& a, const Image& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels[i] - b.pixels[i]);
    return sum / static_cast<double>(a.pixels.size());
}

struct Animation {
    std::vector<Image> frames;
    std::vector<int> milliseconds;
    int loops = -1;
};

Animation decode_gif(const Path& path) {
    Animation animation;
    int error = 0;
    GifFileType* file = DGifOpenFileName(path.c_str(), &error);
    REQUIRE(file != nullptr);
    REQUIRE(DGifSlurp(file) == GIF_OK);
    for (int i = 0; i < file->ImageCount; ++i) {
        const SavedImage& saved = file->SavedImages[i];
        Image frame(saved.ImageDesc.Width, saved.ImageDesc.Height, 3);
        for (std::size_t k = 0; k < frame.pixels.size() / 3; ++k) {
            const GifColorType colour = saved.ImageDesc.ColorMap->Colors[saved.RasterBits[k]];
            const std::uint8_t rgb[3] = {colour.Red, colour.Green, colour.Blue};
            std::memcpy(frame.pixels.data() + 3 * k, rgb, 3);
        }
        GraphicsControlBlock control{};
        DGifSavedExtensionToGCB(file, i, &control);
        animation.frames.push_back(std::move(frame));
        animation.milliseconds.push_back(control.DelayTime * 10);
        for (int e = 0; e < saved.ExtensionBlockCount; ++e) {
            const ExtensionBlock& block = saved.ExtensionBlocks[e];
            if (block.Function == CONTINUE_EXT_FUNC_CODE && block.ByteCount == 3)
                animation.loops = block.Bytes[1] + 256 * block.Bytes[2];
        }
    }
    DGifCloseFile(file, &error);
    return animation;
}

Animation decode_webp(const Path& path) {
    Animation animation;
    const auto bytes = *read_bytes(path);
    const WebPData data{bytes.data(), bytes.size()};
    WebPAnimDecoder* decoder = WebPAnimDecoderNew(&data, nullptr);
    REQUIRE(decoder != nullptr);
    WebPAnimInfo info;
    WebPAnimDecoderGetInfo(decoder, &info);
    animation.loops = static_cast<int>(info.loop_count);
    int last = 0;
    while (WebPAnimDecoderHasMoreFrames(decoder)) {
        std::uint8_t* pixels = nullptr;
        int until = 0;
        REQUIRE(WebPAnimDecoderGetNext(decoder, &pixels, &until));
        Image frame(static_cast<int>(info.canvas_width), static_cast<int>(info.canvas_height), 3);
        for (std::size_t k = 0; k < frame.pixels.size() / 3; ++k)
            std::memcpy(frame.pixels.data() + 3 * k, pixels + 4 * k, 3);
        animation.frames.push_back(std::move(frame));
        animation.milliseconds.push_back(until - last);
        last = until;
    }
    WebPAnimDecoderDelete(decoder);
    return animation;
}

int total(const std::vector<int>& values) {
    int sum = 0;
    for (const int value : values) sum += value;
    return sum;
}

} // namespace

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

TEST_CASE("GIF has exactly the frames, the mean rate, a loop and the comment") {
    const ScratchFolder folder;
    for (const int count : {1, 2, 64}) {
        std::vector<Image> frames;
        for (int i = 0; i < count; ++i) frames.push_back(picture(64, 48, 3, 0.1 * i));
        REQUIRE(write_gif(folder / "a.gif", frames, 16, recipe).ok());
        const Animation read = decode_gif(folder / "a.gif");
        REQUIRE(read.frames.size() == static_cast<std::size_t>(count));
        CHECK(std::abs(total(read.milliseconds) - 1000.0 * count / 16) <= 5);
        CHECK(read.loops == 0);
        // Pillow 11 has 2.5 to 2.8 on these without dithering, 3.0 to 3.5 with it.
        for (int i = 0; i < count; ++i) CHECK(mean_error(read.frames[i], frames[i]) < 3.0);
        CHECK(*read_gif_comment(folder / "a.gif") == recipe);
        CHECK(*read_picture_recipe(folder / "a.gif") == recipe);
    }
}

TEST_CASE("GIF: equal frames stay, few colours are exact, grey is exact") {
    const ScratchFolder folder;
    const std::vector<Image> same(5, picture(16, 16, 3));
    REQUIRE(write_gif(folder / "a.gif", same, 50).ok());
    CHECK(decode_gif(folder / "a.gif").frames.size() == 5);
    CHECK(read_gif_comment(folder / "a.gif")->empty());
    CHECK(read_picture_recipe(folder / "a.gif").error().code == ErrorCode::not_found);
    for (const int colours : {1, 2, 3, 17, 256}) {
        Image flat(16, 17, 3);
        for (std::size_t i = 0; i < flat.pixels.size(); ++i) {
            const auto value = static_cast<std::uint64_t>((i / 3) % static_cast<std::size_t>(colours));
            flat.pixels[i] = static_cast<std::uint8_t>(random_bits(value, i % 3));
        }
        REQUIRE(write_gif(folder / "b.gif", std::span(&flat, 1), 10).ok());
        CHECK(decode_gif(folder / "b.gif").frames[0].pixels == flat.pixels);
    }
    const Image grey = noise(50, 50, 1, 4);
    REQUIRE(write_gif(folder / "c.gif", std::span(&grey, 1), 10).ok());
    const Image read = decode_gif(folder / "c.gif").frames[0];
    for (std::size_t i = 0; i < grey.pixels.size(); ++i) REQUIRE(read.pixels[3 * i + 1] == grey.pixels[i]);
}

TEST_CASE("slow and fast animations keep their rates") {
    const ScratchFolder folder;
    const std::vector<Image> frames(10, picture(8, 8, 3));
    for (const double rate : {0.5, 3.0, 30.0, 50.0}) {
        CAPTURE(rate);
        REQUIRE(write_gif(folder / "a.gif", frames, rate).ok());
        CHECK(std::abs(total(decode_gif(folder / "a.gif").milliseconds) - 10'000 / rate) <= 5);
        REQUIRE(write_webp(folder / "a.webp", frames, rate).ok());
        CHECK(std::abs(total(decode_webp(folder / "a.webp").milliseconds) - 10'000 / rate) <= 1);
    }
}

TEST_CASE("GIF: dithering keeps the mean colour and even noise comes near") {
    const ScratchFolder folder;
    const Image image = picture(96, 96, 3, 0.5);
    REQUIRE(write_gif(folder / "a.gif", std::span(&image, 1), 10).ok());
    const Image read = decode_gif(folder / "a.gif").frames[0];
    double mean[2][3] = {};
    for (std::size_t i = 0; i < image.pixels.size(); ++i) {
        mean[0][i % 3] += image.pixels[i];
        mean[1][i % 3] += read.pixels[i];
    }
    for (int k = 0; k < 3; ++k) CHECK(std::abs(mean[0][k] - mean[1][k]) / (96 * 96) < 0.6);
    const Image wild = noise(64, 64, 3, 9);
    REQUIRE(write_gif(folder / "b.gif", std::span(&wild, 1), 10).ok());
    CHECK(mean_error(decode_gif(folder / "b.gif").frames[0], wild) < 20);
}

TEST_CASE("WebP is lossless, with exactly the frames, the rate, a loop and the recipe") {
    const ScratchFolder folder;
    for (const int count : {1, 2, 64}) {
        std::vector<Image> frames;
        for (int i = 0; i < count; ++i)
            frames.push_back(picture(64, 48, 3, i < 3 ? 0 : 0.1 * i)); // the first three are equal
        REQUIRE(write_webp(folder / "a.webp", frames, 24, recipe).ok());
        const Animation read = decode_webp(folder / "a.webp");
        REQUIRE(read.frames.size() == static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) CHECK(read.frames[i].pixels == frames[i].pixels);
        if (count > 1) {
            CHECK(std::abs(total(read.milliseconds) - 1000.0 * count / 24) <= 1);
            CHECK(read.loops == 0);
        }
        CHECK(*read_webp_recipe(folder / "a.webp") == recipe);
        CHECK(*read_picture_recipe(folder / "a.webp") == recipe);
    }
    const std::vector<Image> grey(3, picture(20, 20, 1));
    REQUIRE(write_webp(folder / "b.webp", grey, 24).ok());
    CHECK(decode_webp(folder / "b.webp").frames[1].pixels[30] == grey[0].pixels[10]);
    CHECK(read_webp_recipe(folder / "b.webp")->empty());
    const std::vector<Image> large(3, picture(128, 128, 3));
    REQUIRE(write_webp(folder / "c.webp", large, 24, {}, WebpQuality::high).ok());
    CHECK(mean_error(decode_webp(folder / "c.webp").frames[2], large[0]) < 4);
}

TEST_CASE("GIF and WebP: damage and cuts are refused, never fatal") {
    const ScratchFolder folder;
    const std::vector<Image> frames{picture(24, 24, 3), picture(24, 24, 3, 1)};
    REQUIRE(write_gif(folder / "good.gif", frames, 16, "{\"a\":1}").ok());
    REQUIRE(write_webp(folder / "good.webp", frames, 16, "{\"a\":1}").ok());
    for (const char* name : {"good.gif", "good.webp"}) {
        CAPTURE(name);
        const std::string good = *read_text(folder / name);
        const Path path = folder / "bad";
        for (std::size_t length = 0; length < good.size(); ++length) {
            std::ofstream(path, std::ios::binary) << good.substr(0, length);
            const auto read = read_picture_recipe(path);
            REQUIRE_FALSE(read.ok());
            CHECK((read.error().code == ErrorCode::bad_data || read.error().code == ErrorCode::not_found));
        }
        for (std::uint64_t round = 0; round < 2000; ++round) {
            std::string bad = good;
            for (int k = 0; k < 4; ++k)
                bad[random_below(round, 2 * k, bad.size())] =
                    static_cast<char>(random_bits(round, 2 * k + 1));
            std::ofstream(path, std::ios::binary) << bad;
            (void)read_picture_recipe(path).ok();
        }
    }
    CHECK(read_picture_recipe("/dev/zero").error().code == ErrorCode::not_found);
    REQUIRE(write_file(folder / "empty", "").ok());
    CHECK(read_picture_recipe(folder / "empty").error().code == ErrorCode::bad_data);
}

TEST_CASE("a film's frames are made one by one, and one that grows too large ends with an error") {
    const ScratchFolder folder;
    std::vector<std::size_t> asked;
    const auto frame = [&asked](std::size_t index) -> Result<Image> {
        asked.push_back(index);
        return noise(32, 32, 3, index);
    };
    for (const char* name : {"a.GIF", "a.WebP"}) {
        CAPTURE(name);
        asked.clear();
        REQUIRE(write_film(folder / name, {5, frame, 10}, recipe).ok());
        CHECK(asked == std::vector<std::size_t>{0, 1, 2, 3, 4});
        CHECK(*read_picture_recipe(folder / name) == recipe);
    }
    CHECK(decode_gif(folder / "a.GIF").frames.size() == 5);
    CHECK(decode_webp(folder / "a.WebP").frames.size() == 5);
    for (const bool gif : {true, false}) {
        asked.clear();
        const Path path = folder / (gif ? "large.gif" : "large.webp");
        const auto written = gif ? write_gif(path, {1000, frame, 10}, "", 20'000)
                                 : write_webp(path, {1000, frame, 10}, "", WebpQuality::lossless, 20'000);
        REQUIRE_FALSE(written.ok());
        CHECK(written.error().code == ErrorCode::usage);
        CHECK(written.error().what.find(" of 1000 frames") != std::string::npos);
        CHECK(asked.size() < 50);
        CHECK_FALSE(std::filesystem::exists(path));
    }
    const auto stopped = write_film(folder / "b.gif",
                                    {3,
                                     [](std::size_t index) -> Result<Image> {
                                         if (index == 1)
                                             return Error{ErrorCode::interrupted, "stopped", "", ""};
                                         return Image(8, 8, 3);
                                     }},
                                    "");
    CHECK(stopped.error().code == ErrorCode::interrupted);
    CHECK(write_film(folder / "b.png", {3, frame, 10}, "").error().code == ErrorCode::usage);
}

TEST_CASE("what cannot be written says so and leaves what was there") {
    const ScratchFolder folder;
    const std::vector<Image> frames{picture(64, 64, 3), picture(64, 64, 3, 1)};
    const std::vector<Image> one{frames[0]};
    for (const char* name : {"a.png", "a.gif", "a.webp"}) {
        CAPTURE(name);
        const Path path = folder / name;
        REQUIRE(write_picture(path, one, 16, recipe).ok());
        const std::string before = *read_text(path);
        {
            const FullDisk full(500);
            const auto written = write_picture(path, one, 16, "other");
            REQUIRE_FALSE(written.ok());
            CHECK(written.error().code == ErrorCode::io);
            CHECK(written.error().where == path.string());
        }
        CHECK(*read_text(path) == before);
        CHECK(write_picture(folder / (std::string("absent/") + name), one, 16, "").error().code
              == ErrorCode::not_found);
    }
    CHECK(folder.file_count() == 3);
    CHECK(write_png("/dev/full", frames[0]).error().code == ErrorCode::io);
    CHECK(write_picture(folder / "a.bmp", one, 16, "").error().code == ErrorCode::usage);
    CHECK(write_picture(folder / "a.png", frames, 16, "").error().code == ErrorCode::usage);
    CHECK(write_picture(folder / "B.GIF", frames, 16, "").ok());
    const std::vector<Image> mixed{picture(8, 8, 3), picture(9, 8, 3)};
    CHECK(write_gif(folder / "c.gif", mixed, 16).error().code == ErrorCode::usage);
    CHECK(write_webp(folder / "c.webp", {}, 16).error().code == ErrorCode::usage);
}
