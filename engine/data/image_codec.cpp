#include "engine/data/image_codec.h"

#include "engine/data/orientation.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_NO_HDR
#define STBI_NO_LINEAR
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wshadow"
#include <stb_image.h>
#pragma GCC diagnostic pop

namespace ganvas {
namespace {

using Bytes = std::span<const std::uint8_t>;

Error damaged(std::string what) { return {ErrorCode::bad_data, std::move(what), "", ""}; }

std::uint32_t big_endian(const std::uint8_t* p) {
    return std::uint32_t(p[0]) << 24 | std::uint32_t(p[1]) << 16 | std::uint32_t(p[2]) << 8 | p[3];
}

std::uint32_t little_endian(const std::uint8_t* p) {
    return std::uint32_t(p[3]) << 24 | std::uint32_t(p[2]) << 16 | std::uint32_t(p[1]) << 8 | p[0];
}

bool starts_with(Bytes bytes, std::initializer_list<std::uint8_t> magic) {
    return bytes.size() >= magic.size() && std::equal(magic.begin(), magic.end(), bytes.begin());
}

bool is_png(Bytes bytes) { return starts_with(bytes, {0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a}); }
bool is_jpeg(Bytes bytes) { return starts_with(bytes, {0xff, 0xd8, 0xff}); }
bool is_bmp(Bytes bytes) { return starts_with(bytes, {'B', 'M'}); }

Error cut_short() { return damaged("cut short"); }

bool exceeds_limits(std::int64_t width, std::int64_t height) {
    return width > largest_picture_side || height > largest_picture_side
           || width * height > largest_picture_area;
}

Error too_large(std::int64_t width, std::int64_t height) {
    return damaged("too large: " + std::to_string(width) + "x" + std::to_string(height)
                   + " pixels, at most 16384 a side and 100 million in all");
}

/// stb_image reads past checksums and, in JPEG and BMP, past the end (it fills with grey or black): these three look
/// for damage that it would pass on as pixels.
Result<void> check_png(Bytes bytes) {
    std::size_t at = 8;
    while (true) {
        if (bytes.size() - at < 12) return cut_short();
        const std::uint32_t length = big_endian(bytes.data() + at);
        if (length > bytes.size() - at - 12) return cut_short();
        const std::uint8_t* type = bytes.data() + at + 4;
        const auto checksum = static_cast<std::uint32_t>(crc32(crc32(0, nullptr, 0), type, length + 4));
        if (checksum != big_endian(type + 4 + length)) return damaged("damaged PNG (wrong checksum)");
        if (std::memcmp(type, "IEND", 4) == 0) return {};
        at += std::size_t(length) + 12;
    }
}

Result<void> check_jpeg(Bytes bytes) {
    std::size_t at = 2;
    while (at + 4 <= bytes.size()) {
        if (bytes[at] != 0xff) return damaged("damaged JPEG");
        const std::uint8_t marker = bytes[at + 1];
        if (marker == 0xff) { // padding
            ++at;
            continue;
        }
        if (marker == 0xd9) break; // an end without a picture
        at += 2 + (std::size_t(bytes[at + 2]) << 8 | bytes[at + 3]);
        if (marker != 0xda) continue;
        for (std::size_t end = bytes.size(); end >= at + 2; --end) // the end marker, looked for from behind
            if (bytes[end - 2] == 0xff && bytes[end - 1] == 0xd9) return {};
        return cut_short();
    }
    return cut_short();
}

Result<void> check_bmp(Bytes bytes, const ImageHeader& header) {
    if (bytes.size() < 54) return cut_short();
    const std::uint32_t start = little_endian(bytes.data() + 10);
    const std::uint32_t info = little_endian(bytes.data() + 14);
    if (info < 40) return {}; // the OS/2 header: no compression, sizes checked by stb_image
    const std::uint32_t compression = little_endian(bytes.data() + 30);
    const std::uint64_t bits = bytes[28] | std::uint64_t(bytes[29]) << 8;
    const std::uint64_t row = (bits * static_cast<std::uint64_t>(header.width) + 31) / 32 * 4;
    const bool plain = compression == 0 || compression == 3;
    if (plain && start + row * static_cast<std::uint64_t>(header.height) > bytes.size()) return cut_short();
    return {};
}

/// Grey or RGB with the alpha channel composited on white, in place of the first channels.
Image composite(const stbi_uc* pixels, const ImageHeader& header) {
    const int colours = header.channels <= 2 ? 1 : 3;
    Image out(header.width, header.height, colours);
    const auto area = static_cast<std::size_t>(header.area());
    if (header.channels == colours) {
        std::memcpy(out.pixels.data(), pixels, area * colours);
        return out;
    }
    for (std::size_t i = 0; i < area; ++i) {
        const stbi_uc* from = pixels + i * header.channels;
        const int alpha = from[colours];
        for (int c = 0; c < colours; ++c)
            out.pixels[i * colours + c] =
                static_cast<std::uint8_t>((from[c] * alpha + 255 * (255 - alpha) + 127) / 255);
    }
    return out;
}

} // namespace

Result<ImageHeader> probe_image(Bytes bytes) {
    if (bytes.empty()) return damaged("empty file");
    if (bytes.size() > largest_picture_file) return damaged("larger than 256 MB");
    if (!is_png(bytes) && !is_jpeg(bytes) && !is_bmp(bytes)) return damaged("not a PNG, JPEG or BMP picture");
    ImageHeader header;
    // stb_image refuses some of these sizes without saying which; the user should hear it.
    if (is_png(bytes) && bytes.size() >= 24) {
        const auto width = big_endian(bytes.data() + 16), height = big_endian(bytes.data() + 20);
        if (exceeds_limits(width, height)) return too_large(width, height);
    }
    if (!stbi_info_from_memory(bytes.data(), static_cast<int>(bytes.size()), &header.width, &header.height,
                               &header.channels))
        return damaged("no readable picture header");
    if (header.width <= 0 || header.height <= 0) return damaged("a picture without pixels");
    if (header.channels < 1 || header.channels > 4) return damaged("an unusual number of channels");
    if (exceeds_limits(header.width, header.height)) return too_large(header.width, header.height);
    return header;
}

Result<Image> decode_image(Bytes bytes) {
    auto header = probe_image(bytes);
    if (!header) return header.error();
    const auto sound = is_png(bytes)    ? check_png(bytes)
                       : is_jpeg(bytes) ? check_jpeg(bytes)
                                        : check_bmp(bytes, *header);
    if (!sound) return sound.error();
    ImageHeader decoded;
    const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
        stbi_load_from_memory(bytes.data(), static_cast<int>(bytes.size()), &decoded.width, &decoded.height,
                              &decoded.channels, 0),
        stbi_image_free);
    if (!pixels) {
        const char* reason = stbi_failure_reason();
        return damaged(std::string("damaged picture") + (reason ? std::string(" (") + reason + ")" : ""));
    }
    if (decoded.area() > largest_picture_area || decoded.channels < 1 || decoded.channels > 4)
        return damaged("damaged picture (two sizes in one file)");
    return upright(composite(pixels.get(), decoded), is_jpeg(bytes) ? jpeg_orientation(bytes) : 1);
}

} // namespace ganvas
