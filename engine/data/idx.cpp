#include "engine/data/idx.h"

#include <zlib.h>

#include <algorithm>

namespace ganvas {
namespace {

using Bytes = std::span<const std::uint8_t>;
constexpr std::size_t longest_header = 4 + 4 * 4;
constexpr std::int64_t most_values = std::int64_t(2) << 30;
constexpr std::int64_t most_entries = 10'000'000; ///< each gets a name of some dozens of bytes
constexpr std::size_t most_packed = 1032;         ///< bytes that deflate can make of one

bool is_gzip(Bytes bytes) { return bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b; }

struct Inflated {
    std::vector<std::uint8_t> bytes;
    bool ended = false; ///< the stream's own end (and checksum) was reached
    bool sound = true;
};

/// At most `limit` bytes; as much memory is taken only where the packed bytes can make so many.
Inflated inflate_up_to(Bytes packed, std::size_t limit) {
    Inflated out;
    out.bytes.reserve(std::min(limit, packed.size() * most_packed));
    z_stream stream{};
    if (inflateInit2(&stream, 15 + 16) != Z_OK) return {{}, false, false};
    stream.next_in = const_cast<Bytef*>(packed.data());
    std::size_t left_in = packed.size();
    int status = Z_OK;
    while (status == Z_OK && out.bytes.size() < limit) {
        const std::size_t before = out.bytes.size();
        const std::size_t room = std::max<std::size_t>(out.bytes.capacity() - before, 4096);
        out.bytes.resize(before + std::min({limit - before, room, std::size_t(1) << 20}));
        stream.next_out = out.bytes.data() + before;
        stream.avail_out = static_cast<uInt>(out.bytes.size() - before);
        if (stream.avail_in == 0) {
            stream.avail_in = static_cast<uInt>(std::min<std::size_t>(left_in, 1 << 30));
            left_in -= stream.avail_in;
        }
        status = inflate(&stream, Z_NO_FLUSH);
        out.bytes.resize(out.bytes.size() - stream.avail_out);
        if (status == Z_BUF_ERROR
            || (status == Z_OK && out.bytes.size() == before && stream.avail_in == 0 && !left_in))
            break;
    }
    inflateEnd(&stream);
    out.ended = status == Z_STREAM_END;
    out.sound = status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR;
    return out;
}

struct Header {
    std::vector<std::int64_t> shape;
    std::size_t bytes = 0;
    std::int64_t values = 1;
};

Error not_idx(const std::string& name, const std::string& what) {
    return {ErrorCode::bad_data, what, name,
            "give MNIST's *-ubyte files as they are published, plain or .gz"};
}

Result<Header> parse_header(Bytes bytes, const std::string& name) {
    if (bytes.size() < 4) return not_idx(name, "cut short: an IDX file begins with 4 bytes of magic");
    if (bytes[0] != 0 || bytes[1] != 0) return not_idx(name, "not an IDX file (wrong magic)");
    if (bytes[2] != 0x08) return not_idx(name, "an IDX file of another type than unsigned bytes");
    const int dimensions = bytes[3];
    if (dimensions < 1 || dimensions > 4)
        return not_idx(name, "an IDX file of " + std::to_string(dimensions) + " dimensions");
    Header header;
    header.bytes = 4 + 4 * static_cast<std::size_t>(dimensions);
    if (bytes.size() < header.bytes) return not_idx(name, "cut short within the IDX header");
    for (int d = 0; d < dimensions; ++d) {
        const std::uint8_t* p = bytes.data() + 4 + 4 * d;
        const std::int64_t extent =
            std::int64_t(p[0]) << 24 | std::int64_t(p[1]) << 16 | std::int64_t(p[2]) << 8 | p[3];
        if (extent == 0) return not_idx(name, "an IDX file of size zero");
        if (extent > most_values / header.values) return not_idx(name, "an IDX file larger than 2 GB");
        header.values *= extent;
        header.shape.push_back(extent);
    }
    if (header.shape[0] > most_entries) return not_idx(name, "an IDX file of more than ten million entries");
    return header;
}

} // namespace

bool looks_like_idx(Bytes bytes) {
    const auto magic = [](Bytes b) {
        return b.size() >= 4 && b[0] == 0 && b[1] == 0 && b[2] == 8 && b[3] >= 1 && b[3] <= 4;
    };
    if (!is_gzip(bytes)) return magic(bytes);
    return magic(inflate_up_to(bytes, 4).bytes);
}

Result<IdxArray> parse_idx(FileBytes file, const std::string& name) {
    const bool packed = is_gzip(file.bytes);
    std::vector<std::uint8_t> start;
    if (packed) {
        auto inflated = inflate_up_to(file.bytes, longest_header);
        if (!inflated.sound) return not_idx(name, "damaged gzip");
        start = std::move(inflated.bytes);
    } else {
        start.assign(file.bytes.begin(), file.bytes.begin() + std::min(file.bytes.size(), longest_header));
    }
    auto header = parse_header(start, name);
    if (!header) return header.error();
    const std::size_t expected = header->bytes + static_cast<std::size_t>(header->values);
    if (packed) {
        auto inflated = inflate_up_to(file.bytes, expected + 1);
        if (!inflated.sound) return not_idx(name, "damaged gzip");
        if (!inflated.ended && inflated.bytes.size() <= expected) return not_idx(name, "gzip cut short");
        file = own_bytes(std::move(inflated.bytes));
    }
    if (file.bytes.size() != expected)
        return not_idx(name,
                       "wrong size: the header promises " + std::to_string(header->shape[0]) + " entries in "
                           + std::to_string(expected) + " bytes, the file has "
                           + (file.bytes.size() > expected ? "more" : std::to_string(file.bytes.size())));
    IdxArray array;
    array.shape = std::move(header->shape);
    array.values = file.bytes.subspan(header->bytes);
    array.file = std::move(file);
    return array;
}

} // namespace ganvas
