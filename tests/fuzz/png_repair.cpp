#include "tests/fuzz/png_repair.h"

#include <algorithm>
#include <cstring>
#include <zlib.h>

namespace ganvas::fuzz {
namespace {

constexpr std::uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

void put(Bytes& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::uint32_t number_at(const std::uint8_t* p) {
    return std::uint32_t(p[0]) << 24 | std::uint32_t(p[1]) << 16 | std::uint32_t(p[2]) << 8 | p[3];
}

std::uint32_t checksum(View bytes) {
    return static_cast<std::uint32_t>(::crc32_z(0, bytes.data(), bytes.size()));
}

} // namespace

Bytes deflated(View bytes) {
    uLongf size = ::compressBound(bytes.size());
    Bytes out(size);
    expect(::compress2(out.data(), &size, bytes.data(), bytes.size(), 9) == Z_OK, "compressed bytes");
    out.resize(size);
    return out;
}

Bytes png_chunk(const char* type, View content) {
    Bytes out;
    put(out, static_cast<std::uint32_t>(content.size()));
    out.insert(out.end(), type, type + 4);
    out.insert(out.end(), content.begin(), content.end());
    put(out, checksum(View(out).subspan(4)));
    return out;
}

Bytes png_of(std::uint32_t width, std::uint32_t height, int colour_type, int depth, const Bytes& rows) {
    Bytes out(std::begin(signature), std::end(signature));
    Bytes header;
    put(header, width);
    put(header, height);
    header.insert(header.end(),
                  {static_cast<std::uint8_t>(depth), static_cast<std::uint8_t>(colour_type), 0, 0, 0});
    const auto add = [&](const char* type, View content) {
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

void repair_png(Bytes& file) {
    if (file.size() < 8 || !std::equal(std::begin(signature), std::end(signature), file.begin())) return;
    for (std::size_t at = 8; file.size() - at >= 12;) {
        const std::size_t length = number_at(file.data() + at);
        if (length > file.size() - at - 12) return;
        const std::uint32_t sum = checksum(View(file).subspan(at + 4, length + 4));
        for (std::size_t k = 0; k < 4; ++k)
            file[at + 8 + length + k] = static_cast<std::uint8_t>(sum >> 8 * (3 - k));
        at += length + 12;
    }
}

} // namespace ganvas::fuzz
