#include "engine/data/image_codec.h"

#include "engine/data/fast_jpeg.h"
#include "engine/data/orientation.h"
#include "engine/data/picture_bytes.h"
#include "engine/data/picture_checks.h"
#include "engine/data/picture_memory.h"

#include <cstring>
#include <memory>
#include <string>
#include <utility>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_NO_HDR
#define STBI_NO_LINEAR
#define STBI_MALLOC(bytes) ganvas::PictureMemory::take(bytes)
#define STBI_REALLOC(block, bytes) ganvas::PictureMemory::resize(block, bytes)
#define STBI_FREE(block) ganvas::PictureMemory::give_back(block)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wshadow"
#include <stb_image.h>
#pragma GCC diagnostic pop

namespace ganvas {
namespace {

using Bytes = std::span<const std::uint8_t>;

bool exceeds_limits(std::int64_t width, std::int64_t height) {
    return width > largest_picture_side || height > largest_picture_side
           || width * height > largest_picture_area;
}

Error too_large(std::int64_t width, std::int64_t height) {
    return damaged_picture("too large: " + std::to_string(width) + "x" + std::to_string(height)
                           + " pixels, at most 16384 a side and 100 million in all");
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
    if (bytes.empty()) return damaged_picture("empty file");
    if (bytes.size() > largest_picture_file) return damaged_picture("larger than 256 MB");
    if (!is_png(bytes) && !is_jpeg(bytes) && !is_bmp(bytes))
        return damaged_picture("not a PNG, JPEG or BMP picture");
    if (auto sound = check_tables(bytes); !sound) return sound.error();
    ImageHeader header;
    // stb_image refuses some of these sizes without saying which; the user should hear it.
    if (is_png(bytes) && bytes.size() >= 24) {
        const auto width = big_endian(bytes.data() + 16), height = big_endian(bytes.data() + 20);
        if (exceeds_limits(width, height)) return too_large(width, height);
    }
    if (!stbi_info_from_memory(bytes.data(), static_cast<int>(bytes.size()), &header.width, &header.height,
                               &header.channels))
        return damaged_picture("no readable picture header");
    if (header.width <= 0 || header.height <= 0) return damaged_picture("a picture without pixels");
    if (header.channels < 1 || header.channels > 4) return damaged_picture("an unusual number of channels");
    if (exceeds_limits(header.width, header.height)) return too_large(header.width, header.height);
    return header;
}

Result<Image> decode_image(Bytes bytes, PictureDecoder decoder) {
    auto header = probe_image(bytes);
    if (!header) return header.error();
    if (auto whole = check_whole(bytes, *header); !whole) return whole.error();
    if (decoder == PictureDecoder::fastest)
        if (auto image = decode_fast_jpeg(bytes, *header))
            return upright(std::move(*image), jpeg_orientation(bytes));
    // Besides the pixels the decoder gathers the file's compressed parts, in blocks that double.
    const PictureMemory memory(4 * stored_pixels(bytes, *header) + 3 * bytes.size() + (std::size_t(1) << 18));
    ImageHeader decoded;
    const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
        stbi_load_from_memory(bytes.data(), static_cast<int>(bytes.size()), &decoded.width, &decoded.height,
                              &decoded.channels, 0),
        stbi_image_free);
    if (!pixels) {
        const char* reason = stbi_failure_reason();
        return damaged_picture(std::string("damaged picture")
                               + (reason ? std::string(" (") + reason + ")" : ""));
    }
    if (decoded.area() > largest_picture_area || decoded.channels < 1 || decoded.channels > 4)
        return damaged_picture("damaged picture (two sizes in one file)");
    return upright(composite(pixels.get(), decoded), is_jpeg(bytes) ? jpeg_orientation(bytes) : 1);
}

} // namespace ganvas
