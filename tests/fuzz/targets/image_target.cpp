// PNG, JPEG and BMP pictures as data sets and the window decode them.
#include <optional>

#include "engine/data/hash.h"
#include "engine/data/image_codec.h"
#include "engine/data/orientation.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_tree.h"
#include "tests/fuzz/png_repair.h"
#include "tests/unit/data/file_makers.h"

namespace ganvas::fuzz {
namespace {

using testing::encode;
using testing::patterned;
using testing::PictureFormat;
using testing::png_of;

/// Nothing where it is not decoded; the picture itself is gone by then.
std::optional<std::string> hash_of_pixels(View bytes) {
    const auto image = decode_image(bytes);
    if (!image) return std::nullopt;
    expect(image->channels == 1 || image->channels == 3, "grey or colour");
    expect(image->pixels.size() == static_cast<std::size_t>(image->width) * image->height * image->channels,
           "as many pixels as the size says");
    ContentHash hash;
    hash.add(std::span(image->pixels));
    return hash.hex();
}

std::size_t read(View bytes) {
    const auto header = probe_image(bytes);
    const int orientation = jpeg_orientation(bytes);
    expect(orientation >= 1 && orientation <= 8, "one of EXIF's orientations");
    const auto first = hash_of_pixels(bytes);
    if (!header) {
        expect(!first, "what has no header is not decoded");
        return 0;
    }
    expect(header->width <= largest_picture_side && header->height <= largest_picture_side
               && header->area() <= largest_picture_area,
           "the limits of a header");
    if (first) expect(first == hash_of_pixels(bytes), "the same file has the same pixels");
    return declared_pixels(bytes);
}

/// A PNG of one pixel whose data unpack to 32 megabytes.
Bytes bomb() { return png_of(1, 1, 0, 8, Bytes(std::size_t(32) << 20, 0)); }

/// A JPEG whose table of code lengths promises 4080 codes where 256 are the most.
Bytes too_many_codes() {
    Bytes out{0xff, 0xd8, 0xff, 0xc4, 0, 2 + 17, 0x10};
    out.insert(out.end(), 16, 255);
    const Bytes sound = encode(patterned(8, 8, 3), PictureFormat::jpeg);
    out.insert(out.end(), sound.begin() + 2, sound.end());
    return out;
}

/// A sound JPEG that claims another size, and that a camera held it sideways.
Bytes claims(std::uint8_t high, std::uint8_t low) {
    Bytes out = encode(patterned(16, 16, 3), PictureFormat::jpeg);
    for (std::size_t at = 2; at + 9 < out.size(); ++at)
        if (out[at] == 0xff && out[at + 1] == 0xc0) {
            out[at + 5] = out[at + 7] = high;
            out[at + 6] = out[at + 8] = low;
            break;
        }
    const Bytes exif{0xff, 0xe1, 0,    34, 'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0, 8, 0, 0, 0,
                     1,    0,    0x12, 1,  3,   0,   1,   0,   0, 0, 6,   0,   0,  0, 0, 0, 0, 0};
    out.insert(out.begin() + 2, exif.begin(), exif.end());
    return out;
}

std::vector<Bytes> seeds() {
    Bytes palette = png_of(4, 4, 3, 8, Bytes(4 * 5, 0));
    const Bytes deep = png_of(3, 3, 6, 16, Bytes(3 * 25, 1));
    return {encode(patterned(9, 7, 3)),
            encode(patterned(9, 7, 1)),
            encode(patterned(5, 5, 4)),
            encode(patterned(17, 9, 3), PictureFormat::jpeg),
            encode(patterned(8, 8, 1), PictureFormat::jpeg),
            encode(patterned(5, 3, 3), PictureFormat::bmp),
            encode(patterned(5, 3, 4), PictureFormat::bmp),
            palette,
            deep,
            png_of(8, 8, 0, 1, Bytes(8 * 2, 0x55)),
            bomb(),
            too_many_codes(),
            claims(0, 16),
            claims(0x1f, 0xff)};
}

} // namespace

FuzzTarget image_target() {
    return {.name = "image",
            .read = read,
            .seeds = seeds,
            .words = {"\x89PNG\r\n\x1a\n", "IHDR", "PLTE", "tRNS", "IDAT", "IEND", "CgBI", "\xff\xd8\xff",
                      "\xff\xc0", "\xff\xc2", "\xff\xc4", "\xff\xda", "\xff\xdb", "\xff\xdd", "\xff\xd9",
                      "\xff\xee", "Adobe", "JFIF", "BM"},
            .repair = repair_png};
}

} // namespace ganvas::fuzz
