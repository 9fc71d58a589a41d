#include <doctest/doctest.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "engine/data/fast_jpeg.h"
#include "engine/data/image_codec.h"
#include "tests/unit/data/data_support.h"

using namespace ganvas;
using namespace ganvas::testing;

namespace {

/// Puts a big-endian number into a PNG's header and repairs its checksum.
void set_png_number(Bytes& png, std::size_t at, std::uint32_t value) {
    for (int i = 0; i < 4; ++i) png[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
    const auto sum = static_cast<std::uint32_t>(crc32(0, png.data() + 12, 17));
    for (int i = 0; i < 4; ++i) png[29 + i] = static_cast<std::uint8_t>(sum >> (24 - 8 * i));
}

std::string failure(const Bytes& bytes) {
    const auto image = decode_image(bytes);
    return image ? "decoded" : image.error().what;
}

} // namespace

TEST_CASE("PNG and BMP decode to the very pixels, JPEG to nearly") {
    for (const int channels : {1, 3}) {
        const Image image = patterned(13, 7, channels);
        const auto png = decode_image(encode(image));
        REQUIRE(png.ok());
        CHECK(png->channels == channels);
        CHECK(png->width == 13);
        CHECK(png->height == 7);
        CHECK(png->pixels == image.pixels);
    }
    const Image image = patterned(13, 7, 3);
    const auto bmp = decode_image(encode(image, PictureFormat::bmp));
    REQUIRE(bmp.ok());
    CHECK(bmp->pixels == image.pixels);

    const auto jpeg = decode_image(encode(flat(16, 16, {200, 40, 90}), PictureFormat::jpeg));
    REQUIRE(jpeg.ok());
    for (std::size_t i = 0; i < jpeg->pixels.size(); ++i)
        CHECK(std::abs(jpeg->pixels[i] - std::array{200, 40, 90}[i % 3]) <= 3);
}

TEST_CASE("transparency is composited on white") {
    Image image(3, 1, 4);
    image.pixels = {10, 20, 30, 255, 10, 20, 30, 0, 100, 0, 255, 128};
    const auto decoded = decode_image(encode(image));
    REQUIRE(decoded.ok());
    REQUIRE(decoded->channels == 3);
    const auto mixed = [](double value) { return std::lround(value * 128 / 255 + 127); };
    const Bytes expected{10,
                         20,
                         30,
                         255,
                         255,
                         255,
                         static_cast<std::uint8_t>(mixed(100)),
                         static_cast<std::uint8_t>(mixed(0)),
                         static_cast<std::uint8_t>(mixed(255))};
    CHECK(decoded->pixels == expected);

    Image grey(2, 1, 2);
    grey.pixels = {50, 255, 50, 0};
    const auto decoded_grey = decode_image(encode(grey));
    REQUIRE(decoded_grey.ok());
    CHECK(decoded_grey->channels == 1);
    CHECK(decoded_grey->pixels == Bytes{50, 255});
}

TEST_CASE("every truncation of every format is refused") {
    for (const auto format : {PictureFormat::png, PictureFormat::jpeg, PictureFormat::bmp}) {
        const Bytes whole = encode(patterned(24, 24, 3), format);
        REQUIRE(failure(whole) == "decoded");
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CAPTURE(size);
            const Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            CHECK(failure(part) != "decoded");
        }
    }
    CHECK(failure({}) == "empty file");
}

TEST_CASE("a flipped bit in a PNG is noticed") {
    const Bytes whole = encode(patterned(24, 24, 3));
    for (std::size_t at = 8; at < whole.size(); at += 5) {
        Bytes damaged = whole;
        damaged[at] ^= 0x10;
        CAPTURE(at);
        CHECK(failure(damaged) != "decoded");
    }
}

TEST_CASE("a header that claims too much is refused before anything is allocated") {
    Bytes png = encode(flat(4, 4, {1, 2, 3}));
    set_png_number(png, 16, 60'000);
    set_png_number(png, 20, 60'000);
    CHECK(failure(png).find("60000x60000") != std::string::npos);
    set_png_number(png, 16, 16'000);
    set_png_number(png, 20, 16'000); // each side is allowed, 256 million pixels are not
    CHECK(failure(png).find("too large") != std::string::npos);
    CHECK(failure(bytes_of("GIF89a and more")) == "not a PNG, JPEG or BMP picture");
}

TEST_CASE("read_image says which file and why") {
    const DataFolder folder;
    const auto missing = read_image(folder.path() / "none.png");
    REQUIRE(!missing.ok());
    CHECK(missing.error().code == ErrorCode::not_found);
    const Path empty = folder.write("empty.png", Bytes{});
    const auto nothing = read_image(empty);
    REQUIRE(!nothing.ok());
    CHECK(nothing.error().code == ErrorCode::bad_data);
    CHECK(nothing.error().where == empty.string());
    const auto image = read_image(folder.write("good.bmp", encode(patterned(5, 6, 3), PictureFormat::bmp)));
    REQUIRE(image.ok());
    CHECK(image->pixels == patterned(5, 6, 3).pixels);
}

TEST_CASE(
    "both decoders of a JPEG agree within two levels, but for one value in a thousand, whatever its size") {
    for (const int channels : {1, 3})
        for (const auto& [width, height] :
             {std::pair{64, 64}, std::pair{178, 218}, std::pair{33, 17}, std::pair{1, 1}}) {
            CAPTURE(channels);
            CAPTURE(width);
            Image image(width, height, channels);
            for (int y = 0; y < height; ++y)
                for (int x = 0; x < width; ++x)
                    for (int c = 0; c < channels; ++c) // a shaded picture with an edge, as photographs are
                        image.row(y)[x * channels + c] = static_cast<std::uint8_t>(
                            (x * (2 + c) + y * 3) % 256 / 2
                            + ((x - width / 2) * (x - width / 2) + y * y < 900 ? 90 : 0));
            for (const int quality : {75, 95}) {
                const Bytes bytes = encode_jpeg(image, quality);
                const auto fast = decode_image(bytes), plain = decode_image(bytes, PictureDecoder::stb_image);
                REQUIRE(fast.ok());
                REQUIRE(plain.ok());
                REQUIRE(fast->channels == plain->channels);
                REQUIRE(fast->pixels.size() == plain->pixels.size());
                int worst = 0;
                std::size_t beyond = 0;
                for (std::size_t i = 0; i < fast->pixels.size(); ++i) {
                    const int apart = std::abs(fast->pixels[i] - plain->pixels[i]);
                    worst = std::max(worst, apart);
                    beyond += apart > 2;
                }
                CHECK(worst <= 3);
                CHECK(beyond * 1000 <= fast->pixels.size());
                const auto header = probe_image(bytes);
                REQUIRE(header.ok());
                CHECK(decode_fast_jpeg(bytes, *header).has_value() == has_fast_jpeg());
            }
        }
}

TEST_CASE("what is wrong with a JPEG is for stb_image to judge") {
    Bytes bytes = encode_jpeg(patterned(40, 40, 3), 90);
    const auto header = probe_image(bytes);
    REQUIRE(header.ok());
    Bytes cut(bytes.begin(), bytes.end() - 40);
    CHECK_FALSE(decode_fast_jpeg(cut, *header));
    CHECK_FALSE(decode_image(cut).ok());
    Bytes progressive = bytes; // it says so, and is not
    for (std::size_t at = 2; at + 1 < progressive.size(); ++at)
        if (progressive[at] == 0xff && progressive[at + 1] == 0xc0) {
            progressive[at + 1] = 0xc2;
            break;
        }
    CHECK_FALSE(decode_fast_jpeg(progressive, *header));
    for (int k = 0; k < 12; ++k) bytes[bytes.size() / 2 + static_cast<std::size_t>(k)] = 0x55; // in the scan
    CHECK(decode_image(bytes).ok() == decode_image(bytes, PictureDecoder::stb_image).ok());
}
