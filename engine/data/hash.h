/// A fast 128-bit content hash for cache keys, checksums and fingerprints; no protection against forgery.
///
/// Value type, any thread. Two multiply-mix lanes over 8-byte words (little endian); the result depends on the bytes
/// and on how they were split into add() calls only through their order and lengths.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "engine/core/random.h"

namespace ganvas {

class ContentHash {
public:
    void add(std::span<const std::uint8_t> bytes) {
        add(static_cast<std::uint64_t>(bytes.size()));
        std::size_t at = 0;
        for (; at + 8 <= bytes.size(); at += 8) {
            std::uint64_t word;
            std::memcpy(&word, bytes.data() + at, 8);
            add(word);
        }
        if (at < bytes.size()) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes.data() + at, bytes.size() - at);
            add(word);
        }
    }
    void add(std::string_view text) {
        add(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
    }
    void add(std::uint64_t word) {
        first_ = (first_ ^ word) * 0x9fb21c651e98df25ULL;
        first_ ^= first_ >> 29;
        second_ = (second_ + word) * 0xd6e8feb86659fd93ULL;
        second_ ^= second_ >> 32;
    }
    [[nodiscard]] std::uint64_t value() const { return mix_bits(first_ ^ mix_bits(second_)); }
    [[nodiscard]] std::uint64_t second_value() const { return mix_bits(second_ ^ mix_bits(first_ + 1)); }
    /// 32 hexadecimal digits.
    [[nodiscard]] std::string hex() const {
        static constexpr char digits[] = "0123456789abcdef";
        std::string text;
        for (std::uint64_t part : {value(), second_value()})
            for (int shift = 60; shift >= 0; shift -= 4) text += digits[(part >> shift) & 15];
        return text;
    }

private:
    std::uint64_t first_ = 0x243f6a8885a308d3ULL;
    std::uint64_t second_ = 0x13198a2e03707344ULL;
};

} // namespace ganvas
