#include "engine/data/picture_checks.h"
#include "engine/data/picture_bytes.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace ganvas {
namespace {

using Bytes = std::span<const std::uint8_t>;

Error cut_short() { return damaged_picture("cut short"); }

std::uint32_t little_endian(const std::uint8_t* p) {
    return std::uint32_t(p[3]) << 24 | std::uint32_t(p[2]) << 16 | std::uint32_t(p[1]) << 8 | p[0];
}

bool starts_with(Bytes bytes, std::initializer_list<std::uint8_t> magic) {
    return bytes.size() >= magic.size() && std::equal(magic.begin(), magic.end(), bytes.begin());
}

Result<void> check_png(Bytes bytes) {
    std::size_t at = 8;
    while (true) {
        if (bytes.size() - at < 12) return cut_short();
        const std::uint32_t length = big_endian(bytes.data() + at);
        if (length > bytes.size() - at - 12) return cut_short();
        const std::uint8_t* type = bytes.data() + at + 4;
        const auto checksum = static_cast<std::uint32_t>(crc32(crc32(0, nullptr, 0), type, length + 4));
        if (checksum != big_endian(type + 4 + length)) return damaged_picture("damaged PNG (wrong checksum)");
        if (std::memcmp(type, "IEND", 4) == 0) return {};
        at += std::size_t(length) + 12;
    }
}

/// The content of a DHT segment: each table says how many codes there are of each length, then what they
/// stand for.
bool tables_fit(Bytes segment) {
    constexpr std::size_t lengths = 16, most_codes = 256;
    while (!segment.empty()) {
        if (segment.size() < 1 + lengths) return false;
        std::size_t codes = 0;
        for (std::size_t k = 1; k <= lengths; ++k) codes += segment[k];
        if (codes > most_codes || codes > segment.size() - 1 - lengths) return false;
        segment = segment.subspan(1 + lengths + codes);
    }
    return true;
}

struct JpegWalk {
    const char* problem = nullptr; ///< what is wrong with a segment
    bool ended = false;            ///< the end marker was reached
    int scans = 0;                 ///< pixels
    bool sequential = false;       ///< its frame is a baseline or extended one, coded by Huffman
};

/// From marker to marker. Between a scan and the next marker lie its data, in which 0xff is followed by zero
/// or one of the eight restart markers.
JpegWalk walk_jpeg(Bytes bytes) {
    constexpr std::uint8_t end_mark = 0xd9, scan_mark = 0xda, tables_mark = 0xc4;
    JpegWalk walk;
    for (std::size_t at = 2; at + 2 <= bytes.size();) {
        if (bytes[at] != 0xff) {
            const void* next =
                walk.scans > 0 ? std::memchr(bytes.data() + at, 0xff, bytes.size() - at) : nullptr;
            if (walk.scans == 0) walk.problem = "damaged JPEG";
            if (next == nullptr) return walk;
            at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(next) - bytes.data());
            continue;
        }
        const std::uint8_t marker = bytes[at + 1];
        const bool in_data = walk.scans > 0 && (marker == 0 || (marker >= 0xd0 && marker <= 0xd7));
        if (in_data || marker == 0xff) { // data, or padding before a marker
            at += in_data ? 2 : 1;
            continue;
        }
        if (marker == end_mark) {
            walk.ended = true;
            return walk;
        }
        const std::size_t left = bytes.size() - at - 2;
        const std::size_t length = left < 2 ? 2 : std::size_t(bytes[at + 2]) << 8 | bytes[at + 3];
        if (length > left)
            walk.problem = "cut short";
        else if (length < 2 || (marker == tables_mark && !tables_fit(bytes.subspan(at + 4, length - 2))))
            walk.problem = "damaged JPEG";
        if (walk.problem != nullptr) return walk;
        walk.scans += marker == scan_mark;
        walk.sequential = walk.sequential || marker == 0xc0 || marker == 0xc1;
        at += 2 + length;
    }
    return walk;
}

Result<void> check_jpeg(Bytes bytes) {
    const JpegWalk walk = walk_jpeg(bytes);
    if (walk.problem != nullptr) return damaged_picture(walk.problem);
    if (walk.scans == 0 || !walk.ended) return cut_short();
    return {};
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

/// A small file that claims a large picture costs time and memory for nothing: deflate makes at most 1032
/// bytes of one, a JPEG spends at least one bit on a block of 64 pixels, a BMP one on each pixel.
bool can_hold(Bytes bytes, const ImageHeader& header) {
    const auto area = static_cast<std::uint64_t>(header.area());
    if (is_png(bytes)) return area / 8 / 1032 <= bytes.size();
    return area / (is_jpeg(bytes) ? 512 : 8) <= bytes.size();
}

} // namespace

bool is_png(Bytes bytes) { return starts_with(bytes, {0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a}); }
bool is_jpeg(Bytes bytes) { return starts_with(bytes, {0xff, 0xd8, 0xff}); }
bool is_bmp(Bytes bytes) { return starts_with(bytes, {'B', 'M'}); }

bool is_jpeg_of_one_scan(Bytes bytes) {
    if (!is_jpeg(bytes)) return false;
    const JpegWalk walk = walk_jpeg(bytes);
    return walk.problem == nullptr && walk.ended && walk.sequential && walk.scans == 1;
}

Result<void> check_tables(Bytes bytes) {
    const JpegWalk walk = is_jpeg(bytes) ? walk_jpeg(bytes) : JpegWalk();
    if (walk.problem != nullptr) return damaged_picture(walk.problem);
    return {};
}

Result<void> check_whole(Bytes bytes, const ImageHeader& header) {
    if (!can_hold(bytes, header)) return cut_short();
    if (is_png(bytes)) return check_png(bytes);
    return is_jpeg(bytes) ? check_jpeg(bytes) : check_bmp(bytes, header);
}

std::size_t stored_pixels(Bytes bytes, const ImageHeader& header) {
    const auto area = static_cast<std::size_t>(header.area());
    const bool deep = bytes.size() > 24 && bytes[24] == 16;
    // A colour that stands for nothing (tRNS) becomes one more channel while it is decoded.
    const bool may_gain_alpha = bytes.size() > 25 && (bytes[25] == 0 || bytes[25] == 2);
    if (is_png(bytes))
        return area * static_cast<std::size_t>(header.channels + (may_gain_alpha ? 1 : 0)) * (deep ? 2 : 1);
    // Up to four components; a JPEG's are stored in whole blocks of up to 32 pixels.
    const auto whole = [](int side) { return static_cast<std::size_t>((side + 31) / 32 * 32); };
    return 4 * whole(header.width) * whole(header.height);
}

} // namespace ganvas
