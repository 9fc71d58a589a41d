#include "engine/runs/tensor_file.h"

#include <cstring>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <utility>

#include "engine/core/input_file.h"
#include "engine/core/output_file.h"
#include "engine/runs/tensor_header.h"

namespace ganvas {
namespace {

static_assert(std::endian::native == std::endian::little, "tensor bytes are copied as they are");

std::uint32_t add_to_checksum(std::uint32_t sum, std::span<const std::uint8_t> bytes) {
    if (bytes.empty()) return sum; // zlib takes a null pointer as the wish to start anew
    return static_cast<std::uint32_t>(::crc32_z(sum, bytes.data(), bytes.size()));
}

std::span<const std::uint8_t> as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string checksum_text(std::uint32_t sum) {
    char text[32];
    std::snprintf(text, sizeof text, "crc32:%08x", sum);
    return text;
}

Result<InputFile> open_tensor_file(const Path& path) {
    auto file = InputFile::open(path);
    if (!file && file.error().code == ErrorCode::bad_data)
        return damaged_tensor_file(file.error().what, path.string());
    return file;
}

/// Exactly out.size() bytes.
Result<void> read_exactly(InputFile& file, std::span<std::uint8_t> out, const std::string& where) {
    auto got = file.read(out);
    if (!got) return got.error();
    if (*got < out.size()) return damaged_tensor_file("file is cut short", where);
    return {};
}

Result<TensorHeader> read_header(InputFile& file, const std::string& where) {
    if (file.size() < 8) return damaged_tensor_file("file is too short", where);
    std::uint64_t length = 0;
    std::uint8_t prefix[8];
    if (auto read = read_exactly(file, prefix, where); !read) return read.error();
    std::memcpy(&length, prefix, sizeof length);
    if (length < 2) return damaged_tensor_file("file has no header", where);
    if (length > file.size() - 8)
        return damaged_tensor_file("file is cut short, or its header length is wrong", where);
    if (length > longest_tensor_header) return damaged_tensor_file("header is too long", where);
    std::string json(static_cast<std::size_t>(length), '\0');
    const std::span content(reinterpret_cast<std::uint8_t*>(json.data()), json.size());
    if (auto read = read_exactly(file, content, where); !read) return read.error();
    return parse_tensor_header(json, file.size() - 8 - length, where);
}

/// Calls take(place) for a buffer of the tensor's bytes, or reads past them in pieces when it gives none.
template <class Take>
Result<TensorHeader> read_through(const Path& path, Take take) {
    auto file = open_tensor_file(path);
    if (!file) return file.error();
    auto header = read_header(*file, path.string());
    if (!header) return header;
    std::uint32_t sum = add_to_checksum(0, as_bytes(header->canonical));
    std::vector<std::uint8_t> piece;
    for (const TensorPlace& place : header->places) {
        std::span<std::uint8_t> target = take(place);
        std::uint64_t left = place.end - place.begin;
        while (left > 0) {
            const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(left, 1u << 20));
            if (target.empty()) piece.resize(count);
            const std::span<std::uint8_t> now = target.empty() ? std::span(piece) : target.first(count);
            if (auto read = read_exactly(*file, now, path.string()); !read) return read.error();
            sum = add_to_checksum(sum, now);
            if (!target.empty()) target = target.subspan(count);
            left -= count;
        }
    }
    if (!header->checksum.empty() && header->checksum != checksum_text(sum))
        return damaged_tensor_file("checksum does not match", path.string());
    return header;
}

Result<std::vector<TensorPlace>> lay_out(const TensorFile& file, const std::string& where) {
    std::vector<TensorPlace> places;
    std::uint64_t offset = 0;
    for (const TensorBlob& tensor : file.tensors) {
        std::uint64_t size = byte_size(tensor.type);
        for (const std::int64_t extent : tensor.shape) size *= static_cast<std::uint64_t>(extent);
        if (size != tensor.bytes.size())
            return Error{ErrorCode::internal, "bytes of tensor " + tensor.name + " do not match its shape",
                         where, ""};
        places.push_back({tensor.name, tensor.type, tensor.shape, offset, offset + size});
        offset += size;
    }
    return places;
}

} // namespace

std::size_t byte_size(TensorType type) {
    switch (type) {
    case TensorType::float64:
    case TensorType::int64: return 8;
    case TensorType::float32:
    case TensorType::int32: return 4;
    case TensorType::float16:
    case TensorType::bfloat16: return 2;
    case TensorType::uint8:
    case TensorType::boolean: return 1;
    }
    return 1;
}

std::string_view name(TensorType type) {
    switch (type) {
    case TensorType::float32: return "F32";
    case TensorType::float16: return "F16";
    case TensorType::bfloat16: return "BF16";
    case TensorType::float64: return "F64";
    case TensorType::int64: return "I64";
    case TensorType::int32: return "I32";
    case TensorType::uint8: return "U8";
    case TensorType::boolean: return "BOOL";
    }
    return "";
}

const TensorBlob* TensorFile::find(std::string_view wanted) const {
    const auto found =
        std::find_if(tensors.begin(), tensors.end(), [&](const TensorBlob& t) { return t.name == wanted; });
    return found == tensors.end() ? nullptr : &*found;
}

Result<std::vector<float>> TensorFile::floats(std::string_view wanted,
                                              const std::vector<std::int64_t>& shape) const {
    const TensorBlob* tensor = find(wanted);
    if (tensor == nullptr) return damaged_tensor_file("tensor is missing", std::string(wanted));
    if (tensor->type != TensorType::float32 || tensor->shape != shape)
        return damaged_tensor_file("tensor has another type or shape than expected", std::string(wanted));
    std::vector<float> values(tensor->bytes.size() / sizeof(float));
    if (!values.empty()) std::memcpy(values.data(), tensor->bytes.data(), values.size() * sizeof(float));
    return values;
}

void TensorFile::add_floats(std::string tensor, std::vector<std::int64_t> shape,
                            const std::vector<float>& values) {
    TensorBlob blob{std::move(tensor), TensorType::float32, std::move(shape), {}};
    blob.bytes.resize(values.size() * sizeof(float));
    if (!values.empty()) std::memcpy(blob.bytes.data(), values.data(), blob.bytes.size());
    tensors.push_back(std::move(blob));
}

std::string TensorFile::text(std::string_view key) const {
    const auto found = metadata.find(std::string(key));
    return found == metadata.end() ? std::string() : found->second;
}

Result<TensorFile> read_tensor_file(const Path& path) {
    TensorFile file;
    auto header = read_through(path, [&](const TensorPlace& place) {
        // The header was checked against the file's length, so this allocates no more than the file holds.
        TensorBlob& blob = file.tensors.emplace_back();
        blob.name = place.name;
        blob.type = place.type;
        blob.shape = place.shape;
        blob.bytes.resize(static_cast<std::size_t>(place.end - place.begin));
        return std::span(blob.bytes);
    });
    if (!header) return header.error();
    file.metadata = std::move(header->metadata);
    return file;
}

Result<void> verify_tensor_file(const Path& path) {
    auto header = read_through(path, [](const TensorPlace&) { return std::span<std::uint8_t>(); });
    if (!header) return header.error();
    return {};
}

Result<TensorMetadata> read_tensor_metadata(const Path& path) {
    auto file = open_tensor_file(path);
    if (!file) return file.error();
    auto header = read_header(*file, path.string());
    if (!header) return header.error();
    return std::move(header->metadata);
}

Result<void> write_tensor_file(const Path& path, const TensorFile& file) {
    auto places = lay_out(file, path.string());
    if (!places) return places.error();
    TensorMetadata metadata = file.metadata;
    metadata.erase(checksum_key);
    metadata.erase(format_key);
    auto canonical = tensor_header_json(*places, metadata, {}, path.string());
    if (!canonical) return canonical.error();
    std::uint32_t sum = add_to_checksum(0, as_bytes(*canonical));
    for (const TensorBlob& tensor : file.tensors) sum = add_to_checksum(sum, tensor.bytes);
    auto json = tensor_header_json(*places, metadata, checksum_text(sum), path.string());
    if (!json) return json.error();
    json->resize((json->size() + 7) / 8 * 8, ' '); // tensors start at a multiple of eight
    if (json->size() > longest_tensor_header)
        return Error{ErrorCode::bad_checkpoint, "too many tensors or too much metadata", path.string(), ""};
    const std::uint64_t length = json->size();
    std::uint8_t prefix[8];
    std::memcpy(prefix, &length, sizeof length);

    OutputFile output(path);
    if (auto wrote = output.write(prefix); !wrote) return wrote;
    if (auto wrote = output.write(as_bytes(*json)); !wrote) return wrote;
    for (const TensorBlob& tensor : file.tensors)
        if (auto wrote = output.write(tensor.bytes); !wrote) return wrote;
    return output.commit();
}

} // namespace ganvas
