#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "engine/data/image_codec.h"
#include "engine/data/orientation.h"
#include "tests/unit/data/data_support.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

/// A JPEG with an EXIF block after its first two bytes, as cameras write it: one directory, the tag among others.
Bytes with_exif(const Bytes& jpeg, int orientation, bool little) {
    Bytes tiff;
    const auto number = [&](std::uint32_t value, int size) {
        for (int k = 0; k < size; ++k)
            tiff.push_back(static_cast<std::uint8_t>(value >> 8 * (little ? k : size - 1 - k)));
    };
    const auto entry = [&](std::uint32_t tag, std::uint32_t type, std::uint32_t value) {
        number(tag, 2);
        number(type, 2);
        number(1, 4);
        number(value, type == 3 ? 2 : 4);
        if (type == 3) number(0, 2);
    };
    tiff = {std::uint8_t(little ? 'I' : 'M'), std::uint8_t(little ? 'I' : 'M')};
    number(42, 2);
    number(8, 4);
    number(3, 2);
    entry(0x0100, 4, 4000);
    entry(0x0112, 3, static_cast<std::uint32_t>(orientation));
    entry(0x011a, 4, 72);
    number(0, 4);
    Bytes block = bytes_of(std::string("Exif\0\0", 6));
    block.insert(block.end(), tiff.begin(), tiff.end());
    const std::size_t size = block.size() + 2;
    Bytes out(jpeg.begin(), jpeg.begin() + 2);
    for (const int byte : {0xff, 0xe1, static_cast<int>(size >> 8), static_cast<int>(size & 255)})
        out.push_back(static_cast<std::uint8_t>(byte));
    out.insert(out.end(), block.begin(), block.end());
    out.insert(out.end(), jpeg.begin() + 2, jpeg.end());
    return out;
}

/// 32 x 16: a red square left, and right a blue above a green half.
Image signpost() {
    Image image(32, 16, 3, 0);
    for (int y = 0; y < 16; ++y)
        for (int x = 0; x < 32; ++x) image.row(y)[x * 3 + (x < 16 ? 0 : y < 8 ? 2 : 1)] = 255;
    return image;
}

/// 'r', 'g' or 'b' of the strongest channel in the middle of an eighth of the picture.
char colour_at(const Image& image, double x, double y) {
    const std::uint8_t* pixel =
        image.row(static_cast<int>(y * image.height)) + 3 * static_cast<int>(x * image.width);
    return "rgb"[std::max_element(pixel, pixel + 3) - pixel];
}

std::string corners(const Image& image) {
    std::string text;
    for (const double y : {0.2, 0.8})
        for (const double x : {0.2, 0.8}) text += colour_at(image, x, y);
    return text;
}

} // namespace

TEST_CASE("a photograph is turned as the camera was held") {
    const Bytes jpeg = encode(signpost(), PictureFormat::jpeg);
    // Top left, top right, bottom left, bottom right of what a viewer shows.
    const std::array<const char*, 9> expected = {"",     "rbrg", "brgr", "grbr", "rgrb",
                                                 "rrbg", "rrgb", "gbrr", "bgrr"};
    for (const bool little : {true, false})
        for (int orientation = 1; orientation <= 8; ++orientation) {
            CAPTURE(orientation);
            const Bytes photograph = with_exif(jpeg, orientation, little);
            CHECK(jpeg_orientation(photograph) == orientation);
            const auto image = decode_image(photograph);
            REQUIRE(image.ok());
            CHECK(image->width == (orientation >= 5 ? 16 : 32));
            CHECK(corners(*image) == expected[static_cast<std::size_t>(orientation)]);
        }
    CHECK(jpeg_orientation(jpeg) == 1);
}

TEST_CASE("EXIF that is damaged does not cost the photograph") {
    const Bytes jpeg = encode(signpost(), PictureFormat::jpeg);
    CHECK(jpeg_orientation(with_exif(jpeg, 0, true)) == 1);
    CHECK(jpeg_orientation(with_exif(jpeg, 9, true)) == 1);
    const Bytes sound = with_exif(jpeg, 6, true);
    for (std::size_t length = 0; length < 64; ++length) { // cut at every place
        const int orientation = jpeg_orientation(std::span(sound).first(length));
        CHECK((orientation == 1 || orientation == 6));
    }
    for (std::size_t at = 2; at < 64; ++at)
        for (const int value : {0, 1, 127, 255}) { // and with every byte another
            Bytes changed = sound;
            changed[at] = static_cast<std::uint8_t>(value);
            const int orientation = jpeg_orientation(changed);
            CHECK(orientation >= 1);
            CHECK(orientation <= 8);
        }
    Bytes far = sound;
    for (std::size_t k = 0; k < 4; ++k) far[2 + 4 + 6 + 4 + k] = 0xff; // the directory lies outside
    CHECK(jpeg_orientation(far) == 1);
    CHECK(decode_image(far).ok());
}

TEST_CASE("a data set shows photographs upright") {
    const DataFolder folder;
    folder.write("phone/a.jpg", with_exif(encode(signpost(), PictureFormat::jpeg), 6, true));
    const auto data = must_open(folder.path() / "phone");
    CHECK(data->width() == 16);
    CHECK(data->height() == 32);
    Image image(16, 32, 3);
    image.pixels = pixels(*data, 0);
    CHECK(corners(image) == "rrgb");
}
