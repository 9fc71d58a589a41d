// Safetensors: checkpoints, also of other programs.
#include <cstring>

#include "engine/runs/tensor_file.h"
#include "engine/runs/tensor_header.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_file.h"

namespace ganvas::fuzz {
namespace {

std::size_t read(View bytes) {
    const Path path = MemoryFile(bytes).path();
    const auto file = read_tensor_file(path);
    expect(verify_tensor_file(path).ok() == file.ok(), "reading and verifying agree");
    const auto metadata = read_tensor_metadata(path);
    if (!file) return 0;
    expect(metadata.ok() && *metadata == file->metadata, "the header alone says the same");
    std::size_t sum = 0;
    for (const TensorBlob& blob : file->tensors) {
        std::size_t size = byte_size(blob.type);
        for (const std::int64_t extent : blob.shape) size *= static_cast<std::size_t>(extent);
        expect(size == blob.bytes.size(), "a tensor has the bytes of its shape");
        expect(file->find(blob.name) != nullptr, "a tensor is found by its name");
        sum += size;
    }
    expect(sum <= bytes.size(), "tensors lie inside the file");
    return 0;
}

Bytes with_header(const std::string& json, std::size_t data) {
    Bytes out(8);
    const std::uint64_t length = json.size();
    std::memcpy(out.data(), &length, 8);
    out.insert(out.end(), json.begin(), json.end());
    out.resize(out.size() + data, 7);
    return out;
}

/// The header's length is the one up to its last brace.
void repair(Bytes& file) {
    std::uint64_t length = 0;
    for (std::size_t at = 8; at < file.size(); ++at)
        if (file[at] == '}') length = at - 7;
    if (length > 0) std::memcpy(file.data(), &length, sizeof length);
}

std::vector<Bytes> seeds() {
    const std::string two = R"({"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},)"
                            R"("b":{"dtype":"BF16","shape":[3],"data_offsets":[16,22]}})";
    std::string many = R"({"__metadata__":{"kind":"x","note":"\u00fc\n"})";
    for (int k = 0; k < 12; ++k)
        many += ",\"t" + std::to_string(k) + R"(":{"dtype":"U8","shape":[1],"data_offsets":[)"
                + std::to_string(k) + "," + std::to_string(k + 1) + "]}";
    // The tensors' offsets are right, but the checksum is missing beside its format.
    const std::string half = R"({"__metadata__":{"ganvas.format":"1"}})";
    const std::string empty = R"({"z":{"dtype":"F32","shape":[0,9223372036854775807],"data_offsets":[0,0]}})";
    return {with_header(two, 22),  with_header(many + "}", 12), with_header(half, 0),
            with_header(empty, 0), with_header("{}", 0),        with_header("[1,[2,[3,[4,[5]]]]]", 0)};
}

} // namespace

FuzzTarget tensor_file_target() {
    return {.name = "tensor_file",
            .read = read,
            .seeds = seeds,
            .words = {"\"dtype\":", "\"shape\":[", "\"data_offsets\":[", "\"__metadata__\":{",
                      "\"ganvas.checksum\":", "\"ganvas.format\":\"1\"", "\"crc32:00000000\"", "\"F32\"",
                      "\"BF16\"", "\"I64\"", "\"BOOL\"", "18446744073709551615", "9223372036854775807", "-1",
                      "1e9", "[[", "{\"a\":{", "\\ud800"},
            .repair = repair};
}

} // namespace ganvas::fuzz
