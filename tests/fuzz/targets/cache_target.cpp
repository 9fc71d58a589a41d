// The cache of a prepared data set: mapped as it lies, so nothing in it may lead outside of the map.
#include <cstring>
#include <filesystem>
#include <unistd.h>

#include "engine/data/cache.h"
#include "engine/data/cache_format.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_file.h"

namespace ganvas::fuzz {
namespace {

constexpr const char* key = "the key";

std::size_t read(View bytes) {
    const auto opened = open_cache(MemoryFile(bytes).path(), key, "input");
    if (!opened) return 0;
    const Dataset& dataset = **opened;
    std::size_t sum = 0; // everything is touched, so that a sanitiser sees what lies outside
    for (std::int64_t index = 0; index < dataset.size(); ++index) {
        for (const std::uint8_t value : dataset.image(index)) sum += value;
        for (const std::int8_t value : dataset.attributes(index)) sum += static_cast<std::size_t>(value);
        sum += dataset.image_name(index).size();
        const int label = dataset.class_label(index);
        expect(label == -1 || label < static_cast<int>(dataset.class_names().size()), "a label is a class");
    }
    [[maybe_unused]] static volatile std::size_t kept;
    kept = sum;
    return 0;
}

/// Makes all checksums right, whatever the words say now.
void repair(Bytes& file) {
    CacheHeader header;
    if (file.size() < CacheHeader::page) return;
    std::memcpy(&header, file.data(), sizeof header);
    header.magic = CacheHeader::right_magic;
    header.version = CacheHeader().version;
    header.key_hash = hash_of(std::string(key));
    header.file_bytes = file.size();
    if (header.tables_offset <= file.size())
        header.tables_checksum = hash_of(View(file).subspan(header.tables_offset));
    header.header_checksum = header.checksum();
    std::memcpy(file.data(), &header, sizeof header);
}

/// Written by the writer itself, into a folder that is gone again.
Bytes cache_of(const SourceTable& table) {
    std::string folder = (std::filesystem::temp_directory_path() / "ganvas-fuzz-XXXXXX").string();
    expect(::mkdtemp(folder.data()) != nullptr, "a place for a cache");
    const Path path = Path(folder) / "a.cache";
    const PictureShape shape{2, 2, 1};
    const auto count = static_cast<std::size_t>(table.size());
    std::vector<std::int64_t> selection;
    BuildOutcome outcome;
    Bytes file;
    if (auto writer = CacheWriter::create(path, shape, table.size())) {
        for (std::size_t k = 0; k < count; ++k) {
            const Bytes pixels(shape.bytes(), static_cast<std::uint8_t>(k));
            selection.push_back(static_cast<std::int64_t>(k));
            outcome.hashes.push_back(hash_of(pixels));
            expect(writer->write(static_cast<std::int64_t>(k), pixels).ok(), "a cache of pixels");
        }
        outcome.selection = selection;
        outcome.written.assign(count, 1);
        expect(writer->finish(key, table, outcome).ok(), "a whole cache");
        file = read_bytes(path).take();
    }
    std::error_code code;
    std::filesystem::remove_all(folder, code);
    return file;
}

std::vector<Bytes> seeds() {
    SourceTable plain, labelled;
    plain.names = {"a", "b", "c"};
    labelled.names = {"a", "b"};
    labelled.labels = {0, 1};
    labelled.class_names = {"x", "y"};
    labelled.attribute_names = {"Smiling", "Male"};
    labelled.attributes = {1, -1, -1, 1};
    return {cache_of(plain), cache_of(labelled)};
}

} // namespace

FuzzTarget cache_target() {
    return {
        .name = "cache",
        .read = read,
        .seeds = seeds,
        .words = {"\"fingerprint\":", "\"attribute_names\":[", "\"class_names\":[", "\"skipped\":[", "[1,2]"},
        .repair = repair,
        .longest = 12'288};
}

} // namespace ganvas::fuzz
