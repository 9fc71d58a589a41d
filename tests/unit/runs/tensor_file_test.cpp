// Safetensors: what is written is read back bit for bit, and no file, however hostile, gets past the reader.
#include <doctest/doctest.h>

#include <cstring>
#include <fstream>
#include <limits>

#include "engine/core/random.h"
#include "engine/runs/tensor_file.h"
#include "tests/support/full_disk.h"
#include "tests/support/scratch_folder.h"

using namespace ganvas;
using ganvas::testing::FullDisk;
using ganvas::testing::ScratchFolder;

namespace {

TensorFile example() {
    TensorFile file;
    file.add_floats("generator.weight", {2, 3},
                    {1, -2, 3.5f, 0, std::numeric_limits<float>::infinity(), 1e-30f});
    file.add_floats("scalar", {}, {42});
    file.tensors.push_back({"empty", TensorType::int64, {0, 7}, {}});
    file.tensors.push_back({"half", TensorType::bfloat16, {3}, {1, 2, 3, 4, 5, 6}});
    file.tensors.push_back({"flags", TensorType::boolean, {1, 1, 3}, {1, 0, 1}});
    file.metadata = {{"settings", "{\"train.batch\": 64}"}, {"name", "Gänse \"ganz\"\n"}};
    return file;
}

void write_raw(const Path& path, const std::string& header, const std::string& data, std::uint64_t claimed) {
    std::ofstream out(path, std::ios::binary);
    out.write(reinterpret_cast<const char*>(&claimed), 8);
    out << header << data;
}
void write_raw(const Path& path, const std::string& header, const std::string& data = {}) {
    write_raw(path, header, data, header.size());
}

/// Both readers refuse the file with bad_checkpoint, a reason and the path.
void check_refused(const Path& path, const std::string& reason) {
    CAPTURE(reason);
    const auto file = read_tensor_file(path);
    REQUIRE_FALSE(file.ok());
    CHECK(file.error().code == ErrorCode::bad_checkpoint);
    CHECK_MESSAGE(file.error().what.find(reason) != std::string::npos, file.error().what);
    CHECK(file.error().where == path.string());
    const auto verified = verify_tensor_file(path);
    REQUIRE_FALSE(verified.ok());
    CHECK(verified.error().code == ErrorCode::bad_checkpoint);
}

std::string entry(const std::string& name, const std::string& type, const std::string& shape,
                  const std::string& offsets) {
    return "\"" + name + "\":{\"dtype\":" + type + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets
           + "}";
}

std::string contents(const Path& path) { return *read_text(path); }

} // namespace

TEST_CASE("tensors, shapes, types and metadata come back as they were") {
    const ScratchFolder folder;
    const Path path = folder / "a.safetensors";
    const TensorFile file = example();
    REQUIRE(write_tensor_file(path, file).ok());
    auto read = read_tensor_file(path);
    REQUIRE(read.ok());
    REQUIRE(read->tensors.size() == file.tensors.size());
    for (const TensorBlob& tensor : file.tensors) {
        const TensorBlob* found = read->find(tensor.name);
        REQUIRE(found != nullptr);
        CHECK(found->type == tensor.type);
        CHECK(found->shape == tensor.shape);
        CHECK(found->bytes == tensor.bytes);
    }
    CHECK(read->metadata == file.metadata);
    CHECK(read->find("absent") == nullptr);
    CHECK(*read->floats("scalar", {}) == std::vector<float>{42});
    CHECK_FALSE(read->floats("scalar", {1}).ok());
    CHECK_FALSE(read->floats("half", {3}).ok());
    CHECK_FALSE(read->floats("absent", {}).ok());
    const auto metadata = read_tensor_metadata(path);
    REQUIRE(metadata.ok());
    CHECK(*metadata == file.metadata);
    CHECK(verify_tensor_file(path).ok());
    CHECK(folder.file_count() == 1); // no temporary is left
    // The header length keeps the tensors aligned.
    std::uint64_t length = 0;
    std::memcpy(&length, contents(path).data(), 8);
    CHECK(length % 8 == 0);
}

TEST_CASE("files of other programs, without checksum or metadata, are read") {
    const ScratchFolder folder;
    write_raw(folder / "plain",
              "{" + entry("b", "\"F32\"", "[1]", "[4,8]") + "," + entry("a", "\"I32\"", "[1]", "[0,4]")
                  + "}   ",
              std::string("\1\0\0\0\0\0\200\77", 8));
    auto read = read_tensor_file(folder / "plain");
    REQUIRE(read.ok());
    CHECK(*read->floats("b", {1}) == std::vector<float>{1});
    write_raw(folder / "nothing", "{}");
    CHECK(read_tensor_file(folder / "nothing").ok());
}

TEST_CASE("a changed byte anywhere is found out") {
    const ScratchFolder folder;
    const Path path = folder / "a.safetensors";
    REQUIRE(write_tensor_file(path, example()).ok());
    const std::string good = contents(path);
    const std::size_t header_end = 8 + *reinterpret_cast<const std::uint64_t*>(good.data());
    int header_changes_that_still_parse = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
        // Padding is not covered: a blank there says nothing.
        if (at < header_end && good[at] == ' ') continue;
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 1);
        REQUIRE(write_file(path, bad).ok());
        const auto read = read_tensor_file(path);
        CHECK_MESSAGE(!read.ok(), "byte " << at);
        if (!read.ok()) CHECK(read.error().code == ErrorCode::bad_checkpoint);
        if (at < header_end && read_tensor_metadata(path).ok()) ++header_changes_that_still_parse;
    }
    CHECK(header_changes_that_still_parse > 0); // so the checksum did find what the parser could not
}

TEST_CASE("a file cut short at any length is refused") {
    const ScratchFolder folder;
    const Path path = folder / "a.safetensors";
    REQUIRE(write_tensor_file(path, example()).ok());
    const std::string good = contents(path);
    for (std::size_t length = 0; length < good.size(); ++length) {
        REQUIRE(write_file(path, std::string_view(good).substr(0, length)).ok());
        const auto read = read_tensor_file(path);
        CHECK_MESSAGE(!read.ok(), "length " << length);
        if (!read.ok()) CHECK(read.error().code == ErrorCode::bad_checkpoint);
    }
    REQUIRE(write_file(path, good + "x").ok());
    check_refused(path, "belong to no tensor");
}

TEST_CASE("lengths, offsets and shapes that lie") {
    const ScratchFolder folder;
    const Path path = folder / "bad";
    REQUIRE(write_file(path, std::string(4096, '\0')).ok());
    check_refused(path, "no header");
    write_raw(path, "{}", "", ~std::uint64_t(0));
    check_refused(path, "header length is wrong");
    write_raw(path, "{}", "", std::uint64_t(1) << 63);
    check_refused(path, "header length is wrong");
    write_raw(path, std::string((16u << 20) + 8, ' '));
    check_refused(path, "header is too long");

    const auto refuse = [&](const std::string& entries, const std::string& data, const std::string& reason) {
        write_raw(path, "{" + entries + "}", data);
        check_refused(path, reason);
    };
    const std::string eight(8, 'x');
    refuse(entry("a", "\"F32\"", "[1]", "[0,4]") + "," + entry("b", "\"F32\"", "[1]", "[2,6]"), "xxxxxx",
           "overlap");
    refuse(entry("a", "\"F32\"", "[1]", "[0,4]") + "," + entry("b", "\"F32\"", "[1]", "[0,4]"), "xxxx",
           "overlap");
    refuse(entry("a", "\"F32\"", "[1]", "[4,8]"), eight, "holes");
    refuse(entry("a", "\"F32\"", "[1]", "[0,4]"), eight, "belong to no tensor");
    refuse(entry("a", "\"F32\"", "[2]", "[0,4]"), "xxxx", "do not match its shape");
    refuse(entry("a", "\"F32\"", "[4]", "[0,16]"), eight, "outside the file");
    refuse(entry("a", "\"F32\"", "[1]", "[8,4]"), eight, "outside the file");
    refuse(entry("a", "\"F32\"", "[1]", "[-4,0]"), eight, "outside the file");
    refuse(entry("a", "\"F32\"", "[1]", "[0,18446744073709551615]"), eight, "outside the file");
    refuse(entry("a", "\"F32\"", "[1]", "[0,4,8]"), eight, "outside the file");
    refuse(entry("a", "\"F32\"", "[1]", "[0,8.5]"), eight, "outside the file");
    // 2^62 * 4 is 0 in 64 bits: the product must not wrap round to something that fits.
    refuse(entry("a", "\"F32\"", "[4611686018427387904]", "[0,0]"), "", "do not match its shape");
    refuse(entry("a", "\"F64\"", "[2147483648,2147483648,2147483648]", "[0,0]"), "",
           "do not match its shape");
    refuse(entry("a", "\"F32\"", "[-1]", "[0,4]"), "xxxx", "no proper shape");
    refuse(entry("a", "\"F32\"", "[18446744073709551615]", "[0,4]"), "xxxx", "no proper shape");
    refuse(entry("a", "\"F32\"", "1", "[0,4]"), "xxxx", "no proper shape");
    refuse(entry("a", "\"F32\"", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "[0,4]"), "xxxx", "no proper shape");
    refuse(entry("a", "\"F99\"", "[1]", "[0,4]"), "xxxx", "unknown type");
    refuse(entry("a", "17", "[1]", "[0,4]"), "xxxx", "unknown type");
    refuse(entry("a", "\"F64\"", "[1]", "[0,4]"), "xxxx", "do not match its shape");
    refuse(entry("a", "\"F32\"", "[1]", "[0,4]") + "," + entry("a", "\"F32\"", "[1]", "[4,8]"), eight,
           "named twice");
    refuse("\"a\":[]", "", "lacks its type");
    refuse("\"a\":{}", "", "lacks its type");
    refuse("\"__metadata__\":[]", "", "metadata are not text");
    refuse("\"__metadata__\":{\"a\":1}", "", "metadata are not text");
}

TEST_CASE("headers that are no JSON, or JSON meant to do harm") {
    const ScratchFolder folder;
    const Path path = folder / "bad";
    write_raw(path, "[]");
    check_refused(path, "not a JSON object");
    write_raw(path, "\"text\"");
    check_refused(path, "not a JSON object");
    write_raw(path, "{\"a\":");
    check_refused(path, "not JSON");
    write_raw(path, "{\"\xff\xfe\":1}");
    check_refused(path, "not JSON");
    write_raw(path, std::string(1 << 20, '['));
    check_refused(path, "nested too deeply");
    std::string deep = "{\"a\":";
    for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
    write_raw(path, deep);
    check_refused(path, "nested too deeply");
    std::string many = "{\"n\":0";
    for (int i = 0; i < 70'000; ++i) many += ",\"" + std::to_string(i) + "\":0";
    write_raw(path, many + "}");
    check_refused(path, "too many tensors");
    REQUIRE(write_file(path, std::string("PK\3\4 this is a zip of a pickle, as torch.save makes them")).ok());
    check_refused(path, "");
}

TEST_CASE("random damage never gets through and never crashes") {
    const ScratchFolder folder;
    const Path path = folder / "a.safetensors";
    REQUIRE(write_tensor_file(path, example()).ok());
    const std::string good = contents(path);
    for (std::uint64_t round = 0; round < 2000; ++round) {
        std::string bad = good;
        for (std::uint64_t k = 0; k < 1 + random_below(round, 0, 6); ++k)
            bad[random_below(round, 2 * k + 1, bad.size())] =
                static_cast<char>(random_bits(round, 2 * k + 2));
        if (bad == good) continue;
        std::ofstream(path, std::ios::binary) << bad;
        const auto read = read_tensor_file(path);
        if (read.ok()) {
            // Only the padding can have changed.
            for (const TensorBlob& tensor : example().tensors) {
                REQUIRE(read->find(tensor.name) != nullptr);
                CHECK(read->find(tensor.name)->bytes == tensor.bytes);
            }
        } else {
            CHECK(read.error().code == ErrorCode::bad_checkpoint);
        }
    }
}

TEST_CASE("what is not a file is refused with words") {
    const ScratchFolder folder;
    CHECK(read_tensor_file(folder / "absent").error().code == ErrorCode::not_found);
    CHECK(read_tensor_file(folder.path()).error().code == ErrorCode::bad_checkpoint);
    CHECK(read_tensor_file("/dev/zero").error().code == ErrorCode::bad_checkpoint);
}

TEST_CASE("the writer refuses contradictions and leaves the old file alone") {
    const ScratchFolder folder;
    const Path path = folder / "a.safetensors";
    REQUIRE(write_tensor_file(path, example()).ok());
    const std::string before = contents(path);
    TensorFile twice;
    twice.add_floats("a", {1}, {1});
    twice.add_floats("a", {1}, {2});
    CHECK_FALSE(write_tensor_file(path, twice).ok());
    TensorFile short_bytes;
    short_bytes.tensors.push_back({"a", TensorType::float32, {2}, {0, 0, 0, 0}});
    CHECK(write_tensor_file(path, short_bytes).error().code == ErrorCode::internal);
    TensorFile latin;
    latin.metadata["name"] = "G\xe4nse";
    CHECK_FALSE(write_tensor_file(path, latin).ok());
    CHECK(contents(path) == before);
    CHECK(folder.file_count() == 1);
}

TEST_CASE("a full disk leaves the old checkpoint and no rubbish") {
    const ScratchFolder folder;
    const Path path = folder / "a.safetensors";
    REQUIRE(write_tensor_file(path, example()).ok());
    const std::string before = contents(path);
    TensorFile large;
    large.add_floats("a", {1 << 20}, std::vector<float>(1 << 20, 1.0f));
    {
        const FullDisk full(100'000);
        const auto written = write_tensor_file(path, large);
        REQUIRE_FALSE(written.ok());
        CHECK(written.error().code == ErrorCode::io);
        CHECK(written.error().where == path.string());
    }
    CHECK(contents(path) == before);
    CHECK(folder.file_count() == 1);
    CHECK(write_tensor_file(path, large).ok());

    const auto device = write_tensor_file("/dev/full", example());
    REQUIRE_FALSE(device.ok());
    CHECK(device.error().code == ErrorCode::io);
    CHECK(device.error().what.find("No space left") != std::string::npos);
    CHECK(std::filesystem::is_character_file("/dev/full"));
    CHECK(write_tensor_file(folder / "absent/a", example()).error().code == ErrorCode::not_found);
    CHECK(write_tensor_file(folder.path(), example()).error().code == ErrorCode::io);
}
