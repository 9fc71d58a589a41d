#include "tests/fuzz/png_repair.h"

#include <algorithm>
#include <cstring>
#include <zlib.h>

namespace ganvas::fuzz {
namespace {

constexpr std::uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

std::uint32_t number_at(const std::uint8_t* p) {
    return std::uint32_t(p[0]) << 24 | std::uint32_t(p[1]) << 16 | std::uint32_t(p[2]) << 8 | p[3];
}

std::uint32_t checksum(View bytes) {
    return static_cast<std::uint32_t>(::crc32_z(0, bytes.data(), bytes.size()));
}

} // namespace

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
