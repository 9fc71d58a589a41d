// Tiles, strips, stacks and pixel-space mixtures.
#include <doctest/doctest.h>

#include <limits>

#include "engine/core/random.h"
#include "engine/export/layout.h"

using namespace ganvas;

namespace {

/// Tiles of one value each, 10 * (index + 1), so that a place in a sheet tells its tile.
ImageBatch numbered(int count, int width = 3, int height = 2, int channels = 3) {
    ImageBatch images{count, height, width, channels, {}};
    for (int i = 0; i < count; ++i)
        images.pixels.insert(images.pixels.end(), images.image_bytes(),
                             static_cast<std::uint8_t>(10 * (i + 1)));
    return images;
}

int at(const Image& image, int x, int y) { return image.row(y)[x * image.channels]; }

Image one_pixel(std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
    Image image(1, 1, 3);
    image.pixels = {red, green, blue};
    return image;
}

} // namespace

TEST_CASE("a strip is one row without gaps") {
    const Image strip = *tile(numbered(4));
    CHECK(strip.width == 12);
    CHECK(strip.height == 2);
    for (int i = 0; i < 4; ++i) CHECK(at(strip, 3 * i + 1, 1) == 10 * (i + 1));
}

TEST_CASE("columns, gaps and scale; empty places have the background") {
    const Image sheet = *tile(numbered(5), {2, 1, 2, 200});
    CHECK(sheet.width == 2 * 6 + 1);
    CHECK(sheet.height == 3 * 4 + 2);
    CHECK(at(sheet, 0, 0) == 10);
    CHECK(at(sheet, 5, 3) == 10);
    CHECK(at(sheet, 6, 0) == 200);
    CHECK(at(sheet, 7, 0) == 20);
    CHECK(at(sheet, 0, 4) == 200);
    CHECK(at(sheet, 0, 5) == 30);
    CHECK(at(sheet, 12, 13) == 200); // the sixth place
}

TEST_CASE("untile takes a sheet apart again") {
    ImageBatch images = numbered(7, 5, 4);
    for (std::size_t i = 0; i < images.pixels.size(); ++i)
        images.pixels[i] = static_cast<std::uint8_t>(random_bits(2, i));
    for (const int columns : {1, 3, 7})
        for (const int gap : {0, 2}) {
            const auto back = untile(*tile(images, {columns, gap, 1, 0}), columns, 7, gap);
            REQUIRE(back.ok());
            CHECK(back->width == 5);
            CHECK(back->height == 4);
            CHECK(back->pixels == images.pixels);
        }
    CHECK_FALSE(untile(Image(10, 10, 3), 3, 9).ok());
    CHECK_FALSE(untile(Image(), 1, 1).ok());
    CHECK_FALSE(untile(Image(4, 4, 3), 1 << 30, 1 << 30).ok());
}

TEST_CASE("stack, frames, progress sheet") {
    const Image both = *stack({*tile(numbered(3)), *tile(numbered(2))}, 1, 77);
    CHECK(both.width == 9);
    CHECK(both.height == 5);
    CHECK(at(both, 8, 2) == 77);
    CHECK(at(both, 0, 3) == 10);
    CHECK(at(both, 8, 4) == 77);
    const auto pictures = frames(numbered(3), 2);
    REQUIRE(pictures.size() == 3);
    CHECK(pictures[2].width == 6);
    CHECK(at(pictures[2], 5, 3) == 30);
    const Image progress = *progress_sheet({numbered(4), numbered(4), numbered(4)}, 3, 1, 2);
    CHECK(progress.width == 3 * 6 + 2);
    CHECK(progress.height == 3 * 4 + 2);
    CHECK_FALSE(stack({}).ok());
    CHECK(square_columns(64) == 8);
    CHECK(square_columns(65) == 9);
    CHECK(square_columns(1) == 1);
}

TEST_CASE("sheets that would be too large, or make no sense, are refused") {
    CHECK(tile(numbered(1), {0, 0, 65, 0}).error().code == ErrorCode::usage);
    CHECK(tile(numbered(400, 64, 64), {0, 0, 64, 0}).error().code == ErrorCode::usage);
    CHECK(tile(ImageBatch{}).error().code == ErrorCode::usage);
    CHECK(tile(numbered(1), {-1, 0, 1, 0}).error().code == ErrorCode::usage);
    CHECK(tile(numbered(1), {1, 0, 0, 0}).error().code == ErrorCode::usage);
    ImageBatch lying = numbered(2);
    lying.count = 1000;
    CHECK(tile(lying).error().code == ErrorCode::usage);
}

TEST_CASE("alpha weighs `to`, both ends are exact, and beyond them it extrapolates and clamps") {
    const Image from = one_pixel(0, 100, 200), to = one_pixel(255, 150, 100);
    CHECK(blend(from, to, 0)->pixels == from.pixels);
    CHECK(blend(from, to, 1)->pixels == to.pixels);
    CHECK(blend(from, to, 0.25)->pixels == std::vector<std::uint8_t>{64, 113, 175});
    CHECK(blend(from, to, 2)->pixels == std::vector<std::uint8_t>{255, 200, 0});
    CHECK(blend(from, to, 10)->pixels == std::vector<std::uint8_t>{255, 255, 0});
    CHECK(blend(from, to, -1)->pixels == std::vector<std::uint8_t>{0, 50, 255});
    CHECK(blend(from, to, 1e300)->pixels == std::vector<std::uint8_t>{255, 255, 0});
    CHECK_FALSE(blend(from, to, std::numeric_limits<double>::quiet_NaN()).ok());
    CHECK_FALSE(blend(from, Image(2, 1, 3), 0.5).ok());
    CHECK_FALSE(blend(Image(), Image(), 0.5).ok());
    const ImageBatch sweep = *blend_sweep(from, to, {0, 0.5, 1});
    REQUIRE(sweep.count == 3);
    CHECK(sweep.copy(0).pixels == from.pixels);
    CHECK(sweep.copy(2).pixels == to.pixels);
    CHECK(difference(from, to)->pixels == std::vector<std::uint8_t>{255, 50, 100});
    CHECK(difference(to, from, 3)->pixels == std::vector<std::uint8_t>{255, 150, 255});
}

TEST_CASE("grey and colour mix; conversions keep what they can") {
    Image grey(1, 1, 1, 100);
    CHECK(blend(grey, one_pixel(200, 200, 0), 0.5)->pixels == std::vector<std::uint8_t>{150, 150, 50});
    CHECK(with_channels(grey, 3).pixels == std::vector<std::uint8_t>{100, 100, 100});
    CHECK(with_channels(one_pixel(255, 0, 0), 1).pixels == std::vector<std::uint8_t>{76});
    CHECK(with_channels(one_pixel(1, 2, 3), 4).pixels == std::vector<std::uint8_t>{1, 2, 3, 255});
    Image clear(1, 1, 4);
    clear.pixels = {10, 20, 30, 0};
    CHECK(with_channels(clear, 3).pixels == std::vector<std::uint8_t>{255, 255, 255});
}
