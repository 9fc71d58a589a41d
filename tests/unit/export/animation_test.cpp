// GIF and WebP: pixels, frame counts, rates and recipes come back, checked with libraries of others; damage is refused.
#include <doctest/doctest.h>

#include <gif_lib.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include <cmath>
#include <cstring>
#include <fstream>

#include "engine/export/picture.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/export/drawn_pictures.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

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
