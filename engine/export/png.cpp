// PNG: an encoder on zlib, a walker for text chunks, and libpng for the pixels of files that others made.
#include "engine/export/picture.h"

#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/core/input_file.h"
#include "engine/export/damaged_picture.h"

namespace ganvas {
namespace {

constexpr std::array<std::uint8_t, 8> signature{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
constexpr int largest_side = 16'384;
constexpr std::size_t most_pixels = std::size_t(1) << 26;
constexpr std::size_t longest_text = 16u << 20; // bytes of one text chunk, and of all texts when inflated

using Bytes = std::vector<std::uint8_t>;

void put_number(Bytes& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::uint32_t number_at(const std::uint8_t* bytes) {
    return std::uint32_t(bytes[0]) << 24 | std::uint32_t(bytes[1]) << 16 | std::uint32_t(bytes[2]) << 8
           | bytes[3];
}

void put_chunk(Bytes& out, const char* type, std::span<const std::uint8_t> content) {
    put_number(out, static_cast<std::uint32_t>(content.size()));
    const std::size_t start = out.size();
    out.insert(out.end(), type, type + 4);
    out.insert(out.end(), content.begin(), content.end());
    put_number(out, static_cast<std::uint32_t>(::crc32_z(0, out.data() + start, out.size() - start)));
}

std::uint8_t paeth(int left, int above, int corner) {
    const int estimate = left + above - corner;
    const int to_left = std::abs(estimate - left), to_above = std::abs(estimate - above);
    const int to_corner = std::abs(estimate - corner);
    if (to_left <= to_above && to_left <= to_corner) return static_cast<std::uint8_t>(left);
    return static_cast<std::uint8_t>(to_above <= to_corner ? above : corner);
}

/// One row under one of PNG's five filters; `above` is null for the first row.
void filter_row(int filter, const std::uint8_t* row, const std::uint8_t* above, std::size_t size,
                std::size_t channels, std::uint8_t* out) {
    for (std::size_t i = 0; i < size; ++i) {
        const int left = i >= channels ? row[i - channels] : 0;
        const int up = above != nullptr ? above[i] : 0;
        const int corner = above != nullptr && i >= channels ? above[i - channels] : 0;
        int prediction = 0;
        if (filter == 1)
            prediction = left;
        else if (filter == 2)
            prediction = up;
        else if (filter == 3)
            prediction = (left + up) / 2;
        else if (filter == 4)
            prediction = paeth(left, up, corner);
        out[i] = static_cast<std::uint8_t>(row[i] - prediction);
    }
}

/// Every row under the filter whose output is nearest to zero, the usual heuristic.
Bytes filtered_rows(const Image& image) {
    const std::size_t size = static_cast<std::size_t>(image.width) * image.channels;
    Bytes out;
    out.reserve((size + 1) * image.height);
    Bytes candidate(size), best(size);
    for (int y = 0; y < image.height; ++y) {
        std::uint64_t best_cost = ~std::uint64_t(0);
        std::uint8_t best_filter = 0;
        for (int filter = 0; filter < 5; ++filter) {
            filter_row(filter, image.row(y), y > 0 ? image.row(y - 1) : nullptr, size,
                       static_cast<std::size_t>(image.channels), candidate.data());
            std::uint64_t cost = 0;
            for (const std::uint8_t value : candidate) cost += value < 128 ? value : 256 - value;
            if (cost >= best_cost) continue;
            best_cost = cost;
            best_filter = static_cast<std::uint8_t>(filter);
            best.swap(candidate);
        }
        out.push_back(best_filter);
        out.insert(out.end(), best.begin(), best.end());
    }
    return out;
}

Result<void> read_exactly(InputFile& file, std::span<std::uint8_t> out, const Path& path) {
    auto got = file.read(out);
    if (!got) return got.error();
    if (*got < out.size()) return damaged_export(path, "PNG is cut short");
    return {};
}

bool valid_keyword(const std::string& keyword) {
    return !keyword.empty() && keyword.size() <= 79
           && std::all_of(keyword.begin(), keyword.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::optional<std::string> inflate_text(std::span<const std::uint8_t> bytes, std::size_t most) {
    std::string out;
    z_stream stream{};
    if (::inflateInit(&stream) != Z_OK) return std::nullopt;
    stream.next_in = const_cast<Bytef*>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
    int state = Z_OK;
    while (state == Z_OK && out.size() < most) {
        const std::size_t done = out.size();
        out.resize(done + 65'536);
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + done);
        stream.avail_out = 65'536;
        state = ::inflate(&stream, Z_NO_FLUSH);
        out.resize(out.size() - stream.avail_out);
        if (state == Z_OK && stream.avail_in == 0 && stream.avail_out != 0) break; // the input ended early
    }
    ::inflateEnd(&stream);
    if (state != Z_STREAM_END) return std::nullopt;
    return out;
}

std::string latin_to_utf8(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            out += c;
        } else {
            out += static_cast<char>(0xc0 | byte >> 6);
            out += static_cast<char>(0x80 | (byte & 0x3f));
        }
    }
    return out;
}

/// Takes the part up to the next zero byte off the front of `rest`; nothing when there is no zero.
std::optional<std::string_view> take_word(std::string_view& rest) {
    const std::size_t end = rest.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return word;
}

/// Adds the text of one tEXt, zTXt or iTXt chunk; what is malformed is passed over, as PNG asks of ancillary
/// chunks; so is what would make all texts together longer than longest_text: a small file may hold thousands
/// of chunks that inflate to a thousand times their size.
void add_text(std::string_view type, std::string_view content, PictureText& text) {
    constexpr std::size_t most_texts = 256;
    if (text.size() >= most_texts) return;
    std::size_t room = longest_text;
    for (const auto& [keyword, value] : text) room -= std::min(room, keyword.size() + value.size());
    const auto keyword = take_word(content);
    if (!keyword || keyword->empty()) return;
    bool compressed = type == "zTXt";
    if (compressed || type == "iTXt") {
        if (content.size() < (compressed ? 1u : 2u)) return;
        if (type == "iTXt") {
            compressed = content[0] != 0;
            content.remove_prefix(2);
            if (!take_word(content) || !take_word(content)) return; // language, translated keyword
        } else {
            content.remove_prefix(1);
        }
    }
    std::string value(content);
    if (compressed) {
        auto inflated =
            inflate_text({reinterpret_cast<const std::uint8_t*>(content.data()), content.size()}, room);
        if (!inflated) return;
        value = std::move(*inflated);
    }
    if (type != "iTXt") value = latin_to_utf8(value);
    if (keyword->size() + value.size() > room) return;
    text.insert_or_assign(std::string(*keyword), std::move(value));
}

bool is_text_chunk(std::string_view type) { return type == "tEXt" || type == "zTXt" || type == "iTXt"; }

} // namespace

Result<Bytes> encode_png(const Image& image, const PictureText& text) {
    const bool fits =
        image.width > 0 && image.height > 0
        && (image.channels == 1 || image.channels == 3 || image.channels == 4)
        && image.pixels.size() == static_cast<std::size_t>(image.width) * image.height * image.channels;
    if (!fits) return Error{ErrorCode::internal, "not a picture that PNG can hold", "", ""};
    Bytes out(signature.begin(), signature.end());
    Bytes header;
    put_number(header, static_cast<std::uint32_t>(image.width));
    put_number(header, static_cast<std::uint32_t>(image.height));
    const std::uint8_t colour = image.channels == 1 ? 0 : image.channels == 3 ? 2 : 6;
    header.insert(header.end(), {8, colour, 0, 0, 0});
    put_chunk(out, "IHDR", header);
    for (const auto& [keyword, value] : text) {
        if (!valid_keyword(keyword))
            return Error{ErrorCode::internal, "not a keyword for text in a PNG", keyword, ""};
        Bytes content(keyword.begin(), keyword.end());
        content.insert(content.end(),
                       {0, 0, 0, 0, 0}); // end, not compressed, method, no language, no translation
        content.insert(content.end(), value.begin(), value.end());
        put_chunk(out, "iTXt", content);
    }
    const Bytes rows = filtered_rows(image);
    uLongf size = ::compressBound(rows.size());
    Bytes compressed(size);
    if (::compress2(compressed.data(), &size, rows.data(), rows.size(), 6) != Z_OK)
        return Error{ErrorCode::internal, "picture cannot be compressed", "", ""};
    compressed.resize(size);
    put_chunk(out, "IDAT", compressed);
    put_chunk(out, "IEND", {});
    return out;
}

Result<void> write_png(const Path& path, const Image& image, const PictureText& text) {
    auto bytes = encode_png(image, text);
    if (!bytes) return Error{bytes.error().code, bytes.error().what, path.string(), bytes.error().hint};
    return write_file(path, *bytes);
}

Result<PictureText> read_png_text(const Path& path) {
    std::error_code code;
    if (!std::filesystem::is_regular_file(path, code))
        return Error{ErrorCode::not_found, "no such file", path.string(), "check the path"};
    auto file = InputFile::open(path);
    if (!file) return file.error();
    std::uint8_t head[8];
    if (auto read = read_exactly(*file, head, path); !read) return read.error();
    if (!std::equal(signature.begin(), signature.end(), head)) return damaged_export(path, "not a PNG");
    PictureText text;
    while (true) {
        if (auto read = read_exactly(*file, head, path); !read) return read.error();
        const std::uint32_t length = number_at(head);
        const std::string type(reinterpret_cast<const char*>(head) + 4, 4);
        if (length > 0x7fffffffu) return damaged_export(path, "PNG is damaged");
        if (type == "IEND") {
            if (length != 0) return damaged_export(path, "PNG is damaged");
            if (auto read = read_exactly(*file, std::span(head, 4), path); !read) return read.error();
            return text;
        }
        if (!is_text_chunk(type) || length > longest_text) {
            file->skip(std::uint64_t(length) + 4);
            continue;
        }
        // Grown piece by piece: a chunk that claims more than the file has costs nothing.
        std::string content = type;
        for (std::uint32_t left = length; left > 0;) {
            const std::uint32_t piece = std::min(left, 65'536u);
            content.resize(content.size() + piece);
            const std::span fresh(reinterpret_cast<std::uint8_t*>(content.data()) + content.size() - piece,
                                  piece);
            if (auto read = read_exactly(*file, fresh, path); !read) return read.error();
            left -= piece;
        }
        if (auto read = read_exactly(*file, std::span(head, 4), path); !read) return read.error();
        if (::crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size()) != number_at(head))
            return damaged_export(path, "PNG is damaged");
        add_text(type, std::string_view(content).substr(4), text);
    }
}

Result<Image> read_png(const Path& path) {
    auto bytes = read_bytes(path, std::size_t(1) << 30);
    if (!bytes) return bytes.error();
    if (bytes->size() < 33 || !std::equal(signature.begin(), signature.end(), bytes->begin())
        || std::memcmp(bytes->data() + 12, "IHDR", 4) != 0)
        return damaged_export(path, "not a PNG");
    const std::uint64_t width = number_at(bytes->data() + 16), height = number_at(bytes->data() + 20);
    if (width == 0 || height == 0 || width > largest_side || height > largest_side
        || width * height > most_pixels)
        return Error{ErrorCode::bad_data, "picture is too large", path.string(),
                     "at most 16384 pixels a side"};
    // Deflate makes at most 1032 bytes of one: a small file cannot ask for a large allocation.
    if (width * height / 8 / 1032 > bytes->size()) return damaged_export(path, "PNG is damaged");

    png_image reader{};
    reader.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_memory(&reader, bytes->data(), bytes->size()) == 0)
        return damaged_export(path, "PNG is damaged");
    int channels = 3;
    if ((reader.format & PNG_FORMAT_FLAG_ALPHA) != 0)
        channels = 4;
    else if ((reader.format & PNG_FORMAT_FLAG_COLOR) == 0)
        channels = 1;
    reader.format = channels == 4 ? PNG_FORMAT_RGBA : channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    Image image(static_cast<int>(width), static_cast<int>(height), channels);
    const int good = png_image_finish_read(&reader, nullptr, image.pixels.data(), 0, nullptr);
    png_image_free(&reader);
    if (good == 0) return damaged_export(path, "PNG is damaged");
    return image;
}

} // namespace ganvas
