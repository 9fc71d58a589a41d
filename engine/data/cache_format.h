/// The first bytes of a cache file. Value type; shared by the writer and the reader.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "engine/data/hash.h"

namespace ganvas {

static_assert(std::endian::native == std::endian::little, "the cache is mapped as it lies in memory");

struct CacheHeader {
    static constexpr std::uint64_t right_magic = 0x3144534156414e47; // "GNAVASD1" as bytes
    static constexpr std::uint64_t page = 4096;

    std::uint64_t magic = right_magic;
    std::uint64_t version = 1;
    std::uint64_t key_hash = 0; ///< of the cache key
    std::uint64_t file_bytes = 0;
    std::uint64_t pictures = 0;
    std::uint64_t slots = 0; ///< places for pixels; more than pictures where some were skipped
    std::uint64_t height = 0;
    std::uint64_t width = 0;
    std::uint64_t channels = 0;
    std::uint64_t attributes = 0; ///< attribute names
    std::uint64_t has_labels = 0;
    std::uint64_t tables_offset =
        0; ///< end of the pixels: uint32 slot[pictures], padded to 8 bytes, begins here
    std::uint64_t labels_offset = 0;     ///< int32[pictures]
    std::uint64_t attributes_offset = 0; ///< int8[pictures, attributes]
    std::uint64_t hashes_offset = 0;     ///< uint64[pictures]
    std::uint64_t name_ends_offset = 0;  ///< uint64[pictures]: where each name ends in the names
    std::uint64_t names_offset = 0;
    std::uint64_t json_offset = 0;     ///< to the end of the file
    std::uint64_t tables_checksum = 0; ///< of everything from tables_offset on
    std::uint64_t header_checksum = 0; ///< of the words before

    [[nodiscard]] std::uint64_t checksum() const {
        ContentHash hash;
        hash.add(
            std::span(reinterpret_cast<const std::uint8_t*>(this), offsetof(CacheHeader, header_checksum)));
        return hash.value();
    }
};
static_assert(sizeof(CacheHeader) == 20 * 8);

inline std::uint64_t hash_of(std::span<const std::uint8_t> bytes) {
    ContentHash hash;
    hash.add(bytes);
    return hash.value();
}

inline std::uint64_t hash_of(const std::string& text) {
    ContentHash hash;
    hash.add(std::string_view(text));
    return hash.value();
}

} // namespace ganvas
