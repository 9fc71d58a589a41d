#include "tests/unit/data/file_makers.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <zlib.h>

#include <stdexcept>

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wshadow"
#include <stb_image_write.h>
#pragma GCC diagnostic pop

namespace ganvas::testing {
namespace {

/// Holds where the library that writes the file works at all.
void must(bool done) {
    if (!done) throw std::runtime_error("a file for a test cannot be made");
}

void put_big_endian(Bytes& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

} // namespace

namespace {

void append(void* context, void* data, int size) {
    auto& bytes = *static_cast<Bytes*>(context);
    const auto* start = static_cast<const std::uint8_t*>(data);
    bytes.insert(bytes.end(), start, start + size);
}

} // namespace

Bytes encode_jpeg(const Image& image, int quality) {
    Bytes out;
    must(stbi_write_jpg_to_func(append, &out, image.width, image.height, image.channels, image.pixels.data(),
                                quality));
    return out;
}

Bytes encode(const Image& image, PictureFormat format) {
    Bytes out;
    const auto& [width, height, channels, pixels] = image;
    if (format == PictureFormat::png)
        must(stbi_write_png_to_func(append, &out, width, height, channels, pixels.data(), width * channels));
    else if (format == PictureFormat::jpeg)
        return encode_jpeg(image, 95);
    else
        must(stbi_write_bmp_to_func(append, &out, width, height, channels, pixels.data()));
    return out;
}

Image flat(int width, int height, std::vector<int> colour) {
    Image image(width, height, static_cast<int>(colour.size()));
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i] = static_cast<std::uint8_t>(colour[i % colour.size()]);
    return image;
}

Image patterned(int width, int height, int channels, int seed) {
    Image image(width, height, channels);
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i] = static_cast<std::uint8_t>((static_cast<std::size_t>(seed) + i * 37) % 251);
    return image;
}

Bytes archive_of(const Entries& entries, ArchiveFormat format) {
    Bytes out(1 << 20);
    std::size_t used = 0;
    for (const auto& entry : entries) out.resize(out.size() + entry.second.size() + 4096);
    // Names are UTF-8 and say so, as today's programs write them.
    const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr), before = ::uselocale(utf8);
    archive* writer = archive_write_new();
    if (format == ArchiveFormat::zip)
        must(archive_write_set_format_zip(writer) == ARCHIVE_OK
             && archive_write_set_format_option(writer, "zip", "hdrcharset", "UTF-8") == ARCHIVE_OK);
    else
        archive_write_set_format_pax_restricted(writer);
    if (format == ArchiveFormat::tar_gz) archive_write_add_filter_gzip(writer);
    must(archive_write_open_memory(writer, out.data(), out.size(), &used) == ARCHIVE_OK);
    for (const auto& [name, bytes] : entries) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname(entry, name.c_str());
        archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        must(archive_write_header(writer, entry) == ARCHIVE_OK);
        if (!bytes.empty()) must(archive_write_data(writer, bytes.data(), bytes.size()) > 0);
        archive_entry_free(entry);
    }
    must(archive_write_close(writer) == ARCHIVE_OK);
    archive_write_free(writer);
    ::uselocale(before);
    ::freelocale(utf8);
    out.resize(used);
    return out;
}

Bytes gzip(const Bytes& bytes) {
    z_stream stream{};
    must(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    Bytes out(deflateBound(&stream, bytes.size()));
    stream.next_in = const_cast<Bytef*>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    must(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

Bytes idx(const std::vector<int>& shape, const Bytes& values) {
    Bytes out{0, 0, 8, static_cast<std::uint8_t>(shape.size())};
    for (const int extent : shape) put_big_endian(out, static_cast<std::uint32_t>(extent));
    out.insert(out.end(), values.begin(), values.end());
    return out;
}

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

Bytes deflated(std::span<const std::uint8_t> bytes) {
    uLongf size = ::compressBound(bytes.size());
    Bytes out(size);
    must(::compress2(out.data(), &size, bytes.data(), bytes.size(), 9) == Z_OK);
    out.resize(size);
    return out;
}

Bytes png_chunk(const char* type, std::span<const std::uint8_t> content) {
    Bytes out;
    put_big_endian(out, static_cast<std::uint32_t>(content.size()));
    out.insert(out.end(), type, type + 4);
    out.insert(out.end(), content.begin(), content.end());
    put_big_endian(out, static_cast<std::uint32_t>(::crc32_z(0, out.data() + 4, out.size() - 4)));
    return out;
}

Bytes png_of(std::uint32_t width, std::uint32_t height, int colour_type, int depth, const Bytes& rows) {
    Bytes out{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}, header;
    put_big_endian(header, width);
    put_big_endian(header, height);
    header.insert(header.end(),
                  {static_cast<std::uint8_t>(depth), static_cast<std::uint8_t>(colour_type), 0, 0, 0});
    const auto add = [&](const char* type, std::span<const std::uint8_t> content) {
        const Bytes chunk = png_chunk(type, content);
        out.insert(out.end(), chunk.begin(), chunk.end());
    };
    add("IHDR", header);
    if (colour_type == 3) {
        add("PLTE", Bytes{1, 2, 3, 4, 5, 6, 7, 8, 9});
        add("tRNS", Bytes{0, 100});
    }
    add("IDAT", deflated(rows));
    add("IEND", {});
    return out;
}

} // namespace ganvas::testing
