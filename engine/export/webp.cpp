// WebP: animations assembled frame by frame, so that equal frames stay; the recipe in an XMP packet.
#include "engine/export/picture.h"

#include <webp/encode.h>
#include <webp/mux.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <utility>

#include "engine/export/damaged_picture.h"
#include "engine/export/film_frames.h"
#include "engine/export/layout.h"
#include "engine/export/xml_text.h"

namespace ganvas {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct DeleteMux {
    void operator()(WebPMux* mux) const { WebPMuxDelete(mux); }
};

Error failure(const Path& path) { return {ErrorCode::internal, "WebP cannot be made", path.string(), ""}; }
/// The bytes of one picture as a file of its own.
Result<Bytes> encode(const Image& frame, WebpQuality quality, const Path& path) {
    WebPConfig config;
    if (WebPConfigInit(&config) == 0) return failure(path);
    if (quality == WebpQuality::lossless) {
        WebPConfigLosslessPreset(&config, 4);
        config.exact = 1;
    } else {
        config.quality = 90;
        config.use_sharp_yuv = 1;
    }
    WebPPicture picture;
    if (WebPPictureInit(&picture) == 0) return failure(path);
    WebPMemoryWriter writer;
    WebPMemoryWriterInit(&writer);
    picture.use_argb = 1;
    picture.width = frame.width;
    picture.height = frame.height;
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &writer;
    const bool alpha = frame.channels == 4;
    const Image colours = alpha ? frame : with_channels(frame, 3);
    const int stride = frame.width * colours.channels;
    const bool good = (alpha ? WebPPictureImportRGBA(&picture, colours.pixels.data(), stride)
                             : WebPPictureImportRGB(&picture, colours.pixels.data(), stride))
                      && WebPEncode(&config, &picture);
    Bytes bytes(writer.mem, writer.mem + writer.size);
    WebPMemoryWriterClear(&writer);
    WebPPictureFree(&picture);
    if (!good) return failure(path);
    return bytes;
}

constexpr std::string_view open_tag = "<ganvas:recipe>", close_tag = "</ganvas:recipe>";

std::string xmp_packet(const std::string& recipe) {
    return "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
           "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
           "<rdf:Description rdf:about=\"\" xmlns:ganvas=\"urn:ganvas:1\">"
           + std::string(open_tag) + xml_escape(recipe) + std::string(close_tag)
           + "</rdf:Description></rdf:RDF></x:xmpmeta>";
}

WebPData as_data(const void* bytes, std::size_t size) {
    return {static_cast<const std::uint8_t*>(bytes), size};
}

std::uint32_t little_endian_at(const std::uint8_t* bytes) {
    return bytes[0] | std::uint32_t(bytes[1]) << 8 | std::uint32_t(bytes[2]) << 16
           | std::uint32_t(bytes[3]) << 24;
}

bool push_frame(WebPMux* mux, const Bytes& bytes, int milliseconds) {
    WebPMuxFrameInfo info{};
    info.bitstream = as_data(bytes.data(), bytes.size());
    info.duration = milliseconds;
    info.id = WEBP_CHUNK_ANMF;
    info.dispose_method = WEBP_MUX_DISPOSE_NONE;
    info.blend_method = WEBP_MUX_NO_BLEND;
    return WebPMuxPushFrame(mux, &info, 1) == WEBP_MUX_OK;
}

} // namespace

Result<void> write_webp(const Path& path, const Film& film, const std::string& recipe, WebpQuality quality,
                        std::size_t largest) {
    FilmFrames frames(film, path);
    const double rate = frames.rate(100);
    const std::unique_ptr<WebPMux, DeleteMux> mux(WebPMuxNew());
    if (!mux) return failure(path);
    long shown = 0; // milliseconds up to the frame
    std::size_t total = 0;
    for (std::size_t i = 0; i < std::max<std::size_t>(1, film.count);
         ++i) { // no frame at all is said by next()
        auto frame = frames.next();
        if (!frame) return frame.error();
        auto bytes = encode(*frame, quality, path);
        if (!bytes) return bytes.error();
        total += bytes->size();
        if (total > largest) return frames.too_large(largest);
        const long until = std::lround(1000.0 * static_cast<double>(i + 1) / rate);
        if (!push_frame(mux.get(), *bytes, static_cast<int>(until - shown))) return failure(path);
        shown = until;
    }
    const WebPMuxAnimParams animation{0xffffffffu, 0}; // white behind, for ever
    if (WebPMuxSetAnimationParams(mux.get(), &animation) != WEBP_MUX_OK) return failure(path);
    if (!recipe.empty()) {
        const std::string packet = xmp_packet(recipe);
        const WebPData chunk = as_data(packet.data(), packet.size());
        if (WebPMuxSetChunk(mux.get(), "XMP ", &chunk, 1) != WEBP_MUX_OK) return failure(path);
    }
    WebPData assembled{};
    const bool good = WebPMuxAssemble(mux.get(), &assembled) == WEBP_MUX_OK;
    const Bytes bytes(assembled.bytes, assembled.bytes + assembled.size);
    WebPDataClear(&assembled);
    if (!good) return failure(path);
    return write_file(path, bytes);
}

Result<std::string> read_webp_recipe(const Path& path) {
    auto bytes = read_bytes(path, std::size_t(1) << 30);
    if (!bytes) return bytes.error();
    const std::span<const std::uint8_t> all(*bytes);
    if (all.size() < 12 || std::memcmp(all.data(), "RIFF", 4) != 0
        || std::memcmp(all.data() + 8, "WEBP", 4) != 0)
        return damaged_export(path, "not a WebP");
    if (little_endian_at(all.data() + 4) > all.size() - 8) return damaged_export(path, "WebP is cut short");
    for (std::size_t at = 12; at < all.size();) {
        if (all.size() - at < 8) return damaged_export(path, "WebP is damaged");
        const std::size_t size = little_endian_at(all.data() + at + 4);
        if (size > all.size() - at - 8) return damaged_export(path, "WebP is damaged");
        if (std::memcmp(all.data() + at, "XMP ", 4) == 0) {
            const std::string_view packet(reinterpret_cast<const char*>(all.data()) + at + 8, size);
            const std::size_t begin = packet.find(open_tag);
            const std::size_t end = begin == packet.npos ? packet.npos : packet.find(close_tag, begin);
            if (end == packet.npos) return std::string();
            return xml_unescape(packet.substr(begin + open_tag.size(), end - begin - open_tag.size()));
        }
        at += 8 + size + (size & 1);
    }
    return std::string();
}

} // namespace ganvas
