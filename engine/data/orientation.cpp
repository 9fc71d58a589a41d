#include "engine/data/orientation.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace ganvas {
namespace {

using Bytes = std::span<const std::uint8_t>;

/// Numbers of a TIFF block in its own byte order; nothing where they would lie outside it.
class Tiff {
public:
    explicit Tiff(Bytes bytes) : bytes_(bytes) {
        if (bytes.size() >= 4) little_ = bytes[0] == 'I';
    }
    [[nodiscard]] bool sound() const {
        return bytes_.size() >= 8 && (bytes_[0] == 'I' || bytes_[0] == 'M') && bytes_[0] == bytes_[1]
               && word(2) == 42;
    }
    [[nodiscard]] std::optional<std::uint32_t> word(std::size_t at) const { return number(at, 2); }
    [[nodiscard]] std::optional<std::uint32_t> long_word(std::size_t at) const { return number(at, 4); }

private:
    [[nodiscard]] std::optional<std::uint32_t> number(std::size_t at, std::size_t size) const {
        if (at > bytes_.size() || bytes_.size() - at < size) return std::nullopt;
        std::uint32_t value = 0;
        for (std::size_t k = 0; k < size; ++k) value = value << 8 | bytes_[at + (little_ ? size - 1 - k : k)];
        return value;
    }

    Bytes bytes_;
    bool little_ = false;
};

int orientation_of(Bytes block) {
    constexpr std::uint32_t orientation_tag = 0x0112, short_type = 3;
    const Tiff tiff(block);
    if (!tiff.sound()) return 1;
    const auto directory = tiff.long_word(4);
    const auto count = directory ? tiff.word(*directory) : std::nullopt;
    for (std::uint32_t k = 0; count && k < *count; ++k) {
        const std::size_t entry = std::size_t(*directory) + 2 + 12 * std::size_t(k);
        const auto tag = tiff.word(entry);
        if (!tag) break;
        if (*tag != orientation_tag || tiff.word(entry + 2) != short_type) continue;
        const auto value = tiff.word(entry + 8);
        return value && *value >= 1 && *value <= 8 ? static_cast<int>(*value) : 1;
    }
    return 1;
}

} // namespace

int jpeg_orientation(Bytes jpeg) {
    constexpr char mark[] = "Exif\0"; // six bytes with the one that ends the text
    for (std::size_t at = 2; at + 4 <= jpeg.size() && jpeg[at] == 0xff;) {
        const std::uint8_t marker = jpeg[at + 1];
        if (marker == 0xff) { // padding
            ++at;
            continue;
        }
        if (marker == 0xda || marker == 0xd9) break; // the picture itself, or its end
        const std::size_t size = std::size_t(jpeg[at + 2]) << 8 | jpeg[at + 3];
        if (size < 2 || size > jpeg.size() - at - 2) break;
        const Bytes body = jpeg.subspan(at + 4, size - 2);
        if (marker == 0xe1 && body.size() > sizeof mark && std::memcmp(body.data(), mark, sizeof mark) == 0)
            return orientation_of(body.subspan(sizeof mark));
        at += 2 + size;
    }
    return 1;
}

Image upright(Image image, int orientation) {
    if (orientation <= 1 || orientation > 8) return image;
    const bool exchanged = orientation >= 5;
    Image out(exchanged ? image.height : image.width, exchanged ? image.width : image.height, image.channels);
    const auto channels = static_cast<std::size_t>(image.channels);
    for (int y = 0; y < out.height; ++y) {
        std::uint8_t* target = out.row(y);
        for (int x = 0; x < out.width; ++x, target += channels) {
            int from_x = exchanged ? y : x;
            int from_y = exchanged ? x : y;
            if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8)
                from_x = image.width - 1 - from_x;
            if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7)
                from_y = image.height - 1 - from_y;
            const std::uint8_t* source = image.row(from_y) + static_cast<std::size_t>(from_x) * channels;
            std::copy_n(source, channels, target);
        }
    }
    return out;
}

} // namespace ganvas
