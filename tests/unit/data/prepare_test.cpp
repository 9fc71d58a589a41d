#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>

#include "engine/data/resize.h"
#include "tests/unit/data/data_support.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

Preparation prepared(int size, int channels, CropKind crop = CropKind::automatic) {
    Preparation preparation;
    preparation.size = size;
    preparation.channels = channels;
    preparation.crop = crop;
    return preparation;
}

Image row(const Bytes& values) {
    Image image(static_cast<int>(values.size()), 1, 1);
    image.pixels = values;
    return image;
}

Bytes resized_row(const Bytes& values, int width) {
    const Image image = row(values);
    return resize(image, {0, 0, image.width, 1}, width, 1).pixels;
}

/// Where the picture came from: red is the column, green the row.
Image coordinates(int width, int height) {
    Image image(width, height, 3);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            image.row(y)[x * 3] = static_cast<std::uint8_t>(x);
            image.row(y)[x * 3 + 1] = static_cast<std::uint8_t>(y);
        }
    return image;
}

} // namespace

TEST_CASE("luma is Rec. 601") {
    const auto grey = [](std::vector<int> colour) {
        return int(convert_channels(flat(2, 2, std::move(colour)), 1).pixels[3]);
    };
    CHECK(grey({255, 0, 0}) == 76);  // 0.299 * 255 = 76.2
    CHECK(grey({0, 255, 0}) == 150); // 0.587 * 255 = 149.7
    CHECK(grey({0, 0, 255}) == 29);  // 0.114 * 255 = 29.07
    CHECK(grey({255, 255, 255}) == 255);
    CHECK(grey({10, 20, 30}) == 18);        // 2.99 + 11.74 + 3.42 = 18.15
    CHECK(grey({200, 200, 200, 0}) == 255); // nothing but the white behind it
    CHECK(convert_channels(row({7, 9}), 3).pixels == Bytes{7, 7, 7, 9, 9, 9});
}

TEST_CASE("enlarging interpolates between pixel centres") {
    // Doubling: output centres lie at a quarter and three quarters between input centres.
    CHECK(resized_row({0, 100}, 4) == Bytes{0, 25, 75, 100});
    CHECK(resized_row({40, 80, 240}, 6) == Bytes{40, 50, 70, 120, 200, 240});
    CHECK(resized_row({200}, 5) == Bytes{200, 200, 200, 200, 200});
}

TEST_CASE("shrinking weighs with a triangle two output pixels wide") {
    // Halving: distances 0.25 and 0.75 output pixels weigh 3 and 1, of 8 in all; edges renormalise to 7.
    const Bytes values{0, 80, 160, 40, 240, 16, 8, 96};
    const auto weighted = [](double a, double b, double c, double d) {
        return static_cast<std::uint8_t>(std::floor((a + 3 * b + 3 * c + d) / 8 + 0.5));
    };
    const Bytes halved = resized_row(values, 4);
    CHECK(halved[1] == weighted(80, 160, 40, 240));
    CHECK(halved[2] == weighted(40, 240, 16, 8));
    CHECK(halved[0] == static_cast<std::uint8_t>(std::floor((3 * 0 + 3 * 80 + 160) / 7.0 + 0.5)));
    CHECK(halved[3] == static_cast<std::uint8_t>(std::floor((16 + 3 * 8 + 3 * 96) / 7.0 + 0.5)));
}

TEST_CASE("the finest stripes shrink to grey, and a flat picture stays flat at any size") {
    Image stripes(64, 64, 1);
    for (int y = 0; y < 64; ++y)
        for (int x = 0; x < 64; ++x) stripes.row(y)[x] = x % 2 ? 255 : 0;
    const Image small = resize(stripes, {0, 0, 64, 64}, 16, 16);
    for (int y = 0; y < 16; ++y)
        for (int x = 1; x < 15; ++x) CHECK(std::abs(small.row(y)[x] - 128) <= 1);
    const Image plain = flat(37, 91, {13, 200, 77});
    for (const int size : {1, 2, 28, 36, 37, 91, 100, 300}) {
        const Image out = resize(plain, {0, 0, 37, 91}, size, size + 3);
        CHECK(out.pixels == flat(size, size + 3, {13, 200, 77}).pixels);
    }
}

TEST_CASE("both directions are filtered alike") {
    const Image image = patterned(20, 20, 1);
    Image turned(20, 20, 1);
    for (int y = 0; y < 20; ++y)
        for (int x = 0; x < 20; ++x) turned.row(x)[y] = image.row(y)[x];
    const Image out = resize(image, {0, 0, 20, 20}, 7, 7);
    const Image out_turned = resize(turned, {0, 0, 20, 20}, 7, 7);
    for (int y = 0; y < 7; ++y)
        for (int x = 0; x < 7; ++x) CHECK(std::abs(out.row(y)[x] - out_turned.row(x)[y]) <= 1);
}

TEST_CASE("crops: centred, CelebA's 108 of 178 x 218, none") {
    const Image celeba = coordinates(178, 218);
    const Image aligned = prepare_image(celeba, prepared(108, 3));
    CHECK(int(aligned.row(0)[0]) == 35); // (178 - 108) / 2
    CHECK(int(aligned.row(0)[1]) == 55); // (218 - 108) / 2
    CHECK(int(aligned.row(107)[107 * 3]) == 142);
    CHECK(prepare_image(celeba, prepared(108, 3, CropKind::celeba)).pixels == aligned.pixels);

    const Image centred = prepare_image(celeba, prepared(178, 3, CropKind::centre));
    CHECK(int(centred.row(0)[0]) == 0);
    CHECK(int(centred.row(0)[1]) == 20);
    const Image wide = prepare_image(coordinates(40, 20), prepared(20, 3));
    CHECK(int(wide.row(0)[0]) == 10);
    CHECK(int(wide.row(19)[1]) == 19);

    const Image squeezed = prepare_image(coordinates(40, 20), prepared(20, 3, CropKind::none));
    CHECK(squeezed.row(3)[0] <= 1);
    CHECK(squeezed.row(3)[19 * 3] >= 38);
    const Image untouched = prepare_image(celeba, prepared(0, 0));
    CHECK(untouched.pixels == celeba.pixels);
}

TEST_CASE("channels follow the wish") {
    CHECK(prepare_image(flat(8, 8, {255, 0, 0}), prepared(4, 1)).pixels == flat(4, 4, {76}).pixels);
    CHECK(prepare_image(flat(8, 8, {90}), prepared(4, 3)).pixels == flat(4, 4, {90, 90, 90}).pixels);
    CHECK(prepare_image(flat(8, 8, {90}), prepared(4, 0)).channels == 1);
    CHECK(prepare_image(flat(8, 8, {1, 2, 3}), prepared(4, 0)).channels == 3);
}
